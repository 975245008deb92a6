//! A question made ready for the scan: every filter and every dimension becomes a number looked up by
//! a row's code, so that names are compared once and not once a case.
//!
//! The group of a row is the sum of its parts (from desk, area, traits, fate and month); a filter that
//! turns a row away makes its part so large that the sum is no group.

use std::collections::HashSet;

use crate::answer::{Key, Role};
use crate::case::{CHANNELS, ENDINGS, KINDS};
use crate::days;
use crate::packed::{Desks, Runs};
use crate::query::{Cohort, Dimension, Figure, Filter, Meaning, Query};
use crate::table::{Chunk, Desk, Facts, Traits};

/// A part that turns the row away. Groups are fewer; five of them still fit a `u32`.
pub(crate) const REJECT: u32 = 1 << 28;

/// What has become of a case at the moment of the question, below 43. Below 30 as in the row: ending ×
/// 3 + promise; then open without a deadline and open with a broken promise; from 32 on by ending, and
/// last the open ones, where the deadline is later.
pub(crate) const FATES: usize = 64;
const FIRST_OPEN: usize = 30;
const FIRST_LATER: usize = 32;

/// The promise at the moment of the question: none; kept and due by now; broken; due later.
pub(crate) const NONE: usize = 0;
pub(crate) const KEPT: usize = 1;
pub(crate) const BROKEN: usize = 2;
pub(crate) const LATER: usize = 3;

pub(crate) fn fate(ended: Option<u8>, promise: usize) -> usize {
    match ended {
        _ if promise == LATER => FIRST_LATER + usize::from(ended.unwrap_or(ENDINGS)),
        Some(ending) => usize::from(ending) * 3 + promise,
        None if promise == NONE => FIRST_OPEN,
        None => FIRST_OPEN + 1,
    }
}

/// The ending and the promise of a fate.
pub(crate) fn meaning_of(fate: usize) -> (Option<u8>, usize) {
    let ending = |number: usize| (number < ENDINGS.into()).then_some(number as u8);
    match fate {
        FIRST_LATER.. => (ending(fate - FIRST_LATER), LATER),
        FIRST_OPEN => (None, NONE),
        _ if fate > FIRST_OPEN => (None, BROKEN),
        _ => (ending(fate / 3), fate % 3),
    }
}

type PassesDesk = Box<dyn Fn(&Desk) -> bool>;

pub(crate) struct Plan<'a> {
    pub facts: &'a Facts,
    pub as_of: i64,
    pub cohort: Cohort,
    pub durations: bool,
    pub quality: bool,
    pub meaning: Meaning,
    pub desk: Option<Vec<u32>>,
    /// By unit, where no more is asked of a desk.
    pub unit: Option<Vec<u32>>,
    /// Few desks pass the filters.
    few_desks: bool,
    pub area: Option<Vec<u32>>,
    pub traits: Option<Vec<u32>>,
    pub fates: [u32; FATES],
    pub roles: [Role; FATES],
    pub month: Option<Months>,
    pub groups: u32,
    /// Dimensions with their size and the step between neighbours.
    dimensions: Vec<(Dimension, u32, u32)>,
}

/// Part by day of the cohort's date.
pub(crate) struct Months {
    pub by_due: bool,
    zone: i32,
    first_day: i32,
    first_month: i32,
    of_day: Vec<u32>,
    /// Groups in one month.
    pub step: u32,
}

impl Months {
    #[inline]
    pub fn part(&self, second: u32) -> u32 {
        self.of_day[(days::day(second.into(), self.zone) - self.first_day) as usize]
    }
}

impl<'a> Plan<'a> {
    /// Panics on more than two dimensions: no page has a third axis.
    pub fn new(facts: &'a Facts, query: &Query) -> Self {
        assert!(query.by.len() <= 2, "a question has at most two dimensions");
        let as_of = query.moment().min(i64::from(u32::MAX) - 1);
        let (as_of, by_due) = (as_of, matches!(query.cohort, Cohort::Due { .. }));
        let months = Span::of(facts, by_due, query.zone);
        let sizes: Vec<u32> = query
            .by
            .iter()
            .map(|by| size(facts, *by, &months))
            .collect();
        let groups = sizes.iter().product::<u32>();
        assert!(
            groups < REJECT,
            "{groups} groups are more than the scan can tell apart"
        );
        // Months outermost, so that a stretch of groups is a stretch of time.
        let steps = match (query.by.as_slice(), sizes.as_slice()) {
            ([_, Dimension::Month], [first, _]) => vec![1, *first],
            (_, [_, second]) => vec![*second, 1],
            _ => vec![1; sizes.len()],
        };
        let dimensions: Vec<_> = query
            .by
            .iter()
            .zip(sizes.iter().zip(steps))
            .map(|(by, (size, step))| (*by, *size, step))
            .collect();
        let mut plan = Self {
            facts,
            as_of,
            cohort: query.cohort,
            durations: query.durations,
            quality: query.quality,
            meaning: query.meaning,
            desk: None,
            unit: None,
            few_desks: false,
            area: None,
            traits: None,
            fates: [0; FATES],
            roles: std::array::from_fn(|fate| role(meaning_of(fate).0, &query.meaning)),
            month: None,
            groups,
            dimensions,
        };
        plan.desk = plan.desks(query);
        plan.unit = plan.units(query);
        plan.few_desks = plan.desk.as_ref().is_some_and(|parts| {
            let passing = parts.iter().filter(|part| **part < REJECT).count();
            passing * 8 <= parts.len()
        });
        plan.area = plan.areas(query);
        plan.traits = plan.all_traits(query);
        plan.fates = plan.all_fates(query);
        plan.month = plan.months(&months, by_due, query.zone);
        plan
    }

    fn steps(&self, wanted: &[Dimension]) -> Vec<(Dimension, u32)> {
        self.dimensions
            .iter()
            .filter(|(by, ..)| wanted.contains(by))
            .map(|(by, _, step)| (*by, *step))
            .collect()
    }

    fn desks(&self, query: &Query) -> Option<Vec<u32>> {
        use Dimension::{Group, Kind, Service, Unit};
        let steps = self.steps(&[Unit, Service, Group, Kind]);
        let numbers = |names: &crate::names::Names<std::sync::Arc<str>>, wanted: &[String]| {
            wanted
                .iter()
                .filter_map(|name| names.find(name.as_str()))
                .collect::<HashSet<u32>>()
        };
        let facts = self.facts;
        let filters: Vec<PassesDesk> = query
            .filters
            .iter()
            .filter_map(|filter| -> Option<PassesDesk> {
                match filter {
                    Filter::Unit(names) => {
                        let set = numbers(&facts.units, names);
                        Some(Box::new(move |desk| set.contains(&desk.unit)))
                    }
                    Filter::Service(names) => {
                        let set = numbers(&facts.services, names);
                        Some(Box::new(move |desk| set.contains(&desk.service)))
                    }
                    Filter::Group(names) => {
                        let set = numbers(&facts.groups, names);
                        Some(Box::new(move |desk| set.contains(&desk.group)))
                    }
                    Filter::Public(public) => {
                        let public = *public;
                        Some(Box::new(move |desk| desk.public == public))
                    }
                    Filter::Kind(kinds) => {
                        let kinds = kinds.clone();
                        Some(Box::new(move |desk| kinds.contains(&desk.kind)))
                    }
                    _ => None,
                }
            })
            .collect();
        if steps.is_empty() && filters.is_empty() {
            return None;
        }
        let part = |desk: &Desk| {
            if !filters.iter().all(|passes| passes(desk)) {
                return REJECT;
            }
            let number = |by| match by {
                Unit => desk.unit,
                Service => desk.service,
                Group => desk.group,
                _ => desk.kind.into(),
            };
            steps.iter().map(|(by, step)| number(*by) * step).sum()
        };
        Some(facts.desks.list().iter().map(part).collect())
    }

    fn units(&self, query: &Query) -> Option<Vec<u32>> {
        use Dimension::{Group, Kind, Service};
        let narrow = |filter: &Filter| {
            use Filter::{Group, Kind, Public, Service};
            matches!(filter, Service(_) | Group(_) | Public(_) | Kind(_))
        };
        let more = !self.steps(&[Service, Group, Kind]).is_empty();
        if more || query.filters.iter().any(narrow) {
            return None;
        }
        let mut parts = vec![0; self.facts.units.list().len()];
        for (desk, part) in self
            .facts
            .desks
            .list()
            .iter()
            .zip(self.desk.iter().flatten())
        {
            parts[desk.unit as usize] = *part;
        }
        Some(parts)
    }

    fn areas(&self, query: &Query) -> Option<Vec<u32>> {
        let steps = self.steps(&[Dimension::Area]);
        let filters: Vec<HashSet<u32>> = query
            .filters
            .iter()
            .filter_map(|filter| match filter {
                Filter::Area(areas) => Some(areas),
                _ => None,
            })
            .map(|areas| {
                let code = |area: &Option<String>| match area {
                    None => Some(0),
                    Some(area) => self
                        .facts
                        .areas
                        .find(area.as_str())
                        .map(|number| number + 1),
                };
                areas.iter().filter_map(code).collect()
            })
            .collect();
        if steps.is_empty() && filters.is_empty() {
            return None;
        }
        let part = |area: u32| {
            if filters.iter().all(|set| set.contains(&area)) {
                steps.iter().map(|(_, step)| area * step).sum()
            } else {
                REJECT
            }
        };
        Some(
            (0..=self.facts.areas.list().len() as u32)
                .map(part)
                .collect(),
        )
    }

    fn all_traits(&self, query: &Query) -> Option<Vec<u32>> {
        let steps = self.steps(&[Dimension::Channel]);
        let passes = |traits: &Traits, filter: &Filter| match filter {
            Filter::Channel(channels) => channels.contains(&traits.channel),
            Filter::Reopened(reopened) => traits.reopened == *reopened,
            Filter::Verified(verified) => traits.verified == *verified,
            Filter::Rating(ratings) => traits.rating > 0 && ratings.contains(&traits.rating),
            _ => true,
        };
        let part = |traits: &Traits| {
            if query.filters.iter().all(|filter| passes(traits, filter)) {
                steps
                    .iter()
                    .map(|(_, step)| u32::from(traits.channel) * step)
                    .sum()
            } else {
                REJECT
            }
        };
        let parts: Vec<u32> = self.facts.traits.list().iter().map(part).collect();
        (!steps.is_empty() || parts.contains(&REJECT)).then_some(parts)
    }

    fn all_fates(&self, query: &Query) -> [u32; FATES] {
        let steps = self.steps(&[Dimension::Ending]);
        std::array::from_fn(|fate| {
            let (ended, promise) = meaning_of(fate);
            let passes = query.filters.iter().all(|filter| match filter {
                Filter::Ending(endings) => endings.contains(&ended),
                Filter::Is(figure) => counts_as(*figure, ended, promise, &query.meaning),
                _ => true,
            });
            if passes {
                let number = ended.map_or(0, |ending| u32::from(ending) + 1);
                steps.iter().map(|(_, step)| number * step).sum()
            } else {
                REJECT
            }
        })
    }

    fn months(&self, months: &Span, by_due: bool, zone: i32) -> Option<Months> {
        let (_, step) = *self.steps(&[Dimension::Month]).first()?;
        // Two dimensions of months are still one number: the steps add up.
        let each: u32 = self
            .steps(&[Dimension::Month])
            .iter()
            .map(|(_, step)| step)
            .sum();
        let part = |day: i32| (days::month(day) - months.first_month) as u32 * each;
        Some(Months {
            by_due,
            zone,
            first_day: months.first_day,
            first_month: months.first_month,
            of_day: (months.first_day..=months.last_day).map(part).collect(),
            step,
        })
    }

    /// What tells group `number` apart.
    pub fn key(&self, number: u32) -> Vec<Key> {
        let facts = self.facts;
        let key = |(by, size, step): &(Dimension, u32, u32)| {
            let number = number / step % size;
            match by {
                Dimension::Unit => Key::Name(facts.units.value(number).clone()),
                Dimension::Service => Key::Name(facts.services.value(number).clone()),
                Dimension::Group => Key::Name(facts.groups.value(number).clone()),
                Dimension::Area if number == 0 => Key::Nothing,
                Dimension::Area => Key::Name(facts.areas.value(number - 1).clone()),
                Dimension::Ending if number == 0 => Key::Nothing,
                Dimension::Ending => Key::Code(number as u8 - 1),
                Dimension::Kind | Dimension::Channel => Key::Code(number as u8),
                Dimension::Month => {
                    let first = self.month.as_ref().map_or(0, |month| month.first_month);
                    Key::month(first + number as i32)
                }
            }
        };
        self.dimensions.iter().map(key).collect()
    }

    /// Whether rows of the chunk can belong to the cohort as of the moment; and whether all do, with
    /// everything about them decided, so that fates need no dates.
    pub fn reach(&self, chunk: &Chunk) -> Reach {
        let bounds = &chunk.bounds;
        let (opened, due, ended) = (wide(bounds.opened), wide(bounds.due), wide(bounds.ended));
        if opened.0 > self.as_of {
            return Reach::Nothing;
        }
        let settled = opened.1 <= self.as_of && due.1 <= self.as_of && ended.1 <= self.as_of;
        let inside = |from: i64, to: i64, dates: (i64, i64)| dates.0 >= from && dates.1 < to;
        let outside = |from: i64, to: i64, dates: (i64, i64)| dates.1 < from || dates.0 >= to;
        let (none, all) = match self.cohort {
            Cohort::All => (false, true),
            Cohort::Opened { from, to } => (outside(from, to, opened), inside(from, to, opened)),
            Cohort::Due { from, to } => (
                outside(from, to, due) && (!bounds.free || outside(from, to, opened)),
                inside(from, to, due) && (!bounds.free || inside(from, to, opened)),
            ),
            Cohort::Live { from, .. } => (bounds.open == 0 && ended.1 < from, false),
        };
        match (none, settled && all) {
            (true, _) => Reach::Nothing,
            (_, true) => Reach::Everything,
            _ => Reach::Some,
        }
    }

    /// The part of one row that its codes decide, where months are not told apart.
    pub fn part(&self, chunk: &Chunk, row: usize) -> u32 {
        let of = |table: &Option<Vec<u32>>, codes: &crate::column::Codes| {
            table
                .as_ref()
                .map_or(0, |table| table[codes.get(row) as usize])
        };
        let desk = self
            .desk
            .as_ref()
            .map_or(0, |table| table[chunk.desk.get(row) as usize]);
        desk + of(&self.area, &chunk.area) + of(&self.traits, &chunk.traits)
    }

    /// The runs of a packed chunk and the part of each by its number, where all rows of a run belong to
    /// one group or are turned away. The runs of desks are short: of use only to pass most of them over.
    pub fn by_runs<'c>(&'c self, chunk: &'c Chunk) -> Option<(&'c Runs, &'c [u32])> {
        let one_month = match (&self.month, self.stretch(chunk)) {
            (None, _) => true,
            (Some(_), stretch) => stretch.is_some_and(|(first, last)| first == last),
        };
        let alone = self.area.is_none() && self.traits.is_none() && !self.quality;
        let fates = self.fates.iter().all(|part| [0, REJECT].contains(part));
        match &chunk.desk {
            Desks::Packed { desks, units } if one_month && alone && fates => {
                match (&self.unit, &self.desk) {
                    (Some(parts), _) => Some((units, parts)),
                    (None, Some(parts)) if self.few_desks => Some((desks, parts)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The months (as groups, first and last) that the chunk's rows can fall into.
    pub fn stretch(&self, chunk: &Chunk) -> Option<(u32, u32)> {
        let month = self.month.as_ref()?;
        let bounds = &chunk.bounds;
        let (mut first, mut last) = if month.by_due {
            bounds.due
        } else {
            bounds.opened
        };
        if month.by_due && bounds.free {
            first = first.min(bounds.opened.0);
            last = last.max(bounds.opened.1);
        }
        (first <= last).then(|| (month.part(first), month.part(last)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Nothing,
    Some,
    Everything,
}

fn wide((first, last): (u32, u32)) -> (i64, i64) {
    (first.into(), last.into())
}

fn role(ended: Option<u8>, meaning: &Meaning) -> Role {
    match ended {
        None => Role::Open,
        Some(ending) if meaning.void.has(ending) || meaning.apart.has(ending) => Role::Nowhere,
        Some(ending) if meaning.finished.has(ending) => Role::Closed,
        Some(_) => Role::Left,
    }
}

/// Whether a case of this fate is counted in a figure. The counts of an answer are the sums of this.
pub(crate) fn counts_as(
    figure: Figure,
    ended: Option<u8>,
    promise: usize,
    meaning: &Meaning,
) -> bool {
    let role = role(ended, meaning);
    let void = ended.is_some_and(|ending| meaning.void.has(ending));
    if role == Role::Nowhere {
        return match figure {
            Figure::Void => void,
            Figure::Apart => !void,
            _ => false,
        };
    }
    let left_early = role == Role::Left && matches!(promise, KEPT | LATER);
    let passed = matches!(promise, KEPT | BROKEN) && !left_early;
    let on_time = promise == KEPT && role == Role::Closed;
    match figure {
        Figure::Cases => true,
        Figure::Void | Figure::Apart => false,
        Figure::Open => role == Role::Open,
        Figure::Finished => role == Role::Closed,
        Figure::Passed => passed,
        Figure::OnTime => on_time,
        Figure::Late => passed && !on_time,
        Figure::Overdue => role == Role::Open && promise == BROKEN,
        Figure::BeforeDue => promise == LATER && !left_early,
        Figure::NoDeadline => promise == NONE,
        Figure::LeftEarly => left_early,
    }
}

fn size(facts: &Facts, by: Dimension, months: &Span) -> u32 {
    let names = match by {
        Dimension::Unit => facts.units.list().len(),
        Dimension::Service => facts.services.list().len(),
        Dimension::Group => facts.groups.list().len(),
        Dimension::Area => facts.areas.list().len() + 1,
        Dimension::Kind => KINDS.into(),
        Dimension::Channel => CHANNELS.into(),
        Dimension::Ending => usize::from(ENDINGS) + 1,
        Dimension::Month => months.months(),
    };
    names.max(1) as u32
}

/// The days between the first and the last date of the table.
struct Span {
    first_day: i32,
    last_day: i32,
    first_month: i32,
}

impl Span {
    fn of(facts: &Facts, by_due: bool, zone: i32) -> Self {
        let (mut first, mut last) = (u32::MAX, 0);
        for bounds in facts.chunks.iter().map(|chunk| chunk.bounds) {
            first = first.min(bounds.opened.0);
            last = last.max(bounds.opened.1);
            if by_due {
                first = first.min(bounds.due.0);
                last = last.max(bounds.due.1);
            }
        }
        let first_day = days::day(first.min(last).into(), zone);
        let last_day = days::day(last.into(), zone);
        Self {
            first_day,
            last_day,
            first_month: days::month(first_day),
        }
    }

    fn months(&self) -> usize {
        (days::month(self.last_day) - self.first_month + 1) as usize
    }
}
