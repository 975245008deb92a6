//! A linked procedure and its parts. Each part is a case of its own under another service; the whole waits for
//! all of them, answers for the time, and is the one that the applicant knows.
//!
//! Absent: opening the case of a part and carrying the news between cases (`actions::parts`).

use serde::{Deserialize, Serialize};
use service::definition::{Code, Definition, Ending, LinkedPart};

use super::command::{Opening, Refusal};
use super::event::{Asked, Event};
use super::given::Given;
use super::life::Life;
use super::open;
use super::state::{Case, Stopped};
use super::steps::{Deciding, not_ended};
use super::work::Work;
use crate::clock;
use crate::ids::{CaseCode, CaseId};
use crate::person::Actor;
use crate::process::good;

/// Of which linked procedure a case is a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    pub case: CaseId,
    pub part: Code,
}

/// How a part of this case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    pub part: Code,
    /// Its case with the code; `None`: it never began and never will.
    pub case: Option<(CaseId, CaseCode)>,
    pub ended: Option<Ending>,
    /// Its applicant is waited for.
    pub waits: bool,
}

/// What the whole hears of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartNews {
    /// The applicant is asked for something.
    Waits(Asked),
    GoesOn,
    Ended(Ending),
}

/// Opens the case of a part: taken in with the whole, so that it begins where reception ends.
///
/// # Errors
/// As [`super::open`].
pub fn open_part(
    opening: &Opening,
    whole: &Whole,
    given: &Given<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut work = open::begun(opening, given)?;
    work.then(Event::PartOf {
        whole: whole.case,
        part: whole.part.clone(),
    });
    if let Some(owner) = &given.definition.owner {
        let system = owner.system.clone();
        work.then(Event::Mirrored { system });
        return Ok(work.done());
    }
    work.accept()?;
    let node = work.flow.work();
    work.enter(node, None)?;
    Ok(work.done())
}

/// Parts that can begin now: the whole waits for its parts, and what they come after ended well.
pub fn ready<'d>(case: &Case, definition: &'d Definition) -> Vec<&'d LinkedPart> {
    if !waiting_for_parts(case, definition) || case.life.ended().is_some() {
        return Vec::new();
    }
    let well = |code: &Code| {
        case.part(code)
            .and_then(|part| part.ended)
            .is_some_and(good)
    };
    let parts = definition.parts.iter();
    parts
        .filter(|part| case.part(&part.code).is_none() && part.after.iter().all(well))
        .collect()
}

fn waiting_for_parts(case: &Case, definition: &Definition) -> bool {
    let flow = crate::process::Flow::of(definition);
    let mut tasks = case.tasks.iter();
    tasks.any(|task| flow.step(&task.step).is_some_and(|step| step.of_parts()))
}

impl Case {
    pub fn part(&self, code: &str) -> Option<&PartState> {
        self.parts.iter().find(|part| part.part == code)
    }
}

impl Work<'_> {
    /// Nobody gives these commands: they follow from what happened to another case.
    fn between_cases(&self) -> Result<(), Refusal> {
        match self.given.actor {
            Actor::Clock => Ok(()),
            _ => Err(Refusal::NotYours),
        }
    }

    pub(super) fn part_opened(
        &mut self,
        part: Code,
        case: CaseId,
        code: CaseCode,
    ) -> Result<(), Refusal> {
        self.between_cases()?;
        not_ended(&self.case)?;
        if self.case.part(&part).is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.then(Event::PartOpened { part, case, code });
        Ok(())
    }

    pub(super) fn hear_part(&mut self, part: &str, news: PartNews) -> Result<(), Refusal> {
        self.between_cases()?;
        let Some(state) = self.case.part(part).cloned() else {
            return Ok(());
        };
        // A whole that was withdrawn or refused waits for nothing any more.
        if state.ended.is_some() || self.case.life.ended().is_some() {
            return Ok(());
        }
        let part = part.to_owned();
        match news {
            PartNews::Waits(what) if !state.waits => {
                let first = !self.case.parts.iter().any(|part| part.waits);
                self.then(Event::PartWaits { part });
                if first {
                    self.wait_for_applicant(what);
                }
            }
            PartNews::GoesOn if state.waits => {
                self.then(Event::PartGoesOn { part });
                self.go_on_with_parts()?;
            }
            PartNews::Waits(_) | PartNews::GoesOn => {}
            PartNews::Ended(ending) => {
                self.then(Event::PartEnded { part, ending });
                self.drop_hopeless();
                if state.waits {
                    self.go_on_with_parts()?;
                }
                self.finish_parts()?;
            }
        }
        Ok(())
    }

    /// The whole stands still with its part.
    fn wait_for_applicant(&mut self, what: Asked) {
        if matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            return;
        }
        self.then(Event::ApplicantAsked { what });
        if self.case.clock.running() {
            self.then(Event::ClockStopped {
                why: match what {
                    Asked::Supplement => Stopped::Supplement,
                    Asked::Payment => Stopped::Payment,
                    Asked::Question => Stopped::Question,
                },
            });
        }
    }

    fn go_on_with_parts(&mut self) -> Result<(), Refusal> {
        let waits = self.case.parts.iter().any(|part| part.waits);
        let theirs = matches!(
            self.case.life,
            Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. }
        );
        if waits || !theirs {
            return Ok(());
        }
        self.then(Event::ApplicantAnswered);
        match clock::standing(&self.case.clock) {
            Some(Stopped::Supplement | Stopped::Payment | Stopped::Question) => self.resume_clock(),
            _ => Ok(()),
        }
    }

    /// What comes after a part that ended badly, or never began, never begins.
    fn drop_hopeless(&mut self) {
        for part in &self.given.definition.parts {
            let hopeless = part.after.iter().any(|before| {
                let before = self.case.part(before);
                before.is_some_and(|one| one.case.is_none() || one.ended.is_some_and(|e| !good(e)))
            });
            if hopeless && self.case.part(&part.code).is_none() {
                let part = part.code.clone();
                self.then(Event::PartDropped { part });
            }
        }
    }

    /// Decides the step that waited, once every part has ended.
    pub(super) fn finish_parts(&mut self) -> Result<(), Refusal> {
        let parts = &self.given.definition.parts;
        if matches!(self.case.life, Life::WithdrawalAsked { .. }) || parts.is_empty() {
            return Ok(());
        }
        let waits = |task: &&super::state::Task| {
            let step = self.flow.step(&task.step);
            step.is_some_and(|step| step.of_parts())
        };
        let Some(task) = self.case.tasks.iter().find(waits).cloned() else {
            return Ok(());
        };
        let ends = parts.iter().map(|part| {
            let state = self.case.part(&part.code)?;
            (state.case.is_none() || state.ended.is_some()).then(|| state.ended.is_some_and(good))
        });
        let Some(ends) = ends.collect::<Option<Vec<bool>>>() else {
            return Ok(());
        };
        let outcome = match (ends.iter().all(|well| *well), ends.iter().any(|well| *well)) {
            (true, _) => "all",
            (_, true) => "some",
            _ => "none",
        };
        self.conclude(Deciding {
            step: task.step,
            row: task.row,
            outcome: outcome.to_owned(),
            note: None,
            files: Vec::new(),
            answers: None,
        })
    }

    /// The whole was withdrawn or stopped: its parts end with it.
    pub(super) fn end_with_whole(&mut self, ending: Ending) -> Result<(), Refusal> {
        self.between_cases()?;
        if self.case.whole.is_none() {
            return Err(Refusal::NotYours);
        }
        match self.case.life.ended() {
            Some(_) => Ok(()),
            None => self.end(ending, None),
        }
    }
}

/// What an event says of the parts.
pub(super) fn add(parts: &mut Vec<PartState>, event: &Event) {
    let state = |part: &Code, case| PartState {
        part: part.clone(),
        case,
        ended: None,
        waits: false,
    };
    let mut known = |code: &Code, change: &dyn Fn(&mut PartState)| {
        if let Some(part) = parts.iter_mut().find(|part| part.part == *code) {
            change(part);
        }
    };
    match event {
        Event::PartOpened { part, case, code } => {
            parts.push(state(part, Some((*case, code.clone()))));
        }
        Event::PartDropped { part } => parts.push(state(part, None)),
        Event::PartWaits { part } => known(part, &|part| part.waits = true),
        Event::PartGoesOn { part } => known(part, &|part| part.waits = false),
        Event::PartEnded { part, ending } => known(part, &|part| {
            part.ended = Some(*ending);
            part.waits = false;
        }),
        _ => {}
    }
}
