//! A result issued before its appointment may be fetched on an earlier day, which is announced first (NĐ 61/2018
//! Đ.20). Nothing of it is stored: both days follow from what happened.

use service::Definition;
use service::definition::Kind;

use super::life::Life;
use super::state::Case;
use crate::Moment;
use crate::calendar::{Calendar, CalendarFault};
use crate::clock::Counting;
use crate::process::good;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Early {
    /// The day first named for it.
    pub appointed: Moment,
    /// From when on it lies at the desk: what is issued after the hour of transfer comes the next working morning
    /// (Đ.18).
    pub from: Moment,
}

/// `None`: no result yet, none to fetch, or none that comes earlier by a day.
///
/// # Errors
/// Outside the calendar.
pub fn early(
    case: &Case,
    definition: &Definition,
    calendar: &Calendar,
) -> Result<Option<Early>, CalendarFault> {
    let (Life::Decided { ending, at }, Some(appointed)) = (&case.life, case.clock.due) else {
        return Ok(None);
    };
    if case.kind != Kind::Procedure || !good(*ending) || !case.corrections.is_empty() {
        return Ok(None);
    }
    let cutoff = Counting::of(&definition.process.clock)?.cutoff;
    let from = calendar.counts_from(*at, cutoff)?;
    let earlier = calendar.local(from).0 < calendar.local(appointed).0;
    Ok(earlier.then_some(Early { appointed, from }))
}
