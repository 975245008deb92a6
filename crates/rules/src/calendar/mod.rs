//! Legal and working time on one dated, versioned calendar of the city.
//!
//! How days are counted (Bộ luật Dân sự 2015 Đ.147–148; practice of the one-stop centres):
//! * the first day is not counted; day n ends at the same time of day (received 08:37, due 08:37);
//! * received at night, on a day off, or after the service's cutoff: counts as received when the next
//!   working day opens;
//! * a last calendar day that is off moves to the end of the next working day;
//! * a fraction of a working day is that fraction of the day's working hours.
//!
//! Absent on purpose: opening hours of counters (another calendar), and a guess outside the years
//! covered: every function answers [`CalendarFault::NotCovered`] there.

mod due;
mod file;
mod table;

use jiff::civil::{Date, Time};

pub use due::Due;
pub use file::{CalendarFile, Hours, Off, Open, RestDay, Swapped};

use crate::Moment;
use table::{DAY, Table, second_of};

/// The calendar version 1 of Việt Nam, 2019–2027 (`data/calendar/vn-1.toml`).
pub const VIETNAM_1: &str = include_str!("../../../../data/calendar/vn-1.toml");

/// A calendar ready for arithmetic: a prefix table of working days, built once.
#[derive(Debug, Clone)]
pub struct Calendar {
    file: CalendarFile,
    table: Table,
}

/// What the calendar cannot say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    #[error("{date} is outside {first} – {last}, the days calendar version {version} covers")]
    NotCovered {
        version: u32,
        date: Date,
        first: Date,
        last: Date,
    },
    #[error("beyond the days calendar version {version} covers (until {last})")]
    Beyond { version: u32, last: Date },
    #[error("a limit below zero: {thousandths} thousandths")]
    Negative { thousandths: i64 },
    #[error("the calendar's file cannot be used: {0}")]
    Unreadable(String),
}

impl Calendar {
    /// Reads a calendar file's text.
    ///
    /// # Errors
    /// [`CalendarFault::Unreadable`] with a sentence that says which entry is wrong.
    pub fn read(text: &str) -> Result<Self, CalendarFault> {
        Self::new(CalendarFile::read(text)?)
    }

    /// # Errors
    /// [`CalendarFault::Unreadable`] where the offset makes no sense.
    pub fn new(file: CalendarFile) -> Result<Self, CalendarFault> {
        let table = Table::new(&file)?;
        Ok(Self { file, table })
    }

    pub fn version(&self) -> u32 {
        self.file.version
    }

    /// As written, for pages that show holidays with their sources.
    pub fn file(&self) -> &CalendarFile {
        &self.file
    }

    /// Working seconds of one working day (28,800 with eight hours).
    pub fn day_seconds(&self) -> i64 {
        self.table.day_seconds
    }

    /// Date and time of day in the city.
    pub fn local(&self, moment: Moment) -> (Date, Time) {
        self.table.local(moment)
    }

    /// The moment of a date and time of day in the city.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`].
    pub fn at(&self, date: Date, time: Time) -> Result<Moment, CalendarFault> {
        let day = self.day_of(date)?;
        Ok(self.table.moment(day, second_of(time)))
    }

    /// # Errors
    /// [`CalendarFault::NotCovered`].
    pub fn is_working_day(&self, date: Date) -> Result<bool, CalendarFault> {
        let day = self.day_of(date)?;
        Ok(self.table.is_working(day))
    }

    /// Working days of `from..=to`; 0 where `to` is earlier.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`].
    pub fn working_days(&self, from: Date, to: Date) -> Result<u32, CalendarFault> {
        let (from, to) = (self.day_of(from)?, self.day_of(to)?);
        Ok(self
            .table
            .before(to + 1)
            .saturating_sub(self.table.before(from)))
    }

    /// The end of the working hours of `date`, or of the next working day where it is off.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`], [`CalendarFault::Beyond`].
    pub fn end_of_working_day(&self, date: Date) -> Result<Moment, CalendarFault> {
        let day = self.day_of(date)?;
        let day = self.working_day_from(day)?;
        Ok(self.table.moment(day, self.table.closes))
    }

    /// When a paper received at `from` counts as received: itself during a working day (also at noon),
    /// else when the next working day opens. `cutoff`: strictly later in the day counts as tomorrow.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`], [`CalendarFault::Beyond`].
    pub fn counts_from(&self, from: Moment, cutoff: Option<Time>) -> Result<Moment, CalendarFault> {
        let (day, second) = self.place(from)?;
        let late =
            second >= self.table.closes || cutoff.is_some_and(|cut| after(from, second, cut));
        if self.table.is_working(day) && !late {
            return Ok(match second < self.table.opens {
                true => self.table.moment(day, self.table.opens),
                false => from,
            });
        }
        let next = self.working_day_from(day + usize::from(self.table.is_working(day)))?;
        Ok(self.table.moment(next, self.table.opens))
    }

    /// Working seconds from `a` to `b`; below zero where `b` is earlier.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`].
    pub fn working_between(&self, a: Moment, b: Moment) -> Result<i64, CalendarFault> {
        Ok(self.worked(b)? - self.worked(a)?)
    }

    /// The earliest moment `seconds` of working time after `from` (before it, where below zero: then
    /// the latest such moment). Zero gives `from` back.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`], [`CalendarFault::Beyond`].
    pub fn add_working(&self, from: Moment, seconds: i64) -> Result<Moment, CalendarFault> {
        let start = self.worked(from)?;
        if seconds == 0 {
            return Ok(from);
        }
        let target = start.saturating_add(seconds);
        let placed = match seconds > 0 {
            true => self.table.earliest(target),
            false => self.table.latest(target),
        };
        placed.ok_or_else(|| self.beyond())
    }

    /// Working seconds from the first covered day to `moment`.
    fn worked(&self, moment: Moment) -> Result<i64, CalendarFault> {
        let (day, second) = self.place(moment)?;
        Ok(self.table.worked(day, second))
    }

    /// Day index and second of the day.
    fn place(&self, moment: Moment) -> Result<(usize, i64), CalendarFault> {
        let (day, second) = self.table.split(moment);
        match usize::try_from(day) {
            Ok(day) if day < self.table.days() => Ok((day, second)),
            _ => Err(self.not_covered(self.table.local(moment).0)),
        }
    }

    fn day_of(&self, date: Date) -> Result<usize, CalendarFault> {
        self.table.day(date).ok_or_else(|| self.not_covered(date))
    }

    /// `day`, or the next working day where it is off.
    fn working_day_from(&self, day: usize) -> Result<usize, CalendarFault> {
        self.table.working_from(day).ok_or_else(|| self.beyond())
    }

    fn not_covered(&self, date: Date) -> CalendarFault {
        CalendarFault::NotCovered {
            version: self.file.version,
            date,
            first: self.file.first,
            last: self.file.last,
        }
    }

    fn beyond(&self) -> CalendarFault {
        CalendarFault::Beyond {
            version: self.file.version,
            last: self.file.last,
        }
    }
}

/// Strictly after the cutoff, to the nanosecond: 15:00:00 itself still counts today.
fn after(moment: Moment, second: i64, cutoff: Time) -> bool {
    let cut = second_of(cutoff);
    second > cut || (second == cut && moment.subsec_nanosecond() > 0)
}

/// All published versions. A case counts on the version frozen on it; new cases on the newest.
#[derive(Debug, Clone, Default)]
pub struct Calendars(std::collections::BTreeMap<u32, Calendar>);

impl Calendars {
    /// Two files of the same version: the later one in the list holds.
    pub fn new(calendars: impl IntoIterator<Item = Calendar>) -> Self {
        Self(
            calendars
                .into_iter()
                .map(|calendar| (calendar.version(), calendar))
                .collect(),
        )
    }

    /// The version frozen on a case.
    pub fn version(&self, version: u32) -> Option<&Calendar> {
        self.0.get(&version)
    }

    pub fn newest(&self) -> Option<&Calendar> {
        self.0.values().next_back()
    }
}
