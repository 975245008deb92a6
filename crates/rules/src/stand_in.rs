//! Who does an absent person's work (NĐ 61/2018 Đ.12: at least one stand-in for each officer of a desk). Days are
//! whole; what a stand-in may sign is what they may sign anyway: standing in never widens authority.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, StandInId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    pub id: StandInId,
    pub absent: PersonId,
    pub person: PersonId,
    pub first: Date,
    /// Inclusive.
    pub last: Date,
    pub why: String,
    pub entered_by: PersonId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("nobody stands in for themselves")]
    Themselves,
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    #[error("the last day has passed")]
    Over,
    #[error("the stand-in is away on some of these days")]
    AwayToo,
    #[error("somebody stands in for them on some of these days already")]
    Covered,
    #[error("the stand-in has no seat in any unit of the absent person")]
    OtherUnit,
}

impl StandIn {
    pub fn in_force(&self, on: Date) -> bool {
        self.first <= on && on <= self.last
    }

    fn meets(&self, other: &StandIn) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// May this be entered beside those known? Stand-ins do not chain: who is away cannot stand in.
///
/// # Errors
/// [`Wrong`] with the reason.
pub fn judge(new: &StandIn, known: &[StandIn], today: Date) -> Result<(), Wrong> {
    if new.absent == new.person {
        return Err(Wrong::Themselves);
    }
    if new.last < new.first {
        return Err(Wrong::EndsBeforeItBegins);
    }
    if new.last < today {
        return Err(Wrong::Over);
    }
    let mut meeting = known.iter().filter(|other| new.meets(other));
    if meeting.clone().any(|other| other.absent == new.absent) {
        return Err(Wrong::Covered);
    }
    if meeting.any(|other| other.absent == new.person || other.person == new.absent) {
        return Err(Wrong::AwayToo);
    }
    Ok(())
}

/// For whom this person stands in on that day.
pub fn stands_in_for(person: PersonId, known: &[StandIn], on: Date) -> Vec<PersonId> {
    known
        .iter()
        .filter(|one| one.person == person && one.in_force(on))
        .map(|one| one.absent)
        .collect()
}
