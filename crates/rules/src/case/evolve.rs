//! The sum of events. Holds no rule and never fails: what may happen was decided in `decide`, what
//! happened is only added up here.

use service::definition::{Channel, Kind};

use super::counter::add_papers;
use super::event::{Asked, Event, Imported, Opened, Recorded, StepDecided, Warning};
use super::life::Life;
use super::mirror::{self, Mirror};
use super::money::Money;
use super::parts::Whole;
use super::state::{
    Apology, Case, Consultation, Correction, LegalClock, Loss, Stint, Stopped, Task,
};
use crate::Moment;
use crate::clock;
use crate::person::Actor;
use crate::process::good;

/// Adds one event to a case. The first event of a case is `Opened` or `Imported`; over a log that
/// begins with anything else the sum is an empty case, which `replay` reports as broken.
pub fn evolve(case: Option<Case>, recorded: &Recorded) -> Case {
    let mut case = match &recorded.event {
        Event::Opened(opened) => opened_as(opened, recorded, recorded.at),
        Event::Imported(imported) => imported_as(imported, recorded),
        _ => case.unwrap_or_else(|| opened_as(&nothing_known(), recorded, recorded.at)),
    };
    add(&mut case, recorded);
    case
}

/// The same in place.
pub(super) fn add(case: &mut Case, recorded: &Recorded) {
    case.version = recorded.version;
    let at = recorded.at;
    match &recorded.event {
        Event::Opened(_) | Event::Imported(_) => {}
        Event::Accepted => {
            case.accepted = Some(at);
            case.life = Life::Accepted { at };
        }
        Event::TakenUp => case.life = Life::InProgress,
        Event::ClockStarted {
            limit,
            calendar,
            due,
        } => {
            case.clock = clock::started(at, *limit, *calendar, *due);
        }
        Event::ClockStopped { why } => clock::stop(&mut case.clock, at, *why),
        Event::ClockResumed { due } => clock::resume(&mut case.clock, at, *due),
        Event::ApplicantAsked { what } => {
            if *what == Asked::Supplement {
                case.supplements += 1;
                case.requested = case.marked.take();
            }
            case.life = match what {
                Asked::Supplement | Asked::Question => Life::AwaitingSupplement { since: at },
                Asked::Payment => Life::AwaitingPayment { since: at },
            };
        }
        Event::ApplicantAnswered => {
            case.life = match case.accepted {
                Some(_) => Life::InProgress,
                None => Life::Registered,
            };
        }
        Event::Extended { to, why, .. } => clock::extend(&mut case.clock, at, *to, *why),
        Event::Redated {
            calendar,
            to,
            steps,
            ..
        } => {
            clock::redate(&mut case.clock, *calendar, *to);
            for redated in steps {
                let mut tasks = case.tasks.iter_mut();
                if let Some(task) = tasks.find(|task| task.is(&redated.step, redated.row)) {
                    task.due = redated.due;
                }
            }
        }
        Event::StepStarted { task } => {
            *case.counts.entry(way(&task.step, task.row)).or_default() += 1;
            case.tasks.push(task.clone());
            remember_units(case);
        }
        Event::Claimed { step, row, by } => hold(case, step, *row, Some(*by)),
        Event::Released { step, row } => hold(case, step, *row, None),
        Event::Passed {
            step,
            row,
            unit,
            to,
            ..
        } => {
            hold(case, step, *row, *to);
            if let Some(task) = case.tasks.iter_mut().find(|task| task.is(step, *row)) {
                task.unit = Some(unit.clone());
            }
            remember_units(case);
        }
        Event::Reseated {
            step,
            row,
            unit,
            post,
        } => {
            hold(case, step, *row, None);
            if let Some(task) = case.tasks.iter_mut().find(|task| task.is(step, *row)) {
                task.unit = Some(unit.clone());
                task.post = *post;
            }
            remember_units(case);
        }
        Event::StepDecided(decided) => step_decided(case, decided),
        Event::StepDropped { step, row } => case.tasks.retain(|task| !task.is(step, *row)),
        Event::Rerouted { unit, .. } => {
            case.unit = unit.clone();
            case.stints.push(Stint {
                unit: unit.clone(),
                since: at,
            });
        }
        Event::Attached { file, what, .. } => {
            case.attached.insert(what.clone(), file.clone());
        }
        Event::Noted { .. } => reported(case, recorded),
        Event::AnswersChanged { .. }
        | Event::PaperMade(_)
        | Event::PaperSigned(_)
        | Event::PaperRevoked { .. } => {}
        Event::WithdrawalAsked { .. } => {
            let back = Box::new(std::mem::replace(&mut case.life, Life::Registered));
            case.life = Life::WithdrawalAsked { since: at, back };
        }
        Event::WithdrawalRefused { .. } => {
            if let Life::WithdrawalAsked { back, .. } = &case.life {
                case.life = back.as_ref().clone();
            }
        }
        Event::Issued { ending } => {
            case.life = Life::Decided {
                ending: *ending,
                at,
            };
            clock::stop(&mut case.clock, at, Stopped::Ended);
        }
        Event::HandedOver { ending } => {
            let decided = case.life.ended().map_or(at, |(_, decided)| decided);
            close(
                case,
                at,
                Life::HandedOver {
                    ending: *ending,
                    decided,
                    at,
                },
            );
        }
        Event::NotAccepted { why } => close(case, at, Life::NotAccepted { at, why: *why }),
        Event::Stopped { ending, why } => close(
            case,
            at,
            Life::Stopped {
                ending: *ending,
                at,
                why: *why,
            },
        ),
        Event::Reopened { .. } => {
            case.reopened += 1;
            case.life = Life::InProgress;
            case.evidenced = false;
            case.attached.clear();
            case.collected = None;
            case.rating = None;
            case.rated_for.clear();
            if let Some(due) = case.clock.due {
                clock::resume(&mut case.clock, at, due);
            }
        }
        Event::Rated { score, .. } => {
            case.rating = Some(*score);
            case.rated_for.clear();
        }
        Event::RatedFor { reasons } => case.rated_for.clone_from(reasons),
        Event::LookedAgain(looked) => super::looked::add(case, looked),
        Event::WorkShared(_) | Event::SharedWorkEnded { .. } => {
            super::shared::add(case, &recorded.event);
        }
        Event::Directed { directive } => case.directives.push(*directive),
        Event::PapersReceived(received) => add_papers(case, received),
        Event::Collected(collected) => case.collected = Some(collected.as_ref().clone()),
        Event::CodedElsewhere { .. } | Event::Relayed { .. } | Event::PartnerSaid { .. } => {}
        Event::Mirrored { system } => {
            case.mirror = Some(Mirror {
                system: system.clone(),
                said: Vec::new(),
            });
        }
        Event::OwnerSaid(said) => mirror::hear(case, said),
        Event::PartOf { whole, part } => {
            case.whole = Some(Whole {
                case: *whole,
                part: part.clone(),
            });
        }
        Event::PartOpened { .. }
        | Event::PartWaits { .. }
        | Event::PartGoesOn { .. }
        | Event::PartEnded { .. }
        | Event::PartDropped { .. } => super::parts::add(&mut case.parts, &recorded.event),
        Event::Merged { .. } | Event::Unmerged { .. } | Event::OriginalSaid(_) => {
            super::merge::add(case, &recorded.event, at);
        }
        Event::Recategorised(as_what) => super::recategorise::add(case, as_what, at),
        Event::Forwarded(_) | Event::OutsideSaid(_) | Event::TakenBack { .. } => {
            super::outside::add(case, &recorded.event, at);
        }
        Event::Warned { of, step, row } => match step {
            None => case.clock.warned.push(*of),
            Some(step) => {
                if let Some(task) = case.tasks.iter_mut().find(|task| task.is(step, *row)) {
                    task.warned.push(*of);
                }
            }
        },
        Event::SupplementMarked { list } => case.marked = Some(*list),
        Event::FeeAsked { .. }
        | Event::FeePaid(_)
        | Event::PaymentVoided { .. }
        | Event::FeeWaived { .. }
        | Event::WaiverRejected { .. }
        | Event::RefundAsked { .. }
        | Event::RefundAnswered { .. }
        | Event::Refunded { .. } => super::account::add(&mut case.money, recorded),
        Event::ApologyPrepared { due, proposed } => {
            let apology = apology_for(case, *due);
            apology.prepared = Some(at);
            apology.proposed = Some(*proposed);
        }
        Event::Apologised { due, .. } => {
            let signer = match &recorded.actor {
                Actor::Official { id, .. } => Some(*id),
                _ => None,
            };
            let apology = apology_for(case, *due);
            apology.signed = Some(at);
            apology.signer = signer;
        }
        // Who stopped it and on which ground; the end is told by `Stopped`.
        Event::StopOrdered { .. } => {}
        Event::ErrorReported { .. } => case.corrections.push(Correction {
            reported: Some(at),
            by_applicant: !matches!(recorded.actor, Actor::Official { .. }),
            ..Correction::default()
        }),
        Event::ErrorDeclined { .. } => {
            if let Some(error) = case.corrections.last_mut() {
                error.declined = Some(at);
            }
        }
        Event::CorrectionBegun { step, due, .. } => {
            if case.error_waiting().is_none() {
                case.corrections.push(Correction::default());
            }
            if let Some(error) = case.corrections.last_mut() {
                error.begun = Some(at);
                error.step = Some(step.clone());
                error.due = Some(*due);
            }
            case.collected = None;
            let back = Box::new(std::mem::replace(&mut case.life, Life::Registered));
            case.life = Life::Correcting { since: at, back };
        }
        Event::Corrected => {
            if let Some(error) = case.corrections.last_mut() {
                error.done = Some(at);
            }
            if let Some((ending, at)) = case.life.ended() {
                case.life = Life::Decided { ending, at };
            }
        }
        Event::ConsultationAsked(asked) => case.consultations.push(Consultation {
            step: asked.step.clone(),
            step_row: asked.step_row,
            if_silent: asked.if_silent,
            question: asked.question,
        }),
        Event::PapersLost(lost) => case.losses.push(Loss {
            papers: lost.papers.clone(),
            damaged: lost.damaged,
            at,
            made_good: None,
            cost: 0,
        }),
        Event::LossMadeGood { loss, cost, .. } => {
            if let Some(lost) = case.losses.get_mut(*loss as usize) {
                lost.made_good = Some(at);
                lost.cost = *cost;
            }
        }
        Event::ReviewAwaited => {
            case.public = false;
            case.shown.waits = true;
        }
        Event::Moderated { deed, .. } => super::shown::add(case, deed),
    }
}

/// The name under which `Case::counts` counts a step; rows of an `each` block count apart.
pub(super) fn way(step: &str, row: Option<u32>) -> String {
    match row {
        None => step.to_owned(),
        Some(row) => format!("{step}[{row}]"),
    }
}

/// Whoever has a step now goes on seeing the case, but for those who see their own step alone.
fn remember_units(case: &mut Case) {
    let lasting = case.tasks.iter().filter(|task| !task.own_step);
    for unit in lasting.filter_map(|task| task.unit.as_ref()) {
        if !case.handled_by.contains(unit) {
            case.handled_by.push(unit.clone());
        }
    }
}

fn apology_for(case: &mut Case, due: Moment) -> &mut Apology {
    let place = case.apologies.iter().position(|apology| apology.due == due);
    let place = place.unwrap_or_else(|| {
        case.apologies.push(Apology {
            due,
            prepared: None,
            proposed: None,
            signed: None,
            signer: None,
        });
        case.apologies.len() - 1
    });
    &mut case.apologies[place]
}

fn step_decided(case: &mut Case, decided: &StepDecided) {
    let taken = format!("{}.{}", way(&decided.step, decided.row), decided.outcome);
    *case.counts.entry(taken).or_default() += 1;
    case.tasks
        .retain(|task| !task.is(&decided.step, decided.row));
    case.evidenced |= !decided.files.is_empty();
    case.attached
        .retain(|_, file| !decided.files.contains(file));
}

/// A note by somebody of a unit is that unit's latest report on all its steps.
fn reported(case: &mut Case, recorded: &Recorded) {
    let Actor::Official { unit, .. } = &recorded.actor else {
        return;
    };
    let theirs = |task: &&mut Task| task.unit.as_ref() == Some(unit);
    for task in case.tasks.iter_mut().filter(theirs) {
        task.reported = Some(recorded.at);
        task.warned.retain(|of| *of != Warning::ReportDue);
    }
}

fn hold(case: &mut Case, step: &str, row: Option<u32>, holder: Option<crate::ids::PersonId>) {
    if let Some(task) = case.tasks.iter_mut().find(|task| task.is(step, row)) {
        task.holder = holder;
    }
}

fn close(case: &mut Case, at: Moment, life: Life) {
    case.life = life;
    case.tasks.clear();
    clock::stop(&mut case.clock, at, Stopped::Ended);
}

/// What a log without its beginning tells.
fn nothing_known() -> Opened {
    Opened {
        code: String::new(),
        service: String::new(),
        service_version: 0,
        kind: Kind::default(),
        channel: Channel::Import,
        applicant: None,
        applicant_kind: None,
        unit: String::new(),
        received_at: None,
        area: None,
        place: None,
        public: false,
        about: None,
    }
}

fn opened_as(opened: &Opened, recorded: &Recorded, at: Moment) -> Case {
    Case {
        id: recorded.case,
        code: opened.code.clone(),
        service: opened.service.clone(),
        service_version: opened.service_version,
        kind: opened.kind,
        version: recorded.version,
        life: Life::Registered,
        accepted: None,
        opened: at,
        channel: opened.channel,
        applicant: opened.applicant,
        applicant_kind: opened.applicant_kind,
        unit: opened.unit.clone(),
        received_at: opened.received_at.clone(),
        area: opened.area.clone(),
        place: opened.place,
        public: opened.public,
        clock: LegalClock::default(),
        tasks: Vec::new(),
        counts: Default::default(),
        stints: vec![Stint {
            unit: opened.unit.clone(),
            since: at,
        }],
        handled_by: Vec::new(),
        supplements: 0,
        reopened: 0,
        rating: None,
        directives: Vec::new(),
        about: opened.about,
        attached: Default::default(),
        evidenced: false,
        marked: None,
        requested: None,
        money: Money::default(),
        papers: Vec::new(),
        sets: 0,
        helper: None,
        collected: None,
        apologies: Vec::new(),
        corrections: Vec::new(),
        consultations: Vec::new(),
        losses: Vec::new(),
        mirror: None,
        whole: None,
        parts: Vec::new(),
        shown: Default::default(),
        merged: None,
        was: Vec::new(),
        forwards: Vec::new(),
        shared: Vec::new(),
        rated_for: Vec::new(),
    }
}

/// One event tells a whole life: the clock ran from the first contact to the end it names.
fn imported_as(imported: &Imported, recorded: &Recorded) -> Case {
    let mut case = opened_as(&imported.opened, recorded, imported.at);
    case.accepted = Some(imported.at);
    case.life = Life::InProgress;
    if let Some(due) = imported.due {
        case.clock = clock::started(imported.at, None, 0, due);
    }
    if let Some((ending, at)) = imported.ended {
        let life = match good(ending) {
            true => Life::HandedOver {
                ending,
                decided: at,
                at,
            },
            false => Life::Stopped {
                ending,
                at,
                why: None,
            },
        };
        close(&mut case, at, life);
    }
    case
}
