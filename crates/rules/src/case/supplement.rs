//! The one request to complete a dossier (form 02): it lists what is wrong, goes out through the desk, and is
//! asked as often as the law of the service allows. What the list may open to the applicant: `service`.

use service::definition::StepOutcome;
use service::supplement;

use super::command::Refusal;
use super::event::Event;
use super::steps::not_ended;
use super::work::Work;
use crate::ids::NoteId;

impl Work<'_> {
    /// A list replaces the one before: only a whole one is sent.
    pub(super) fn mark_missing(&mut self, list: NoteId) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        self.then(Event::SupplementMarked { list });
        Ok(())
    }

    /// Whoever proposes a request is told at once that the law allows no other one (NĐ 61/2018 Đ.11.2.c), and
    /// none goes without saying what is wrong (Đ.15.3).
    pub(super) fn may_ask_to_complete(&self, way: &StepOutcome) -> Result<(), Refusal> {
        let definition = self.given.definition;
        let clock = &definition.process.clock;
        if !supplement::asks(definition, &way.to) {
            return Ok(());
        }
        match clock.max_supplements {
            Some(most) if self.case.supplements >= most => Err(Refusal::SupplementUsedUp { most }),
            _ if clock.supplement_through.is_some() && self.case.marked.is_none() => {
                Err(Refusal::NothingMarked)
            }
            _ => Ok(()),
        }
    }
}
