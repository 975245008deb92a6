//! What may be done beside the steps: a file, a new date, a rating, a directive, and opening again.

use service::definition::Code;

use super::command::Refusal;
use super::event::Event;
use super::life::Life;
use super::steps::{not_ended, not_from_here};
use super::work::Work;
use crate::Moment;
use crate::clock;
use crate::ids::{CaseId, ContentHash, NoteId};

impl Work<'_> {
    pub(super) fn attach(
        &mut self,
        file: ContentHash,
        what: Code,
        public: bool,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        if self.case.attached.get(&what) == Some(&file) {
            return Err(Refusal::AlreadyDone);
        }
        self.then(Event::Attached { file, what, public });
        Ok(())
    }

    /// Form 04, with its reason; at most as often as the service allows (once under NĐ 61/2018 Đ.19.9).
    pub(super) fn extend(&mut self, to: Moment, why: Option<NoteId>) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let process = &self.given.definition.process;
        let from = match (&self.case.life, self.case.clock.due) {
            (Life::Decided { .. } | Life::WithdrawalAsked { .. } | Life::Correcting { .. }, _)
            | (_, None) => {
                return Err(not_from_here(&self.case));
            }
            (_, Some(from)) => from,
        };
        let late = process.when_late.as_ref().map(|late| late.new_dates);
        let most = process.clock.max_extensions.or(late).unwrap_or(0);
        clock::may_extend(&self.case.clock, to, most)?;
        if to <= self.given.now {
            return Err(Refusal::NotLater);
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::Extended { from, to, why });
        Ok(())
    }

    pub(super) fn rate(
        &mut self,
        score: u8,
        reasons: Vec<Code>,
        note: Option<NoteId>,
    ) -> Result<(), Refusal> {
        if self.case.life.ended().is_none() {
            return Err(not_from_here(&self.case));
        }
        if !(1..=5).contains(&score) {
            return Err(Refusal::BadScore);
        }
        if self.case.rating.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.then(Event::Rated { score, note });
        if !reasons.is_empty() {
            self.then(Event::RatedFor { reasons });
        }
        Ok(())
    }

    pub(super) fn direct(&mut self, directive: CaseId) -> Result<(), Refusal> {
        if self.case.directives.contains(&directive) {
            return Err(Refusal::AlreadyDone);
        }
        self.then(Event::Directed { directive });
        Ok(())
    }

    /// Within the window the service gives, back to where work begins, under the first clock: a case
    /// closed too early was never closed.
    pub(super) fn reopen(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        let Life::HandedOver { at, .. } = self.case.life else {
            return Err(not_from_here(&self.case));
        };
        let given = self.given;
        let after = &given.definition.process.after;
        let Some(window) = after.reopen_within else {
            return Err(not_from_here(&self.case));
        };
        // A window without a number opens once.
        let most = after.reopen_at_most.max(1);
        let closes = given.calendar.due(at, window, None, false)?.at;
        if given.now > closes || self.case.reopened_by_sender() >= most {
            return Err(Refusal::TooLateToReopen);
        }
        self.back_to_work(why)
    }

    pub(super) fn back_to_work(&mut self, why: Option<NoteId>) -> Result<(), Refusal> {
        self.then(Event::Reopened { why });
        let work = self.flow.work();
        self.enter(work, why)
    }
}
