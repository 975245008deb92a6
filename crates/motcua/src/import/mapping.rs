//! A mapping file: which column of somebody's table is what (`data/import/boston-311.toml`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::tz::TimeZone;
use serde::Deserialize;
use service::definition::{Channel, Ending, Kind};
use web::figures::EndingRule;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// The city's name, where it is founded by this import.
    pub name: String,
    /// Of the wall clock in the file, and of the city: `America/New_York`.
    pub zone: String,
    pub kind: Kind,
    /// Shown on public lists and the map.
    #[serde(default)]
    pub public: bool,
    /// As `strptime` writes it: `%m/%d/%Y %I:%M:%S %p`.
    pub date_format: String,
    pub columns: Columns,
    pub status: Option<Status>,
    pub place: Option<Bounds>,
    #[serde(default)]
    pub channels: BTreeMap<String, Channel>,
    pub outcomes: Outcomes,
    #[serde(default)]
    pub figures: EndingRule,
}

/// Names in the head of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub code: String,
    pub opened: String,
    pub unit: String,
    pub service: String,
    pub due: Option<String>,
    pub closed: Option<String>,
    pub status: Option<String>,
    pub outcome: Option<String>,
    pub group: Option<String>,
    pub area: Option<String>,
    pub lat: Option<String>,
    pub lon: Option<String>,
    pub channel: Option<String>,
}

/// What the status column says of open and closed cases; held against the dates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    pub open: Vec<String>,
    pub closed: Vec<String>,
}

/// Where the city lies, in degrees.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    pub south: f64,
    pub north: f64,
    pub west: f64,
    pub east: f64,
}

impl Bounds {
    pub fn hold(&self, lat: f64, lon: f64) -> bool {
        (self.south..=self.north).contains(&lat) && (self.west..=self.east).contains(&lon)
    }
}

/// How a closed case ended, by words in its reason.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    pub otherwise: Ending,
    #[serde(default)]
    pub rules: Vec<OutcomeRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRule {
    pub contains: String,
    pub ending: Ending,
}

impl Outcomes {
    /// The first rule whose words stand in the reason.
    pub fn ending(&self, reason: &str) -> Ending {
        let reason = reason.to_lowercase();
        let fits = |rule: &&OutcomeRule| reason.contains(&rule.contains);
        let rule = self.rules.iter().find(fits);
        rule.map_or(self.otherwise, |rule| rule.ending)
    }
}

impl Mapping {
    /// # Errors
    /// With the name of the entry that is unknown or missing.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let mut mapping: Self = toml::from_str(text)?;
        for rule in &mut mapping.outcomes.rules {
            ensure!(
                !rule.contains.trim().is_empty(),
                "outcomes: an empty `contains` fits everything"
            );
            rule.contains = rule.contains.to_lowercase();
        }
        mapping.zone()?;
        Ok(mapping)
    }

    pub fn zone(&self) -> Result<TimeZone> {
        TimeZone::get(&self.zone).with_context(|| format!("zone = {:?}", self.zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOSTON: &str = include_str!("../../../../data/import/boston-311.toml");

    #[test]
    fn the_shipped_mapping_reads_and_tells_outcomes_apart() {
        let mapping = Mapping::parse(BOSTON).expect("the shipped mapping");
        for (reason, ending) in [
            (
                "Case Closed Duplicate of Existing Case duplicate of w/o",
                Ending::Duplicate,
            ),
            (
                "Case Closed. Closed date : 2015-05-11 CASE NOTED",
                Ending::Answered,
            ),
            (
                "Case Closed ADCLSD: Administratively Closed",
                Ending::Stopped,
            ),
            ("Case Closed Case Resolved Rebuilt", Ending::Solved),
            ("", Ending::Solved),
        ] {
            assert_eq!(mapping.outcomes.ending(reason), ending, "{reason}");
        }
    }

    #[test]
    fn a_wrong_entry_is_named() {
        for (from, to, named) in [
            ("\"America/New_York\"", "\"Nowhere/Here\"", "Nowhere"),
            ("due = \"TARGET_DT\"", "dew = \"TARGET_DT\"", "dew"),
            ("ending = \"duplicate\"", "ending = \"double\"", "double"),
            ("contains = \"Case Noted\"", "contains = \"\"", "contains"),
        ] {
            let text = BOSTON.replace(from, to);
            assert_ne!(text, BOSTON, "{from}");
            let error = format!("{:#}", Mapping::parse(&text).expect_err(to));
            assert!(error.contains(named), "{error}");
        }
    }
}
