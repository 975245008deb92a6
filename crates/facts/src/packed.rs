//! A full chunk in which nothing is missing is packed: its rows are put in order of unit and desk, so that
//! a desk is written once for all its rows, and a question by unit counts one unit after the other, in
//! counters that stay in the processor's first cache.
//!
//! Only `opened` stays where it was, for it is small because neighbours in time lie together. A row that
//! moves to another desk unpacks its chunk; it is packed again when the next chunk is begun.

use crate::column::{Codes, Planes};
use crate::table::{ABSENT, Chunk};

/// Who answers for each row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Desks {
    /// A code a row, as the cases came.
    Rows(Codes),
    Packed {
        desks: Runs,
        /// The same rows by unit, for questions that ask no more of a desk.
        units: Runs,
    },
}

/// Neighbouring rows of one desk (or unit): its number, and the last of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Runs {
    pub codes: Codes,
    pub lasts: Vec<u16>,
}

impl Default for Desks {
    fn default() -> Self {
        Desks::Rows(Codes::default())
    }
}

impl Desks {
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Desks::Rows(codes) => codes.get(row),
            Desks::Packed { desks, .. } => desks.codes.get(desks.of(row)),
        }
    }

    /// Of a chunk that is not packed.
    pub fn set(&mut self, row: usize, desk: u32) {
        if let Desks::Rows(codes) = self {
            codes.set(row, desk);
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Desks::Rows(codes) => codes.bytes(),
            Desks::Packed { desks, units } => desks.bytes() + units.bytes(),
        }
    }
}

impl Runs {
    /// From each row's number, in order.
    fn new(numbers: impl Iterator<Item = u32>) -> Self {
        let mut runs = Self::default();
        let mut before = None;
        for (row, number) in (0..=u16::MAX).zip(numbers) {
            match runs.lasts.last_mut().filter(|_| before == Some(number)) {
                Some(last) => *last = row,
                None => {
                    runs.codes.set(runs.lasts.len(), number);
                    runs.lasts.push(row);
                }
            }
            before = Some(number);
        }
        runs.codes.shrink();
        runs.lasts.shrink_to_fit();
        runs
    }

    fn bytes(&self) -> usize {
        self.codes.bytes() + 2 * self.lasts.capacity()
    }

    /// Whether it tells of so many rows, each once.
    pub fn covers(&self, rows: usize) -> bool {
        self.lasts.is_sorted_by(|a, b| a < b)
            && self.lasts.last().map(|last| usize::from(*last) + 1) == Some(rows)
    }

    fn of(&self, row: usize) -> usize {
        self.lasts.partition_point(|last| usize::from(*last) < row)
    }

    /// Tells of each run that touches `from..to` its number and its rows among them.
    #[inline]
    pub fn within(&self, from: usize, to: usize, mut tell: impl FnMut(u32, usize, usize)) {
        let mut first = from;
        for run in self.of(from)..self.lasts.len() {
            let end = (usize::from(self.lasts[run]) + 1).min(to);
            tell(self.codes.get(run), first, end);
            first = end;
            if first == to {
                return;
            }
        }
    }
}

impl Chunk {
    pub fn is_packed(&self) -> bool {
        !self.order.is_empty()
    }

    /// Where a row's case was when it came.
    #[inline]
    pub fn slot(&self, row: usize) -> usize {
        match self.order.get(row) {
            Some(slot) => usize::from(*slot),
            None => row,
        }
    }

    /// The row of a slot: at once where its desk is the one that is thought.
    pub fn row(&self, slot: usize, thought: Option<u32>) -> usize {
        let Desks::Packed { desks, .. } = &self.desk else {
            return slot;
        };
        let slot = slot as u16;
        if let Some(run) = thought.and_then(|desk| desks.find(desk)) {
            let (first, last) = desks.rows(run);
            // Rows of one desk lie in the order in which they came.
            if let Ok(place) = self.order[first..=last].binary_search(&slot) {
                return first + place;
            }
        }
        let blocks = self.order.chunks(64).zip((0..).step_by(64));
        let mut holding = blocks.filter(|(slots, _)| {
            slots
                .iter()
                .fold(false, |found, one| found | (*one == slot))
        });
        let found = holding.find_map(|(slots, first)| {
            let place = slots.iter().position(|one| *one == slot)?;
            Some(first + place)
        });
        found.unwrap_or_default()
    }

    /// The row of every slot.
    pub fn rows_by_slot(&self) -> Vec<u16> {
        let mut rows: Vec<u16> = (0..=u16::MAX).take(self.fate.len()).collect();
        for (row, slot) in (0..=u16::MAX).zip(&self.order) {
            rows[usize::from(*slot)] = row;
        }
        rows
    }

    /// Sorts the rows, unless a slot has no case yet. `unit_of` tells the unit of a desk.
    pub fn pack(&mut self, unit_of: impl Fn(u32) -> u32) {
        let Desks::Rows(desks) = &self.desk else {
            return;
        };
        if self.fate.contains(&ABSENT) {
            return;
        }
        let mut keys: Vec<(u32, u32, u16)> = (0..=u16::MAX)
            .take(self.fate.len())
            .map(|row| {
                let desk = desks.get(row.into());
                (unit_of(desk), desk, row)
            })
            .collect();
        keys.sort_unstable();
        let order: Vec<u16> = keys.iter().map(|(.., slot)| *slot).collect();
        let packed = Desks::Packed {
            desks: Runs::new(keys.iter().map(|(_, desk, _)| *desk)),
            units: Runs::new(keys.iter().map(|(unit, ..)| *unit)),
        };
        self.rearrange(&order);
        self.desk = packed;
        self.order = order;
    }

    /// Back to the order in which the cases came, for a row that moves or a row more.
    pub fn unpack(&mut self) {
        if !self.is_packed() {
            return;
        }
        let rows = self.rows_by_slot();
        let mut desks = Codes::default();
        for (slot, row) in rows.iter().enumerate() {
            desks.set(slot, self.desk.get((*row).into()));
        }
        self.desk = Desks::Rows(desks);
        self.rearrange(&rows);
        self.order = Vec::new();
    }

    fn rearrange(&mut self, order: &[u16]) {
        self.fate = arranged(&self.fate, order);
        self.version = arranged(&self.version, order);
        for planes in [&mut self.due, &mut self.rest] {
            *planes = Planes {
                low: arranged(&planes.low, order),
                third: arranged(&planes.third, order),
                fourth: arranged(&planes.fourth, order),
            };
        }
        for codes in [&mut self.area, &mut self.traits] {
            *codes = match codes {
                Codes::One(list) => Codes::One(arranged(list, order)),
                Codes::Two(list) => Codes::Two(arranged(list, order)),
                Codes::Four(list) => Codes::Four(arranged(list, order)),
            };
        }
    }
}

impl Runs {
    /// The run of a desk. They lie in order of unit, so this is no search by halves; but they are few.
    fn find(&self, desk: u32) -> Option<usize> {
        match &self.codes {
            Codes::One(list) => list.iter().position(|one| u32::from(*one) == desk),
            Codes::Two(list) => list.iter().position(|one| u32::from(*one) == desk),
            Codes::Four(list) => list.iter().position(|one| *one == desk),
        }
    }

    /// First and last row of a run.
    fn rows(&self, run: usize) -> (usize, usize) {
        let first = match run.checked_sub(1) {
            Some(before) => usize::from(self.lasts[before]) + 1,
            None => 0,
        };
        (first, self.lasts[run].into())
    }
}

/// An absent plane stays absent.
fn arranged<T: Copy>(list: &[T], order: &[u16]) -> Vec<T> {
    match list.is_empty() {
        true => Vec::new(),
        false => order.iter().map(|row| list[usize::from(*row)]).collect(),
    }
}
