//! All dossiers in memory, by the slot that the log gave their case. Follows the log like the columnar table
//! of `facts` does: putting the same events twice changes nothing, so a follower may read a stretch again.

use super::dossier::{Dossier, Working, observe};
use super::names::Names;
use crate::case::event::Recorded;

/// Says that a slot holds no dossier.
const NOTHING: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub names: Names,
    rows: Vec<Dossier>,
    /// Slot to row; slots of other kinds of cases stay [`NOTHING`].
    places: Vec<u32>,
    position: u64,
    ready: bool,
}

impl Ledger {
    /// Takes the whole history of one case. An older one never replaces a newer one.
    pub fn put(&mut self, slot: u32, group: &str, recorded: &[Recorded], working: Working<'_>) {
        let Some(dossier) = observe(recorded, group, &mut self.names, working) else {
            return;
        };
        let slot = slot as usize;
        if self.places.len() <= slot {
            self.places.resize(slot + 1, NOTHING);
        }
        let place = self.places[slot] as usize;
        match self.rows.get_mut(place) {
            Some(held) if held.version > dossier.version => {}
            Some(held) => *held = dossier,
            None => {
                self.places[slot] = u32::try_from(self.rows.len()).unwrap_or(NOTHING);
                self.rows.push(dossier);
            }
        }
    }

    pub fn rows(&self) -> &[Dossier] {
        &self.rows
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
        let histories = self.rows.iter().map(|row| {
            size_of_val(&*row.hops)
                + size_of_val(&*row.dues)
                + size_of_val(&*row.supplements)
                + size_of_val(&*row.extensions)
        });
        self.rows.capacity() * size_of::<Dossier>()
            + histories.sum::<usize>()
            + self.places.capacity() * size_of::<u32>()
    }
}
