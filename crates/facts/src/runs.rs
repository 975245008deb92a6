//! Counting a packed chunk that is all in the past: one group after the other, so that a few counters
//! serve hundreds of rows in turn, and rows that a filter turns away are passed over together. A packed
//! chunk has no slot without a case.

use crate::packed::Runs;
use crate::plan::{self, FATES, Plan};
use crate::scan::{each_of, open};
use crate::table::{ABSENT, Chunk, OPEN_DUE};
use crate::tally::{NOWHERE, Tally};

/// What the upper five bits of a fate can be.
const STATES: usize = 32;

/// Where the durations of the rows of each state are counted.
type Places = [u32; STATES];

/// `runs` are those of the chunk, with the part of each by its number ([`Plan::by_runs`]).
pub(crate) fn count(plan: &Plan, chunk: &Chunk, (runs, parts): (&Runs, &[u32]), tally: &mut Tally) {
    let counted = |state: usize| state < usize::from(OPEN_DUE) && plan.fates[state] == 0;
    let places: Places = std::array::from_fn(|state| match counted(state) {
        true => Tally::place(plan.roles[state]),
        false => NOWHERE,
    });
    let month = plan.stretch(chunk).map_or(0, |(first, _)| first);
    let mut open = OpenRows::of(chunk);
    // Neighbouring runs of one part are one stretch of rows.
    let (mut part, mut first, mut end) = (plan::REJECT, 0, 0);
    let rows = chunk.fate.len();
    let mut stretch = |part: u32, first: usize, end: usize| {
        if part < plan::REJECT && end > first {
            rows_of(plan, &chunk.fate[first..end], part, &places, tally);
            open.count(plan, chunk, (first, end), |_| part, tally);
        }
    };
    runs.within(0, rows, |number, _, to| {
        let its = parts[number as usize] + month;
        if its != part {
            stretch(part, first, end);
            (part, first) = (its, end);
        }
        end = to;
    });
    stretch(part, first, end);
}

fn rows_of(plan: &Plan, rows: &[u16], part: u32, places: &Places, tally: &mut Tally) {
    let group = part.wrapping_sub(tally.from);
    if group >= tally.groups {
        return;
    }
    let group = group as usize;
    // Two sets in turn: a state often follows itself, and would wait for its own counter.
    let mut states = [[0u32; STATES]; 2];
    let base = group * tally.stride;
    if plan.durations {
        let (bins, overflows) = tally.bins_of(group);
        let mut bin = |row: u16| {
            let at = (places[usize::from(row >> 11)] + u32::from(row & 2047)) as usize;
            let count = &mut bins[at];
            *count = count.wrapping_add(1);
            if *count == 0 {
                overflows.push(base + at);
            }
        };
        let (pairs, odd) = rows.as_chunks::<2>();
        for [one, other] in pairs {
            states[0][usize::from(one >> 11)] += 1;
            bin(*one);
            states[1][usize::from(other >> 11)] += 1;
            bin(*other);
        }
        for row in odd {
            states[0][usize::from(row >> 11)] += 1;
            bin(*row);
        }
    } else {
        for row in rows {
            states[0][usize::from(row >> 11)] += 1;
        }
    }
    let fates = &mut tally.fates[group * FATES..][..usize::from(OPEN_DUE)];
    for (state, sum) in fates.iter_mut().enumerate() {
        if plan.fates[state] == 0 {
            *sum += states[0][state] + states[1][state];
        }
    }
}

/// The open rows of a chunk, in order, with when each was opened. Read before anything is counted, one
/// after the other: they lie far apart in memory, and only so are many fetched at a time.
#[derive(Default)]
pub(crate) struct OpenRows {
    rows: Vec<(u16, u32)>,
    next: usize,
}

impl OpenRows {
    pub fn of(chunk: &Chunk) -> Self {
        let mut found = Vec::with_capacity(chunk.bounds.open as usize);
        if chunk.bounds.open > 0 {
            let open = |fate: &u16| *fate >= OPEN_DUE << 11;
            each_of(&chunk.fate, open, |row| {
                if chunk.fate[row] != ABSENT {
                    found.push(row as u16);
                }
            });
        }
        let slots: Vec<usize> = found.iter().map(|row| chunk.slot((*row).into())).collect();
        let rows = found.iter().zip(&slots);
        Self {
            rows: rows
                .map(|(row, slot)| (*row, chunk.opened_in(*slot)))
                .collect(),
            next: 0,
        }
    }

    /// Those of a stretch of rows; stretches come in order.
    pub fn count(
        &mut self,
        plan: &Plan,
        chunk: &Chunk,
        (first, end): (usize, usize),
        part: impl Fn(usize) -> u32,
        tally: &mut Tally,
    ) {
        while let Some((row, opened)) = self.rows.get(self.next) {
            let row = usize::from(*row);
            if row >= end {
                return;
            }
            if row >= first {
                open(plan, chunk, row, *opened, part(row), tally);
            }
            self.next += 1;
        }
    }
}
