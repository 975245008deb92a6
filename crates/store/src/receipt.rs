//! A proof for a resident: with it, and with a seal's hash published anywhere, anybody can check that
//! an event stands in the city's record as it did on that day, without asking the city.

use rules::ids::CaseId;

use crate::chain::{Entry, Hash, Neighbour, Seal, proof, root_from};
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::seal::{SEAL_COLUMNS, read_seal};
use crate::verify::entries;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub city: String,
    pub entry: Entry,
    pub way: Vec<Neighbour>,
    pub seal: Seal,
}

impl Receipt {
    /// The entry leads to the seal's root, and the seal's content to its hash.
    pub fn holds(&self) -> bool {
        root_from(self.entry.leaf(&self.city), &self.way) == self.seal.root
            && self.seal.computed(&self.city) == self.seal.hash
    }
}

impl Reader {
    /// `None` until the event is sealed.
    pub async fn receipt(&self, case: CaseId, version: u32) -> Result<Option<Receipt>> {
        let mut snapshot = self.snapshot().await?;
        let sql = "SELECT pos FROM log WHERE city = $1 AND case_id = $2 AND version = $3";
        let params = params![self.city(), case, version];
        let pos = snapshot
            .all(sql, &params, |mut row| row.next::<i64>())
            .await?;
        let Some(pos) = pos.into_iter().next() else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT {SEAL_COLUMNS} FROM seal WHERE city = $1 AND last_pos >= $2
             ORDER BY last_pos LIMIT 1"
        );
        let seals = snapshot
            .all(&sql, &params![self.city(), pos], read_seal)
            .await?;
        let Some(seal) = seals.into_iter().next() else {
            return Ok(None);
        };
        let entries = entries(&mut snapshot, self.city(), &seal).await?;
        snapshot.end().await?;
        let leaves: Vec<Hash> = entries.iter().map(|e| e.leaf(self.city())).collect();
        let place = entries.iter().position(|e| e.pos == pos);
        Ok(place.map(|n| Receipt {
            city: self.city().to_owned(),
            entry: entries[n].clone(),
            way: proof(&leaves, n),
            seal,
        }))
    }
}
