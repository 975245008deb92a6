//! A calendar as people write it: `data/calendar/vn-1.toml`. Checked here, computed with elsewhere.

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use super::CalendarFault;

/// One dated version of the working calendar, as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    pub version: u32,
    pub name: String,
    /// For people; the arithmetic uses `offset`.
    pub zone: String,
    /// Distance from UTC, all year round: `+07:00`.
    pub offset: String,
    /// First and last day this version can say something about.
    pub first: Date,
    pub last: Date,
    /// Weekly rest days.
    pub rest: Vec<RestDay>,
    /// Working hours of every working day, in order.
    pub hours: Vec<Hours>,
    #[serde(default)]
    pub off: Vec<Off>,
    #[serde(default)]
    pub working: Vec<Swapped>,
    #[serde(default)]
    pub open: Vec<Open>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A stretch of working hours within one day; `to` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    pub from: Time,
    pub to: Time,
}

/// Days off with a name and where that is known from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    pub from: Date,
    /// `None`: one day.
    pub to: Option<Date>,
    pub name: String,
    pub source: String,
}

/// A weekly rest day worked in exchange for another day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swapped {
    pub date: Date,
    pub instead_of: Date,
    pub source: String,
}

/// Days about which no decision was issued yet: dates computed across them are provisional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub from: Date,
    pub to: Date,
    pub why: String,
}

impl RestDay {
    pub fn weekday(self) -> Weekday {
        match self {
            RestDay::Monday => Weekday::Monday,
            RestDay::Tuesday => Weekday::Tuesday,
            RestDay::Wednesday => Weekday::Wednesday,
            RestDay::Thursday => Weekday::Thursday,
            RestDay::Friday => Weekday::Friday,
            RestDay::Saturday => Weekday::Saturday,
            RestDay::Sunday => Weekday::Sunday,
        }
    }
}

impl Off {
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && date <= self.to.unwrap_or(self.from)
    }
}

impl CalendarFile {
    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// [`CalendarFault::Unreadable`] with a sentence that says which entry is wrong.
    pub fn read(text: &str) -> Result<Self, CalendarFault> {
        let file: CalendarFile =
            toml::from_str(text).map_err(|fault| CalendarFault::Unreadable(fault.to_string()))?;
        match file.complaint() {
            Some(complaint) => Err(CalendarFault::Unreadable(complaint)),
            None => Ok(file),
        }
    }

    /// Seconds east of UTC.
    ///
    /// # Errors
    /// [`CalendarFault::Unreadable`] where `offset` is not `±hh:mm`.
    pub fn offset_seconds(&self) -> Result<i64, CalendarFault> {
        let unreadable =
            || CalendarFault::Unreadable(format!("offset {}: not ±hh:mm", self.offset));
        let (sign, rest) = match self.offset.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(unreadable()),
        };
        let (hours, minutes) = rest.split_once(':').ok_or_else(unreadable)?;
        let hours: u8 = hours.parse().map_err(|_| unreadable())?;
        let minutes: u8 = minutes.parse().map_err(|_| unreadable())?;
        if hours > 14 || minutes > 59 {
            return Err(unreadable());
        }
        Ok(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
    }

    fn complaint(&self) -> Option<String> {
        if self.first > self.last {
            return Some("`first` is after `last`".to_owned());
        }
        if self.hours.is_empty() {
            return Some("no working hours".to_owned());
        }
        let mut free_from = Time::MIN;
        for hours in &self.hours {
            if hours.from < free_from || hours.to <= hours.from {
                return Some(format!(
                    "working hours {}–{} overlap or are empty",
                    hours.from, hours.to
                ));
            }
            free_from = hours.to;
        }
        for off in &self.off {
            if off.to.is_some_and(|to| to < off.from) {
                return Some(format!("{}: ends before it begins", off.name));
            }
            if off.from < self.first || off.to.unwrap_or(off.from) > self.last {
                return Some(format!("{}: outside the years covered", off.name));
            }
        }
        for swapped in &self.working {
            let rest = self
                .rest
                .iter()
                .any(|day| day.weekday() == swapped.date.weekday());
            if !rest {
                return Some(format!("{} is no weekly rest day", swapped.date));
            }
            if self.off.iter().any(|off| off.covers(swapped.date)) {
                return Some(format!("{} is both worked and off", swapped.date));
            }
            let given_back = self.off.iter().any(|off| off.covers(swapped.instead_of));
            if swapped.instead_of >= self.first && !given_back {
                return Some(format!(
                    "{} is worked instead of {}, which is not off",
                    swapped.date, swapped.instead_of
                ));
            }
        }
        if self.open.iter().any(|open| open.to < open.from) {
            return Some("an open item ends before it begins".to_owned());
        }
        None
    }
}
