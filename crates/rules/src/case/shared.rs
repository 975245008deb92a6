//! Work of other units on one report, each as a case of its own with its own time and answer. The report is the one
//! that the resident knows; where it was said so, it is not called done before they are.
//!
//! Absent: opening those cases and carrying the news (`actions::shared`).

use serde::{Deserialize, Serialize};
use service::definition::{Code, Ending, Kind};

use super::command::Refusal;
use super::event::{Event, WorkShared};
use super::state::Case;
use super::work::Work;
use crate::ids::{CaseCode, CaseId, UnitCode};
use crate::person::Actor;

/// Another unit's part of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub case: CaseId,
    pub code: CaseCode,
    pub unit: UnitCode,
    /// The report waits for it.
    pub waits: bool,
    pub ended: Option<Ending>,
}

/// [`super::Command::ShareWork`], as a thing to hand around.
pub(super) struct Sharing {
    pub step: Code,
    pub row: Option<u32>,
    pub shared: WorkShared,
}

impl Work<'_> {
    /// The clocks of the report go on: others helping buys no time.
    pub(super) fn share_work(&mut self, sharing: Sharing) -> Result<(), Refusal> {
        let task = self.task_under_way(&sharing.step, sharing.row)?;
        if task.by_applicant() || self.case.kind != Kind::Report {
            return Err(Refusal::NotYours);
        }
        self.hold_or_lead(&task)?;
        let shared = sharing.shared;
        let given = self.given;
        if (given.organisation.unit(&shared.unit, given.today())).is_none() {
            return Err(Refusal::NoUnit { rule: shared.unit });
        }
        let open = |one: &&Shared| one.ended.is_none() && one.unit == shared.unit;
        if self.case.shared.iter().any(|one| open(&one)) {
            return Err(Refusal::AlreadyDone);
        }
        self.take_up(&sharing.step);
        self.then(Event::WorkShared(Box::new(shared)));
        Ok(())
    }

    /// A unit is through with its part. Nobody gives this command.
    pub(super) fn hear_shared(&mut self, case: CaseId, ending: Ending) -> Result<(), Refusal> {
        if *self.given.actor != Actor::Clock {
            return Err(Refusal::NotYours);
        }
        let mut shared = self.case.shared.iter();
        if shared.any(|one| one.case == case && one.ended.is_none()) {
            self.then(Event::SharedWorkEnded { case, ending });
        }
        Ok(())
    }

    /// The report ended: what others still do for it ends with it.
    pub(super) fn end_with_report(&mut self, ending: Ending) -> Result<(), Refusal> {
        if *self.given.actor != Actor::Clock || self.case.about.is_none() {
            return Err(Refusal::NotYours);
        }
        match self.case.life.ended() {
            Some(_) => Ok(()),
            None => self.end(ending, None),
        }
    }

    /// What the report waits for is done.
    pub(super) fn others_are_through(&self) -> Result<(), Refusal> {
        let waits = |one: &&Shared| one.waits && one.ended.is_none();
        match self.case.shared.iter().find(waits) {
            Some(one) => Err(Refusal::WaitsForOthers {
                code: one.code.clone(),
            }),
            None => Ok(()),
        }
    }
}

pub(super) fn add(case: &mut Case, event: &Event) {
    match event {
        Event::WorkShared(shared) => case.shared.push(Shared {
            case: shared.case,
            code: shared.code.clone(),
            unit: shared.unit.clone(),
            waits: shared.waits,
            ended: None,
        }),
        Event::SharedWorkEnded { case: of, ending } => {
            if let Some(one) = case.shared.iter_mut().find(|one| one.case == *of) {
                one.ended = Some(*ending);
            }
        }
        _ => {}
    }
}
