//! The sequencer: gives every committed event its place in the city's log, and seals each stretch.
//! One at a time for each city; followers of the log never miss a commit that became visible late,
//! for positions are given only after it is visible.

use std::collections::HashMap;
use std::sync::Arc;

use rules::Moment;
use rules::ids::CaseId;

use crate::chain::{BEGINNING, Entry, Hash, Seal, root};
use crate::error::{Result, StoreError};
use crate::params;
use crate::store::Store;
use crate::tx::Tx;
use crate::value::{Row, Value};
use crate::write::outbox::SEAL;

/// Commands sealed in one transaction at most: other commands wait behind it on SQLite.
const STRETCH: i64 = 512;

pub(crate) const SEAL_COLUMNS: &str = "height, first_pos, last_pos, slots, at, root, prev, hash";

pub(crate) fn read_seal(mut row: Row) -> Result<Seal> {
    Ok(Seal {
        height: row.next()?,
        first_pos: row.next()?,
        last_pos: row.next()?,
        slots: row.next()?,
        at: row.next()?,
        root: row.next()?,
        prev: row.next()?,
        hash: row.next()?,
    })
}

/// One command's events, as queued.
struct Waiting {
    queued: i64,
    case: CaseId,
    /// The last of its versions.
    version: u32,
    /// One for each event, the last that of `version`.
    hashes: Vec<Hash>,
    /// Of a case that is in the log already.
    slot: Option<u32>,
}

impl Waiting {
    /// The version of its first event.
    fn first(&self) -> u32 {
        self.version + 1 - self.hashes.len() as u32
    }
}

impl Store {
    /// Seals what waits, stretch after stretch, and after each tells the listeners of this process.
    /// Returns how many events were sealed. Ends when a stretch was not full: under steady load there is
    /// always something more. `now` is written into the seals.
    pub async fn seal(&self, city: &str, now: Moment) -> Result<u64> {
        // The listeners' position is known before anything new is sealed.
        self.announce(city).await?;
        let writer = self.writer(city);
        let mut sealed = 0;
        loop {
            let stretch = writer
                .run("seal", move |tx| Box::pin(seal_stretch(tx, now)))
                .await?;
            sealed += stretch.events;
            self.announce(city).await?;
            if stretch.commands < STRETCH as usize {
                return Ok(sealed);
            }
        }
    }
}

struct Sealed {
    commands: usize,
    events: u64,
}

async fn seal_stretch(tx: &mut Tx, now: Moment) -> Result<Sealed> {
    let city = tx.shared_city();
    // The row lock that makes this the only sequencer of the city.
    let lock = "UPDATE city SET sealed = $2 WHERE city = $1";
    if tx.execute(lock, &params![&*city, now]).await? == 0 {
        return Err(StoreError::missing(format!("the city {city}")));
    }
    let waiting = waiting(tx, &city).await?;
    if waiting.is_empty() {
        return Ok(Sealed {
            commands: 0,
            events: 0,
        });
    }
    let sql =
        format!("SELECT {SEAL_COLUMNS} FROM seal WHERE city = $1 ORDER BY height DESC LIMIT 1");
    let last = tx.maybe(&sql, &params![&*city], read_seal).await?;
    let (height, first_pos, slots, prev) = match &last {
        Some(seal) => (seal.height + 1, seal.last_pos + 1, seal.slots, seal.hash),
        None => (1, 1, 0, BEGINNING),
    };
    let (entries, slots) = entries(&waiting, first_pos, slots)?;
    let leaves: Vec<Hash> = entries.iter().map(|e| e.leaf(&city)).collect();
    let mut seal = Seal {
        height,
        first_pos,
        last_pos: entries.last().map_or(0, |e| e.pos),
        slots,
        at: now.as_microsecond(),
        root: root(&leaves),
        prev,
        hash: BEGINNING,
    };
    seal.hash = seal.computed(&city);
    write(tx, &city, &waiting, &entries, &seal).await?;
    Ok(Sealed {
        commands: waiting.len(),
        events: entries.len() as u64,
    })
}

/// The head of the queue, with the slots of cases that have one. Two plain questions by key: a join
/// would leave its plan to statistics, which a young table has not.
async fn waiting(tx: &mut Tx, city: &Arc<str>) -> Result<Vec<Waiting>> {
    let sql = "SELECT not_before, case_id, version, payload FROM outbox
        WHERE city = $1 AND topic = $2 AND part = 0
        ORDER BY not_before, case_id, version LIMIT $3";
    let read = |mut row: Row| {
        Ok(Waiting {
            queued: row.next()?,
            case: row.next()?,
            version: row.next()?,
            hashes: hashes(&row.next::<String>()?)?,
            slot: None,
        })
    };
    let mut waiting = tx.all(sql, &params![&**city, SEAL, STRETCH], read).await?;
    let mut later: Vec<&mut Waiting> = waiting.iter_mut().filter(|w| w.first() > 1).collect();
    let sql = "SELECT slot FROM log WHERE city = $1 AND case_id = $2 AND version = 1";
    let keys: Vec<Vec<Value<'_>>> = later
        .iter()
        .map(|w| params![&**city, w.case].into())
        .collect();
    let slots = tx
        .maybe_many(sql, &keys, |mut row| row.next::<u32>())
        .await?;
    for (one, slot) in later.iter_mut().zip(slots) {
        one.slot = slot;
    }
    Ok(waiting)
}

fn hashes(payload: &str) -> Result<Vec<Hash>> {
    let unreadable = || StoreError::corrupt("the hashes of a queued command");
    let bytes = hex::decode(payload).map_err(|_| unreadable())?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    match rest.is_empty() && !hashes.is_empty() {
        true => Ok(hashes.to_vec()),
        false => Err(unreadable()),
    }
}

/// Positions and slots. A case gets its slot with its first event.
fn entries(waiting: &[Waiting], first_pos: i64, slots: u32) -> Result<(Vec<Entry>, u32)> {
    let mut next_slot = slots;
    let mut fresh: HashMap<CaseId, u32> = HashMap::new();
    let mut entries = Vec::with_capacity(waiting.len() * 2);
    let mut pos = first_pos;
    for one in waiting {
        if one.first() == 1 {
            fresh.insert(one.case, next_slot);
            next_slot += 1;
        }
        let slot = one.slot.or_else(|| fresh.get(&one.case).copied());
        let slot = slot.ok_or_else(|| {
            StoreError::corrupt(format!("case {} queues before its first event", one.case))
        })?;
        for (version, hash) in (one.first()..).zip(&one.hashes) {
            entries.push(Entry {
                pos,
                case: one.case,
                version,
                event_hash: *hash,
                slot,
            });
            pos += 1;
        }
    }
    Ok((entries, next_slot))
}

async fn write(
    tx: &mut Tx,
    city: &Arc<str>,
    waiting: &[Waiting],
    entries: &[Entry],
    seal: &Seal,
) -> Result<()> {
    let mut steps: Vec<crate::write::case::Step<'_>> = Vec::with_capacity(entries.len() * 2 + 1);
    for e in entries {
        let sql = "INSERT INTO log (city, pos, case_id, version, event_hash, slot)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let params = params![&**city, e.pos, e.case, e.version, &e.event_hash, e.slot];
        steps.push((sql, params.into()));
    }
    for one in waiting {
        let sql = "DELETE FROM outbox WHERE city = $1 AND topic = $2 AND part = 0
            AND not_before = $3 AND case_id = $4 AND version = $5 AND item = $6";
        let count = one.hashes.len() as i64;
        let params = params![&**city, SEAL, one.queued, one.case, one.version, count];
        steps.push((sql, params.into()));
    }
    let sql = "INSERT INTO seal (city, height, first_pos, last_pos, slots, at, root, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let Seal {
        height,
        first_pos,
        last_pos,
        slots,
        at,
        root,
        prev,
        hash,
    } = seal;
    let params = params![
        &**city, *height, *first_pos, *last_pos, *slots, *at, root, prev, hash
    ];
    steps.push((sql, params.into()));
    tx.execute_many(&steps).await
}
