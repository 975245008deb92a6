//! A report that is the same thing as another: its fate is that of the original, its row and its first clock stay,
//! and it can be taken out again.
//!
//! Absent: which report may be named, and carrying the news between cases (`actions::merging`).

use serde::{Deserialize, Serialize};
use service::definition::{Ending, Kind, Move};

use super::command::Refusal;
use super::event::{Event, OriginalSaid};
use super::life::Life;
use super::state::Case;
use super::steps::{Deciding, not_from_here};
use super::work::Work;
use crate::Moment;
use crate::ids::{CaseCode, CaseId, NoteId, UnitCode};
use crate::person::Actor;

/// Counts how often a case was taken out of another one.
pub const UNMERGED: &str = "+unmerged";

/// Into which report a case was merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    pub original: CaseId,
    pub code: CaseCode,
    pub since: Moment,
    /// Who was competent before.
    pub unit: UnitCode,
    /// How the original ended, once it has.
    pub fate: Option<(Ending, Moment)>,
}

/// What the rules must know of the report that is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Original {
    pub id: CaseId,
    pub code: CaseCode,
    pub kind: Kind,
    pub unit: UnitCode,
    /// Merged itself: its own original is to be named.
    pub merged: bool,
    pub ended: Option<(Ending, Moment)>,
    pub evidenced: bool,
}

impl Original {
    pub fn of(case: &Case) -> Self {
        Self {
            id: case.id,
            code: case.code.clone(),
            kind: case.kind,
            unit: case.unit.clone(),
            merged: case.merged.is_some(),
            ended: case.life.ended(),
            evidenced: case.evidenced,
        }
    }
}

impl Case {
    /// How it ended for whoever counts: a duplicate with its original, and not before it.
    pub fn fate(&self) -> Option<(Ending, Moment)> {
        match &self.merged {
            Some(merged) => merged.fate,
            None => self.life.ended(),
        }
    }
}

/// An end of the original that says nothing of what its duplicates told: they go back to work.
pub fn lets_go(ending: Ending) -> bool {
    matches!(
        ending,
        Ending::Withdrawn | Ending::NoAnswer | Ending::Spam | Ending::Stopped
    )
}

impl Work<'_> {
    /// Decides a step by an outcome that ends with a duplicate.
    pub(super) fn merge(&mut self, deciding: Deciding, original: Original) -> Result<(), Refusal> {
        let task = self.task_under_way(&deciding.step, deciding.row)?;
        if task.by_applicant() || !matches!(self.given.actor, Actor::Official { .. }) {
            return Err(Refusal::NotYours);
        }
        self.hold_or_lead(&task)?;
        let step = self.flow.step(&deciding.step);
        let way = step.and_then(|step| {
            let mut ways = step.outcomes.iter();
            ways.find(|way| way.code == deciding.outcome)
        });
        if !way.is_some_and(|way| way.to == Move::End(Ending::Duplicate)) {
            return Err(Refusal::NoSuchOutcome {
                step: deciding.step,
                outcome: deciding.outcome,
            });
        }
        if original.id == self.case.id {
            return Err(Refusal::OwnOriginal);
        }
        if original.kind != Kind::Report || original.merged {
            return Err(Refusal::NoOriginal);
        }
        // What was over before this was seen is another thing, and what ended without work is no answer to it.
        if let Some((ending, at)) = original.ended
            && (at < self.case.opened || lets_go(ending))
        {
            return Err(Refusal::OriginalOver { ending });
        }
        let Original { id, code, unit, .. } = original;
        self.then(Event::Merged { original: id, code });
        if self.given.definition.agency.is_none() && unit != self.case.unit {
            let why = deciding.note;
            self.then(Event::Rerouted { unit, why });
        }
        self.conclude(deciding)?;
        self.tell_fate(id, original.ended, original.evidenced);
        Ok(())
    }

    /// It is not the same thing after all: back to where it is sorted, under its first clock. An official says why;
    /// the reporter may say so within the window for reopening, as often as that allows.
    pub(super) fn unmerge(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        let Some(merged) = self.case.merged.clone() else {
            return Err(not_from_here(&self.case));
        };
        match self.given.actor {
            Actor::Clock => {}
            Actor::Official { .. } if why.is_none() => return Err(Refusal::ReasonRequired),
            Actor::Official { .. } => {}
            Actor::Visitor | Actor::Resident(_) => self.may_still_say_so(merged.since)?,
            Actor::Import | Actor::Bank => return Err(Refusal::NotYours),
        }
        let original = merged.original;
        self.then(Event::Unmerged { original, why });
        if merged.unit != self.case.unit {
            self.then(Event::Rerouted {
                unit: merged.unit,
                why: None,
            });
        }
        self.enter(0, why)
    }

    fn may_still_say_so(&self, since: Moment) -> Result<(), Refusal> {
        let after = &self.given.definition.process.after;
        let Some(window) = after.reopen_within else {
            return Err(not_from_here(&self.case));
        };
        let closes = self.given.calendar.due(since, window, None, false)?.at;
        let often = self.case.count(UNMERGED) >= after.reopen_at_most.max(1);
        match self.given.now > closes || often {
            true => Err(Refusal::TooLateToReopen),
            false => Ok(()),
        }
    }

    /// The original ended, or goes on again. Nobody gives this command.
    pub(super) fn hear_original(
        &mut self,
        ended: Option<(Ending, Moment)>,
        evidenced: bool,
    ) -> Result<(), Refusal> {
        if *self.given.actor != Actor::Clock {
            return Err(Refusal::NotYours);
        }
        if let Some(merged) = &self.case.merged {
            self.tell_fate(merged.original, ended, evidenced);
        }
        Ok(())
    }

    fn tell_fate(&mut self, original: CaseId, ended: Option<(Ending, Moment)>, evidenced: bool) {
        let known = self.case.merged.as_ref().and_then(|merged| merged.fate);
        if known != ended {
            let said = OriginalSaid {
                original,
                ended,
                evidenced,
            };
            self.then(Event::OriginalSaid(Box::new(said)));
        }
    }

    /// A step that ends with a duplicate names the original: see [`Work::merge`].
    pub(super) fn names_its_original(&self, to: &Move) -> Result<(), Refusal> {
        let duplicate = *to == Move::End(Ending::Duplicate);
        match duplicate && self.case.kind == Kind::Report && self.case.merged.is_none() {
            true => Err(Refusal::OriginalRequired),
            false => Ok(()),
        }
    }
}

/// What an event says of the merging.
pub(super) fn add(case: &mut Case, event: &Event, at: Moment) {
    match event {
        Event::Merged { original, code } => {
            case.merged = Some(Merged {
                original: *original,
                code: code.clone(),
                since: at,
                unit: case.unit.clone(),
                fate: None,
            });
        }
        Event::Unmerged { .. } => {
            case.merged = None;
            case.evidenced = false;
            case.rating = None;
            case.rated_for.clear();
            *case.counts.entry(UNMERGED.to_owned()).or_default() += 1;
            case.life = match case.accepted {
                Some(_) => Life::InProgress,
                None => Life::Registered,
            };
            if let Some(due) = case.clock.due {
                crate::clock::resume(&mut case.clock, at, due);
            }
        }
        Event::OriginalSaid(said) => {
            if let Some(merged) = &mut case.merged {
                merged.fate = said.ended;
                case.evidenced = said.evidenced;
            }
        }
        _ => {}
    }
}
