//! Hashes that make the past tamper-evident: each case's events, and the city's seals over the log.
//! Every field goes in with its length, so that no two records share one byte string.

use rules::ids::CaseId;
use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// Before the first event of a case and before the first seal of a city.
pub const BEGINNING: Hash = [0; 32];

/// One event as stored, without its hash.
pub(crate) struct EventFields<'a> {
    pub city: &'a str,
    pub case: CaseId,
    pub version: u32,
    /// Epoch microseconds.
    pub at: i64,
    pub actor: &'a str,
    pub kind: &'a str,
    pub payload: &'a str,
}

impl EventFields<'_> {
    pub(crate) fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Fields::new("event/1");
        hasher.field(previous);
        hasher.field(self.city.as_bytes());
        hasher.field(self.case.0.as_bytes());
        hasher.field(&self.version.to_be_bytes());
        hasher.field(&self.at.to_be_bytes());
        hasher.field(self.actor.as_bytes());
        hasher.field(self.kind.as_bytes());
        hasher.field(self.payload.as_bytes());
        hasher.done()
    }
}

/// One entry of the log: the leaf of a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub pos: i64,
    pub case: CaseId,
    pub version: u32,
    pub event_hash: Hash,
    pub slot: u32,
}

impl Entry {
    pub fn leaf(&self, city: &str) -> Hash {
        let mut hasher = Fields::new("entry/1");
        hasher.field(city.as_bytes());
        hasher.field(&self.pos.to_be_bytes());
        hasher.field(self.case.0.as_bytes());
        hasher.field(&self.version.to_be_bytes());
        hasher.field(&self.event_hash);
        hasher.field(&self.slot.to_be_bytes());
        hasher.done()
    }
}

/// A seal over a stretch of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub height: i64,
    pub first_pos: i64,
    pub last_pos: i64,
    /// Cases in the log up to here; the next case gets this number as its slot.
    pub slots: u32,
    /// Epoch microseconds.
    pub at: i64,
    /// Merkle root of the entries.
    pub root: Hash,
    pub prev: Hash,
    pub hash: Hash,
}

impl Seal {
    pub fn computed(&self, city: &str) -> Hash {
        let mut hasher = Fields::new("seal/1");
        hasher.field(&self.prev);
        hasher.field(city.as_bytes());
        hasher.field(&self.height.to_be_bytes());
        hasher.field(&self.first_pos.to_be_bytes());
        hasher.field(&self.last_pos.to_be_bytes());
        hasher.field(&self.slots.to_be_bytes());
        hasher.field(&self.at.to_be_bytes());
        hasher.field(&self.root);
        hasher.done()
    }
}

/// Merkle root; a lone node moves up unchanged. No leaves: [`BEGINNING`].
pub fn root(leaves: &[Hash]) -> Hash {
    let mut row = leaves.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(pair).collect();
    }
    row.first().copied().unwrap_or(BEGINNING)
}

/// The neighbours on the way from leaf `n` to the root: with them anybody can recompute it.
pub fn proof(leaves: &[Hash], n: usize) -> Vec<Neighbour> {
    let (mut row, mut at, mut way) = (leaves.to_vec(), n, Vec::new());
    while row.len() > 1 {
        if let Some(hash) = row.get(at ^ 1) {
            let left = at % 2 == 1;
            way.push(Neighbour { left, hash: *hash });
        }
        row = row.chunks(2).map(pair).collect();
        at /= 2;
    }
    way
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Stands left of the node it is joined with.
    pub left: bool,
    pub hash: Hash,
}

/// The root that a leaf and its neighbours lead to.
pub fn root_from(leaf: Hash, way: &[Neighbour]) -> Hash {
    way.iter()
        .fold(leaf, |node, neighbour| match neighbour.left {
            true => pair(&[neighbour.hash, node]),
            false => pair(&[node, neighbour.hash]),
        })
}

fn pair(nodes: &[Hash]) -> Hash {
    match nodes {
        [left, right] => {
            let mut hasher = Fields::new("node/1");
            hasher.field(left);
            hasher.field(right);
            hasher.done()
        }
        alone => alone.first().copied().unwrap_or(BEGINNING),
    }
}

struct Fields(Sha256);

impl Fields {
    fn new(what: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.field(what.as_bytes());
        fields
    }
    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
    fn done(self) -> Hash {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_leaf_proves_itself_and_no_other(count in 1usize..40, pick in 0usize..40) {
            let leaves: Vec<Hash> = (0..count).map(|n| [n as u8 + 1; 32]).collect();
            let n = pick % count;
            let way = proof(&leaves, n);
            prop_assert_eq!(root_from(leaves[n], &way), root(&leaves));
            prop_assert_ne!(root_from([99; 32], &way), root(&leaves));
        }
    }

    #[test]
    fn fields_do_not_run_together() {
        let event = |actor, kind| EventFields {
            city: "x",
            case: CaseId(uuid::Uuid::nil()),
            version: 1,
            at: 0,
            actor,
            kind,
            payload: "{}",
        };
        let (a, b) = (event("ab", "c"), event("a", "bc"));
        assert_ne!(a.hash(&BEGINNING), b.hash(&BEGINNING));
    }
}
