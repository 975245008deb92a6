//! The calendar's prefix table: working days before each day, and the day of each working day.
//! Days are numbered from the first covered one; seconds from local midnight.

use jiff::civil::{Date, Time};

use super::{CalendarFault, CalendarFile};
use crate::Moment;

pub(super) const DAY: i64 = 86_400;

#[derive(Debug, Clone)]
pub(super) struct Table {
    offset: i64,
    /// Days from 1/1/1970 to the first covered day.
    epoch: i64,
    /// `before[d]`: working days among the days below `d`; one entry more than there are days.
    before: Vec<u32>,
    /// The day number of the n-th working day, and its date.
    nth: Vec<u32>,
    pub(super) dates: Vec<Date>,
    /// Working hours as seconds of the day.
    spans: Vec<(i64, i64)>,
    pub(super) day_seconds: i64,
    pub(super) opens: i64,
    pub(super) closes: i64,
    /// Day ranges about which no decision was issued.
    open: Vec<(usize, usize)>,
}

impl Table {
    pub(super) fn new(file: &CalendarFile) -> Result<Self, CalendarFault> {
        let mut table = Self {
            offset: file.offset_seconds()?,
            epoch: epoch_day(file.first),
            before: vec![0],
            nth: Vec::new(),
            dates: Vec::new(),
            spans: Vec::new(),
            day_seconds: 0,
            opens: DAY,
            closes: 0,
            open: Vec::new(),
        };
        for hours in &file.hours {
            let span = (second_of(hours.from), second_of(hours.to));
            table.spans.push(span);
            table.day_seconds += span.1 - span.0;
            table.opens = table.opens.min(span.0);
            table.closes = table.closes.max(span.1);
        }
        for (day, date) in (0u32..).zip(file.first.series(jiff::Span::new().days(1))) {
            if date > file.last {
                break;
            }
            let rest = file
                .rest
                .iter()
                .any(|rest| rest.weekday() == date.weekday());
            let swapped = file.working.iter().any(|swapped| swapped.date == date);
            let off = file.off.iter().any(|off| off.covers(date));
            if swapped || (!rest && !off) {
                table.nth.push(day);
                table.dates.push(date);
            }
            table
                .before
                .push(u32::try_from(table.nth.len()).unwrap_or(u32::MAX));
        }
        for open in &file.open {
            let place = |date: Date| {
                usize::try_from(epoch_day(date.clamp(file.first, file.last)) - table.epoch)
                    .unwrap_or(0)
            };
            let range = (place(open.from), place(open.to));
            table.open.push(range);
        }
        Ok(table)
    }

    pub(super) fn days(&self) -> usize {
        self.before.len() - 1
    }

    pub(super) fn is_working(&self, day: usize) -> bool {
        self.before[day] < self.before[day + 1]
    }

    /// Working days among the days below `day`.
    pub(super) fn before(&self, day: usize) -> u32 {
        self.before[day]
    }

    pub(super) fn day(&self, date: Date) -> Option<usize> {
        let day = usize::try_from(epoch_day(date) - self.epoch).ok()?;
        (day < self.days()).then_some(day)
    }

    /// The day of the n-th working day (from 0).
    pub(super) fn nth(&self, n: usize) -> Option<usize> {
        self.nth.get(n).map(|day| *day as usize)
    }

    /// `day`, or the next working day.
    pub(super) fn working_from(&self, day: usize) -> Option<usize> {
        let n = *self.before.get(day)?;
        self.nth(n as usize)
    }

    /// Day number (may lie outside) and second of the day in the city.
    pub(super) fn split(&self, moment: Moment) -> (i64, i64) {
        // `as_second` rounds towards zero; before 1970 nothing is covered anyway.
        let local = moment.as_second() + self.offset;
        (local.div_euclid(DAY) - self.epoch, local.rem_euclid(DAY))
    }

    pub(super) fn local(&self, moment: Moment) -> (Date, Time) {
        let offset = i32::try_from(self.offset).unwrap_or(0);
        let offset = jiff::tz::Offset::from_seconds(offset).unwrap_or(jiff::tz::Offset::UTC);
        let there = offset.to_datetime(moment);
        (there.date(), there.time())
    }

    /// The date of a covered day.
    pub(super) fn date(&self, day: usize) -> Date {
        self.local(self.moment(day, 0)).0
    }

    pub(super) fn moment(&self, day: usize, second: i64) -> Moment {
        let day = i64::try_from(day).unwrap_or(i64::MAX / DAY / 2);
        let seconds = (self.epoch + day) * DAY + second - self.offset;
        Moment::from_second(seconds).unwrap_or(Moment::MAX)
    }

    /// Working seconds from the first covered day until `second` of `day`.
    pub(super) fn worked(&self, day: usize, second: i64) -> i64 {
        let whole = i64::from(self.before[day]) * self.day_seconds;
        if !self.is_working(day) {
            return whole;
        }
        let today: i64 = self
            .spans
            .iter()
            .map(|(from, to)| second.clamp(*from, *to) - from)
            .sum();
        whole + today
    }

    /// The earliest moment by which `worked` seconds have passed: the end of a stretch, not the
    /// beginning of the next. `None` outside the covered days.
    pub(super) fn earliest(&self, worked: i64) -> Option<Moment> {
        let n = (worked - 1).div_euclid(self.day_seconds);
        let mut left = worked - n * self.day_seconds;
        let day = self.nth(usize::try_from(n).ok()?)?;
        for (from, to) in &self.spans {
            if left <= to - from {
                return Some(self.moment(day, from + left));
            }
            left -= to - from;
        }
        None
    }

    /// The latest moment until which `worked` seconds have passed: the beginning of a stretch.
    pub(super) fn latest(&self, worked: i64) -> Option<Moment> {
        let n = worked.div_euclid(self.day_seconds);
        let mut left = worked - n * self.day_seconds;
        let day = self.nth(usize::try_from(n).ok()?)?;
        for (from, to) in &self.spans {
            if left < to - from {
                return Some(self.moment(day, from + left));
            }
            left -= to - from;
        }
        None
    }

    /// Whether an undecided day lies in `from..=to`.
    pub(super) fn undecided(&self, from: usize, to: usize) -> bool {
        self.open
            .iter()
            .any(|(first, last)| *first <= to && from <= *last)
    }
}

pub(super) fn second_of(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// Days since 1/1/1970 (Gregorian, proleptic).
fn epoch_day(date: Date) -> i64 {
    // Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil.
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
