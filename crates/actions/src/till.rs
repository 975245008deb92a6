//! The till of a desk: opened, counted, closed, confirmed. Whose till somebody may touch is asked here, with it.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use rules::Moment;
use rules::case::Refusal;
use rules::duty::{self, Act};
use rules::person::{Official, Person};
use rules::till::{By, DENOMINATIONS, Till};
use service::definition::Post;
use store::Tx;

use crate::city::{City, Law};
use crate::error::ActionError;

/// What is done with a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TillDeed {
    /// With what lies in it, in đồng; again until it is closed.
    Open { opening: i64 },
    /// Counted: how many of each denomination, and why it differs.
    Close {
        pieces: BTreeMap<i64, u32>,
        why: Option<String>,
    },
    /// By the head.
    Confirm,
    /// By the head: to be counted again.
    SendBack,
}

/// Midnight to midnight in the city.
///
/// # Errors
/// [`ActionError::NoCalendar`] where the city has none, or none for this day.
pub fn day_of(law: &Law, day: Date) -> Result<(Moment, Moment), ActionError> {
    let calendar = law.calendar()?;
    let next = day.tomorrow().map_err(|_| ActionError::NoCalendar)?;
    let midnight = |day| calendar.at(day, Time::midnight());
    Ok((midnight(day)?, midnight(next)?))
}

/// A seat of at least this post in the unit.
pub fn keeps(official: &Official, unit: &str, at_least: Post) -> bool {
    let mut seats = official.seats.iter();
    seats.any(|seat| seat.unit == unit && seat.post >= at_least)
}

impl City {
    /// Does something with the till of a unit on a day.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] for another unit's till, or where a head is needed; as [`Till`] says.
    pub async fn keep_till(
        &self,
        person: &Person,
        unit: &str,
        day: Date,
        deed: TillDeed,
    ) -> Result<Till, ActionError> {
        duty::may(person, &Act::KeepTill, None)?;
        let Person::Official(official) = person else {
            return Err(Refusal::NotYours.into());
        };
        let post = match deed {
            TillDeed::Open { .. } | TillDeed::Close { .. } => Post::Staff,
            TillDeed::Confirm | TillDeed::SendBack => Post::DeputyHead,
        };
        if !keeps(official, unit, post) {
            return Err(Refusal::NotYours.into());
        }
        let (law, unit) = (self.law(), unit.to_owned());
        let by = By {
            person: official.id,
            at: self.now(),
        };
        self.writer()
            .run("till", move |tx| {
                let (law, unit, deed) = (law.clone(), unit.clone(), deed.clone());
                Box::pin(async move { keep(tx, &law, &unit, day, deed, by).await })
            })
            .await
    }
}

async fn keep(
    tx: &mut Tx,
    law: &Law,
    unit: &str,
    day: Date,
    deed: TillDeed,
    by: By,
) -> Result<Till, ActionError> {
    if day > law.calendar()?.local(by.at).0 {
        return Err(Refusal::NotFromHere { life: 0 }.into());
    }
    let known = tx.till(unit, day).await?;
    let till = match deed {
        TillDeed::Open { opening } => match known {
            None => Till::open(opening, by)?,
            Some(mut till) => {
                till.reopen_with(opening, by)?;
                till
            }
        },
        TillDeed::Close { pieces, why } => {
            let mut till = match known {
                Some(till) => till,
                None => Till::open(0, by)?,
            };
            let (since, until) = day_of(law, day)?;
            let cash = tx.cash_between(unit, since, until).await?;
            let pieces = pieces.into_iter();
            let pieces = pieces.filter(|(value, n)| *n > 0 && DENOMINATIONS.contains(value));
            till.close(pieces.collect(), cash, why, by)?;
            till
        }
        TillDeed::Confirm => {
            let mut till = known.ok_or(Refusal::TillOpen)?;
            till.confirm(by)?;
            till
        }
        TillDeed::SendBack => {
            let mut till = known.ok_or(Refusal::TillOpen)?;
            till.send_back()?;
            till
        }
    };
    tx.save_till(unit, day, &till).await?;
    Ok(till)
}
