//! A report that is of another kind than it was taken for: the process, the unit and the promise of the new kind,
//! the moment and, unless the new one is shorter, the promise of the first contact.
//!
//! `Given` is that of the new kind. Absent: which answers of the old form it keeps (`actions::recategorise`).

use serde::{Deserialize, Serialize};
use service::definition::{Code, Kind, Node, Publish};
use service::table::Promised;

use super::command::Refusal;
use super::event::{Event, Recategorised};
use super::given::Context;
use super::life::Life;
use super::open::competent;
use super::shown::Deed;
use super::state::{Case, LegalClock, Task};
use super::steps::not_from_here;
use super::work::Work;
use crate::Moment;
use crate::clock;
use crate::ids::NoteId;

/// As what it was handled before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    pub service: Code,
    pub version: u32,
    pub until: Moment,
    /// The kind after it promises a later day.
    pub lengthened: bool,
}

impl Work<'_> {
    pub(super) fn recategorise(
        &mut self,
        step: &str,
        row: Option<u32>,
        (missing, answers): (Vec<Code>, u32),
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let task = self.task_under_way(step, row)?;
        if task.by_applicant() {
            return Err(Refusal::NotYours);
        }
        self.hold_or_lead(&task)?;
        let new = self.given.definition;
        if let Some(owner) = &new.owner {
            return Err(Refusal::OwnedElsewhere {
                system: owner.system.clone(),
            });
        }
        let at_work = matches!(
            self.case.life,
            Life::Registered | Life::Accepted { .. } | Life::InProgress
        );
        if self.case.kind != Kind::Report || new.kind != Kind::Report || !at_work {
            return Err(not_from_here(&self.case));
        }
        if self.case.service == new.service {
            return Err(Refusal::AlreadyDone);
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let stays = self.sorted_there_too(&task)?;
        for other in self.case.tasks.clone() {
            if !(stays && other.is(step, row)) {
                self.then(Event::StepDropped {
                    step: other.step,
                    row: other.row,
                });
            }
        }
        let (promised, due, limit) = self.promise_anew()?;
        self.then(Event::Recategorised(Box::new(Recategorised {
            from: self.case.service.clone(),
            from_version: self.case.service_version,
            to: new.service.clone(),
            to_version: self.given.version,
            limit,
            promised,
            due,
            missing,
            why,
        })));
        self.then(Event::AnswersChanged { answers });
        self.shown_as(new.publishes(), why);
        let unit = competent(&Context::of(self.given, &self.case))?;
        if unit != self.case.unit {
            self.then(Event::Rerouted { unit, why });
        }
        match stays {
            true => Ok(()),
            false => self.enter(0, why),
        }
    }

    /// Anybody may see of it no more than the new kind allows.
    fn shown_as(&mut self, publishes: Publish, why: Option<NoteId>) {
        match publishes {
            _ if !self.case.public => {}
            Publish::AtOnce => {}
            Publish::AfterReview => self.then(Event::ReviewAwaited),
            Publish::Never => self.then(Event::Moderated {
                deed: Deed::Hide,
                why,
            }),
        }
    }

    /// Whoever sorts it now sorts the new kind as well: the step and its time go on.
    fn sorted_there_too(&self, task: &Task) -> Result<bool, Refusal> {
        let Some(Node::Step(first)) = self.flow.nodes().first() else {
            return Ok(false);
        };
        if first.code != task.step || first.by != task.role {
            return Ok(false);
        }
        let anew = self.task(0, first, None)?;
        Ok(anew.unit == task.unit && anew.post == task.post)
    }

    /// What the new kind promises from the first contact: at first, and by now after every pause and new date.
    fn promise_anew(&self) -> Result<Promise, Refusal> {
        let (given, old) = (self.given, &self.case.clock);
        let Some(rule) = &given.definition.process.limit else {
            return Ok((None, None, old.limit));
        };
        let from = old
            .intervals
            .first()
            .map_or(self.case.opened, |first| first.from);
        match self.promised(rule)? {
            Promised::Until(day) => {
                let due = given.calendar.end_of_working_day(day)?;
                Ok((Some(due), Some(due), None))
            }
            Promised::Length(limit) => {
                let counting = self.counting()?;
                let promised = counting.due(given.calendar, from, limit)?.at;
                let with = LegalClock {
                    limit: Some(limit),
                    ..old.clone()
                };
                let due = clock::redated(&with, given.calendar, &counting)?;
                Ok((Some(promised), due, Some(limit)))
            }
        }
    }
}

/// The first promise of the new kind, the day that holds by now, and its length.
type Promise = (
    Option<Moment>,
    Option<Moment>,
    Option<service::definition::Limit>,
);

pub(super) fn add(case: &mut Case, event: &Recategorised, at: Moment) {
    let lengthened = match (event.promised, case.clock.first_due) {
        (Some(new), Some(first)) => new > first,
        _ => false,
    };
    case.was.push(Was {
        service: event.from.clone(),
        version: event.from_version,
        until: at,
        lengthened,
    });
    case.service = event.to.clone();
    case.service_version = event.to_version;
    clock::recategorise(&mut case.clock, event.limit, event.promised, event.due);
}
