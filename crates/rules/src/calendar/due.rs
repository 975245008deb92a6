//! When a limit ends.

use jiff::civil::{Date, Time};
use service::definition::{Limit, LimitUnit};

use super::table::second_of;
use super::{Calendar, CalendarFault, DAY};
use crate::Moment;

/// The end of a limit and how it was counted, so that a page can explain it day by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub at: Moment,
    /// When the paper counts as received; later than it was where it came at night or after the cutoff.
    pub from: Moment,
    /// The days that were counted, in order. Empty for hours on the wall.
    pub counted: Vec<Date>,
    /// A day not yet decided lies between: a later calendar version may move `at`.
    pub provisional: bool,
}

/// Thousandths in one.
const ONE: i64 = 1000;

impl Calendar {
    /// When `limit`, beginning at `from`, ends.
    ///
    /// `cutoff`: received strictly later in the day counts from the next working morning (15:00, NĐ
    /// 61/2018 Đ.18). `same_day`: due at the end of the day it counts as received on, whatever the limit
    /// (Luật Hộ tịch Đ.5.3). Working units also move receipts at night and on days off; `Days`, `Months`
    /// and `Hours` are moved by the cutoff alone. A fraction of a month is that share of 30 days (BLDS
    /// Đ.146).
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`] and [`CalendarFault::Beyond`] outside the years covered,
    /// [`CalendarFault::Negative`] for a limit below zero.
    pub fn due(
        &self,
        from: Moment,
        limit: Limit,
        cutoff: Option<Time>,
        same_day: bool,
    ) -> Result<Due, CalendarFault> {
        if limit.thousandths < 0 {
            return Err(CalendarFault::Negative {
                thousandths: limit.thousandths,
            });
        }
        let working = matches!(limit.unit, LimitUnit::WorkingDays | LimitUnit::WorkingHours);
        let (day, second) = self.place(from)?;
        let cut = cutoff.is_some_and(|cutoff| super::after(from, second, cutoff));
        let start = match same_day || working || cut {
            true => self.counts_from(from, cutoff)?,
            false => from,
        };
        let (start_day, _) = self.place(start)?;
        let (at, counted) = if same_day {
            let at = self.table.moment(start_day, self.table.closes);
            (at, self.working_dates(start_day, start_day))
        } else {
            match limit.unit {
                LimitUnit::WorkingDays => self.working_day_n(start, limit.thousandths)?,
                LimitUnit::WorkingHours => {
                    let at = self.add_working(start, share(limit.thousandths, 3600))?;
                    (at, self.working_dates(start_day, self.place(at)?.0))
                }
                LimitUnit::Days => self.calendar_day_n(start, 0, limit.thousandths)?,
                LimitUnit::Months => {
                    let months = limit.thousandths / ONE;
                    self.calendar_day_n(start, months, limit.thousandths % ONE * 30)?
                }
                LimitUnit::Hours => {
                    let at = self.later(start, share(limit.thousandths, 3600))?;
                    (at, Vec::new())
                }
            }
        };
        let provisional = self.table.undecided(day, self.place(at)?.0);
        Ok(Due {
            at,
            from: start,
            counted,
            provisional,
        })
    }

    /// Whole working days to the same time of day, then the fraction by working hours.
    fn working_day_n(
        &self,
        start: Moment,
        thousandths: i64,
    ) -> Result<(Moment, Vec<Date>), CalendarFault> {
        let (day, second) = self.place(start)?;
        let whole = usize::try_from(thousandths / ONE).map_err(|_| self.beyond())?;
        let first = self.table.before(day) as usize;
        let last = self.table.nth(first + whole).ok_or_else(|| self.beyond())?;
        let same_time = self.at_same_time(last, second, start)?;
        let at = self.add_working(same_time, share(thousandths % ONE, self.day_seconds()))?;
        let end = self.place(at)?.0;
        Ok((at, self.working_dates(day + 1, end.max(last))))
    }

    /// Months, then days (in thousandths), to the same time of day; a last day off moves to the end of
    /// the next working day (BLDS Đ.148.5).
    fn calendar_day_n(
        &self,
        start: Moment,
        months: i64,
        thousandths: i64,
    ) -> Result<(Moment, Vec<Date>), CalendarFault> {
        let (day, second) = self.place(start)?;
        let months_later = match months {
            0 => day,
            _ => {
                let span = jiff::Span::new()
                    .try_months(months)
                    .map_err(|_| self.beyond())?;
                let date = self.local(start).0;
                let date = date.checked_add(span).map_err(|_| self.beyond())?;
                self.table.day(date).ok_or_else(|| self.beyond())?
            }
        };
        let same_time = self.at_same_time(months_later, second, start)?;
        let at = self.later(same_time, share(thousandths, DAY))?;
        let (last, _) = self.place(at)?;
        let end = self.working_day_from(last)?;
        let at = match end == last {
            true => at,
            false => self.table.moment(end, self.table.closes),
        };
        let counted = (day + 1..=end).map(|day| self.table.date(day)).collect();
        Ok((at, counted))
    }

    /// `day` at the time of day of `start`, its fraction of a second included.
    fn at_same_time(
        &self,
        day: usize,
        second: i64,
        start: Moment,
    ) -> Result<Moment, CalendarFault> {
        let nanoseconds = jiff::SignedDuration::from_nanos(i64::from(start.subsec_nanosecond()));
        (self.table.moment(day, second).checked_add(nanoseconds)).map_err(|_| self.beyond())
    }

    /// Seconds on the wall.
    fn later(&self, from: Moment, seconds: i64) -> Result<Moment, CalendarFault> {
        let at = (from.checked_add(jiff::SignedDuration::from_secs(seconds)))
            .map_err(|_| self.beyond())?;
        match self.place(at) {
            Ok(_) => Ok(at),
            Err(_) => Err(self.beyond()),
        }
    }

    fn working_dates(&self, from: usize, to: usize) -> Vec<Date> {
        let (first, end) = (
            self.table.before(from) as usize,
            self.table.before(to + 1) as usize,
        );
        self.table
            .dates
            .get(first..end)
            .map(<[Date]>::to_vec)
            .unwrap_or_default()
    }

    /// Whether `time` lies within working hours of a working day.
    ///
    /// # Errors
    /// [`CalendarFault::NotCovered`].
    pub fn is_working_time(&self, moment: Moment) -> Result<bool, CalendarFault> {
        let (day, second) = self.place(moment)?;
        let within =
            |hours: &super::Hours| second_of(hours.from) <= second && second < second_of(hours.to);
        Ok(self.table.is_working(day) && self.file.hours.iter().any(within))
    }
}

/// `thousandths` of `unit` seconds, to the nearest second; saturates far beyond any calendar.
fn share(thousandths: i64, unit: i64) -> i64 {
    (thousandths.saturating_mul(unit) + ONE / 2) / ONE
}
