//! When a desk is open. Data of its own: some communes opened on the fifth day of Tết, and deadlines did not
//! count that day. A desk may follow the working calendar (holidays, swapped Saturdays) or stand apart from it.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::Counter;
use crate::calendar::{Hours, RestDay};

/// Usual hours from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Opening {
    pub from: Date,
    /// Desks, or kinds of desks; empty: all others.
    #[serde(default)]
    pub units: Vec<String>,
    /// Closed on days off of the working calendar, open on Saturdays worked in exchange. Otherwise `days` alone says.
    #[serde(default = "yes")]
    pub follows_calendar: bool,
    /// Days of the week, where the desk does not follow the calendar.
    #[serde(default)]
    pub days: Vec<RestDay>,
    pub hours: Vec<Hours>,
    pub source: String,
}

/// One day that is otherwise: other hours, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    pub date: Date,
    #[serde(default)]
    pub units: Vec<String>,
    /// Empty: closed.
    #[serde(default)]
    pub hours: Vec<Hours>,
    pub why: String,
}

fn yes() -> bool {
    true
}

/// A sentence where hours make no sense.
pub(super) fn flaw(hours: &[Hours]) -> Option<String> {
    let turned = hours.iter().find(|hours| hours.from >= hours.to);
    let crossed = hours.windows(2).find(|pair| pair[0].to > pair[1].from);
    match (turned, crossed) {
        (Some(h), _) => Some(format!("{} đến {} không phải một khoảng giờ", h.from, h.to)),
        (_, Some(pair)) => Some(format!("khoảng {} chồng lên khoảng trước", pair[1].from)),
        _ => None,
    }
}

impl Counter {
    /// The hours of a desk (its code and kind) on a day; empty: closed. `working`: the calendar of deadlines
    /// calls it a working day.
    pub fn hours(&self, desk: &str, kind: &str, day: Date, working: bool) -> &[Hours] {
        // The desk itself before its kind before all.
        let nearness = |units: &[String]| match units {
            [] => Some(1),
            units if units.iter().any(|unit| unit == desk) => Some(3),
            units if units.iter().any(|unit| unit == kind) => Some(2),
            _ => None,
        };
        let exceptions = self.exception.iter().filter(|one| one.date == day);
        let exception = exceptions
            .filter_map(|one| Some((nearness(&one.units)?, one)))
            .max_by_key(|(near, _)| *near);
        if let Some((_, exception)) = exception {
            return &exception.hours;
        }
        let openings = self.opening.iter().filter(|one| one.from <= day);
        let opening = openings
            .filter_map(|one| Some(((nearness(&one.units)?, one.from), one)))
            .max_by_key(|(order, _)| *order);
        let Some((_, opening)) = opening else {
            return &[];
        };
        let weekday = opening
            .days
            .iter()
            .any(|one| one.weekday() == day.weekday());
        match if opening.follows_calendar {
            working
        } else {
            weekday
        } {
            true => &opening.hours,
            false => &[],
        }
    }

    /// Whether numbers are given at this time of a day with these hours: during them and shortly before.
    pub fn gives_numbers(&self, hours: &[Hours], time: Time) -> bool {
        let second = |time: Time| {
            i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
        };
        let before = i64::from(self.queue.minutes_before) * 60;
        let at = second(time);
        hours
            .iter()
            .any(|hours| second(hours.from) - before <= at && at < second(hours.to))
    }
}

/// When a desk with these hours opens next on the same day.
pub fn next(hours: &[Hours], time: Time) -> Option<Time> {
    hours
        .iter()
        .map(|hours| hours.from)
        .find(|from| *from > time)
}

/// Whether a desk with these hours serves at this time.
pub fn serves(hours: &[Hours], time: Time) -> bool {
    hours
        .iter()
        .any(|hours| hours.from <= time && time < hours.to)
}
