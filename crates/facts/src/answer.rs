//! The answer: one row of counts a group, with durations in bins from which survival is computed.
//! Knows no statistics beyond counting and picking a rank.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bins;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// In the order of their keys; groups without any case are not there.
    pub groups: Vec<Group>,
}

/// What tells a group apart, one for each dimension of the question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A case without a place, or still open where endings are told apart.
    Nothing,
    Code(u8),
    Month {
        year: i16,
        month: u8,
    },
    Name(Arc<str>),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub key: Vec<Key>,
    pub counts: Counts,
    /// By role and then by duration, shortest first; only bins that hold something.
    pub durations: Vec<Cell>,
}

/// All exact. `cases = open + ended`, and `cases = passed + before_due + no_deadline + left_early`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Neither void nor set apart.
    pub cases: u32,
    pub open: u32,
    /// Deadline at or before `as_of`: the denominator of the on-time share.
    pub passed: u32,
    /// Finished at or before the deadline, and the deadline has passed: its numerator.
    pub on_time: u32,
    /// Open with a passed deadline.
    pub overdue: u32,
    /// Deadline still to come, whether open or finished already.
    pub before_due: u32,
    pub no_deadline: u32,
    /// Withdrawn or stopped at or before the deadline: neither kept nor broken.
    pub left_early: u32,
    /// By ending number, all endings, void and apart too.
    pub ended: [u32; crate::case::ENDINGS as usize],
    /// Duplicates and spam.
    pub apart: u32,
    pub void: u32,
    /// Of finished cases.
    pub reopened: u32,
    pub verified: u32,
    /// Finished cases rated 1, 2, 3 …
    pub ratings: [u32; crate::case::RATINGS as usize],
    /// Age of the oldest open case, seconds, exact.
    pub oldest: u32,
}

/// Cases of one role whose duration falls into one bin (`bins::middle`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub count: u32,
    pub bin: u16,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Finished: from opening to end.
    Closed,
    /// Still open: the age.
    Open,
    /// Left without being finished (withdrawn …): from opening to end.
    Left,
    /// The age at which it came under observation (cohort `Live`); all others were there from age 0.
    Entered,
    /// Void or set apart; never in an answer.
    Nowhere,
}

/// The cells of one bin together; `seconds` is within 0.8 % of each of its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub seconds: u32,
    pub closed: u32,
    pub open: u32,
    pub left: u32,
    pub entered: u32,
}

impl Counts {
    pub fn finished(&self, meaning: &crate::Meaning) -> u32 {
        (0u8..)
            .zip(self.ended)
            .filter(|(ending, _)| meaning.finished.has(*ending))
            .map(|(_, n)| n)
            .sum()
    }

    pub fn rated(&self) -> u32 {
        self.ratings.iter().sum()
    }
}

impl Group {
    /// Durations, shortest first.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: BTreeMap<u16, Span> = BTreeMap::new();
        for cell in &self.durations {
            let span = spans.entry(cell.bin).or_default();
            span.seconds = bins::middle(cell.bin);
            match cell.role {
                Role::Closed => span.closed += cell.count,
                Role::Open => span.open += cell.count,
                Role::Left => span.left += cell.count,
                Role::Entered => span.entered += cell.count,
                Role::Nowhere => {}
            }
        }
        spans.into_values().collect()
    }

    /// (seconds, finished, censored) for Kaplan–Meier: the censored are the open and those that left.
    pub fn survival(&self) -> Vec<(u64, u64, u64)> {
        self.spans()
            .iter()
            .map(|span| (span.seconds.into(), span.closed.into(), span.censored()))
            .filter(|(_, finished, censored)| finished + censored > 0)
            .collect()
    }

    /// (seconds, entered, finished, censored): with delayed entry. Those that were there from age 0
    /// are in the first tuple, so that entries and exits add up to the same number.
    pub fn survival_with_entry(&self) -> Vec<(u64, u64, u64, u64)> {
        let spans = self.spans();
        let left: u64 = spans
            .iter()
            .map(|span| u64::from(span.closed) + span.censored())
            .sum();
        let entered: u64 = spans.iter().map(|span| u64::from(span.entered)).sum();
        let mut tuples = vec![(0, left - entered, 0, 0)];
        tuples.extend(spans.iter().map(|span| {
            (
                span.seconds.into(),
                span.entered.into(),
                span.closed.into(),
                span.censored(),
            )
        }));
        tuples
    }

    /// The age that a share of the open cases does not exceed (0.5: the median), within 0.8 %.
    pub fn age_of_open(&self, share: f64) -> Option<u32> {
        let open = || self.durations.iter().filter(|cell| cell.role == Role::Open);
        let all: u32 = open().map(|cell| cell.count).sum();
        let rank = ((f64::from(all) * share).ceil() as u32).max(1);
        let mut seen = 0;
        open().find_map(|cell| {
            seen += cell.count;
            (seen >= rank).then(|| bins::middle(cell.bin))
        })
    }
}

impl Answer {
    pub fn group(&self, key: &[Key]) -> Option<&Group> {
        self.groups.iter().find(|group| group.key == key)
    }
}

impl Span {
    fn censored(&self) -> u64 {
        u64::from(self.left) + u64::from(self.open)
    }
}

impl Key {
    /// From months since the year 0 (`days::month`).
    pub(crate) fn month(month: i32) -> Self {
        let (year, month) = crate::days::year_and_month(month);
        Key::Month { year, month }
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Key::Name(name.into())
    }
}
