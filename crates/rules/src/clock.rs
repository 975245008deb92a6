//! The legal clock of a case: when it runs, why it stands, what it promises, and who kept the promise.
//!
//! Intervals are stored, dates are derived, the first promise is never overwritten. Moving the clock
//! (`started`, `stop`, `resume`, `extend`) only writes down what an event says; working out the dates
//! an event shall carry (`due_on_resume`, `redated`) needs the calendar and the service's rule.
//! Absent: who may do it (`duty`), and the step's own clock, which is only a date on the task.

use jiff::SignedDuration;
use jiff::civil::Time;
use service::definition::{ClockRule, Limit, LimitUnit, SupplementRule};

use crate::Moment;
use crate::calendar::{Calendar, CalendarFault, Due};
use crate::case::Refusal;
use crate::case::state::{Extension, Interval, LegalClock, Stopped};
use crate::ids::NoteId;

/// How a service counts, read once from its [`ClockRule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counting {
    /// Received strictly later in the day counts from the next working morning.
    pub cutoff: Option<Time>,
    pub same_day: bool,
    /// A supplement restarts the clock from zero (NĐ 61/2018 Đ.19.4) instead of pausing it.
    pub restarts: bool,
}

impl Counting {
    /// # Errors
    /// [`CalendarFault::Unreadable`] where the cutoff is no time of day.
    pub fn of(rule: &ClockRule) -> Result<Self, CalendarFault> {
        let unreadable = |text: &String| CalendarFault::Unreadable(format!("cutoff {text}"));
        let cutoff = match &rule.cutoff {
            Some(text) => Some(text.parse::<Time>().map_err(|_| unreadable(text))?),
            None => None,
        };
        Ok(Self {
            cutoff,
            same_day: rule.same_day,
            restarts: rule.supplement == Some(SupplementRule::Restart),
        })
    }

    /// The end of a limit that begins at `from`.
    ///
    /// # Errors
    /// As [`Calendar::due`].
    pub fn due(
        &self,
        calendar: &Calendar,
        from: Moment,
        limit: Limit,
    ) -> Result<Due, CalendarFault> {
        calendar.due(from, limit, self.cutoff, self.same_day)
    }

    /// From when on what arrives at `at` counts: after the cutoff from the next working morning.
    fn counts_from(&self, calendar: &Calendar, at: Moment) -> Result<Moment, CalendarFault> {
        let cut = (self.cutoff).is_some_and(|cutoff| calendar.local(at).1 > cutoff);
        match cut {
            true => calendar.counts_from(at, self.cutoff),
            false => Ok(at),
        }
    }
}

impl Stopped {
    /// Whether waiting for this moves the deadline. A question to the reporter does not (else it becomes
    /// the pause button), nor does the time between an ending and a reopening (the first clock holds).
    pub fn moves_the_deadline(self) -> bool {
        match self {
            Stopped::Supplement | Stopped::Payment | Stopped::Withdrawal | Stopped::Excluded => {
                true
            }
            Stopped::Question | Stopped::Ended => false,
        }
    }
}

/// What remains at a moment. Below zero: late by so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub working_seconds: i64,
    pub wall_seconds: i64,
    /// Why it does not shrink at the moment.
    pub standing: Option<Stopped>,
}

/// Whether an ended case kept its promises, by the minute and by the day (national statistics).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub first_by_minute: bool,
    pub first_by_day: bool,
    pub current_by_minute: bool,
    pub current_by_day: bool,
}

/// Wall seconds of the intervals until a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    pub running: i64,
    /// Standing still in a way that moves the deadline.
    pub waiting: i64,
    /// A question to the reporter: shown, never subtracted.
    pub asking: i64,
    /// Ended (and perhaps reopened later).
    pub ended: i64,
}

/// A clock that begins to run at `at`, with the date its event carries. `limit`: `None` until a day named.
pub fn started(
    at: Moment,
    limit: impl Into<Option<Limit>>,
    calendar: u32,
    due: Moment,
) -> LegalClock {
    LegalClock {
        limit: limit.into(),
        calendar,
        intervals: vec![running_from(at)],
        first_due: Some(due),
        due: Some(due),
        ..LegalClock::default()
    }
}

/// The clock stands still from `at`. Standing already for the same reason: nothing changes.
pub fn stop(clock: &mut LegalClock, at: Moment, why: Stopped) {
    let same = |last: &Interval| last.to.is_none() && last.stopped == Some(why);
    if clock.intervals.is_empty() || clock.intervals.last().is_some_and(same) {
        return;
    }
    next_interval(clock, at, Some(why));
}

/// The clock runs again from `at` towards `due` (from [`due_on_resume`]).
pub fn resume(clock: &mut LegalClock, at: Moment, due: Moment) {
    if standing(clock).is_some() {
        next_interval(clock, at, None);
    }
    promise(clock, due);
}

/// Another calendar version holds, with the date it gives. The first promise stays.
pub fn redate(clock: &mut LegalClock, calendar: u32, due: Option<Moment>) {
    clock.calendar = calendar;
    if let Some(due) = due {
        promise(clock, due);
    }
}

/// Another kind of report, with what it promises at first and by now. The first promise stays, unless the new one is
/// shorter.
pub fn recategorise(
    clock: &mut LegalClock,
    limit: Option<Limit>,
    promised: Option<Moment>,
    due: Option<Moment>,
) {
    clock.limit = limit;
    clock.first_due = match (clock.first_due, promised) {
        (Some(first), Some(new)) => Some(first.min(new)),
        (first, new) => first.or(new),
    };
    if let Some(due) = due {
        promise(clock, due);
    }
}

/// Form 04: a new date. The first promise stays.
pub fn extend(clock: &mut LegalClock, at: Moment, to: Moment, why: Option<NoteId>) {
    let from = clock.due.unwrap_or(at);
    promise(clock, to);
    clock.extensions.push(Extension { at, from, to, why });
}

/// Whether a new date may be given.
///
/// # Errors
/// [`Refusal::ExtensionUsedUp`] after `most` extensions, [`Refusal::NotLater`] where the new date does not
/// lie after the current one (or there is none).
pub fn may_extend(clock: &LegalClock, to: Moment, most: u32) -> Result<(), Refusal> {
    if clock.extensions.len() >= most as usize {
        return Err(Refusal::ExtensionUsedUp { most });
    }
    match clock.due.is_some_and(|due| due < to) {
        true => Ok(()),
        false => Err(Refusal::NotLater),
    }
}

/// Why the clock stands now; `None`: it runs, or never started.
pub fn standing(clock: &LegalClock) -> Option<Stopped> {
    clock.intervals.last().and_then(|last| last.stopped)
}

/// The date a clock that resumes at `at` runs towards; `None` where it never had one.
///
/// Restarting rule and a supplement among what it waited for: the limit from zero. Otherwise the old
/// date, later by the time waited: working time for limits in working units, wall time for others. A date
/// without a limit (typed into a directive) never moves.
///
/// # Errors
/// As [`Calendar::due`].
pub fn due_on_resume(
    clock: &LegalClock,
    calendar: &Calendar,
    counting: &Counting,
    at: Moment,
) -> Result<Option<Moment>, CalendarFault> {
    moved(clock, calendar, counting, clock.due, &clock.intervals, at)
}

/// The current date worked out again from limit, intervals and extensions, on another calendar version.
/// On the calendar of the case it gives [`LegalClock::due`] back. `None`: no limit.
///
/// # Errors
/// As [`Calendar::due`].
pub fn redated(
    clock: &LegalClock,
    calendar: &Calendar,
    counting: &Counting,
) -> Result<Option<Moment>, CalendarFault> {
    let (Some(limit), Some(first)) = (clock.limit, clock.intervals.first()) else {
        return Ok(clock.due);
    };
    let mut due = Some(counting.due(calendar, first.from, limit)?.at);
    let mut extensions = clock.extensions.iter().peekable();
    for (index, interval) in clock.intervals.iter().enumerate() {
        if index > 0 && interval.stopped.is_none() {
            let before = &clock.intervals[..index];
            due = moved(clock, calendar, counting, due, before, interval.from)?;
        }
        while let Some(extension) =
            extensions.next_if(|extension| interval.to.is_none_or(|to| extension.at < to))
        {
            due = Some(extension.to);
        }
    }
    Ok(due)
}

/// What remains until the current date; `None` where there is none. While the clock stands in a way that
/// moves the deadline, and after the end, it is what remained when it stopped.
///
/// # Errors
/// As [`Calendar::working_between`].
pub fn left(
    clock: &LegalClock,
    calendar: &Calendar,
    now: Moment,
) -> Result<Option<Left>, CalendarFault> {
    let Some(due) = clock.due else {
        return Ok(None);
    };
    let at = effective(clock, now);
    Ok(Some(Left {
        working_seconds: calendar.working_between(at, due)?,
        wall_seconds: due.duration_since(at).as_secs(),
        standing: standing(clock),
    }))
}

/// Past the current date, by the minute. Never true without a date.
pub fn late(clock: &LegalClock, now: Moment) -> bool {
    (clock.due).is_some_and(|due| minute(effective(clock, now)) > minute(due))
}

/// Whether a case that ended at `ended` kept the first and the current promise; `None` without one.
pub fn kept(clock: &LegalClock, calendar: &Calendar, ended: Moment) -> Option<Kept> {
    let (first, current) = (clock.first_due?, clock.due?);
    let day = |moment| calendar.local(moment).0;
    Some(Kept {
        first_by_minute: minute(ended) <= minute(first),
        first_by_day: day(ended) <= day(first),
        current_by_minute: minute(ended) <= minute(current),
        current_by_day: day(ended) <= day(current),
    })
}

/// Where the wall time from the start until `until` went. The parts add up to it.
pub fn spent(clock: &LegalClock, until: Moment) -> Spent {
    let mut spent = Spent::default();
    for interval in &clock.intervals {
        let to = interval.to.unwrap_or(until).min(until);
        let seconds = to.duration_since(interval.from).as_secs().max(0);
        match interval.stopped {
            None => spent.running += seconds,
            Some(Stopped::Question) => spent.asking += seconds,
            Some(Stopped::Ended) => spent.ended += seconds,
            Some(_) => spent.waiting += seconds,
        }
    }
    spent
}

/// Working seconds in which the clock ran or merely asked, until `until`: what the unit had.
///
/// # Errors
/// As [`Calendar::working_between`].
pub fn worked(
    clock: &LegalClock,
    calendar: &Calendar,
    until: Moment,
) -> Result<i64, CalendarFault> {
    let mut seconds = 0;
    for interval in &clock.intervals {
        let counts = matches!(interval.stopped, None | Some(Stopped::Question));
        let to = interval.to.unwrap_or(until).min(until);
        if counts && interval.from < to {
            seconds += calendar.working_between(interval.from, to)?;
        }
    }
    Ok(seconds)
}

/// Intervals follow each other without gap, none ends before it begins, only the last one lasts.
pub fn is_sound(clock: &LegalClock) -> bool {
    let ordered = |interval: &Interval| interval.to.is_none_or(|to| interval.from <= to);
    let joined = (clock.intervals.windows(2)).all(|pair| pair[0].to == Some(pair[1].from));
    let lasts = clock.intervals.last().is_none_or(|last| last.to.is_none());
    clock.intervals.iter().all(ordered) && joined && lasts
}

/// The moment that counts at `now`: where the clock stopped for good or in a way that moves the deadline.
fn effective(clock: &LegalClock, now: Moment) -> Moment {
    let stretch = last_standing(&clock.intervals);
    let holds = |interval: &&Interval| interval.stopped != Some(Stopped::Question);
    match stretch.iter().find(holds) {
        // A question before the stop counts against the unit; after it nothing moves any more.
        Some(interval) => interval.from.min(now),
        None => now,
    }
}

/// The standing intervals at the end.
fn last_standing(intervals: &[Interval]) -> &[Interval] {
    let running = intervals
        .iter()
        .rposition(|interval| interval.stopped.is_none());
    &intervals[running.map_or(0, |index| index + 1)..]
}

/// `due` after what stands at the end of `intervals`, over at `at`.
fn moved(
    clock: &LegalClock,
    calendar: &Calendar,
    counting: &Counting,
    due: Option<Moment>,
    intervals: &[Interval],
    at: Moment,
) -> Result<Option<Moment>, CalendarFault> {
    let (Some(limit), Some(mut due)) = (clock.limit, due) else {
        return Ok(due);
    };
    let stretch = last_standing(intervals);
    let supplied = supplied(stretch);
    if counting.restarts && supplied {
        return Ok(Some(counting.due(calendar, at, limit)?.at));
    }
    let end = match supplied {
        true => counting.counts_from(calendar, at)?,
        false => at,
    };
    let since = counts_since(intervals, calendar, counting)?;
    for (index, interval) in stretch.iter().enumerate() {
        if !interval.stopped.is_some_and(Stopped::moves_the_deadline) {
            continue;
        }
        let from = since.map_or(interval.from, |since| interval.from.max(since));
        let to = match index + 1 == stretch.len() {
            true => end,
            false => interval.to.unwrap_or(end),
        };
        if from >= to {
            continue;
        }
        due = match limit.unit {
            LimitUnit::WorkingDays | LimitUnit::WorkingHours => {
                calendar.add_working(due, calendar.working_between(from, to)?)?
            }
            LimitUnit::Days | LimitUnit::Hours | LimitUnit::Months => {
                due + SignedDuration::from_secs(to.duration_since(from).as_secs())
            }
        };
    }
    Ok(Some(due))
}

fn supplied(stretch: &[Interval]) -> bool {
    stretch
        .iter()
        .any(|interval| interval.stopped == Some(Stopped::Supplement))
}

/// From when on the time counts that ran in `intervals`: what was received or supplied after the cutoff counts from
/// the next working morning, and a wait before that morning takes nothing away.
fn counts_since(
    intervals: &[Interval],
    calendar: &Calendar,
    counting: &Counting,
) -> Result<Option<Moment>, CalendarFault> {
    let mut since = None;
    for (index, interval) in intervals.iter().enumerate() {
        if interval.stopped.is_some() {
            continue;
        }
        let arrived = index == 0 || supplied(last_standing(&intervals[..index]));
        let from = match arrived {
            true => counting.counts_from(calendar, interval.from)?,
            false => interval.from,
        };
        since = since.max(Some(from));
    }
    Ok(since)
}

/// Another current date; what was warned of the old one is forgotten.
fn promise(clock: &mut LegalClock, due: Moment) {
    if clock.due != Some(due) {
        clock.warned.clear();
    }
    clock.due = Some(due);
}

fn running_from(from: Moment) -> Interval {
    Interval {
        from,
        to: None,
        stopped: None,
    }
}

/// Closes the lasting interval at `at` and begins another; time never runs backwards.
fn next_interval(clock: &mut LegalClock, at: Moment, stopped: Option<Stopped>) {
    let at = match clock.intervals.last_mut() {
        Some(last) => {
            let at = at.max(last.from);
            last.to = Some(at);
            at
        }
        None => at,
    };
    clock.intervals.push(Interval {
        stopped,
        ..running_from(at)
    });
}

/// Whole minutes since 1970: 08:37:40 still keeps a promise of 08:37.
fn minute(moment: Moment) -> i64 {
    moment.as_second().div_euclid(60)
}
