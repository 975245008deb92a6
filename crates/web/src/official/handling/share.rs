//! `/cases/{code}/share`: another unit does a part of a report, with its own day and answer.

use actions::shared::Sharing;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::{From, Sheet, refused};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::act::step_of;
use crate::official::pass::units;
use crate::official::posted::Posted;
use crate::redirect;
use crate::visit::Visit;

/// `GET /cases/{code}/share?step=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(from): Query<From>,
) -> Result<Markup, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, (from.step, from.row)).await?;
    draw(&sheet, &Posted::default(), None)
}

/// `POST /cases/{code}/share`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(&hall, &visit, &code, step_of(&posted)).await?;
    if posted.get("unit").is_empty() {
        let again = draw(&sheet, &posted, Some(visit.lang.t("share.no-unit")))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let sharing = Sharing {
        report: sheet.case().id,
        seen: posted.number("version"),
        step: sheet.step.clone(),
        row: sheet.row,
        unit: posted.get("unit").to_owned(),
        words: posted.get("words").to_owned(),
        due: posted.get("due").to_owned(),
        waits: posted.get("waits") == "yes",
        key: posted.get("key").to_owned(),
    };
    match hall.city().share_work(&visit.person, sharing).await {
        Ok(_) => Ok(redirect::to(&format!("/cases/{}", sheet.case().code)).into_response()),
        Err(error) => match refused(&sheet, &posted, error).await? {
            Err(page) => Ok(page),
            Ok((wrong, status)) => {
                let again = draw(&sheet, &posted, Some(&wrong))?;
                Ok((status, again).into_response())
            }
        },
    }
}

fn draw(sheet: &Sheet<'_>, posted: &Posted, wrong: Option<&str>) -> Result<Markup, Failure> {
    let (l, hall, case) = (sheet.visit.lang, sheet.hall, sheet.case());
    let law = hall.law();
    let here = case
        .task(&sheet.step, sheet.row)
        .and_then(|task| task.unit.clone())
        .unwrap_or_default();
    let units = units(hall, l, &here)?;
    let calendar = law.calendar_of(case.clock.calendar)?;
    let due = match posted.get("due") {
        "" => case.clock.due.map(|due| calendar.local(due).0),
        typed => typed.parse().ok(),
    };
    let due = due.filter(|due| *due >= calendar.local(hall.now()).0);
    let key = match posted.get("key") {
        "" => hall.city().new_token(),
        key => key.to_owned(),
    };
    let alone = !posted.pairs.is_empty() && posted.get("waits") != "yes";
    let body = html! {
        p.muted { (l.t("share.says")) }
        form method="post" action=(sheet.address("share")) {
            (sheet.carried())
            input type="hidden" name="key" value=(key);
            div.field {
                label for="unit" { (l.t("share.unit")) }
                select #unit name="unit" required {
                    option value="" { (l.t("form.choose")) }
                    @for (kind, units) in &units {
                        optgroup label=(kind) { @for (code, name) in units { option value=(code) selected[code == posted.get("unit")] { (name) } } }
                    }
                }
            }
            (sheet.words(l.t("share.words"), l.t("share.words-says"), posted.get("words")))
            div.field {
                label for="due" { (l.t("share.due")) }
                input.shorter type="date" #due name="due" value=[due] required;
            }
            fieldset.field {
                legend { (l.t("share.waits")) }
                label.pick { input type="radio" name="waits" value="yes" checked[!alone]; span { (l.t("share.waits-yes")) } }
                label.pick { input type="radio" name="waits" value="no" checked[alone]; span { (l.t("share.waits-no")) } }
            }
            (sheet.back(l.t("share.send")))
        }
    };
    Ok(sheet.page(l.t("share.title"), wrong, &body))
}
