//! All dossiers and reports in memory, by the slot that the log gave their case. Follows the log like the columnar table
//! of `facts` does: putting the same events twice changes nothing, so a follower may read a stretch again.

use service::definition::Kind;

use super::dossier::{Dossier, Working, observe};
use super::names::Names;
use super::reports::{self, Report};
use crate::case::Event;
use crate::case::event::Recorded;

/// Says that a slot holds no such case.
const NOTHING: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub names: Names,
    dossiers: Rows<Dossier>,
    reports: Rows<Report>,
    position: u64,
    ready: bool,
}

/// Rows of one kind of case.
#[derive(Debug, Clone)]
struct Rows<T> {
    rows: Vec<T>,
    /// Slot to row; slots of other kinds of cases stay [`NOTHING`].
    places: Vec<u32>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            places: Vec::new(),
        }
    }
}

impl<T> Rows<T> {
    fn put(&mut self, slot: u32, row: T, version: fn(&T) -> u32) {
        let slot = slot as usize;
        if self.places.len() <= slot {
            self.places.resize(slot + 1, NOTHING);
        }
        let place = self.places[slot] as usize;
        match self.rows.get_mut(place) {
            Some(held) if version(held) > version(&row) => {}
            Some(held) => *held = row,
            None => {
                self.places[slot] = u32::try_from(self.rows.len()).unwrap_or(NOTHING);
                self.rows.push(row);
            }
        }
    }

    fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<T>() + self.places.capacity() * size_of::<u32>()
    }
}

impl Ledger {
    /// Takes the whole history of one case. An older one never replaces a newer one.
    pub fn put(&mut self, slot: u32, group: &str, recorded: &[Recorded], working: Working<'_>) {
        let kind = recorded.first().and_then(|first| match &first.event {
            Event::Opened(opened) => Some(opened.kind),
            Event::Imported(imported) => Some(imported.opened.kind),
            _ => None,
        });
        if kind == Some(Kind::Report) {
            if let Some(report) = reports::observe(recorded, &mut self.names) {
                self.reports.put(slot, report, |one| one.version);
            }
        } else if let Some(dossier) = observe(recorded, group, &mut self.names, working) {
            self.dossiers.put(slot, dossier, |one| one.version);
        }
    }

    /// Of procedures.
    pub fn rows(&self) -> &[Dossier] {
        &self.dossiers.rows
    }

    /// What residents reported.
    pub fn reports(&self) -> &[Report] {
        &self.reports.rows
    }

    /// How far it has read the log.
    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn set_position(&mut self, position: u64) {
        self.position = position;
    }

    /// False while the first reading lasts: figures would be too small.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    pub fn set_ready(&mut self) {
        self.ready = true;
    }

    /// Bytes held, about: rows and their histories.
    pub fn bytes(&self) -> usize {
        let histories = self.dossiers.rows.iter().map(|row| {
            size_of_val(&*row.hops)
                + size_of_val(&*row.dues)
                + size_of_val(&*row.supplements)
                + size_of_val(&*row.extensions)
        });
        self.dossiers.bytes() + self.reports.bytes() + histories.sum::<usize>()
    }
}
