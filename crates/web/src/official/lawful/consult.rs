//! `/cases/{code}/consult`: asks another unit for an opinion from a step under way, with its time and what silence
//! means; and the asked unit's own part on the page of the case.

use std::collections::HashMap;

use actions::lawful::Lawful;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Task;
use rules::case::consult::{ANSWERED, CONSULTATION};
use rules::case::event::Silence;
use rules::duty::{Act, may};
use rules::ids::NoteId;
use serde::Deserialize;
use service::definition::{Limit, LimitUnit};
use store::Seen;

use super::{definition_of, send, sheet, version, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::act::step_of;
use crate::official::case_view::{Doing, Way};
use crate::official::pass::units;
use crate::official::posted::Posted;
use crate::official::{case, names};
use crate::text::Lang;
use crate::ui::clock::Face;
use crate::visit::Visit;

/// More days than any limit leaves.
const MOST_DAYS: u32 = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    step: String,
    row: Option<u32>,
}

/// `GET /cases/{code}/consult?step=…&row=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    let from = (asked.step, asked.row);
    form(&hall, &visit, &seen, &from, &Posted::default(), None)
}

/// `POST /cases/{code}/consult`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    let (step, row) = step_of(&posted);
    let act = Act::Consult {
        step: step.clone(),
        row,
    };
    may(&visit.person, &act, Some(&seen.case))?;
    let l = visit.lang;
    let again = |wrong: &str, status| {
        let from = (step.clone(), row);
        let page = form(&hall, &visit, &seen, &from, &posted, Some(wrong))?;
        Ok((status, page).into_response())
    };
    let unfit = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    let unit = posted.get("unit").to_owned();
    if unit.is_empty() {
        return again(l.t("consult.no-unit"), unfit);
    }
    let days = posted.number("days");
    let Some(days) = days.filter(|days| (1..=MOST_DAYS).contains(days)) else {
        return again(&l.f("consult.no-days", &[("most", &MOST_DAYS)]), unfit);
    };
    let lawful = Lawful::Consult {
        step: step.clone(),
        row,
        unit,
        within: Limit {
            thousandths: i64::from(days) * 1000,
            unit: LimitUnit::WorkingDays,
        },
        if_silent: match posted.get("silent") {
            "consent" => Silence::Consent,
            _ => Silence::Remind,
        },
    };
    match send(&hall, &visit, &seen, &posted, lawful).await? {
        Ok(done) => Ok(done),
        Err((wrong, status)) => again(&wrong, status),
    }
}

fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    (step, row): &(String, Option<u32>),
    typed: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, case) = (visit.lang, hall.law(), &seen.case);
    let act = Act::Consult {
        step: step.clone(),
        row: *row,
    };
    may(&visit.person, &act, Some(case))?;
    let task = case.task(step, *row).ok_or(Failure::NotFound)?;
    let here = task.unit.clone().unwrap_or_default();
    let units = units(hall, l, &here)?;
    let name = names::step(l, definition_of(&law, case)?, step);
    let days = match typed.get("days") {
        "" => "1",
        typed => typed,
    };
    let consent = typed.get("silent") == "consent";
    let body = html! {
        p.muted { (l.f("consult.says", &[("step", &name)])) }
        form method="post" action={ "/cases/" (case.code) "/consult" } data-draft={ "consult-" (case.code) } {
            (version(seen))
            input type="hidden" name="step" value=(step);
            @if let Some(row) = row { input type="hidden" name="row" value=(row); }
            div.field {
                label for="unit" { (l.t("consult.unit")) }
                select #unit name="unit" required {
                    option value="" { (l.t("form.choose")) }
                    @for (kind, units) in &units {
                        optgroup label=(kind) { @for (code, name) in units { option value=(code) selected[code == typed.get("unit")] { (name) } } }
                    }
                }
            }
            (words(l, l.t("consult.words"), l.t("consult.words-says"), typed.get("words")))
            div.field {
                label for="days" { (l.t("consult.days")) }
                p.help #days-help { (l.t("consult.days-says")) }
                input.shorter type="number" #days name="days" min="1" max=(MOST_DAYS) value=(days) aria-describedby="days-help" required;
            }
            fieldset.field {
                legend { (l.t("consult.silent")) }
                label.pick { input type="radio" name="silent" value="remind" checked[!consent]; span { (l.t("consult.remind")) } }
                label.pick { input type="radio" name="silent" value="consent" checked[consent]; span { (l.t("consult.consent")) } }
            }
            p.acts { button.btn.go type="submit" { (l.t("consult.send")) } a.btn.quiet href={ "/cases/" (case.code) } { (l.t("pass.back")) } }
        }
    };
    Ok(sheet(visit, seen, l.t("consult.title"), wrong, &body))
}

/// The asked unit's part: the question and its answer.
pub fn doing(
    l: Lang,
    case: &rules::case::Case,
    task: &Task,
    notes: &HashMap<NoteId, String>,
    mine: bool,
    shown: (String, String, Option<String>, Face),
) -> Doing {
    let (name, unit, holder, face) = shown;
    let place = task.row.map_or(usize::MAX, |row| row as usize);
    let asked = case.consultations.get(place);
    Doing {
        step: CONSULTATION.to_owned(),
        row: task.row,
        name,
        role: String::new(),
        unit,
        theirs: false,
        mine,
        holder,
        face,
        ways: vec![Way {
            code: ANSWERED.to_owned(),
            label: l.t("consult.answer").to_owned(),
            reason: true,
            stops: false,
        }],
        marking: None,
        evidence: Vec::new(),
        can_pass: true,
        question: asked.and_then(|asked| notes.get(&asked.question).cloned()),
        consults: false,
    }
}
