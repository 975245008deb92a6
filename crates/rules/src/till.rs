//! The till of one desk on one day: opened with what lies in it, counted at the end, confirmed by the head.
//! What came in between is in the cases; the sum is handed in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Moment;
use crate::case::Refusal;
use crate::ids::PersonId;

/// Notes and coins in use, in đồng (issued by the State Bank of Vietnam; the smaller ones are no longer made).
pub const DENOMINATIONS: [i64; 12] = [
    500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100,
];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Till {
    /// What lay in it in the morning, in đồng.
    pub opening: i64,
    pub opened: By,
    pub closed: Option<Count>,
    pub confirmed: Option<By>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub person: PersonId,
    pub at: Moment,
}

/// The till as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many of each denomination.
    pub pieces: BTreeMap<i64, u32>,
    /// What should lie in it: opening and all cash of the day, in đồng.
    pub expected: i64,
    /// Why the two differ.
    pub why: Option<String>,
    pub by: By,
}

impl Count {
    pub fn counted(&self) -> i64 {
        let each = self.pieces.iter();
        each.map(|(value, pieces)| value * i64::from(*pieces)).sum()
    }

    /// Above zero: too much lies in the till.
    pub fn difference(&self) -> i64 {
        self.counted() - self.expected
    }
}

impl Till {
    pub fn open(opening: i64, by: By) -> Result<Self, Refusal> {
        match opening < 0 {
            true => Err(Refusal::NoAmount),
            false => Ok(Self {
                opening,
                opened: by,
                closed: None,
                confirmed: None,
            }),
        }
    }

    /// Cash goes in or out only while it is open.
    ///
    /// # Errors
    /// [`Refusal::TillClosed`].
    pub fn takes(&self) -> Result<(), Refusal> {
        match self.closed {
            Some(_) => Err(Refusal::TillClosed),
            None => Ok(()),
        }
    }

    /// The opening amount was typed wrong; it can be mended until the till is closed.
    ///
    /// # Errors
    /// [`Refusal::TillClosed`]; [`Refusal::NoAmount`] below zero.
    pub fn reopen_with(&mut self, opening: i64, by: By) -> Result<(), Refusal> {
        self.takes()?;
        *self = Self::open(opening, by)?;
        Ok(())
    }

    /// Counted and closed by the clerk. `cash`: what came that day less what went out, in đồng.
    ///
    /// # Errors
    /// [`Refusal::TillClosed`]; [`Refusal::ReasonRequired`] where count and sum differ without a word.
    pub fn close(
        &mut self,
        pieces: BTreeMap<i64, u32>,
        cash: i64,
        why: Option<String>,
        by: By,
    ) -> Result<(), Refusal> {
        self.takes()?;
        let count = Count {
            pieces,
            expected: self.opening + cash,
            why,
            by,
        };
        if count.difference() != 0 && count.why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.closed = Some(count);
        Ok(())
    }

    /// By the head, who did not count it.
    ///
    /// # Errors
    /// [`Refusal::NotFromHere`] while it is open; [`Refusal::SameHand`]; [`Refusal::AlreadyDone`].
    pub fn confirm(&mut self, by: By) -> Result<(), Refusal> {
        let Some(count) = &self.closed else {
            return Err(Refusal::TillOpen);
        };
        if self.confirmed.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        if count.by.person == by.person {
            return Err(Refusal::SameHand);
        }
        self.confirmed = Some(by);
        Ok(())
    }

    /// The head sends the count back: the clerk counts again.
    ///
    /// # Errors
    /// [`Refusal::TillOpen`]; [`Refusal::AlreadyDone`] once confirmed.
    pub fn send_back(&mut self) -> Result<(), Refusal> {
        if self.closed.is_none() {
            return Err(Refusal::TillOpen);
        }
        if self.confirmed.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.closed = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(person: u128) -> By {
        By {
            person: PersonId(uuid::Uuid::from_u128(person)),
            at: Moment::UNIX_EPOCH,
        }
    }

    fn pieces(of: &[(i64, u32)]) -> BTreeMap<i64, u32> {
        of.iter().copied().collect()
    }

    #[test]
    fn a_till_that_fits_is_closed_and_confirmed_by_another() {
        let mut till = Till::open(200_000, by(1)).expect("opens");
        let counted = pieces(&[(100_000, 3), (50_000, 1)]);
        assert_eq!(till.confirm(by(2)), Err(Refusal::TillOpen));
        assert_eq!(till.close(counted.clone(), 150_000, None, by(1)), Ok(()));
        assert_eq!(till.closed.as_ref().map(Count::difference), Some(0));
        assert_eq!(till.takes(), Err(Refusal::TillClosed));
        assert_eq!(
            till.close(counted, 150_000, None, by(1)),
            Err(Refusal::TillClosed)
        );
        assert_eq!(till.confirm(by(1)), Err(Refusal::SameHand));
        assert_eq!(till.confirm(by(2)), Ok(()));
        assert_eq!(till.confirm(by(2)), Err(Refusal::AlreadyDone));
        assert_eq!(till.send_back(), Err(Refusal::AlreadyDone));
    }

    #[test]
    fn a_difference_is_explained_and_a_count_can_be_sent_back() {
        let mut till = Till::open(0, by(1)).expect("opens");
        let counted = pieces(&[(10_000, 1)]);
        assert_eq!(
            till.close(counted.clone(), 15_000, None, by(1)),
            Err(Refusal::ReasonRequired)
        );
        let why = Some("Thối nhầm".to_owned());
        assert_eq!(till.close(counted, 15_000, why, by(1)), Ok(()));
        assert_eq!(till.closed.as_ref().map(Count::difference), Some(-5_000));
        assert_eq!(till.send_back(), Ok(()));
        assert_eq!(till.takes(), Ok(()));
        assert_eq!(till.reopen_with(-1, by(1)), Err(Refusal::NoAmount));
    }
}
