//! Taking back a paper that was handed out: the reason stands where the paper is verified. Absent: who may
//! (`rules::duty`), and what is made in its place.

use actions::papers::{check_shown, check_typed};
use actions::{ActionError, Change, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Refusal;
use rules::duty::{Act, may};
use store::PaperRow;

use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

/// `GET /cases/{code}/papers/{check}/revoke`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, check)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let row = row(&hall, &visit, &code, &check).await?;
    Ok(show(&visit, &code, &row, "", None))
}

/// `POST /cases/{code}/papers/{check}/revoke`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, check)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let row = row(&hall, &visit, &code, &check).await?;
    let why = posted.get("why").to_owned();
    let verb = Verb::RevokePaper {
        what: row.call.what.clone(),
        of: row.call.version,
    };
    let change = Change {
        words: Some(why.clone()),
        ..Change::new(row.case, verb)
    };
    let flaw = match hall.city().change(&visit.person, change).await {
        Ok(_) => return Ok(redirect::to(&format!("/cases/{code}#handed-out")).into_response()),
        Err(ActionError::Refused(Refusal::ReasonRequired)) => l.t("revoke.why-missing").to_owned(),
        Err(ActionError::Refused(Refusal::AlreadyDone)) => l.t("revoke.already").to_owned(),
        Err(ActionError::Refused(refusal)) => refusal_words(l, &refusal),
        Err(error) => return Err(error.into()),
    };
    let body = show(&visit, &code, &row, &why, Some(&flaw));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
}

async fn row(hall: &Hall, visit: &Visit, code: &str, check: &str) -> Result<PaperRow, Failure> {
    let seen = hall.case(&visit.person, code).await?;
    let row = hall.reader().paper_by_check(&check_typed(check)).await?;
    let row = row.filter(|row| row.case == seen.case.id && row.made.is_some());
    let row = row.ok_or(Failure::NotFound)?;
    may(&visit.person, &Act::RevokePaper, Some(&seen.case))?;
    Ok(row)
}

fn show(visit: &Visit, code: &str, row: &PaperRow, why: &str, flaw: Option<&str>) -> Markup {
    let l = visit.lang;
    let case = format!("/cases/{code}");
    page(
        &visit.frame().narrow(),
        l.t("revoke.title"),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox")), (&case, code)]))
            h1 { (l.t("revoke.title")) }
            dl.facts {
                dt { (l.t("verify-paper.kind")) } dd { b { (row.title) } }
                dt { (l.t("papers.number")) } dd { (row.numbered()) }
                dt { (l.t("verify-paper.day")) } dd { (say::date(row.planned)) }
                dt { (l.t("verify-paper.code")) } dd { span.code { (check_shown(&row.check)) } }
            }
            @if row.revoked.is_some() {
                (note(Tone::Late, &html! { p { (l.t("revoke.already")) } }))
                p.acts { a.btn href=(case) { (l.t("revoke.back")) } }
            } @else {
                (note(Tone::Soon, &html! { p { (l.t("revoke.says")) } }))
                form method="post" {
                    div.field.wrong[flaw.is_some()] {
                        label for="why" { (l.t("revoke.why")) }
                        p.help #why-help { (l.t("revoke.why-says")) }
                        @if let Some(flaw) = flaw { p.says #why-flaw role="alert" { (flaw) } }
                        textarea #why name="why" rows="4" maxlength="1000" required aria-describedby=(if flaw.is_some() { "why-help why-flaw" } else { "why-help" }) aria-invalid=[flaw.map(|_| "true")] { (why) }
                    }
                    p.acts { button.btn.stop type="submit" { (l.t("revoke.go")) } a.btn.quiet href=(case) { (l.t("revoke.back")) } }
                }
            }
        },
    )
}
