//! The table: rows by slot, in chunks of 65,536 slots. Slots are given in the order cases come, so a
//! chunk holds neighbours in time; what is known of a chunk as a whole lets a question skip it or
//! read fewer of its columns.
//!
//! A row is about 16 bytes in a large city: opened 2 (after the first of its 256 neighbours), due 3
//! (after opened), duration 2 + 3 (its bin with ending and promise, and the rest), desk 2, area 1,
//! traits 1, version 1. In a packed chunk (`packed`) the desk takes half a byte and the slot two.

use std::sync::Arc;

use crate::bins;
use crate::case::{CaseFact, Problem, State};
use crate::column::{Codes, Planes};
use crate::names::Names;
use crate::packed::Desks;

pub(crate) const CHUNK: usize = 1 << 16;
/// Rows that share a base for `opened`.
pub(crate) const BLOCK: usize = 256;
/// How far below the first row of a block its base lies: a little disorder costs nothing.
const SLACK: u32 = 8_192;

/// The upper five bits of a row's `fate`: ending × 3 + promise, or one of these. The lower eleven are
/// the bin of the duration.
pub(crate) const OPEN_DUE: u16 = 30;
pub(crate) const OPEN_FREE: u16 = 31;
/// A slot without a case yet.
pub(crate) const ABSENT: u16 = u16::MAX;

/// The promise, in `fate`: `NO_DEADLINE`, `KEPT` (ended at or before it), `BROKEN`.
pub(crate) const NO_DEADLINE: u16 = 0;
pub(crate) const KEPT: u16 = 1;
pub(crate) const BROKEN: u16 = 2;

/// Who answers for what, and whether the public sees it: one number for each combination that occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Desk {
    pub unit: u32,
    pub service: u32,
    pub group: u32,
    pub kind: u8,
    pub public: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Traits {
    pub channel: u8,
    pub reopened: bool,
    pub verified: bool,
    /// 0: not rated.
    pub rating: u8,
}

/// Cheap to clone: a clone shares every chunk that neither side changes afterwards, so that one thread
/// can answer questions from a moment while another follows the log.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(crate) chunks: Vec<Arc<Chunk>>,
    /// Slots, with and without a case.
    pub(crate) slots: u32,
    pub(crate) cases: u32,
    pub(crate) units: Arc<Names<Arc<str>>>,
    pub(crate) services: Arc<Names<Arc<str>>>,
    pub(crate) groups: Arc<Names<Arc<str>>>,
    pub(crate) areas: Arc<Names<Arc<str>>>,
    pub(crate) desks: Arc<Names<Desk>>,
    pub(crate) traits: Arc<Names<Traits>>,
    pub(crate) position: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Chunk {
    pub fate: Vec<u16>,
    pub bases: Vec<u32>,
    pub opened: Planes,
    pub due: Planes,
    /// Seconds above the shortest duration of the bin.
    pub rest: Planes,
    pub desk: Desks,
    /// 0: no place; otherwise the number of the area + 1.
    pub area: Codes,
    pub traits: Codes,
    pub version: Vec<u8>,
    /// In a packed chunk: the slot of each row, within the chunk. Empty where row and slot are the same.
    pub order: Vec<u16>,
    pub bounds: Bounds,
}

/// What is true of every row of a chunk. Only ever widened, except `open`, which is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub opened: (u32, u32),
    /// Of the rows with a deadline.
    pub due: (u32, u32),
    /// Of the ended rows.
    pub ended: (u32, u32),
    pub open: u32,
    /// Some row has no deadline.
    pub free: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        let nothing = (u32::MAX, 0);
        Self {
            opened: nothing,
            due: nothing,
            ended: nothing,
            open: 0,
            free: false,
        }
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts {
    pub fn new() -> Self {
        Self {
            chunks: Vec::new(),
            slots: 0,
            cases: 0,
            units: Arc::new(Names::new()),
            services: Arc::new(Names::new()),
            groups: Arc::new(Names::new()),
            areas: Arc::new(Names::new()),
            desks: Arc::new(Names::new()),
            traits: Arc::new(Names::new()),
            position: 0,
        }
    }

    /// Cases in the table.
    pub fn len(&self) -> usize {
        self.cases as usize
    }

    pub fn is_empty(&self) -> bool {
        self.cases == 0
    }

    /// Memory held, columns and names.
    pub fn bytes(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(|chunk| chunk.bytes()).sum();
        let names = [&self.units, &self.services, &self.groups, &self.areas]
            .into_iter()
            .flat_map(|names| names.list())
            .map(|name| 2 * name.len() + 80)
            .sum::<usize>();
        chunks + names + self.desks.list().len() * 48 + self.traits.list().len() * 24
    }

    /// How far the log was followed; kept in snapshots. Its meaning is the follower's.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn set_position(&mut self, position: u64) {
        self.position = position;
    }

    /// Writes the row of a case. Putting the same again changes nothing, and a row older than the one
    /// that is there is passed over (`false`): rows may come in any order. Above 255 versions are not
    /// told apart, the later put wins.
    pub fn put(&mut self, slot: u32, fact: &CaseFact) -> Result<bool, Problem> {
        const GAP: u32 = 1 << 20;
        fact.check()?;
        if slot >= self.slots.saturating_add(GAP) {
            return Err(Problem::SlotTooFar {
                slot,
                len: self.slots,
            });
        }
        let version = fact.version.min(255) as u8;
        let [desk, area, traits] = self.codes(fact);
        if slot < self.slots {
            let (chunk, row) = self.place(slot, Some(desk));
            if chunk.fate[row] != ABSENT && chunk.version[row] > version {
                return Ok(false);
            }
        }
        while self.slots <= slot {
            let last = self.slots as usize / CHUNK;
            if last == self.chunks.len() {
                self.pack();
                self.chunks.push(Arc::new(Chunk::default()));
            }
            let chunk = Arc::make_mut(&mut self.chunks[last]);
            chunk.unpack();
            chunk.add_absent();
            self.slots += 1;
        }
        let chunk = Arc::make_mut(&mut self.chunks[slot as usize / CHUNK]);
        let place = slot as usize % CHUNK;
        let mut row = chunk.row(place, Some(desk));
        if chunk.is_packed() && chunk.desk.get(row) != desk {
            chunk.unpack();
            row = place;
        }
        if chunk.fate[row] == ABSENT {
            self.cases += 1;
        }
        chunk.write(row, fact, [desk, area, traits]);
        chunk.version[row] = version;
        Ok(true)
    }

    /// Sorts the rows of every chunk in which nothing is missing, so that questions by unit are answered
    /// sooner. Done by itself whenever a chunk is full; changes no answer.
    pub fn pack(&mut self) {
        for chunk in &mut self.chunks {
            if !chunk.is_packed() {
                let desks = &self.desks;
                Arc::make_mut(chunk).pack(|desk| desks.value(desk).unit);
            }
        }
    }

    /// The row of a slot, as it was put (versions above 255 come back as 255).
    pub fn get(&self, slot: u32) -> Option<CaseFact> {
        if slot >= self.slots {
            return None;
        }
        let (chunk, row) = self.place(slot, None);
        self.fact(chunk, row)
    }

    fn fact(&self, chunk: &Chunk, row: usize) -> Option<CaseFact> {
        let moments = chunk.moments(row)?;
        let desk = self.desks.value(chunk.desk.get(row));
        let traits = self.traits.value(chunk.traits.get(row));
        let area = chunk.area.get(row);
        Some(CaseFact {
            version: chunk.version[row].into(),
            unit: self.units.value(desk.unit).to_string(),
            service: self.services.value(desk.service).to_string(),
            group: self.groups.value(desk.group).to_string(),
            kind: desk.kind,
            area: (area > 0).then(|| self.areas.value(area - 1).to_string()),
            channel: traits.channel,
            opened: moments.opened.into(),
            due: moments.due.map(i64::from),
            state: moments
                .ended
                .map_or(State::Open, |(at, ending)| State::Ended {
                    at: at.into(),
                    ending,
                }),
            reopened: traits.reopened,
            verified: traits.verified,
            rating: (traits.rating > 0).then_some(traits.rating),
            public: desk.public,
        })
    }

    /// All cases by slot.
    pub fn rows(&self) -> impl Iterator<Item = (u32, CaseFact)> + '_ {
        (0..)
            .step_by(CHUNK)
            .zip(&self.chunks)
            .flat_map(|(first, chunk)| {
                let rows = chunk.rows_by_slot().into_iter();
                (first..)
                    .zip(rows)
                    .filter_map(|(slot, row)| self.fact(chunk, row.into()).map(|fact| (slot, fact)))
            })
    }

    /// Counts, by one scan over the columns on all cores.
    pub fn ask(&self, query: &crate::Query) -> crate::Answer {
        crate::scan::answer(&crate::plan::Plan::new(self, query))
    }

    /// The chunk and the row of a slot; quicker where its desk is thought right.
    fn place(&self, slot: u32, desk: Option<u32>) -> (&Chunk, usize) {
        let chunk = &self.chunks[slot as usize / CHUNK];
        (chunk, chunk.row(slot as usize % CHUNK, desk))
    }

    fn codes(&mut self, fact: &CaseFact) -> [u32; 3] {
        let desk = Desk {
            unit: number(&mut self.units, fact.unit.as_str(), |name: &str| {
                name.into()
            }),
            service: number(&mut self.services, fact.service.as_str(), |name: &str| {
                name.into()
            }),
            group: number(&mut self.groups, fact.group.as_str(), |name: &str| {
                name.into()
            }),
            kind: fact.kind,
            public: fact.public,
        };
        let traits = Traits {
            channel: fact.channel,
            reopened: fact.reopened,
            verified: fact.verified,
            rating: fact.rating.unwrap_or(0),
        };
        let area = fact.area.as_deref().map_or(0, |area| {
            number(&mut self.areas, area, |name: &str| name.into()) + 1
        });
        [
            number(&mut self.desks, &desk, |d| *d),
            area,
            number(&mut self.traits, &traits, |t| *t),
        ]
    }
}

/// Clones shared names only when a new one comes.
fn number<T, Q>(names: &mut Arc<Names<T>>, value: &Q, make: impl FnOnce(&Q) -> T) -> u32
where
    T: Clone + Eq + std::hash::Hash + std::borrow::Borrow<Q>,
    Q: std::hash::Hash + Eq + ?Sized,
{
    match names.find(value) {
        Some(number) => number,
        None => Arc::make_mut(names).add(make(value)),
    }
}

/// The three moments of a row, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moments {
    pub opened: u32,
    pub due: Option<u32>,
    pub ended: Option<(u32, u8)>,
}

impl Chunk {
    #[inline]
    pub fn opened(&self, row: usize) -> u32 {
        self.opened_in(self.slot(row))
    }

    /// The same by slot.
    #[inline]
    pub fn opened_in(&self, slot: usize) -> u32 {
        self.bases[slot / BLOCK].wrapping_add(self.opened.get(slot))
    }

    /// `None`: no case here.
    #[inline]
    pub fn moments(&self, row: usize) -> Option<Moments> {
        let fate = self.fate[row];
        if fate == ABSENT {
            return None;
        }
        let opened = self.opened(row);
        let (state, bin) = (fate >> 11, fate & 2047);
        let (free, ended) = match state {
            OPEN_DUE => (false, None),
            OPEN_FREE => (true, None),
            _ => {
                let at = opened + bins::low(bin) + self.rest.get(row);
                (state % 3 == NO_DEADLINE, Some((at, (state / 3) as u8)))
            }
        };
        let due = (!free).then(|| opened.wrapping_add(self.due.get(row)));
        Some(Moments { opened, due, ended })
    }

    #[inline]
    pub fn has_deadline(&self, row: usize) -> bool {
        match self.fate[row] >> 11 {
            OPEN_DUE => true,
            OPEN_FREE => false,
            state => state % 3 != NO_DEADLINE,
        }
    }

    fn add_absent(&mut self) {
        let row = self.fate.len();
        self.fate.push(ABSENT);
        if row.is_multiple_of(BLOCK) {
            self.bases.push(0);
        }
        self.opened.set(row, 0);
        self.due.set(row, 0);
        self.rest.set(row, 0);
        self.desk.set(row, 0);
        self.area.set(row, 0);
        self.traits.set(row, 0);
        self.version.push(0);
    }

    /// The row exists; `fact` was checked.
    fn write(&mut self, row: usize, fact: &CaseFact, [desk, area, traits]: [u32; 3]) {
        let opened = fact.opened as u32;
        let was_open = self.fate[row] != ABSENT && self.fate[row] >> 11 >= OPEN_DUE;
        let slot = self.slot(row);
        let base = &mut self.bases[slot / BLOCK];
        if *base == 0 {
            *base = opened.saturating_sub(SLACK).max(1);
        }
        self.opened.set(slot, opened.wrapping_sub(*base));
        self.due.set(
            row,
            fact.due.map_or(0, |due| (due as u32).wrapping_sub(opened)),
        );
        let fate = match fact.state {
            State::Open if fact.due.is_some() => OPEN_DUE << 11,
            State::Open => OPEN_FREE << 11,
            State::Ended { at, ending } => {
                let seconds = (at - fact.opened) as u32;
                let bin = bins::bin(seconds);
                self.rest.set(row, seconds - bins::low(bin));
                let promise = match fact.due {
                    None => NO_DEADLINE,
                    Some(due) if at <= due => KEPT,
                    Some(_) => BROKEN,
                };
                (u16::from(ending) * 3 + promise) << 11 | bin
            }
        };
        self.fate[row] = fate;
        self.desk.set(row, desk);
        self.area.set(row, area);
        self.traits.set(row, traits);
        self.bounds.widen(fact);
        self.bounds.open -= u32::from(was_open);
        self.bounds.open += u32::from(fate >> 11 >= OPEN_DUE);
    }

    fn bytes(&self) -> usize {
        2 * self.fate.capacity()
            + 4 * self.bases.capacity()
            + self.opened.bytes()
            + self.due.bytes()
            + self.rest.bytes()
            + self.desk.bytes()
            + self.area.bytes()
            + self.traits.bytes()
            + self.version.capacity()
            + 2 * self.order.capacity()
    }
}

impl Bounds {
    fn widen(&mut self, fact: &CaseFact) {
        include(&mut self.opened, fact.opened);
        match fact.due {
            Some(due) => include(&mut self.due, due),
            None => self.free = true,
        }
        if let State::Ended { at, .. } = fact.state {
            include(&mut self.ended, at);
        }
    }
}

fn include(bounds: &mut (u32, u32), second: i64) {
    let second = second as u32;
    *bounds = (bounds.0.min(second), bounds.1.max(second));
}
