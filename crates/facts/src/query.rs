//! A question: as of when, about which cases, told apart by what. Every city decides by [`Meaning`]
//! which endings count as work done.

/// Set of ending numbers, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndingSet(pub u16);

impl EndingSet {
    pub fn of(endings: &[u8]) -> Self {
        Self(endings.iter().fold(0, |set, ending| set | 1 << ending))
    }

    pub fn has(self, ending: u8) -> bool {
        self.0 >> ending & 1 == 1
    }
}

/// What an ending means for the figures (`domain/feedback.md` 3.3). An ending in none of the sets
/// (withdrawn, stopped) leaves the clock censored at its end, and leaves the promise if it came before
/// the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meaning {
    /// The city did its work: solved, answered, refused with a reason.
    pub finished: EndingSet,
    /// Duplicates: shown apart, counted nowhere else.
    pub apart: EndingSet,
    /// Spam: leaves all statistics, but is counted.
    pub void: EndingSet,
}

/// Which cases; bounds are seconds since 1970, `from` included, `to` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cohort {
    #[default]
    All,
    Opened {
        from: i64,
        to: i64,
    },
    /// Promised for the period (3.4); a case without a deadline counts in the period it was opened in.
    Due {
        from: i64,
        to: i64,
    },
    /// Under work at some time in the period (3.5): seen as of its last second, and each case enters
    /// at the age it had when the period began.
    Live {
        from: i64,
        to: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    Unit,
    Service,
    Group,
    Kind,
    Area,
    Channel,
    /// How it had ended at `as_of`.
    Ending,
    /// Month of the cohort's date (opened, or due), in the city's time.
    Month,
}

/// Cases that match every filter. An empty set matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    Unit(Vec<String>),
    Service(Vec<String>),
    Group(Vec<String>),
    Kind(Vec<u8>),
    /// `None` stands for cases without a place.
    Area(Vec<Option<String>>),
    Channel(Vec<u8>),
    Public(bool),
    Reopened(bool),
    Verified(bool),
    Rating(Vec<u8>),
    /// Ended so at `as_of`; `None` stands for open cases.
    Ending(Vec<Option<u8>>),
    /// Counted in this figure: what stands behind a number on a page.
    Is(Figure),
}

/// The figures of [`crate::Counts`]; `Late` is `Passed` without `OnTime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    Cases,
    Open,
    Finished,
    Passed,
    OnTime,
    Late,
    Overdue,
    BeforeDue,
    NoDeadline,
    LeftEarly,
    Apart,
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What ended later is still open, what opened later does not exist yet.
    pub as_of: i64,
    pub cohort: Cohort,
    pub meaning: Meaning,
    pub filters: Vec<Filter>,
    /// None, one or two; more is a programmer's mistake and panics.
    pub by: Vec<Dimension>,
    /// Seconds the city's clock is ahead of UTC; months begin by it. A fixed offset, as in Vietnam.
    pub zone: i32,
    /// Count durations into [`crate::Group::durations`].
    pub durations: bool,
    /// Count reopened, verified and ratings.
    pub quality: bool,
}

impl Query {
    /// The moment cases are looked at: the last second of a period of work, if that is earlier.
    pub fn moment(&self) -> i64 {
        match self.cohort {
            Cohort::Live { to, .. } => self.as_of.min(to - 1),
            _ => self.as_of,
        }
    }
}
