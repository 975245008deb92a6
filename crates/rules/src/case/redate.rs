//! A newer working calendar came into force (a holiday decided, a Saturday exchanged): the dates of an
//! open case are worked out again, and the log keeps the old ones. The first promise stays.

use service::definition::Step;

use super::command::Refusal;
use super::event::{Event, StepRedated};
use super::state::Task;
use super::work::Work;
use crate::Moment;
use crate::clock;

impl Work<'_> {
    /// Nothing to say is no refusal: not begun, ended, or on this calendar already.
    pub(super) fn redate(&mut self) -> Result<(), Refusal> {
        let (calendar, clock) = (self.given.calendar, &self.case.clock);
        let begun = !clock.intervals.is_empty() && clock.calendar > 0;
        if self.case.life.ended().is_some() || !begun || clock.calendar >= calendar.version() {
            return Ok(());
        }
        let from = clock.due;
        let to = clock::redated(clock, calendar, &self.counting()?)?;
        let mut steps = Vec::new();
        for task in &self.case.tasks {
            let due = match self.flow.find(&task.step) {
                // What has the rest of the time has the rest of the new time.
                _ if task.due.is_some() && task.due == from => to,
                Some((place, step)) => self.begun_step_due(place.node, step, task)?,
                None => task.due,
            };
            if due != task.due {
                let (step, row) = (task.step.clone(), task.row);
                steps.push(StepRedated { step, row, due });
            }
        }
        self.then(Event::Redated {
            calendar: calendar.version(),
            from,
            to,
            steps,
        });
        Ok(())
    }

    fn begun_step_due(
        &self,
        node: usize,
        step: &Step,
        task: &Task,
    ) -> Result<Option<Moment>, Refusal> {
        self.step_due(step, self.over(node).zip(task.row), task.since)
    }
}
