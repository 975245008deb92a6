//! What a leader needs to know of one report of a resident, read from its events, and what is counted from it: signs
//! that a close was made and not earned ([`signs`]), and hot spots ([`hot`]). Thresholds are data
//! (`data/indices/reports-1.toml`).

pub mod hot;
pub mod signs;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::Ending;

use super::dossier::{At, says_the_date};
use super::names::{Name, Names};
use crate::case::event::Recorded;
use crate::case::{Case, Event, Spot, evolve};
use crate::ids::{CaseId, UnitCode};
use crate::person::Actor;

pub const REPORTS_1: &str = include_str!("../../../../../data/indices/reports-1.toml");

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    pub reports: String,
    pub version: u32,
    pub from: Option<Date>,
    pub too_quick_minutes: u32,
    pub last_minutes: u32,
    pub same_place_metres: f64,
    pub again_days: u32,
    pub refusing: Vec<String>,
    pub other_kind_days: u32,
    pub duplicate_metres: f64,
    pub duplicate_days: u32,
    pub smallest: u64,
    pub hot: hot::Limits,
}

impl Reports {
    /// # Errors
    /// With the line that cannot be read, or the length that is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for (name, metres) in [
            ("same_place_metres", read.same_place_metres),
            ("duplicate_metres", read.duplicate_metres),
            ("hot.metres", read.hot.metres),
        ] {
            if !(1.0..=100_000.0).contains(&metres) {
                return Err(format!("{name}: 1 to 100000 metres, not {metres}"));
            }
        }
        Ok(read)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub id: CaseId,
    pub version: u32,
    pub service: Name,
    /// Competent for it.
    pub unit: Name,
    pub area: Name,
    pub spot: Option<Spot>,
    pub opened: At,
    /// The first promise.
    pub due: Option<At>,
    /// How it ended for good; an end that was followed by a reopening is none.
    pub close: Option<Close>,
    /// How often the work came back to a unit that had had it before.
    pub returns: u16,
    /// The unit that had it first after whoever took it in; whoever took it in where nobody else had it.
    pub first: Name,
    /// How often it went from one such unit to another.
    pub transfers: u16,
    pub extended: bool,
    /// The promise grew later, and no extension, pause or calendar says why.
    pub moved_silently: bool,
    /// It was made another kind of report that promises a later day.
    pub lengthened: bool,
    /// The report that it was called a duplicate of.
    pub original: Option<CaseId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    pub ending: Ending,
    pub at: At,
    /// Whose official decided it; the competent unit where time or another system did.
    pub by: Name,
    /// The outcome of the step that led there.
    pub outcome: Name,
}

impl Report {
    /// Its close, where the city closed it: neither the reporter nor silence did.
    pub fn closed(&self) -> Option<Close> {
        let own = |close: &Close| !matches!(close.ending, Ending::Withdrawn | Ending::NoAnswer);
        self.close.filter(own)
    }
}

/// Reads a report from all events of one case, oldest first; `None` without any.
pub fn observe(recorded: &[Recorded], names: &mut Names) -> Option<Report> {
    let mut watch = Watch::default();
    let mut case = None;
    for event in recorded {
        let next = evolve(case.take(), event);
        watch.saw(&next, event, names);
        case = Some(next);
    }
    let case = case?;
    let close = case.life.ended().map(|(ending, at)| Close {
        ending,
        at: at.into(),
        by: match watch.by.is_none() {
            true => names.add(&case.unit),
            false => watch.by,
        },
        outcome: watch.outcome,
    });
    Some(Report {
        id: case.id,
        version: case.version,
        service: names.add(&case.service),
        unit: names.add(&case.unit),
        area: names.add(case.area.as_deref().unwrap_or_default()),
        spot: case.place,
        opened: case.opened.into(),
        due: case.clock.first_due.map(At::from),
        close,
        returns: watch.returns,
        first: match watch.handlers.first().or(watch.held.first()) {
            Some(unit) => names.add(unit),
            None => names.add(&case.unit),
        },
        transfers: watch.transfers,
        extended: watch.extended,
        moved_silently: watch.moved_silently,
        lengthened: case.was.iter().any(|was| was.lengthened),
        original: case.merged.as_ref().map(|merged| merged.original),
    })
}

/// A task as it lies somewhere: step, row, unit.
type Lying = (String, Option<u32>, UnitCode);

#[derive(Default)]
struct Watch {
    lying: Vec<Lying>,
    /// Units that had the work since it was last opened, in order.
    held: Vec<UnitCode>,
    returns: u16,
    /// Who took it in, and the units that it was given to since, each time it changed.
    intake: Option<UnitCode>,
    handlers: Vec<UnitCode>,
    transfers: u16,
    due: Option<At>,
    extended: bool,
    moved_silently: bool,
    /// The latest outcome, and who closed.
    outcome: Name,
    by: Name,
    ended: bool,
}

impl Watch {
    fn saw(&mut self, case: &Case, recorded: &Recorded, names: &mut Names) {
        match &recorded.event {
            Event::StepDecided(decided) => self.outcome = names.add(&decided.outcome),
            Event::Extended { .. } => self.extended = true,
            // What is done once more was not handed around.
            Event::Reopened { .. } => self.held.clear(),
            _ => {}
        }
        let due = case.clock.due.map(At::from);
        self.moved_silently |=
            due > self.due && self.due.is_some() && !says_the_date(&recorded.event);
        self.due = due.or(self.due);
        self.work(case);
        let ended = case.life.ended().is_some();
        if ended && !self.ended {
            self.by = match &recorded.actor {
                Actor::Official { unit, .. } => names.add(unit),
                _ => Name::NONE,
            };
        }
        self.ended = ended;
    }

    fn work(&mut self, case: &Case) {
        let lying: Vec<Lying> = case
            .tasks
            .iter()
            .filter_map(|task| Some((task.step.clone(), task.row, task.unit.clone()?)))
            .collect();
        for came in lying.iter().filter(|task| !self.lying.contains(task)) {
            let unit = &came.2;
            if self.held.last() == Some(unit) {
                continue;
            }
            self.returns += u16::from(self.held.contains(unit));
            self.held.push(unit.clone());
            let intake = self.intake.get_or_insert_with(|| unit.clone());
            if unit != intake && self.handlers.last() != Some(unit) {
                self.transfers += u16::from(!self.handlers.is_empty());
                self.handlers.push(unit.clone());
            }
        }
        self.lying = lying;
    }
}
