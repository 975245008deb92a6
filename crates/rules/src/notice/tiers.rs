//! Who is told as a deadline comes near and passes: data of the city, not code. The clock's own warnings come as events; later
//! tiers (working days after the date) and the weekly list are asked for by whoever looks at late cases.

use jiff::civil::Time;
use serde::Deserialize;

use super::{Kind, Notice, To, arrived};
use crate::case::Case;
use crate::case::event::Warning;
use crate::message::Unreadable;

/// What ships: `data/messages/escalation.toml`.
const SHIPPED: &str = include_str!("../../../../data/messages/escalation.toml");

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    pub version: u32,
    #[serde(rename = "tier")]
    pub tiers: Vec<Tier>,
    pub weekly: Weekly,
    pub uncollected: Uncollected,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub when: Warning,
    /// Working days after the date; 0: at the warning itself.
    #[serde(default)]
    pub after: u32,
    pub tell: Vec<Whom>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    Holder,
    /// Head of the unit that has the step.
    HeadOfHolder,
    /// Head of the competent unit.
    HeadOfUnit,
    /// Head of the one-stop desk that received it, or that serves the unit.
    HeadOfCentre,
    /// Head of the unit above the competent one.
    HeadAbove,
    Leaders,
    Applicant,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// Monday is 1.
    pub weekday: i8,
    pub at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uncollected {
    /// Working days after the result came.
    pub after: Vec<u32>,
}

impl Tiers {
    /// Reads tiers that the city wrote.
    ///
    /// # Errors
    /// [`Unreadable`] with the place and what is wrong.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let tiers: Self = toml::from_str(text)?;
        if !(1..=7).contains(&tiers.weekly.weekday) {
            return Err(Unreadable("weekly.weekday: 1 (Monday) to 7".to_owned()));
        }
        let odd = |tier: &&Tier| tier.after > 0 && tier.when != Warning::Late;
        if let Some(tier) = tiers.tiers.iter().find(odd) {
            return Err(Unreadable(format!(
                "tier {:?}: only `late` is counted in days after the date",
                tier.when
            )));
        }
        Ok(tiers)
    }

    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// Who is told at a warning of the clock. `step` and `row`: the step meant; `None`: the whole case.
    pub fn tell(&self, case: &Case, of: Warning, step: Option<(&str, Option<u32>)>) -> Vec<Notice> {
        let now = self.tiers.iter().filter(|t| t.when == of && t.after == 0);
        told(now, case, kind(of), step)
    }

    /// Who is told that a case is late by so many working days: the highest tier reached, with its number of days.
    pub fn late(&self, case: &Case, days: u32) -> Option<(u32, Vec<Notice>)> {
        let tiers = || self.tiers.iter().filter(|t| t.when == Warning::Late);
        let reached = tiers()
            .map(|tier| tier.after)
            .filter(|after| *after > 0 && *after <= days);
        let highest = reached.max()?;
        let tier = tiers().filter(|tier| tier.after == highest);
        Some((highest, told(tier, case, Kind::LateStill, None)))
    }
}

impl Default for Tiers {
    /// The shipped ones; a test reads them.
    fn default() -> Self {
        Self::read(SHIPPED).unwrap_or(Self {
            version: 0,
            tiers: Vec::new(),
            weekly: Weekly {
                weekday: 1,
                at: Time::MIN,
            },
            uncollected: Uncollected { after: Vec::new() },
        })
    }
}

pub(super) fn kind(of: Warning) -> Kind {
    match of {
        Warning::StepLate => Kind::StepLate,
        Warning::Escalated => Kind::Escalated,
        Warning::ReportDue => Kind::ReportDue,
        Warning::DueSoon => Kind::DueSoon,
        Warning::DueToday => Kind::DueToday,
        Warning::Late => Kind::Late,
        Warning::AnswerDue => Kind::AnswerDue,
        Warning::Silent => Kind::Silent,
    }
}

fn told<'t>(
    tiers: impl Iterator<Item = &'t Tier>,
    case: &Case,
    kind: Kind,
    step: Option<(&str, Option<u32>)>,
) -> Vec<Notice> {
    let tasks = case.tasks.iter();
    let meant = |task: &&crate::case::Task| step.is_none_or(|(step, row)| task.is(step, row));
    let tasks: Vec<_> = tasks.filter(meant).collect();
    let to = |whom| match step {
        Some((step, _)) => super::of_step(whom, kind, step),
        None => super::to(whom, kind),
    };
    let mut notices: Vec<Notice> = Vec::new();
    for whom in tiers.flat_map(|tier| &tier.tell) {
        let found = match whom {
            Whom::Holder => tasks.iter().flat_map(|task| arrived(task, kind)).collect(),
            Whom::HeadOfHolder => tasks
                .iter()
                .filter_map(|task| Some((task.unit.clone()?, task)))
                .map(|(unit, task)| super::of_step(To::HeadOfUnit(unit), kind, &task.step))
                .collect(),
            Whom::HeadOfUnit => vec![to(To::HeadOfUnit(case.unit.clone()))],
            Whom::HeadOfCentre => vec![to(To::HeadOfCentre)],
            Whom::HeadAbove => vec![to(To::HeadAbove)],
            Whom::Leaders => vec![to(To::Leaders)],
            Whom::Applicant => vec![to(To::Applicant)],
        };
        for notice in found {
            // The head of the step's unit and of the competent unit are often one.
            if !notices.iter().any(|known| known.to == notice.to) {
                notices.push(notice);
            }
        }
    }
    notices
}
