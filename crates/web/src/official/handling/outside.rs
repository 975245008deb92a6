//! `/cases/{code}/outside`: hands a report to somebody outside by a link that is shown once, and takes that back.

use actions::handling::Handling;
use actions::outside::Forwarding;
use actions::{Change, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::outside::Parties;

use super::{From, Sheet, refused};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::act::{self, step_of};
use crate::official::case::{self, Typed};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// `GET /cases/{code}/outside?step=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, (from.step, from.row)).await?;
    Ok(draw(&sheet, &Posted::default(), None))
}

/// `POST /cases/{code}/outside`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let sheet = Sheet::of(&hall, &visit, &code, step_of(&posted)).await?;
    let party = posted.get("party");
    if Parties::shipped().get(party).is_none() {
        let again = draw(&sheet, &posted, Some(l.t("outside.no-party")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let forwarding = Forwarding {
        case: sheet.case().id,
        seen: posted.number("version"),
        step: sheet.step.clone(),
        row: sheet.row,
        party: party.to_owned(),
        words: posted.get("words").to_owned(),
    };
    match hall.city().forward(&visit.person, forwarding).await {
        Ok((token, after)) => {
            let link = hall.link(&format!("/outside/{token}"));
            let until = after.forwards.last().map(|one| say::moment(l, one.until));
            let body = html! {
                (note(Tone::Done, &html! { p { (l.f("outside.made", &[("party", &Parties::shipped().name(party, l.code()))])) } }))
                h2 { (l.t("outside.link")) }
                p.long #link { code { (link) } }
                p.small.muted { (l.t("outside.link-says")) @if let Some(until) = &until { " " (l.f("outside.until", &[("at", until)])) } }
                p.acts { a.btn.go href={ "/cases/" (after.code) } { (l.t("pass.back")) } }
            };
            Ok(sheet
                .page(l.t("outside.title"), None, &body)
                .into_response())
        }
        Err(error) => match refused(&sheet, &posted, error).await? {
            Err(page) => Ok(page),
            Ok((wrong, status)) => {
                Ok((status, draw(&sheet, &posted, Some(&wrong))).into_response())
            }
        },
    }
}

/// `POST /cases/{code}/outside/{n}`: the link opens no more.
pub async fn take_back(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, n)): Path<(String, u32)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    let change = Change {
        seen: posted.number("version"),
        ..Change::new(seen.case.id, Verb::Handling(Handling::TakeBack { n }))
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&format!("/cases/{}", after.code)).into_response()),
        Err(error) => {
            let mut typed = Typed {
                form: "outside".into(),
                ..Typed::default()
            };
            let status = act::blame(&mut typed, visit.lang, error)?;
            act::again(&hall, &visit, &code, &typed, status).await
        }
    }
}

fn draw(sheet: &Sheet<'_>, posted: &Posted, wrong: Option<&str>) -> Markup {
    let l = sheet.visit.lang;
    let parties = Parties::shipped();
    let body = html! {
        p.muted { (l.t("outside.says")) }
        @if parties.demonstration { p.small.muted { (l.t("outside.demonstration")) } }
        form method="post" action=(sheet.address("outside")) {
            (sheet.carried())
            div.field {
                label for="party" { (l.t("outside.party")) }
                select #party name="party" required {
                    option value="" { (l.t("form.choose")) }
                    @for party in &parties.list { option value=(party.code) selected[party.code == posted.get("party")] { (party.name(l.code())) } }
                }
            }
            (sheet.words(l.t("outside.words"), l.t("outside.words-says"), posted.get("words")))
            (sheet.back(l.t("outside.send")))
        }
    };
    sheet.page(l.t("outside.title"), wrong, &body)
}
