//! How officers and units are scored (TT 01/2018/TT-VPCP Đ.13–15): nine indicators, 0 to 2 points a dossier,
//! the mean of each to one decimal, and a grade by the sum. Names, thresholds and grades are data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::dossier::{At, Dossier, Hop};
use super::measure::Lens;
use super::names::Name;

pub const SCORING_1: &str = include_str!("../../../../data/indices/scoring-1.toml");

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    pub scoring: String,
    pub version: u32,
    pub basis: String,
    pub from: Option<Date>,
    pub decimals: u8,
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
    /// Best first.
    #[serde(rename = "officer_grade")]
    pub officer_grades: Vec<Grade>,
    #[serde(rename = "unit_grade")]
    pub unit_grades: Vec<Grade>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub number: u8,
    pub kind: Kind,
    pub name: String,
    pub name_en: String,
    /// It scores officers too, not units alone.
    pub officer: bool,
    pub two: String,
    pub one: String,
    pub zero: String,
    /// The shares in per cent from which two points and one are given, where it is one of shares.
    pub two_from: Option<f64>,
    pub one_from: Option<f64>,
    pub services_from: Option<f64>,
    #[serde(default)]
    pub doubt: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    TotalTime,
    UnitTime,
    Supplements,
    Agencies,
    OrganisedAtDesk,
    Publication,
    Attitude,
    Petitions,
    Online,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The least sum of points.
    pub from: f64,
    pub code: String,
    pub name: String,
    pub name_en: String,
}

/// Who is scored by a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// All units that had a part of it.
    Unit,
    /// This officer's own steps.
    Officer(Name),
}

impl Scoring {
    /// # Errors
    /// With the line that cannot be read, or grades that do not go down to 0.
    pub fn read(text: &str) -> Result<Self, String> {
        let scoring: Scoring = toml::from_str(text).map_err(|error| error.to_string())?;
        for grades in [&scoring.officer_grades, &scoring.unit_grades] {
            let falls = grades.windows(2).all(|pair| pair[0].from > pair[1].from);
            if !falls || grades.last().is_none_or(|last| last.from > 0.0) {
                return Err("grades go from the best down to 0".to_owned());
            }
        }
        Ok(scoring)
    }

    pub fn of_kind(&self, kind: Kind) -> Option<&Indicator> {
        self.indicators.iter().find(|one| one.kind == kind)
    }

    pub fn rounded(&self, number: f64) -> f64 {
        let scale = 10f64.powi(self.decimals.into());
        (number * scale).round() / scale
    }
}

/// The grade of a sum.
pub fn grade(grades: &[Grade], sum: f64) -> Option<&Grade> {
    grades.iter().find(|grade| sum >= grade.from - 1e-9)
}

/// Points of one dossier that ended in the period; `None`: the indicator says nothing of it.
pub fn points(kind: Kind, dossier: &Dossier, whose: Whose, lens: &Lens<'_>) -> Option<u8> {
    let (_, ended) = dossier.ended.filter(|(_, at)| lens.holds(*at))?;
    dossier.accepted?;
    match kind {
        Kind::TotalTime => total_time(dossier, ended, lens),
        Kind::UnitTime => unit_time(dossier, whose),
        Kind::Supplements => Some(match dossier.supplements.len() {
            0 => 2,
            1 => 1,
            _ => 0,
        }),
        Kind::Agencies => Some(if dossier.online() { 2 } else { 1 }),
        // Early, on time: as the total time. A justified complaint is recorded nowhere yet.
        Kind::Attitude => total_time(dossier, ended, lens),
        Kind::OrganisedAtDesk | Kind::Publication | Kind::Petitions | Kind::Online => None,
    }
}

/// By the day, as the appointment is one.
fn total_time(dossier: &Dossier, ended: At, lens: &Lens<'_>) -> Option<u8> {
    let due = dossier.due_at(ended).or(dossier.first_due())?;
    let day = |at: At| (at.get() + lens.zone).div_euclid(86_400);
    Some(match day(ended).cmp(&day(due)) {
        std::cmp::Ordering::Less => 2,
        std::cmp::Ordering::Equal => 1,
        std::cmp::Ordering::Greater => 0,
    })
}

/// The worst of the steps that have a time of their own; by the minute.
fn unit_time(dossier: &Dossier, whose: Whose) -> Option<u8> {
    let counts = |hop: &&Hop| {
        let own = match whose {
            Whose::Unit => true,
            Whose::Officer(officer) => hop.officer == officer,
        };
        own && !hop.by_applicant() && hop.allowed > 0 && hop.to.is_some()
    };
    let worst = |hop: &Hop| match (hop.spent / 60).cmp(&(hop.allowed / 60)) {
        std::cmp::Ordering::Less => 2,
        std::cmp::Ordering::Equal => 1,
        std::cmp::Ordering::Greater => 0,
    };
    dossier.hops.iter().filter(counts).map(worst).min()
}

/// Whether an officer decided a step of it.
pub fn took_part(dossier: &Dossier, officer: Name) -> bool {
    let decided = |hop: &Hop| hop.officer == officer && hop.to.is_some() && !hop.undecided;
    dossier.hops.iter().any(decided)
}

/// A sum of points over dossiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many got 0, 1, 2 points.
    pub by_points: [u64; 3],
    /// Accepted disputes: left out.
    pub aside: u64,
}

impl Tally {
    pub fn add(&mut self, points: u8) {
        self.by_points[usize::from(points.min(2))] += 1;
    }

    pub fn dossiers(&self) -> u64 {
        self.by_points.iter().sum()
    }

    /// Points a dossier; `None` without any.
    #[allow(clippy::cast_precision_loss)] // counts of dossiers
    pub fn mean(&self) -> Option<f64> {
        let points = self.by_points[1] + 2 * self.by_points[2];
        let n = self.dossiers();
        (n > 0).then(|| points as f64 / n as f64)
    }
}

/// Points of a share in per cent by the thresholds of an indicator; nothing to handle is full marks.
pub fn by_share(indicator: &Indicator, percent: Option<f64>) -> u8 {
    let reaches = |from: Option<f64>| match percent {
        None => true,
        Some(percent) => from.is_some_and(|from| percent >= from - 1e-9),
    };
    match (reaches(indicator.two_from), reaches(indicator.one_from)) {
        (true, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}

/// Indicator 9: shares in per cent of services and of dossiers that came online, and whether any is overdue.
pub fn online(indicator: &Indicator, services: f64, dossiers: f64, overdue: bool) -> u8 {
    let enough = |share: f64, from: Option<f64>| from.is_some_and(|from| share >= from - 1e-9);
    if overdue {
        return 0;
    }
    let two = enough(services, indicator.services_from) && enough(dossiers, indicator.two_from);
    match (two, enough(dossiers, indicator.one_from)) {
        (true, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}
