//! Withdrawal: the applicant asks (state 7), an official answers. Impossible once the result is issued.

use service::definition::Ending;

use super::command::Refusal;
use super::event::Event;
use super::life::Life;
use super::state::Stopped;
use super::steps::{not_ended, not_from_here};
use super::work::Work;
use crate::clock;
use crate::ids::NoteId;

impl Work<'_> {
    /// The clock stands while the city looks at the wish, unless it stands already.
    pub(super) fn ask_withdrawal(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        match self.case.life {
            Life::WithdrawalAsked { .. } => return Err(Refusal::AlreadyDone),
            Life::Decided { .. } | Life::Correcting { .. } => {
                return Err(not_from_here(&self.case));
            }
            _ => {}
        }
        let runs = self.case.clock.running();
        self.then(Event::WithdrawalAsked { why });
        if runs {
            self.then(Event::ClockStopped {
                why: Stopped::Withdrawal,
            });
        }
        Ok(())
    }

    pub(super) fn answer_withdrawal(
        &mut self,
        accept: bool,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        if !matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            return Err(not_from_here(&self.case));
        }
        if accept {
            return self.end(Ending::Withdrawn, why);
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::WithdrawalRefused { why });
        if clock::standing(&self.case.clock) == Some(Stopped::Withdrawal) {
            self.resume_clock()?;
        }
        // Its last part may have ended meanwhile.
        self.finish_parts()
    }
}
