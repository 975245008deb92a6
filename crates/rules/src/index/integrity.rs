//! Signs that figures were made, not earned: each is a list of dossiers for somebody to look at, none is proof.
//! Thresholds are data (`data/indices/integrity-1.toml`).

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::Ending;

use super::dossier::{At, Dossier};
use super::measure::Lens;
use super::names::Name;

pub const INTEGRITY_1: &str = include_str!("../../../../data/indices/integrity-1.toml");

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integrity {
    pub integrity: String,
    pub version: u32,
    pub from: Option<Date>,
    pub again_days: u32,
    pub last_hours: u32,
    pub too_quick_minutes: u32,
}

impl Integrity {
    /// # Errors
    /// With the line that cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// State 9 with a result, though nobody with authority signed.
    Unsigned,
    /// State 9 with a result, without any file of it.
    NoFile,
    /// The same applicant and procedure again soon after a refusal.
    AgainAfterRefusal,
    /// Ended without a result and entered again: the clock began anew.
    Reentered,
    AskedAtTheLastMinute,
    AskedAfterTheDate,
    AskedSeveralTimes,
    /// The appointment moved, and no form 04, pause or calendar says why.
    MovedWithoutForm,
    /// A new date that was given after the old one had passed.
    ExtendedLate,
    TooQuick,
    /// Its result was wrong and had to be put right.
    Corrected,
    /// The agency lost or damaged papers of it.
    PapersLost,
}

impl Sign {
    pub const ALL: [Sign; 12] = [
        Sign::Unsigned,
        Sign::NoFile,
        Sign::AgainAfterRefusal,
        Sign::Reentered,
        Sign::AskedAtTheLastMinute,
        Sign::AskedAfterTheDate,
        Sign::AskedSeveralTimes,
        Sign::MovedWithoutForm,
        Sign::ExtendedLate,
        Sign::TooQuick,
        Sign::Corrected,
        Sign::PapersLost,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Sign::Unsigned => "unsigned",
            Sign::NoFile => "no-file",
            Sign::AgainAfterRefusal => "again-after-refusal",
            Sign::Reentered => "reentered",
            Sign::AskedAtTheLastMinute => "asked-at-the-last-minute",
            Sign::AskedAfterTheDate => "asked-after-the-date",
            Sign::AskedSeveralTimes => "asked-several-times",
            Sign::MovedWithoutForm => "moved-without-form",
            Sign::ExtendedLate => "extended-late",
            Sign::TooQuick => "too-quick",
            Sign::Corrected => "corrected",
            Sign::PapersLost => "papers-lost",
        }
    }
}

/// Who came with what, and how that ended: looked up for those who come again.
#[derive(Debug, Default)]
pub struct Earlier(HashMap<(u64, Name), Vec<(At, Ending)>>);

impl Earlier {
    /// Remembers all that ended without a result. Applicants without an account cannot be told apart.
    pub fn of<'a>(dossiers: impl Iterator<Item = &'a Dossier>) -> Self {
        let mut ended: HashMap<(u64, Name), Vec<(At, Ending)>> = HashMap::new();
        for one in dossiers.filter(|one| one.applicant != 0) {
            if let Some((ending, at)) = one.ended
                && ending != Ending::Granted
            {
                let key = (one.applicant, one.service);
                ended.entry(key).or_default().push((at, ending));
            }
        }
        Self(ended)
    }

    /// The latest end without a result within so many days before this one was opened.
    fn before(&self, one: &Dossier, days: u32) -> Option<Ending> {
        let ended = self.0.get(&(one.applicant, one.service))?;
        let since = At::second(one.opened.get() - i64::from(days) * 86_400);
        let soon = ended
            .iter()
            .filter(|(at, _)| since <= *at && *at <= one.opened);
        soon.max_by_key(|(at, _)| *at).map(|(_, ending)| *ending)
    }
}

/// What a procedure promises of its result.
#[derive(Debug, Clone, Copy, Default)]
pub struct Promised {
    /// One of its steps signs a paper.
    pub signs: bool,
}

/// All signs of one dossier that fall into the period.
pub fn signs(
    one: &Dossier,
    limits: &Integrity,
    earlier: &Earlier,
    promised: Promised,
    lens: &Lens<'_>,
) -> Vec<Sign> {
    let mut found = Vec::new();
    let ended = one.ended.filter(|(_, at)| lens.holds(*at));
    if let Some((ending, at)) = ended {
        if ending == Ending::Granted && promised.signs {
            if !one.signed {
                found.push(Sign::Unsigned);
            }
            if !one.filed {
                found.push(Sign::NoFile);
            }
        }
        let quick = i64::from(limits.too_quick_minutes) * 60;
        if one
            .accepted
            .is_some_and(|from| at.get() - from.get() < quick)
        {
            found.push(Sign::TooQuick);
        }
    }
    if lens.holds(one.opened) {
        match earlier.before(one, limits.again_days) {
            Some(Ending::Refused) => found.push(Sign::AgainAfterRefusal),
            Some(_) => found.push(Sign::Reentered),
            None => {}
        }
    }
    for (asked, _) in one.supplements.iter().filter(|(at, _)| lens.holds(*at)) {
        let Some(due) = one.due_at(*asked) else {
            continue;
        };
        if *asked > due {
            found.push(Sign::AskedAfterTheDate);
        } else {
            let left = lens.calendar.working_between(asked.moment(), due.moment());
            if left.is_ok_and(|left| left <= i64::from(limits.last_hours) * 3600) {
                found.push(Sign::AskedAtTheLastMinute);
            }
        }
    }
    let last = one.supplements.last().filter(|(at, _)| lens.holds(*at));
    if one.supplements.len() > 1 && last.is_some() {
        found.push(Sign::AskedSeveralTimes);
    }
    if one.moved_silently && lens.touches(one) {
        found.push(Sign::MovedWithoutForm);
    }
    let late = |(at, _): &&(At, Name)| {
        let before = At::second(at.get() - 1);
        lens.holds(*at) && one.due_at(before).is_some_and(|due| due < *at)
    };
    if one.extensions.iter().any(|extension| late(&extension)) {
        found.push(Sign::ExtendedLate);
    }
    if one.corrections.iter().any(|at| lens.holds(*at)) {
        found.push(Sign::Corrected);
    }
    if one.losses.iter().any(|at| lens.holds(*at)) {
        found.push(Sign::PapersLost);
    }
    found.dedup();
    found
}
