//! An index of the state as data: its groups and metrics, what each is worth, and how points follow from a
//! share. What a metric *means* is in [`super::measure`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The index of QĐ 766/QĐ-TTg that ships.
pub const INDEX_766_1: &str = include_str!("../../../../data/indices/766-1.toml");

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// `766`
    pub index: String,
    pub version: u32,
    pub name: String,
    pub name_en: String,
    pub basis: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Where the figures of this file come from.
    pub source: String,
    /// Of every share and score.
    pub decimals: u8,
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
    #[serde(rename = "metric")]
    pub metrics: Vec<Metric>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// The points of its metrics together.
    pub max: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    pub code: String,
    pub group: String,
    pub name: String,
    pub name_en: String,
    /// Points; 0: watched, gives none.
    pub max: f64,
    pub kind: Kind,
    /// The share in per cent that earns all points.
    #[serde(default = "whole")]
    pub full: f64,
    /// False: looks at the state of things at the end of the period.
    #[serde(default = "yes")]
    pub periodic: bool,
    /// How the state computes it, in words.
    #[serde(default)]
    pub says: String,
    /// What is not clear in the source.
    #[serde(default)]
    pub doubt: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// How a metric is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// This system cannot know it: a figure with its source is entered or imported.
    Entered,
    OnTime,
    AverageTime,
    DossiersOnline,
    ElectronicResult,
    /// Of dossiers that owe a fee.
    PaidOnline,
    Satisfied,
    /// Of the procedures in force.
    CompleteProcedures,
    ServicesOnline,
    ServicesUsed,
    ServicesPaidOnline,
}

fn whole() -> f64 {
    100.0
}

fn yes() -> bool {
    true
}

impl Index {
    /// # Errors
    /// With the line that cannot be read, or what does not add up.
    pub fn read(text: &str) -> Result<Self, String> {
        let index: Index = toml::from_str(text).map_err(|error| error.to_string())?;
        for (place, metric) in index.metrics.iter().enumerate() {
            let known = |other: &Metric| other.code == metric.code;
            if index.metrics[..place].iter().any(known) {
                return Err(format!("the metric {} stands twice", metric.code));
            }
            if !index.groups.iter().any(|group| group.code == metric.group) {
                return Err(format!(
                    "the metric {} names no group: {}",
                    metric.code, metric.group
                ));
            }
            if !(metric.full > 0.0 && metric.full <= 100.0 && metric.max >= 0.0) {
                return Err(format!(
                    "the metric {}: `full` is 0 to 100, `max` not below 0",
                    metric.code
                ));
            }
        }
        for group in &index.groups {
            let sum: f64 = index.of(group).map(|metric| metric.max).sum();
            if (sum - group.max).abs() > 1e-6 {
                return Err(format!(
                    "group {}: its metrics give {sum} points, not {}",
                    group.code, group.max
                ));
            }
        }
        Ok(index)
    }

    /// The metrics of a group, in the order of the file.
    pub fn of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Metric> {
        self.metrics
            .iter()
            .filter(|metric| metric.group == group.code)
    }

    pub fn metric(&self, code: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.code == code)
    }

    /// Rounded as the index rounds.
    pub fn rounded(&self, number: f64) -> f64 {
        let scale = 10f64.powi(self.decimals.into());
        (number * scale).round() / scale
    }

    /// Points of a share in per cent: proportional up to `full`, then all.
    pub fn points(&self, metric: &Metric, percent: f64) -> f64 {
        let earned = (percent.max(0.0) / metric.full).min(1.0) * metric.max;
        self.rounded(earned)
    }
}

impl Metric {
    /// It counts on that day.
    pub fn holds(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// The measure of [`Entered`] figures that count people: how many live in a unit's area, in the numerator alone.
pub const POPULATION: &str = "population";
/// Its only metric.
pub const PEOPLE: &str = "people";

/// A figure that somebody entered or imported, because this system cannot know it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub index: String,
    pub metric: String,
    /// A unit's code; empty: the city.
    pub subject: String,
    pub period: super::period::Period,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// In per cent, where no numbers behind it are known.
    pub percent: Option<f64>,
    /// Where it was read: a system, a report with its number.
    pub source: String,
    /// On which day it was so.
    pub on: Date,
}

impl Entered {
    /// In per cent; `None` where its denominator is nothing.
    pub fn share(&self) -> Option<f64> {
        match (self.numerator, self.denominator) {
            (Some(_), Some(0.0)) => None,
            (Some(numerator), Some(denominator)) => Some(numerator / denominator * 100.0),
            _ => self.percent,
        }
    }

    /// What is wrong with it, by the field.
    ///
    /// # Errors
    /// The name of the first field that cannot be.
    pub fn check(&self) -> Result<(), &'static str> {
        let sound = |n: f64| n.is_finite() && n >= 0.0;
        match (self.numerator, self.denominator, self.percent) {
            (Some(n), None, None) if self.index == POPULATION && n >= 1.0 && n.fract() == 0.0 => {
                Ok(())
            }
            _ if self.index == POPULATION => Err("people"),
            (Some(n), Some(d), _) if !sound(n) || !sound(d) || n > d => Err("numerator"),
            (Some(_), Some(_), _) => Ok(()),
            (Some(_), None, _) => Err("denominator"),
            (None, Some(_), _) => Err("numerator"),
            (None, None, Some(p)) if sound(p) && p <= 100.0 => Ok(()),
            (None, None, _) => Err("percent"),
        }?;
        match self.source.trim().is_empty() {
            true => Err("source"),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_reads_and_gives_a_hundred_points() {
        let index = Index::read(INDEX_766_1).expect("it reads");
        let all: f64 = index.groups.iter().map(|group| group.max).sum();
        assert!((all - 100.0).abs() < 1e-9, "{all}");
        for (broken, why) in [
            ("max = 20\nkind", "points"),
            ("full = 80\nkind = \"services-online\"", "full"),
        ] {
            let text = match why {
                "points" => INDEX_766_1.replacen(broken, "max = 21\nkind", 1),
                _ => INDEX_766_1.replacen(broken, "full = 0\nkind = \"services-online\"", 1),
            };
            let error = Index::read(&text).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn points_are_proportional_up_to_the_threshold() {
        let index = Index::read(INDEX_766_1).expect("it reads");
        let points =
            |code: &str, percent| index.points(index.metric(code).expect("a metric"), percent);
        for (code, percent, wanted) in [
            ("2.1", 100.0, 20.0),
            ("2.1", 97.128, 19.43),
            ("2.1", 0.0, 0.0),
            ("3.3", 50.0, 12.0),
            ("3.3", 25.0, 6.0),
            ("3.3", 80.0, 12.0),
            ("5.4", 90.0, 6.0),
            ("5.4", 45.0, 3.0),
            ("2.2", 50.0, 0.0),
        ] {
            assert!(
                (points(code, percent) - wanted).abs() < 1e-9,
                "{code} {percent}"
            );
        }
    }
}
