//! A drawn report is looked at again. Where it does not hold it goes back to work under its first clock, whatever the
//! window for its reporter; what was said is corrected only by saying it once more, with the reason.
//!
//! Absent: whether it was drawn, and who may look (`actions::sample`).

use serde::{Deserialize, Serialize};

use super::command::Refusal;
use super::event::{Event, LookedAgain};
use super::life::Life;
use super::state::Case;
use super::work::Work;
use crate::ids::{ContentHash, NoteId, UnitCode};
use crate::sample::Found;

/// What the photo of a look is called.
pub const PHOTO_AGAIN: &str = "photo-again";
/// Counts how often a look sent the case back to work.
const SENT_BACK: &str = "+sent-back";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    pub month: String,
    pub unit: UnitCode,
    pub found: Found,
    /// What was said before.
    pub before: Option<Found>,
    pub note: Option<NoteId>,
    pub files: Vec<ContentHash>,
}

impl Case {
    /// How often its reporter opened it again: what an inspector does takes nothing from their right.
    pub fn reopened_by_sender(&self) -> u32 {
        self.reopened.saturating_sub(self.count(SENT_BACK))
    }
}

impl Work<'_> {
    pub(super) fn look_again(&mut self, looking: Looking) -> Result<(), Refusal> {
        let Looking {
            month,
            unit,
            found,
            before,
            note,
            files,
        } = looking;
        if before == Some(found) {
            return Err(Refusal::AlreadyDone);
        }
        // That it holds needs no words the first time; everything else does.
        if note.is_none() && (before.is_some() || found != Found::Holds) {
            return Err(Refusal::ReasonRequired);
        }
        if found == Found::DoesNotHold && files.is_empty() {
            return Err(Refusal::EvidenceRequired {
                what: PHOTO_AGAIN.into(),
            });
        }
        // Its reporter may have opened it meanwhile, and what was merged or withdrawn stays so.
        let closed = matches!(self.case.life, Life::HandedOver { .. });
        let reopens = found == Found::DoesNotHold && closed;
        self.then(Event::LookedAgain(Box::new(LookedAgain {
            month,
            unit,
            found,
            instead_of: before,
            reopens,
            note,
            files,
        })));
        match reopens {
            true => self.back_to_work(note),
            false => Ok(()),
        }
    }
}

pub(super) fn add(case: &mut Case, looked: &LookedAgain) {
    if looked.reopens {
        *case.counts.entry(SENT_BACK.to_owned()).or_default() += 1;
    }
}
