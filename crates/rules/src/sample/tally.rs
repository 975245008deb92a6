//! What a drawn sample says of a unit: how many of those looked at still held, and how many of all it called solved that
//! lets expect.

use super::Found;
use crate::league::{Share, Z_95, share};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub drawn: u64,
    pub holds: u64,
    pub does_not_hold: u64,
    pub cannot_tell: u64,
    /// Not looked at, and the days for it are over.
    pub overdue: u64,
}

/// What the sample lets expect of a unit's solved reports, of all that it closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted {
    /// As the unit says.
    pub claimed: f64,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl Tally {
    pub fn add(&mut self, found: Option<Found>, overdue: bool) {
        self.drawn += 1;
        match found {
            Some(Found::Holds) => self.holds += 1,
            Some(Found::DoesNotHold) => self.does_not_hold += 1,
            Some(Found::CannotTell) => self.cannot_tell += 1,
            None => self.overdue += u64::from(overdue),
        }
    }

    pub fn waiting(&self) -> u64 {
        self.drawn - self.holds - self.does_not_hold - self.cannot_tell
    }

    /// Those that say something of the unit.
    pub fn judged(&self) -> u64 {
        self.holds + self.does_not_hold
    }

    /// What still held of what could be judged.
    pub fn held(&self) -> Option<Share> {
        share::wilson(self.holds, self.judged(), Z_95)
    }

    /// Enough to compare by.
    pub fn tells(&self, smallest: u64) -> bool {
        self.judged() >= smallest.max(30)
    }

    /// The unit's solved share times what held, with the interval of the sample.
    #[expect(clippy::cast_precision_loss, reason = "counts of reports")]
    pub fn adjusted(&self, solved: u64, closed: u64) -> Option<Adjusted> {
        let held = self.held().filter(|_| closed > 0)?;
        let claimed = solved.min(closed) as f64 / closed as f64;
        Some(Adjusted {
            claimed,
            share: claimed * held.share,
            low: claimed * held.low,
            high: claimed * held.high,
        })
    }
}
