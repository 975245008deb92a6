//! Synthetic cases for the columnar table, skewed as a city is: few units and services have most of
//! the cases, a unit has its own services and areas, durations are log-normal around a promise of
//! working days, some cases never end. The same seed gives the same cases.

use facts::{CaseFact, EndingSet, Meaning, State};

use crate::demo::dice::Dice;

pub const DAY: i64 = 86_400;
/// 1 January 2016, and ten years of 365.25 days later.
pub const START: i64 = 1_451_606_400;
pub const END: i64 = START + 10 * 31_557_600;
pub const UNITS: u32 = 250;
pub const SERVICES: u32 = 200;
pub const AREAS: u32 = 126;
/// The ending that takes a case out of every figure.
pub const VOID: u8 = 7;

/// What the city counts as finished, apart and void.
pub fn meaning() -> Meaning {
    Meaning {
        finished: EndingSet::of(&[0, 1, 2, 3, 4]),
        apart: EndingSet::of(&[5]),
        void: EndingSet::of(&[VOID]),
    }
}

/// A case as numbers, before its codes are texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    pub unit: usize,
    pub service: usize,
    pub area: Option<usize>,
    pub opened: i64,
    pub due: Option<i64>,
    pub ended: Option<(i64, u8)>,
}

pub struct Synthetic {
    dice: Dice,
    cases: u32,
    units: Vec<String>,
    services: Vec<String>,
    areas: Vec<String>,
    groups: Vec<String>,
}

impl Synthetic {
    pub fn new(cases: u32, seed: u64) -> Self {
        let names = |what: &str, many: u32| (0..many).map(|n| format!("{what}-{n}")).collect();
        Self {
            dice: Dice::new(seed),
            cases,
            units: names("unit", UNITS),
            services: names("service", SERVICES),
            areas: names("area", AREAS),
            groups: names("group", 12),
        }
    }

    fn skewed(&mut self, below: usize) -> usize {
        (self.dice.share().powf(2.2) * below as f64) as usize
    }

    /// The next case; `slot` places it in the ten years.
    pub fn row(&mut self, slot: u32) -> Row {
        let unit = self.skewed(UNITS as usize);
        let service = (unit * 7 + self.skewed(60)) % SERVICES as usize;
        let area = (unit * 3 + self.skewed(20)) % AREAS as usize;
        let even = (END - START) as f64 * f64::from(slot) / f64::from(self.cases);
        let opened = (START + even as i64 + (self.dice.share() * 600.0) as i64).min(END);
        let promise = [1, 3, 5, 7, 10, 15, 20, 30][service % 8] * DAY;
        let pace = 0.5 + (unit % 17) as f64 / 20.0;
        let seconds = promise as f64 * pace * self.dice.normal().exp();
        let at = opened + (seconds as i64).clamp(60, 3_000 * DAY);
        let stays = self.dice.chance(0.01);
        let endings = [1, 1, 1, 1, 0, 0, 0, 2, 2, 2, 4, 4, 5, 6, VOID, 1];
        let ending = endings[self.dice.below(endings.len())];
        Row {
            unit,
            service,
            area: self.dice.chance(0.97).then_some(area),
            opened,
            due: self.dice.chance(0.95).then_some(opened + promise),
            ended: (!stays && at <= END).then_some((at, ending)),
        }
    }

    /// The row as the table takes it.
    pub fn fact(&mut self, row: &Row) -> CaseFact {
        let channels = [0, 0, 0, 1, 2, 2, 2, 4, 5, 6];
        CaseFact {
            version: 3,
            unit: self.units[row.unit].clone(),
            service: self.services[row.service].clone(),
            group: self.groups[row.service % self.groups.len()].clone(),
            kind: (row.service % 2) as u8,
            area: row.area.map(|area| self.areas[area].clone()),
            channel: channels[self.dice.below(channels.len())],
            opened: row.opened,
            due: row.due,
            state: match row.ended {
                Some((at, ending)) => State::Ended { at, ending },
                None => State::Open,
            },
            reopened: self.dice.chance(0.02),
            verified: self.dice.chance(0.4),
            rating: self.dice.chance(0.15).then(|| 1 + self.dice.below(5) as u8),
            public: row.service.is_multiple_of(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_skewed_city() {
        let rows = |seed| {
            let mut city = Synthetic::new(5_000, seed);
            (0..5_000).map(|slot| city.row(slot)).collect::<Vec<_>>()
        };
        let (one, other) = (rows(1), rows(2));
        assert_eq!(one, rows(1));
        assert_ne!(one, other);
        let first = one.iter().filter(|row| row.unit < 25).count();
        assert!(
            first > 1_500,
            "the first tenth of the units has {first} of 5000"
        );
        let open = one.iter().filter(|row| row.ended.is_none()).count();
        assert!((20..500).contains(&open), "{open} open");
        assert!(
            one.iter()
                .all(|row| row.ended.is_none_or(|(at, _)| at > row.opened))
        );
    }
}
