//! Scores of units and officers counted from the ledger (`rules::index::scoring`): each indicator with its
//! dossiers by points, the sum and its grade. Indicators without figures leave a sum from a least to a most.

use std::collections::{BTreeSet, HashSet};

use facts::{Cohort, Figure, Filter, Query};
use rules::ids::CaseId;
use rules::index::measure::Lens;
use rules::index::metric::Entered;
use rules::index::scoring::{self, Grade, Indicator, Kind, Scoring, Tally, Whose};
use rules::index::{Dossier, Name};
use service::definition::Kind as CaseKind;

use super::counted::Counted;
use crate::figures::EndingRule;

/// One indicator of somebody.
pub struct Line<'a> {
    pub indicator: &'a Indicator,
    pub tally: Tally,
    /// Mean points, rounded; `None`: no figure.
    pub score: Option<f64>,
}

/// Somebody's indicators, their sum and grade.
pub struct Scored<'a> {
    pub lines: Vec<Line<'a>>,
    /// The sum of what is known, and the most it can be with what is not.
    pub least: f64,
    pub most: f64,
    /// Only where whatever is not known would not change it.
    pub grade: Option<&'a Grade>,
    /// Dossiers that ended in the period.
    pub dossiers: u64,
}

/// What scores of units need beside the ledger.
pub struct Beside<'a> {
    pub facts: &'a facts::Facts,
    pub entered: &'a [Entered],
    pub lens: Lens<'a>,
}

fn summed<'a>(lines: Vec<Line<'a>>, grades: &'a [Grade], dossiers: u64) -> Scored<'a> {
    let least: f64 = lines.iter().filter_map(|line| line.score).sum();
    let unknown = lines.iter().filter(|line| line.score.is_none()).count();
    #[allow(clippy::cast_precision_loss)] // nine at most
    let most = least + 2.0 * unknown as f64;
    let (low, high) = (scoring::grade(grades, least), scoring::grade(grades, most));
    let sure = matches!((low, high), (Some(a), Some(b)) if a.code == b.code);
    Scored {
        lines,
        least,
        most,
        grade: low.filter(|_| sure && dossiers > 0),
        dossiers,
    }
}

/// The score of the unit `unit` from its own dossiers (those of its subordinate units not among them).
pub fn unit<'a>(
    counted: &Counted<'_>,
    scoring: &'a Scoring,
    beside: &Beside<'_>,
    unit: Name,
    own: &[&Dossier],
) -> Scored<'a> {
    let lines: Vec<Line<'a>> = scoring
        .indicators
        .iter()
        .map(|indicator| {
            let mut tally = Tally::default();
            own.iter()
                .filter_map(|one| scoring::points(indicator.kind, one, Whose::Unit, &beside.lens))
                .for_each(|points| tally.add(points));
            let score = match indicator.kind {
                Kind::OrganisedAtDesk | Kind::Publication => {
                    entered(counted, beside, indicator, unit)
                }
                Kind::Petitions => Some(petitions(counted, beside, indicator, unit)),
                Kind::Online => online(own, beside, indicator),
                _ => tally.mean(),
            };
            let score = score.map(|score| scoring.rounded(score));
            Line {
                indicator,
                tally,
                score,
            }
        })
        .collect();
    let dossiers = lines.first().map_or(0, |line| line.tally.dossiers());
    summed(lines, &scoring.unit_grades, dossiers)
}

/// The score of an officer: the dossiers in which they decided a step. `aside`: disputes that were accepted.
pub fn officer<'a>(
    counted: &Counted<'_>,
    scoring: &'a Scoring,
    lens: &Lens<'_>,
    officer: Name,
    aside: &HashSet<CaseId>,
) -> Scored<'a> {
    let own = || {
        let rows = counted.ledger.rows().iter();
        rows.filter(move |one| scoring::took_part(one, officer))
    };
    let officers = scoring.indicators.iter().filter(|one| one.officer);
    let lines: Vec<Line<'a>> = officers
        .map(|indicator| {
            let mut tally = Tally::default();
            for one in own() {
                let whose = Whose::Officer(officer);
                let Some(points) = scoring::points(indicator.kind, one, whose, lens) else {
                    continue;
                };
                match aside.contains(&one.id) {
                    true => tally.aside += 1,
                    false => tally.add(points),
                }
            }
            let score = tally.mean().map(|score| scoring.rounded(score));
            Line {
                indicator,
                tally,
                score,
            }
        })
        .collect();
    let dossiers = lines.first().map_or(0, |line| line.tally.dossiers());
    summed(lines, &scoring.officer_grades, dossiers)
}

/// Points that somebody entered (`percent` holds 0, 1 or 2), with the source.
fn entered(
    counted: &Counted<'_>,
    beside: &Beside<'_>,
    indicator: &Indicator,
    unit: Name,
) -> Option<f64> {
    let number = indicator.number.to_string();
    let subject = counted.word(unit);
    let known = beside
        .entered
        .iter()
        .find(|one| one.metric == number && one.subject == subject);
    known
        .and_then(|one| one.percent)
        .map(|points| points.min(2.0))
}

/// Reports of the unit whose deadline lay in the period.
fn petitions(counted: &Counted<'_>, beside: &Beside<'_>, indicator: &Indicator, unit: Name) -> f64 {
    let (from, to) = (beside.lens.from.get(), beside.lens.to.get());
    let answer = beside.facts.ask(&Query {
        as_of: to - 1,
        cohort: Cohort::Due { from, to },
        meaning: EndingRule::of(counted.law).meaning(),
        filters: vec![
            Filter::Unit(vec![counted.word(unit).to_owned()]),
            Filter::Kind(vec![CaseKind::Report as u8]),
            Filter::Is(Figure::Passed),
        ],
        zone: crate::leader::ask::ZONE,
        ..Query::default()
    });
    let passed: u32 = answer.groups.iter().map(|group| group.counts.passed).sum();
    let on_time: u32 = answer.groups.iter().map(|group| group.counts.on_time).sum();
    let percent = (passed > 0).then(|| f64::from(on_time) / f64::from(passed) * 100.0);
    scoring::by_share(indicator, percent).into()
}

/// `None`: nothing was accepted in the period.
#[allow(clippy::cast_precision_loss)] // counts of dossiers
fn online(own: &[&Dossier], beside: &Beside<'_>, indicator: &Indicator) -> Option<f64> {
    let lens = &beside.lens;
    let accepted: Vec<&&Dossier> = own
        .iter()
        .filter(|one| one.accepted.is_some_and(|at| lens.holds(at)))
        .collect();
    if accepted.is_empty() {
        return None;
    }
    let came = || accepted.iter().filter(|one| one.online());
    let services: BTreeSet<Name> = accepted.iter().map(|one| one.service).collect();
    let used: BTreeSet<Name> = came().map(|one| one.service).collect();
    let late =
        |one: &&Dossier| one.online() && rules::index::lateness::late_since(one, lens).is_some();
    let percent = |n: usize, of: usize| n as f64 / of.max(1) as f64 * 100.0;
    let (services, dossiers) = (
        percent(used.len(), services.len()),
        percent(came().count(), accepted.len()),
    );
    Some(scoring::online(indicator, services, dossiers, own.iter().any(late)).into())
}

/// Whether a dossier stands behind `NUMBER:POINTS` or `NUMBER:all` of a unit or an officer.
pub fn behind<'a>(
    scoring: &Scoring,
    lens: Lens<'a>,
    member: &str,
    whose: Whose,
    unit: Option<Name>,
) -> Option<super::Behind<'a>> {
    let (number, points) = member.split_once(':')?;
    let number: u8 = number.parse().ok()?;
    let indicator = scoring.indicators.iter().find(|one| one.number == number)?;
    let kind = indicator.kind;
    let points: Option<u8> = match points {
        "all" => None,
        points => Some(points.parse().ok().filter(|points| *points <= 2)?),
    };
    Some(Box::new(move |one| {
        let theirs = match whose {
            Whose::Unit => unit == Some(one.unit),
            Whose::Officer(officer) => scoring::took_part(one, officer),
        };
        theirs
            && scoring::points(kind, one, whose, &lens)
                .is_some_and(|earned| points.is_none_or(|points| points == earned))
    }))
}
