//! The city's policy of messages: data with a version, replaced as a whole. A kind of message that the city's version does
//! not name, because it came with a newer product, goes as shipped; one that it names without ways goes nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::Time;
use serde::Deserialize;

use super::{Channel, Unreadable};
use crate::Moment;
use crate::calendar::{Calendar, CalendarFault};
use crate::ids::UnitCode;
use crate::notice::Kind;

/// What ships: `data/messages/policy.toml`.
const SHIPPED: &str = include_str!("../../../../data/messages/policy.toml");
static SHIPPED_WAYS: LazyLock<BTreeMap<Kind, Ways>> = LazyLock::new(|| {
    toml::from_str::<Policy>(SHIPPED).map_or_else(|_| BTreeMap::new(), |policy| policy.ways)
});
/// The longest wait between two tries.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub version: u32,
    pub quiet: Quiet,
    pub digest: Digest,
    pub retry: Retry,
    pub ways: BTreeMap<Kind, Ways>,
    /// Kinds that this version does not name: their ways are the shipped ones.
    #[serde(skip)]
    pub as_shipped: BTreeSet<Kind>,
    #[serde(default)]
    pub mailboxes: BTreeMap<UnitCode, String>,
}

/// Hours in which some channels stay silent, in the city's time. `from` after `until`: over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
    pub channels: Vec<Channel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    pub at: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Seconds until the second try.
    pub first: u32,
    /// Tries altogether.
    pub most: u32,
}

/// Several lists: a message by each. Inside a list: the first way that can be gone, the next where it fails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ways {
    pub applicant: Vec<Vec<Channel>>,
    pub staff: Vec<Vec<Channel>>,
}

impl Policy {
    /// Reads a policy that the city wrote.
    ///
    /// # Errors
    /// [`Unreadable`] with the place and what is wrong.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let mut policy: Self = toml::from_str(text)?;
        if policy.retry.most == 0 {
            return Err(Unreadable("retry.most: at least 1".to_owned()));
        }
        if policy.quiet.from == policy.quiet.until {
            return Err(Unreadable(
                "quiet: from and until are the same hour".to_owned(),
            ));
        }
        if policy.quiet.channels.contains(&Channel::App) {
            return Err(Unreadable("quiet.channels: app is never silent".to_owned()));
        }
        for (kind, ways) in SHIPPED_WAYS.iter() {
            if !policy.ways.contains_key(kind) {
                policy.ways.insert(*kind, ways.clone());
                policy.as_shipped.insert(*kind);
            }
        }
        Ok(policy)
    }

    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// When a message on this channel may go, if it is ready `now`.
    ///
    /// # Errors
    /// [`CalendarFault`] outside of the calendar.
    pub fn not_before(
        &self,
        channel: Channel,
        now: Moment,
        calendar: &Calendar,
    ) -> Result<Moment, CalendarFault> {
        if !self.quiet.channels.contains(&channel) {
            return Ok(now);
        }
        let (day, time) = calendar.local(now);
        let Quiet { from, until, .. } = self.quiet;
        let overnight = from > until;
        let silent = match overnight {
            true => time >= from || time < until,
            false => time >= from && time < until,
        };
        match silent {
            false => Ok(now),
            // The evening's silence ends tomorrow.
            true if overnight && time >= from => calendar.at(day.tomorrow().unwrap_or(day), until),
            true => calendar.at(day, until),
        }
    }
}

impl Default for Policy {
    /// The shipped one; a test reads it.
    fn default() -> Self {
        Self::read(SHIPPED).unwrap_or(Self {
            version: 0,
            quiet: Quiet {
                from: Time::MIN,
                until: Time::MAX,
                channels: Vec::new(),
            },
            digest: Digest { at: Time::MIN },
            retry: Retry { first: 60, most: 8 },
            ways: BTreeMap::new(),
            as_shipped: BTreeSet::new(),
            mailboxes: BTreeMap::new(),
        })
    }
}

impl Retry {
    /// When to try again after `tries` failed ones; `None`: the message is given up.
    pub fn again(&self, tries: u32, now: Moment) -> Option<Moment> {
        if tries >= self.most {
            return None;
        }
        let doubled = 2i64.saturating_pow(tries.saturating_sub(1).min(20));
        let wait = SignedDuration::from_secs(i64::from(self.first).saturating_mul(doubled));
        Some(now + wait.min(LONGEST))
    }
}
