//! `/cases/{code}/consult`: asks another unit for an opinion from a step under way, with its time and what silence
//! means; and the asked unit's own part on the page of the case.

use std::collections::HashMap;

use actions::lawful::Lawful;
use maud::{Markup, html};
use rules::case::Task;
use rules::case::consult::{ANSWERED, CONSULTATION};
use rules::case::event::Silence;
use rules::clock;
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
use crate::say;
use crate::text::Lang;
use crate::ui::clock::Face;

/// More days, or hours, than any limit leaves.
const MOST: u32 = 60;
const HOURS: &str = "hours";

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
        let amount = typed.number("within");
        let Some(amount) = amount.filter(|amount| (1..=MOST).contains(amount)) else {
            return Err(l.f("consult.no-time", &[("most", &MOST)]));
        };
        Ok(Lawful::Consult {
            step,
            row,
            unit,
            within: Limit {
                thousandths: i64::from(amount) * 1000,
                unit: match typed.get("measure") == HOURS {
                    true => LimitUnit::WorkingHours,
                    false => LimitUnit::WorkingDays,
                },
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
        let due = case.clock.due;
        // On the last day only hours are left to give.
        let law = of.hall.law();
        let soon = law.calendar().is_ok_and(|calendar| {
            let left = clock::left(&case.clock, calendar, of.hall.now());
            matches!(left, Ok(Some(left)) if left.working_seconds < calendar.day_seconds())
        });
        let (amount, hours) = match (typed.get("within"), soon) {
            ("", true) => ("2", true),
            ("", false) => ("1", false),
            (typed_amount, _) => (typed_amount, typed.get("measure") == HOURS),
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
                    label for="within" { (l.t("consult.within")) }
                    @if let Some(due) = due { p.help #within-help { (l.f("consult.within-says", &[("due", &say::moment(l, due))])) } }
                    div.with-unit {
                        input.shorter type="number" #within name="within" min="1" max=(MOST) value=(amount) aria-describedby=[due.map(|_| "within-help")] required;
                        select.short name="measure" aria-label=(l.t("consult.measure")) {
                            option value="days" selected[!hours] { (l.t("consult.working-days")) }
                            option value=(HOURS) selected[hours] { (l.t("consult.working-hours")) }
                        }
                    }
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
