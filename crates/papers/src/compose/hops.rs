//! Form 06: the printed view of the log, a row for each hop from hand to hand.

use jiff::civil::Date;
use rules::Moment;
use rules::case::consult::{self, CONSULTATION};
use rules::case::event::{Event, Recorded};
use rules::case::state::Task;
use rules::person::Actor;
use rules::process::Flow;
use service::definition::Ending;

use super::{Numbered, Told, head};
use crate::paper::{Body, Control, Hop, Layout, Paper};

/// Form 06 of a case as it stands on that day.
pub fn control(told: &Told<'_>, numbered: &Numbered, day: Date) -> Paper {
    let template = "form-06";
    let title = told.law.form(template, day);
    let mut paper = Paper {
        layout: Layout::Control,
        title: title.map_or_else(String::new, |(form, _)| form.title.clone()),
        citation: told.law.citation(template, day),
        head: head(told, numbered, day),
        code: told.case.code.clone(),
        check: numbered.check.clone(),
        ..Paper::default()
    };
    fill(told, &mut paper);
    paper
}

pub(super) fn fill(told: &Told<'_>, paper: &mut Paper) {
    let case = told.case;
    let due = case
        .clock
        .due
        .map_or_else(String::new, |due| told.moment(due));
    paper.body = Body::Control(Box::new(Control {
        applicant: told.applicant(),
        subject: told.definition.name.vi.clone(),
        received: told.moment(case.accepted.unwrap_or(case.opened)),
        due,
        agency: told.unit_name(&case.unit),
        hops: hops(told),
    }));
}

/// Where the dossier lies between two hops.
struct Lying {
    place: String,
    giver: String,
}

fn hops(told: &Told<'_>) -> Vec<Hop> {
    let mut lying = Lying {
        place: "Cá nhân, tổ chức nộp hồ sơ".to_owned(),
        giver: told.applicant().name,
    };
    let mut hops = Vec::new();
    for (at, one) in told.events.iter().enumerate() {
        let later = told.events.get(at + 1..).unwrap_or_default();
        match &one.event {
            Event::StepStarted { task } => {
                let to = place_of(told, task);
                if let Some(giver) = who(told, &one.actor) {
                    lying.giver = giver;
                }
                hops.push(hop(told, &lying, &to, one.at, task, later));
                lying.place = to;
            }
            Event::Passed {
                step, row, unit, ..
            } => {
                let to = told.unit_name(unit);
                let note = format!("{}: chuyển người giải quyết", step_name(told, step));
                hops.push(Hop {
                    from: lying.place.clone(),
                    to: to.clone(),
                    at: told.moment(one.at),
                    giver: who(told, &one.actor).unwrap_or_default(),
                    taker: taker(told, step, *row, later),
                    result: String::new(),
                    note,
                });
                lying.place = to;
            }
            Event::HandedOver { .. } => {
                hops.push(Hop {
                    from: lying.place.clone(),
                    to: "Cá nhân, tổ chức nhận kết quả".to_owned(),
                    at: told.moment(one.at),
                    giver: who(told, &one.actor).unwrap_or_default(),
                    taker: told.applicant().name,
                    result: result(told, one.at, told.case.clock.due),
                    note: "Trả kết quả".to_owned(),
                });
            }
            // Stopped between two decisions: the dossier goes back from where it lay.
            Event::Stopped { ending, .. } if !decided_at(told, one.at) => {
                hops.push(Hop {
                    from: lying.place.clone(),
                    to: "Cá nhân, tổ chức nộp hồ sơ".to_owned(),
                    at: told.moment(one.at),
                    giver: who(told, &one.actor).unwrap_or_default(),
                    taker: told.applicant().name,
                    result: result(told, one.at, told.case.clock.due),
                    note: match ending {
                        Ending::Withdrawn => "Rút hồ sơ theo đề nghị",
                        _ => "Dừng giải quyết hồ sơ",
                    }
                    .to_owned(),
                });
            }
            _ => {}
        }
    }
    hops
}

fn decided_at(told: &Told<'_>, at: Moment) -> bool {
    let mut events = told.events.iter();
    events.any(|one| one.at == at && matches!(one.event, Event::StepDecided(_)))
}

fn hop(
    told: &Told<'_>,
    lying: &Lying,
    to: &str,
    at: Moment,
    task: &Task,
    later: &[Recorded],
) -> Hop {
    let done = later.iter().find(|one| match &one.event {
        Event::StepDecided(decided) => task.is(&decided.step, decided.row),
        _ => false,
    });
    let outcome = done.and_then(|one| match &one.event {
        Event::StepDecided(decided) => {
            let step = Flow::of(told.definition).step(&decided.step)?;
            let way = step
                .outcomes
                .iter()
                .find(|way| way.code == decided.outcome)?;
            Some(way.label.vi.clone()).filter(|label| !label.is_empty())
        }
        _ => None,
    });
    let name = step_name(told, &task.step);
    Hop {
        from: lying.place.clone(),
        to: to.to_owned(),
        at: told.moment(at),
        giver: lying.giver.clone(),
        taker: match task.by_applicant() {
            true => told.applicant().name,
            false => taker(told, &task.step, task.row, later),
        },
        result: done.map_or_else(String::new, |one| result(told, one.at, task.due)),
        note: match outcome {
            Some(outcome) => format!("{name}: {outcome}"),
            None => name,
        },
    }
}

/// Before the day, on it, after it; nothing where there is no date.
fn result(told: &Told<'_>, done: Moment, due: Option<Moment>) -> String {
    let Some(due) = due else {
        return String::new();
    };
    let (done_on, due_on) = ((told.local)(done).0, (told.local)(due).0);
    match (done > due, done_on < due_on) {
        (true, _) => "Quá hạn",
        (false, true) => "Trước hạn",
        (false, false) => "Đúng hạn",
    }
    .to_owned()
}

/// Whoever took the step up or decided it first after the hop.
fn taker(told: &Told<'_>, step: &str, row: Option<u32>, later: &[Recorded]) -> String {
    let found = later.iter().find_map(|one| match &one.event {
        Event::Claimed {
            step: of,
            row: at,
            by,
        } if of == step && *at == row => Some(told.person(*by)),
        Event::StepDecided(decided) if decided.step == step && decided.row == row => {
            who(told, &one.actor)
        }
        _ => None,
    });
    found.unwrap_or_default()
}

fn who(told: &Told<'_>, actor: &Actor) -> Option<String> {
    match actor {
        Actor::Official { id, .. } => Some(told.person(*id)),
        Actor::Visitor | Actor::Resident(_) => Some(told.applicant().name),
        Actor::Clock | Actor::Bank | Actor::Import => None,
    }
}

fn place_of(told: &Told<'_>, task: &Task) -> String {
    match &task.unit {
        Some(unit) => told.unit_name(unit),
        None => "Cá nhân, tổ chức nộp hồ sơ".to_owned(),
    }
}

fn step_name(told: &Told<'_>, step: &str) -> String {
    if step == CONSULTATION {
        return consult::name("vi").to_owned();
    }
    let found = Flow::of(told.definition).step(step);
    found.map_or_else(|| step.to_owned(), |step| step.name.vi.clone())
}
