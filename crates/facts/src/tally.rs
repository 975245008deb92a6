//! Counters of a stretch of groups, and the answer they add up to.

use crate::answer::{Cell, Counts, Group, Role};
use crate::bins::{self, BINS};
use crate::plan::{FATES, Plan, counts_as, meaning_of};
use crate::query::{Cohort, Figure};
use crate::scan::BLOCK;

/// Bins of closed, open and left cases lie one after the other, then those that count nowhere (never
/// read), then, for cohorts at work in a period, the ages at which cases entered. A cache line more
/// lets the next group begin in another set of the cache.
pub(crate) const NOWHERE: u32 = 3 * BINS as u32;
pub(crate) const ENTERED: u32 = NOWHERE + BINS as u32 + 32;

#[derive(Debug)]
pub(crate) struct Tally {
    /// First group and number of groups.
    pub from: u32,
    pub groups: u32,
    /// By group and fate.
    pub fates: Vec<u32>,
    /// By group, role and bin; half as wide as counts can be, so that twice as many stay in the cache.
    bins: Vec<u16>,
    /// Each time a bin went past 65,535, where.
    overflows: Vec<usize>,
    pub stride: usize,
    /// Age of the oldest open case by group.
    pub oldest: Vec<u32>,
    /// Finished cases by group and traits.
    qualities: Vec<u32>,
    traits: usize,
}

impl Tally {
    pub fn new(plan: &Plan, from: u32, groups: u32) -> Self {
        let live = matches!(plan.cohort, Cohort::Live { .. });
        let stride = match (plan.durations, live) {
            (false, _) => 0,
            (true, false) => ENTERED as usize,
            (true, true) => ENTERED as usize + BINS,
        };
        let traits = if plan.quality {
            plan.facts.traits.list().len()
        } else {
            0
        };
        let size = groups as usize;
        Self {
            from,
            groups,
            fates: vec![0; size * FATES],
            bins: vec![0; size * stride],
            stride,
            overflows: Vec::new(),
            oldest: vec![0; size],
            qualities: vec![0; size * traits],
            traits,
        }
    }

    /// Counts another stretch, no longer than the first, from zero.
    pub fn restart(&mut self, from: u32, groups: u32) {
        (self.from, self.groups) = (from, groups);
        for counters in [&mut self.fates, &mut self.oldest, &mut self.qualities] {
            counters.fill(0);
        }
        self.bins.fill(0);
        self.overflows.clear();
    }

    /// The first bin of a role.
    pub fn place(role: Role) -> u32 {
        match role {
            Role::Closed => 0,
            Role::Open => BINS as u32,
            Role::Left => 2 * BINS as u32,
            Role::Nowhere => NOWHERE,
            Role::Entered => ENTERED,
        }
    }

    /// Counts one case.
    pub fn add(&mut self, plan: &Plan, group: usize, fate: usize, seconds: u32, traits: u32) {
        let role = plan.roles[fate];
        self.fates[group * FATES + fate] += 1;
        if role == Role::Open {
            self.oldest[group] = self.oldest[group].max(seconds);
        }
        if plan.durations {
            self.duration(group, role, seconds);
        }
        if plan.quality {
            self.quality(group, role, traits);
        }
    }

    fn duration(&mut self, group: usize, role: Role, seconds: u32) {
        let bin = Self::place(role) + u32::from(bins::bin(seconds));
        self.bin(group, bin as usize);
    }

    #[inline]
    fn bin(&mut self, group: usize, bin: usize) {
        let at = group * self.stride + bin;
        let count = &mut self.bins[at];
        *count = count.wrapping_add(1);
        if *count == 0 {
            self.overflows.push(at);
        }
    }

    /// Counts the rows of a block whose fate says everything.
    ///
    /// First where each row's duration is counted, then the counting: so short a loop lets the
    /// processor wait for many cache lines at once, which is most of the time a league takes.
    #[inline]
    pub fn run<const DURATIONS: bool>(
        &mut self,
        parts: &[u32],
        rows: &[u16],
        places: &[(u32, u32); 32],
    ) {
        let (from, groups, stride) = (self.from, self.groups, self.stride as u32);
        let mut places_of = [0u32; BLOCK];
        let mut counted = 0;
        let fates = self.fates.as_mut_slice();
        for (part, row) in parts.iter().zip(rows) {
            let state = row >> 11;
            let (more, place) = places[usize::from(state)];
            let group = part.wrapping_add(more).wrapping_sub(from);
            if group >= groups {
                continue;
            }
            fates[group as usize * FATES + usize::from(state)] += 1;
            if DURATIONS {
                places_of[counted % BLOCK] = group * stride + place + u32::from(row & 2047);
                counted += 1;
            }
        }
        let bins = self.bins.as_mut_slice();
        for at in &places_of[..counted] {
            let count = &mut bins[*at as usize];
            *count = count.wrapping_add(1);
            if *count == 0 {
                self.overflows.push(*at as usize);
            }
        }
    }

    /// The bins of a group, for rows that follow one another in it.
    pub fn bins_of(&mut self, group: usize) -> (&mut [u16], &mut Vec<usize>) {
        let from = group * self.stride;
        let bins = &mut self.bins[from..from + self.stride];
        (bins, &mut self.overflows)
    }

    /// Counts the age at which a case came under observation.
    pub fn entered(&mut self, plan: &Plan, group: usize, fate: usize, seconds: u32) {
        if plan.durations && plan.roles[fate] != Role::Nowhere {
            self.duration(group, Role::Entered, seconds);
        }
    }

    #[inline]
    pub fn quality(&mut self, group: usize, role: Role, traits: u32) {
        if role == Role::Closed {
            self.qualities[group * self.traits + traits as usize] += 1;
        }
    }

    /// The sum of what several threads counted of one group; `None` if nothing.
    pub fn group(plan: &Plan, tallies: &[Tally], number: u32) -> Option<Group> {
        let at = (number - tallies[0].from) as usize;
        let mut fates = [0u32; FATES];
        for tally in tallies {
            for (sum, count) in fates
                .iter_mut()
                .zip(&tally.fates[at * FATES..(at + 1) * FATES])
            {
                *sum += count;
            }
        }
        if fates.iter().all(|count| *count == 0) {
            return None;
        }
        let mut counts = counts(plan, &fates);
        counts.oldest = tallies
            .iter()
            .map(|tally| tally.oldest[at])
            .max()
            .unwrap_or(0);
        if plan.quality {
            for (number, traits) in plan.facts.traits.list().iter().enumerate() {
                let count: u32 = tallies
                    .iter()
                    .map(|tally| tally.qualities[at * tally.traits + number])
                    .sum();
                counts.reopened += count * u32::from(traits.reopened);
                counts.verified += count * u32::from(traits.verified);
                if traits.rating > 0 {
                    counts.ratings[usize::from(traits.rating) - 1] += count;
                }
            }
        }
        let durations = if plan.durations {
            cells(plan, tallies, at, &fates)
        } else {
            Vec::new()
        };
        Some(Group {
            key: plan.key(number),
            counts,
            durations,
        })
    }
}

fn counts(plan: &Plan, fates: &[u32; FATES]) -> Counts {
    let sum_of = |passes: &dyn Fn(Option<u8>, usize) -> bool| {
        let passing = fates.iter().enumerate().filter(|(fate, count)| {
            let (ended, promise) = meaning_of(*fate);
            **count > 0 && passes(ended, promise)
        });
        passing.map(|(_, count)| count).sum::<u32>()
    };
    let sum = |figure| sum_of(&|ended, promise| counts_as(figure, ended, promise, &plan.meaning));
    Counts {
        cases: sum(Figure::Cases),
        open: sum(Figure::Open),
        passed: sum(Figure::Passed),
        on_time: sum(Figure::OnTime),
        overdue: sum(Figure::Overdue),
        before_due: sum(Figure::BeforeDue),
        no_deadline: sum(Figure::NoDeadline),
        left_early: sum(Figure::LeftEarly),
        apart: sum(Figure::Apart),
        void: sum(Figure::Void),
        ended: std::array::from_fn(|ending| sum_of(&|ended, _| ended == Some(ending as u8))),
        ..Counts::default()
    }
}

/// The bins that hold something, by role and then by duration.
fn cells(plan: &Plan, tallies: &[Tally], at: usize, fates: &[u32; FATES]) -> Vec<Cell> {
    let live = matches!(plan.cohort, Cohort::Live { .. });
    let mut cells = Vec::new();
    for role in [Role::Closed, Role::Open, Role::Left, Role::Entered] {
        let expected: u32 = (0..FATES)
            .filter(|fate| plan.roles[*fate] == role)
            .map(|fate| fates[fate])
            .sum();
        if expected == 0 && !(live && role == Role::Entered) {
            continue;
        }
        let base = at * tallies[0].stride + Tally::place(role) as usize;
        for first in (0..BINS).step_by(16) {
            let mut sums = [0u32; 16];
            for tally in tallies {
                let counts = &tally.bins[base + first..base + first + 16];
                sums.iter_mut()
                    .zip(counts)
                    .for_each(|(sum, count)| *sum += u32::from(*count));
            }
            for at in tallies.iter().flat_map(|tally| &tally.overflows) {
                if (base + first..base + first + 16).contains(at) {
                    sums[at - base - first] += 1 << 16;
                }
            }
            if sums == [0; 16] {
                continue;
            }
            for (bin, count) in (first..).zip(sums).filter(|(_, count)| *count > 0) {
                cells.push(Cell {
                    count,
                    bin: bin as u16,
                    role,
                });
            }
        }
    }
    cells
}
