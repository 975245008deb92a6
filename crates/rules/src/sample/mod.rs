//! Looking again at what was called solved: the city's law of it, who may not look, and what was found. The draw is
//! in [`draw`], counting in [`tally`]. How a list is closed and why by whose number it is drawn: docs/decisions/016.

pub mod draw;
pub mod tally;

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use service::definition::Ending;

use crate::Moment;
use crate::index::period::Period;
use crate::organisation::Organisation;
use crate::person::Seat;

pub const SAMPLE_1: &str = include_str!("../../../../data/sample.toml");

static SHIPPED: LazyLock<Sample> = LazyLock::new(|| Sample::read(SAMPLE_1).unwrap_or_default());

/// How much is drawn and looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    pub version: u32,
    pub from: Option<Date>,
    pub per_month: u32,
    pub unit_at_least: u32,
    pub unit_at_most: u32,
    pub endings: Vec<Ending>,
    /// From the draw until each is looked at.
    pub days: u32,
    /// A unit's share is taken from the draws of so many months.
    pub months: u32,
    /// Fewer judged ones: no verdict.
    pub smallest: u64,
    pub seed: SeedRule,
}

/// Whose number draws.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRule {
    pub name: String,
    pub name_en: String,
    /// 1: Monday … 7: Sunday.
    pub weekday: i8,
    pub digits: usize,
}

impl SeedRule {
    /// In the language with this code.
    pub fn name(&self, language: &str) -> &str {
        match language {
            "en" => &self.name_en,
            _ => &self.name,
        }
    }
}

impl Sample {
    /// # Errors
    /// With the line that cannot be read, or the number that cannot be.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let bounds = |name: &str, n: u32, low: u32, high: u32| match (low..=high).contains(&n) {
            true => Ok(()),
            false => Err(format!("{name}: {low} to {high}, not {n}")),
        };
        bounds("per_month", read.per_month, 1, 5_000)?;
        bounds("unit_at_most", read.unit_at_most, 1, read.per_month)?;
        bounds("unit_at_least", read.unit_at_least, 0, read.unit_at_most)?;
        bounds("days", read.days, 1, 90)?;
        bounds("months", read.months, 1, 36)?;
        if read.smallest < 30 {
            return Err("smallest: 30 at least; fewer tell nothing".to_owned());
        }
        if read.endings.is_empty() {
            return Err("endings: at least one".to_owned());
        }
        let seed = &read.seed;
        if seed.name.trim().is_empty() || seed.name_en.trim().is_empty() {
            return Err("seed: name and name_en".to_owned());
        }
        if !(1..=7).contains(&seed.weekday) || !(4..=64).contains(&seed.digits) {
            return Err("seed: weekday 1 to 7, digits 4 to 64".to_owned());
        }
        Ok(read)
    }

    /// The day of the number for a list that was closed on this day: the first such weekday after it, never the same.
    pub fn seed_day(&self, closed: Date) -> Date {
        let weekday = Weekday::from_monday_one_offset(self.seed.weekday).unwrap_or(Weekday::Monday);
        closed.nth_weekday(1, weekday).unwrap_or(closed)
    }

    /// The number as it is used: digits alone, spaces and dots left out; `None`: not as many as it has.
    pub fn seed(&self, typed: &str) -> Option<String> {
        let plain: String = typed
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-'))
            .collect();
        let digits = plain.chars().all(|c| c.is_ascii_digit());
        (digits && plain.len() == self.seed.digits).then_some(plain)
    }

    /// The first month whose draws count for a unit on this day.
    pub fn counts_from(&self, today: Date) -> Date {
        let months = i32::try_from(self.months).unwrap_or(12);
        today.first_of_month().saturating_sub(months.months())
    }
}

/// What holds by month: what ships, then the city's own in the order in which it wrote them, with the moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleLaw {
    own: Vec<(Moment, Sample)>,
}

impl SampleLaw {
    /// The city's newer version.
    pub fn put(&mut self, written: Moment, sample: Sample) {
        self.own.push((written, sample));
    }

    /// For a month that begins at this moment: written before it, and valid from its first day or earlier.
    pub fn of_month(&self, month: Period, begins: Moment) -> &Sample {
        let first = month.first();
        let fits = |(written, one): &&(Moment, Sample)| {
            *written < begins && one.from.is_none_or(|from| from <= first)
        };
        let own = self.own.iter().rev().find(fits);
        own.map_or(&SHIPPED, |(_, sample)| sample)
    }
}

/// What somebody found who looked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    Holds,
    DoesNotHold,
    /// Too late to tell, or the place cannot be found: it says nothing of the unit.
    CannotTell,
}

impl Found {
    pub const ALL: [Found; 3] = [Found::Holds, Found::DoesNotHold, Found::CannotTell];

    pub fn word(self) -> &'static str {
        match self {
            Found::Holds => "holds",
            Found::DoesNotHold => "does-not-hold",
            Found::CannotTell => "cannot-tell",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|found| found.word() == word)
    }
}

/// Whether who holds these seats stands on one line with a unit: in it, above it or below it. The city itself stands
/// above all and is on nobody's line.
pub fn of_one_line(seats: &[Seat], unit: &str, organisation: &Organisation) -> bool {
    let line = above(unit, organisation);
    seats.iter().any(|seat| {
        line.contains(&seat.unit.as_str()) || above(&seat.unit, organisation).contains(&unit)
    })
}

/// The unit and those above it, below the city.
fn above<'a>(unit: &'a str, organisation: &'a Organisation) -> Vec<&'a str> {
    let mut line = vec![unit];
    let mut at = organisation.unit_ever(unit);
    while let Some(parent) = at.and_then(|unit| unit.parent.as_deref()) {
        at = organisation.unit_ever(parent);
        let city = at.is_some_and(|unit| unit.kind == "city");
        if city || line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    line
}
