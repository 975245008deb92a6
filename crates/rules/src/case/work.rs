//! A decision in the making: a working copy of the case that takes each event as soon as it is
//! decided, so that the next line of the same decision sees it. A refusal throws the copy away.

use super::command::Refusal;
use super::event::{Event, Recorded};
use super::evolve::{add, evolve};
use super::given::{Context, Given};
use super::state::Case;
use crate::ids::CaseId;
use crate::process::Flow;

pub(super) struct Work<'a> {
    pub case: Case,
    pub given: &'a Given<'a>,
    pub flow: Flow<'a>,
    events: Vec<Event>,
}

pub(super) struct Mark {
    case: Case,
    events: usize,
}

impl<'a> Work<'a> {
    pub fn on(case: Case, given: &'a Given<'a>) -> Self {
        Self {
            case,
            given,
            flow: Flow::of(given.definition),
            events: Vec::new(),
        }
    }

    /// A case that begins with `opened`.
    pub fn begin(id: CaseId, opened: Event, given: &'a Given<'a>) -> Self {
        let recorded = Recorded {
            case: id,
            version: 1,
            at: given.now,
            actor: given.actor.clone(),
            event: opened,
        };
        let mut work = Self::on(evolve(None, &recorded), given);
        work.events.push(recorded.event);
        work
    }

    /// It happens.
    pub fn then(&mut self, event: Event) {
        let recorded = Recorded {
            case: self.case.id,
            version: self.case.version + 1,
            at: self.given.now,
            actor: self.given.actor.clone(),
            event,
        };
        add(&mut self.case, &recorded);
        self.events.push(recorded.event);
    }

    /// A point to come back to with [`Work::undo`].
    pub fn mark(&self) -> Mark {
        Mark {
            case: self.case.clone(),
            events: self.events.len(),
        }
    }

    pub fn undo(&mut self, mark: Mark) {
        self.case = mark.case;
        self.events.truncate(mark.events);
    }

    pub fn done(self) -> Vec<Event> {
        self.events
    }

    /// Asks rules of the definition as of this case, in a row of an `each` block or outside.
    pub fn ask<T>(
        &self,
        row: Option<(&str, u32)>,
        question: impl FnOnce(&Context<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        question(&Context {
            row,
            ..Context::of(self.given, &self.case)
        })
    }
}
