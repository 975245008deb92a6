//! Work that goes to others without a decision: a colleague left, or another may sign now.

use service::definition::Code;

use super::command::Refusal;
use super::event::Event;
use super::steps::not_ended;
use super::work::Work;
use crate::authority;
use crate::ids::{NoteId, PersonId};

impl Work<'_> {
    /// The same step, the same clocks, another holder of the same unit. That they sit there is
    /// `Given::staff`'s to say.
    pub(super) fn reassign(
        &mut self,
        step: &str,
        row: Option<u32>,
        to: PersonId,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let task = self.case.task(step, row).cloned();
        let task = task.ok_or_else(|| Refusal::NoSuchStep {
            step: step.to_owned(),
        })?;
        let Some(unit) = task.unit else {
            return Err(Refusal::NotYours);
        };
        if task.holder == Some(to) {
            return Err(Refusal::AlreadyDone);
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let mut there = self.given.staff.iter();
        if !there.any(|one| one.person == to && one.unit == unit && one.post >= task.post) {
            return Err(Refusal::NotSeatedThere { unit });
        }
        self.then(Event::Passed {
            step: step.to_owned(),
            row,
            unit,
            to: Some(to),
            why,
        });
        Ok(())
    }

    /// Steps that sign and whose seat may not sign any more go where today's first grant lies. A case where
    /// nobody may sign stays where it is: its signer is told why.
    pub(super) fn reseat(&mut self) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let tasks: Vec<(Code, Option<u32>)> = self
            .case
            .tasks
            .iter()
            .map(|task| (task.step.clone(), task.row))
            .collect();
        for (code, row) in tasks {
            let Some((step, task)) = self.flow.step(&code).zip(self.case.task(&code, row)) else {
                continue;
            };
            let role = step.signs.as_ref().and(self.flow.role(&step.by));
            let Some(role) = role.filter(|role| authority::needs_grant(role) && role.at.is_none())
            else {
                continue;
            };
            let (unit, post) = (task.unit.clone(), task.post);
            let grants = self.ask(None, |context| authority::who_may_sign(role, context))?;
            let still =
                |grant: &authority::Grant| unit.as_ref() == Some(&grant.unit) && grant.post >= post;
            if grants.is_empty() || grants.first().is_some_and(still) {
                continue;
            }
            let (unit, post) = self.seat_of(role, None)?;
            self.then(Event::Reseated {
                step: code,
                row,
                unit,
                post,
            });
        }
        Ok(())
    }
}
