//! The row as its maker sees it. Numbers of kinds, channels and endings are the caller's; this crate
//! only asks that they are small.

/// Endings are numbered 0 to 9: with three ways of keeping a promise they fill five bits.
pub const ENDINGS: u8 = 10;
pub const CHANNELS: u8 = 16;
pub const KINDS: u8 = 16;
/// Ratings are 1 to 7.
pub const RATINGS: u8 = 7;

/// What the figures need to know of one case, as of its `version`. Seconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFact {
    /// How many events the row sums up; an older row never replaces a newer one.
    pub version: u32,
    /// The unit that answers for it.
    pub unit: String,
    pub service: String,
    /// Group of services (lĩnh vực).
    pub group: String,
    /// Below [`KINDS`].
    pub kind: u8,
    pub area: Option<String>,
    /// Below [`CHANNELS`].
    pub channel: u8,
    /// First contact; never moved, not even by reopening.
    pub opened: i64,
    /// The first promise; extensions do not move it.
    pub due: Option<i64>,
    pub state: State,
    /// Was reopened at least once.
    pub reopened: bool,
    /// The work done was proven (photo, or the resident's yes).
    pub verified: bool,
    /// 1 to [`RATINGS`].
    pub rating: Option<u8>,
    pub public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// The last end that was not followed by a reopening. `ending` is below [`ENDINGS`].
    Ended {
        at: i64,
        ending: u8,
    },
}

/// Why a row or a snapshot is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("the case ends at {ended}, before it opens at {opened}")]
    EndsBeforeItOpens { opened: i64, ended: i64 },
    #[error("{what} is {value}; it must be below {most}")]
    CodeTooLarge {
        what: &'static str,
        value: u32,
        most: u32,
    },
    #[error("{what} is {value}, outside 1970 to 2106")]
    OutsideTime { what: &'static str, value: i64 },
    #[error("a duration of {seconds} seconds is longer than 68 years")]
    TooLong { seconds: i64 },
    #[error("slot {slot} lies far beyond the {len} rows that exist: slots are given without gaps")]
    SlotTooFar { slot: u32, len: u32 },
    #[error("not a snapshot of facts: {0}")]
    NotASnapshot(String),
    #[error("this snapshot is of version {found}, this program reads {known}")]
    SnapshotVersion { found: u32, known: u32 },
    #[error("the snapshot is damaged: {0}")]
    Damaged(String),
    #[error("the snapshot could not be read or written: {0}")]
    File(#[from] std::io::Error),
}

impl CaseFact {
    /// Refuses what cannot be true or cannot be kept.
    pub fn check(&self) -> Result<(), Problem> {
        for (what, value, most) in [
            ("kind", self.kind, KINDS),
            ("channel", self.channel, CHANNELS),
            ("rating", self.rating.unwrap_or(1), RATINGS + 1),
        ] {
            if value >= most {
                return Err(Problem::CodeTooLarge {
                    what,
                    value: value.into(),
                    most: most.into(),
                });
            }
        }
        within("opened", self.opened)?;
        if let Some(due) = self.due {
            within("due", due)?;
        }
        if let State::Ended { at, ending } = self.state {
            within("ended", at)?;
            if ending >= ENDINGS {
                return Err(Problem::CodeTooLarge {
                    what: "ending",
                    value: ending.into(),
                    most: ENDINGS.into(),
                });
            }
            if at < self.opened {
                return Err(Problem::EndsBeforeItOpens {
                    opened: self.opened,
                    ended: at,
                });
            }
            if at - self.opened >= 1 << 31 {
                return Err(Problem::TooLong {
                    seconds: at - self.opened,
                });
            }
        }
        Ok(())
    }
}

fn within(what: &'static str, value: i64) -> Result<(), Problem> {
    if (0..i64::from(u32::MAX)).contains(&value) {
        Ok(())
    } else {
        Err(Problem::OutsideTime { what, value })
    }
}
