//! Papers of a dossier that the agency lost or damaged: it says so, apologises, asks for them again and bears what
//! that costs (NĐ 61/2018 Đ.21). The clock runs on: the applicant is not made to pay with time.

use service::definition::Code;

use super::command::Refusal;
use super::event::{Event, PapersLost};
use super::steps::not_ended;
use super::work::Work;
use crate::ids::NoteId;

impl Work<'_> {
    pub(super) fn declare_loss(
        &mut self,
        papers: Vec<Code>,
        damaged: bool,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        if papers.is_empty() {
            return Err(Refusal::NothingChosen);
        }
        let known = &self.given.definition.documents;
        let strange = papers
            .iter()
            .find(|code| !known.iter().any(|document| document.code == **code));
        if let Some(document) = strange {
            return Err(Refusal::NoSuchPaper {
                document: document.clone(),
            });
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let authority = self.signs_for_the_unit()?;
        self.then(Event::PapersLost(Box::new(PapersLost {
            papers,
            damaged,
            why,
            authority,
        })));
        Ok(())
    }

    pub(super) fn make_good(
        &mut self,
        loss: u32,
        cost: i64,
        note: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let lost = self.case.losses.get(loss as usize);
        let lost = lost.ok_or_else(|| Refusal::NoSuchPaper {
            document: loss.to_string(),
        })?;
        if lost.made_good.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        if cost < 0 {
            return Err(Refusal::NoAmount);
        }
        self.then(Event::LossMadeGood { loss, cost, note });
        Ok(())
    }
}
