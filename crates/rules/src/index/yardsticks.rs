//! What the state's numbers are measured by in this city: index, scores, causes, signs, reports. Files that ship,
//! each replaced by the city's newer version.

use super::causes::{CAUSES_1, Causes};
use super::integrity::{INTEGRITY_1, Integrity};
use super::metric::{INDEX_766_1, Index};
use super::reports::{REPORTS_1, Reports};
use super::scoring::{SCORING_1, Scoring};

#[derive(Debug, Clone, PartialEq)]
pub struct Yardsticks {
    pub index: Index,
    pub scoring: Scoring,
    pub causes: Causes,
    pub integrity: Integrity,
    pub reports: Reports,
}

/// Which file a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Yardstick {
    Index,
    Scoring,
    Causes,
    Integrity,
    Reports,
}

impl Yardstick {
    pub const ALL: [Yardstick; 5] = [
        Yardstick::Index,
        Yardstick::Scoring,
        Yardstick::Causes,
        Yardstick::Integrity,
        Yardstick::Reports,
    ];

    /// The word under which the city keeps it.
    pub fn word(self) -> &'static str {
        match self {
            Yardstick::Index => "index",
            Yardstick::Scoring => "scoring",
            Yardstick::Causes => "causes",
            Yardstick::Integrity => "integrity",
            Yardstick::Reports => "reports",
        }
    }

    pub fn shipped(self) -> &'static str {
        match self {
            Yardstick::Index => INDEX_766_1,
            Yardstick::Scoring => SCORING_1,
            Yardstick::Causes => CAUSES_1,
            Yardstick::Integrity => INTEGRITY_1,
            Yardstick::Reports => REPORTS_1,
        }
    }
}

impl Default for Yardsticks {
    fn default() -> Self {
        let mut all = Self {
            index: Index::default(),
            scoring: Scoring::default(),
            causes: Causes::default(),
            integrity: Integrity::default(),
            reports: Reports::default(),
        };
        for one in Yardstick::ALL {
            let read = all.take(one, one.shipped());
            debug_assert!(read.is_ok(), "{one:?}: {read:?}");
        }
        all
    }
}

impl Yardsticks {
    /// The version of the file that holds.
    pub fn version(&self, which: Yardstick) -> u32 {
        match which {
            Yardstick::Index => self.index.version,
            Yardstick::Scoring => self.scoring.version,
            Yardstick::Causes => self.causes.version,
            Yardstick::Integrity => self.integrity.version,
            Yardstick::Reports => self.reports.version,
        }
    }

    /// Takes the city's version of one file in place of the one that holds. Its version number.
    ///
    /// # Errors
    /// With the line that cannot be read or what does not add up; then nothing changes.
    pub fn take(&mut self, which: Yardstick, text: &str) -> Result<u32, String> {
        match which {
            Yardstick::Index => self.index = Index::read(text)?,
            Yardstick::Scoring => self.scoring = Scoring::read(text)?,
            Yardstick::Causes => self.causes = Causes::read(text)?,
            Yardstick::Integrity => self.integrity = Integrity::read(text)?,
            Yardstick::Reports => self.reports = Reports::read(text)?,
        }
        Ok(self.version(which))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_reads_and_what_is_broken_changes_nothing() {
        let mut all = Yardsticks::default();
        assert_eq!(all.index.metrics.len(), 23);
        assert_eq!(all.scoring.indicators.len(), 9);
        assert!(all.causes.choices().count() >= 8);
        let before = all.clone();
        for one in Yardstick::ALL {
            assert!(all.take(one, "version = \"x\"").is_err(), "{one:?}");
        }
        assert_eq!(all, before);
    }
}
