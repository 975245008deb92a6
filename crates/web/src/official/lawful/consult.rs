//! `/cases/{code}/consult`: asks another unit for an opinion from a step under way, with its time and what silence
//! means; and the asked unit's own part on the page of the case.

use std::collections::HashMap;

use actions::lawful::Lawful;
use maud::{Markup, html};
use rules::case::Task;
use rules::case::consult::{ANSWERED, CONSULTATION};
use rules::case::event::Silence;
use rules::duty::Act;
use rules::ids::NoteId;
use service::definition::{Limit, LimitUnit};

use super::{Lawfully, Sheet};
use crate::error::Failure;
use crate::official::act::step_of;
use crate::official::case_view::{Doing, Way};
use crate::official::names;
use crate::official::pass::units;
use crate::official::posted::Posted;
use crate::text::Lang;
use crate::ui::clock::Face;

/// More days than any limit leaves.
const MOST_DAYS: u32 = 60;

pub struct Page;

impl Lawfully for Page {
    /// From which step: `?step=…&row=…`, and so again in the form.
    fn act(typed: &Posted) -> Act {
        let (step, row) = step_of(typed);
        Act::Consult { step, row }
    }

    fn asked(l: Lang, typed: &Posted) -> Result<Lawful, String> {
        let (step, row) = step_of(typed);
        let unit = typed.get("unit").to_owned();
        if unit.is_empty() {
            return Err(l.t("consult.no-unit").to_owned());
        }
        let days = typed.number("days");
        let Some(days) = days.filter(|days| (1..=MOST_DAYS).contains(days)) else {
            return Err(l.f("consult.no-days", &[("most", &MOST_DAYS)]));
        };
        Ok(Lawful::Consult {
            step,
            row,
            unit,
            within: Limit {
                thousandths: i64::from(days) * 1000,
                unit: LimitUnit::WorkingDays,
            },
            if_silent: match typed.get("silent") {
                "consent" => Silence::Consent,
                _ => Silence::Remind,
            },
        })
    }

    async fn draw(of: &Sheet<'_>) -> Result<Markup, Failure> {
        let (l, case, typed) = (of.visit.lang, &of.seen.case, of.typed);
        let (step, row) = step_of(typed);
        let task = case.task(&step, row).ok_or(Failure::NotFound)?;
        let here = task.unit.clone().unwrap_or_default();
        let units = units(of.hall, l, &here)?;
        let name = names::step(l, of.definition()?, &step);
        let days = match typed.get("days") {
            "" => "1",
            typed => typed,
        };
        let consent = typed.get("silent") == "consent";
        let body = html! {
            p.muted { (l.f("consult.says", &[("step", &name)])) }
            form method="post" action={ "/cases/" (case.code) "/consult" } data-draft={ "consult-" (case.code) } {
                (of.version())
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
                (of.words(l.t("consult.words"), l.t("consult.words-says")))
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
        Ok(of.page(l.t("consult.title"), &body))
    }
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
            merges: false,
        }],
        marking: None,
        evidence: Vec::new(),
        can_pass: true,
        question: asked.and_then(|asked| notes.get(&asked.question).cloned()),
        consults: false,
        report: false,
        replies: Vec::new(),
    }
}
