//! Signs that a close was made and not earned. Each is a property of one closed report, so that every share has the
//! same denominator: the closes of the period. None is proof.

use std::collections::HashMap;

use service::definition::Ending;

use super::{Close, Report, Reports};
use crate::case::Spot;
use crate::ids::CaseId;
use crate::index::dossier::At;
use crate::index::names::{Name, Names};
use crate::league::{Z_95, share};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    TooQuick,
    /// Closed just before the promise ran out.
    LastHour,
    /// The same kind at the same place was reported again soon after.
    Again,
    /// Refused, or answered as out of scope.
    Refused,
    /// The promise grew: its date moved without a word, or it was closed without work and came back as another kind
    /// that may take longer.
    LongerPromise,
    /// Called a duplicate of a report far away, or of none though nothing of its kind lay near.
    FarDuplicate,
    /// The work came back to a unit that had had it.
    HandedBack,
    Extended,
}

impl Sign {
    pub const ALL: [Sign; 8] = [
        Sign::TooQuick,
        Sign::LastHour,
        Sign::Again,
        Sign::Refused,
        Sign::LongerPromise,
        Sign::FarDuplicate,
        Sign::HandedBack,
        Sign::Extended,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Sign::TooQuick => "too-quick",
            Sign::LastHour => "last-hour",
            Sign::Again => "again",
            Sign::Refused => "refused",
            Sign::LongerPromise => "longer-promise",
            Sign::FarDuplicate => "far-duplicate",
            Sign::HandedBack => "handed-back",
            Sign::Extended => "extended",
        }
    }
}

/// Reports by where they are: who else is near.
pub struct Around<'a> {
    /// Degrees of latitude and of longitude of a cell, which is nowhere narrower than what is asked for.
    cell: (f64, f64),
    cells: HashMap<(i64, i64), Vec<&'a Report>>,
    spots: HashMap<CaseId, Spot>,
}

impl<'a> Around<'a> {
    /// For questions up to the widest distance that the city's limits name.
    pub fn of(reports: &'a [Report], limits: &Reports) -> Self {
        let metres = limits.same_place_metres.max(limits.duplicate_metres);
        let spots = reports.iter().filter_map(|one| one.spot);
        let furthest = spots.fold(0.0, |most: f64, spot| most.max(spot.lat.abs()));
        let north = metres / Spot::DEGREE;
        let cell = (north, north / furthest.to_radians().cos().max(0.01));
        let mut cells: HashMap<(i64, i64), Vec<&'a Report>> = HashMap::new();
        for one in reports {
            if let Some(spot) = one.spot {
                cells.entry(place(spot, cell)).or_default().push(one);
            }
        }
        let spots = reports.iter().filter_map(|one| Some((one.id, one.spot?)));
        Self {
            cell,
            cells,
            spots: spots.collect(),
        }
    }

    /// Other reports within so many metres.
    fn near(&self, one: &'a Report, metres: f64) -> impl Iterator<Item = &'a Report> + '_ {
        let at = one.spot.map(|spot| (spot, place(spot, self.cell)));
        at.into_iter()
            .flat_map(move |(spot, (row, column))| {
                (-1..=1)
                    .flat_map(move |n| (-1..=1).map(move |e| (row + n, column + e)))
                    .filter_map(|key| self.cells.get(&key))
                    .flatten()
                    .map(move |other| (spot, *other))
            })
            .filter(move |(spot, other)| {
                other.id != one.id && other.spot.is_some_and(|at| spot.metres_to(at) <= metres)
            })
            .map(|(_, other)| other)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "cells of the earth")]
pub(super) fn place(spot: Spot, cell: (f64, f64)) -> (i64, i64) {
    let row = (spot.lat / cell.0).floor() as i64;
    let column = (spot.lon / cell.1).floor() as i64;
    (row, column)
}

fn days(n: u32) -> i64 {
    i64::from(n) * 86_400
}

/// All signs of one closed report, as far as was known at a moment.
pub fn signs<'a>(
    one: &'a Report,
    close: Close,
    limits: &Reports,
    around: &Around<'a>,
    names: &Names,
    as_of: At,
) -> Vec<Sign> {
    let shows = |sign: &Sign| match sign {
        Sign::TooQuick => {
            close.at.get() - one.opened.get() < i64::from(limits.too_quick_minutes) * 60
        }
        Sign::LastHour => one.due.is_some_and(|due| {
            let left = due.get() - close.at.get();
            (0..=i64::from(limits.last_minutes) * 60).contains(&left)
        }),
        Sign::Again => again(one, close, limits, around, as_of),
        Sign::Refused => close.ending == Ending::Refused || refusing(close.outcome, limits, names),
        Sign::LongerPromise => {
            one.moved_silently
                || one.lengthened
                || other_kind(one, close, limits, around, names, as_of)
        }
        Sign::FarDuplicate => close.ending == Ending::Duplicate && far(one, limits, around),
        Sign::HandedBack => one.returns > 0,
        Sign::Extended => one.extended,
    };
    Sign::ALL.into_iter().filter(shows).collect()
}

fn refusing(outcome: Name, limits: &Reports, names: &Names) -> bool {
    let word = names.word(outcome);
    limits.refusing.iter().any(|one| one == word)
}

/// Opened after a close, within so many days of it.
fn soon(other: &Report, close: Close, within: i64, as_of: At) -> bool {
    let later = other.opened.get() - close.at.get();
    other.opened <= as_of && 0 < later && later <= within
}

fn again<'a>(
    one: &'a Report,
    close: Close,
    limits: &Reports,
    around: &Around<'a>,
    as_of: At,
) -> bool {
    // A duplicate or nonsense did not end anything at that place.
    if matches!(close.ending, Ending::Duplicate | Ending::Spam) {
        return false;
    }
    let within = days(limits.again_days);
    around
        .near(one, limits.same_place_metres)
        .any(|other| other.service == one.service && soon(other, close, within, as_of))
}

fn other_kind<'a>(
    one: &'a Report,
    close: Close,
    limits: &Reports,
    around: &Around<'a>,
    names: &Names,
    as_of: At,
) -> bool {
    let worked = matches!(
        close.ending,
        Ending::Solved | Ending::Done | Ending::Granted
    ) || (close.ending == Ending::Answered && !refusing(close.outcome, limits, names));
    let promised = |report: &Report| Some(report.due?.get() - report.opened.get());
    let Some(own) = promised(one).filter(|_| !worked) else {
        return false;
    };
    let within = days(limits.other_kind_days);
    around.near(one, limits.same_place_metres).any(|other| {
        other.service != one.service
            && soon(other, close, within, as_of)
            && promised(other).is_some_and(|longer| longer > own)
    })
}

/// Called a duplicate of what lies out of reach. Where no original was named, or it has no place, of anything near.
fn far<'a>(one: &'a Report, limits: &Reports, around: &Around<'a>) -> bool {
    let original = one.original.and_then(|id| around.spots.get(&id));
    match one.spot.zip(original) {
        Some((spot, original)) => spot.metres_to(*original) > limits.duplicate_metres,
        None => alone(one, limits, around),
    }
}

/// Nothing of its kind lay within reach when it came. Without a place nobody can tell.
fn alone<'a>(one: &'a Report, limits: &Reports, around: &Around<'a>) -> bool {
    let since = one.opened.get() - days(limits.duplicate_days);
    one.spot.is_some()
        && !around.near(one, limits.duplicate_metres).any(|other| {
            other.service == one.service
                && other.opened <= one.opened
                && other.opened.get() >= since
        })
}

/// How a unit's share stands to the city's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Its 95 % interval lies above the city's share.
    Above,
    NotAbove,
    /// Too few closes to say anything.
    TooFew,
}

/// `found` of `closes` at a unit, `all` of `of` in the city.
pub fn standing((found, closes): (u64, u64), (all, of): (u64, u64), limits: &Reports) -> Standing {
    if closes < limits.smallest.max(1) {
        return Standing::TooFew;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of reports")]
    let city = all as f64 / of.max(1) as f64;
    match share::wilson(found, closes, Z_95) {
        Some(own) if own.low > city => Standing::Above,
        _ => Standing::NotAbove,
    }
}
