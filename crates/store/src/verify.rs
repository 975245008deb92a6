//! Was the record altered? Recomputes every hash: events within their case, entries within their seal,
//! seals within the city. Names the first broken place.

use rules::ids::CaseId;
use uuid::Uuid;

use crate::chain::{BEGINNING, Entry, EventFields, Hash, Seal, root};
use crate::error::{Result, StoreError};
use crate::params;
use crate::reader::{Reader, Snapshot};
use crate::seal::{SEAL_COLUMNS, read_seal};
use crate::value::Row;
use crate::write::case::kind_of;
use crate::write::outbox::SEAL;

/// Rows read at a time.
const PAGE: i64 = 2000;

/// What was looked at, and the first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    pub cases: u64,
    pub events: u64,
    /// Events not sealed yet; the sequencer's queue accounts for each.
    pub waiting: u64,
    pub seals: u64,
    /// Hash of the last seal: compare it with one written down elsewhere, for a chain cut off at its
    /// end proves nothing by itself.
    pub last_seal: Option<Hash>,
    pub broken: Option<Broken>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// `event 3 of case 0192…`, `log position 17`, `seal 4`.
    pub place: String,
    pub why: String,
}

impl Verified {
    pub fn is_sound(&self) -> bool {
        self.broken.is_none()
    }
}

impl Reader {
    /// Reads the whole record of the city as it stands now.
    ///
    /// # Errors
    /// Where the database cannot be read at all; what is wrong in it is in the answer.
    pub async fn verify(&self) -> Result<Verified> {
        let mut snapshot = self.snapshot().await?;
        let mut found = Verified::default();
        let mut work = Work {
            city: self.city(),
            snapshot: &mut snapshot,
            found: &mut found,
        };
        let broken = match work.all().await {
            Ok(()) => None,
            Err(Stop::Broken(broken)) => Some(broken),
            Err(Stop::Fault(fault)) => return Err(fault),
        };
        found.broken = broken;
        snapshot.end().await?;
        Ok(found)
    }
}

enum Stop {
    Broken(Broken),
    Fault(StoreError),
}

fn broken<T>(place: impl Into<String>, why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Broken(Broken {
        place: place.into(),
        why: why.into(),
    }))
}

/// A page that cannot be decoded is a broken place as well.
fn readable<T>(after: &str, page: Result<T>) -> Result<T, Stop> {
    match page {
        Ok(page) => Ok(page),
        Err(StoreError::Corrupt { what }) => broken(format!("soon after {after}"), what),
        Err(fault) => Err(Stop::Fault(fault)),
    }
}

struct Work<'a> {
    city: &'a str,
    snapshot: &'a mut Snapshot,
    found: &'a mut Verified,
}

struct EventRow {
    case: CaseId,
    version: u32,
    at: i64,
    actor: String,
    kind: String,
    payload: String,
    hash: Hash,
    sealed: Option<Hash>,
}

fn read_event(mut row: Row) -> Result<EventRow> {
    Ok(EventRow {
        case: row.next()?,
        version: row.next()?,
        at: row.next()?,
        actor: row.next()?,
        kind: row.next()?,
        payload: row.next()?,
        hash: row.next()?,
        sealed: row.next()?,
    })
}

impl Work<'_> {
    async fn all(&mut self) -> Result<(), Stop> {
        let sealed = self.events().await?;
        let entries = self.seals().await?;
        if sealed != entries {
            let why = format!("{entries} entries for {sealed} sealed events");
            return broken("the log", why);
        }
        let sql = "SELECT CAST(coalesce(sum(item), 0) AS BIGINT) FROM outbox
            WHERE city = $1 AND topic = $2";
        let params = params![self.city, SEAL];
        let queued = self
            .snapshot
            .all(sql, &params, |mut row| row.next::<u64>())
            .await;
        let queued = readable("the outbox", queued)?.into_iter().sum::<u64>();
        if queued != self.found.waiting {
            let waiting = self.found.waiting;
            return broken(
                "the queue",
                format!("{queued} queued for {waiting} unsealed events"),
            );
        }
        Ok(())
    }

    /// Every case's chain. Returns how many events are in the log.
    async fn events(&mut self) -> Result<u64, Stop> {
        let sql =
            "SELECT e.case_id, e.version, e.at, e.actor, e.kind, e.payload, e.hash, l.event_hash
            FROM event e LEFT JOIN log l
            ON l.city = e.city AND l.case_id = e.case_id AND l.version = e.version
            WHERE e.city = $1 AND (e.case_id, e.version) > ($2, $3)
            ORDER BY e.case_id, e.version LIMIT $4";
        let (mut case, mut version, mut head) = (CaseId(Uuid::nil()), 0, BEGINNING);
        let mut sealed = 0;
        loop {
            let after = format!("event {version} of case {case}");
            let params = params![self.city, case, version, PAGE];
            let page = readable(&after, self.snapshot.all(sql, &params, read_event).await)?;
            let full = page.len() == PAGE as usize;
            for event in page {
                if event.case != case {
                    (case, version, head) = (event.case, 0, BEGINNING);
                    self.found.cases += 1;
                }
                self.event(&event, version, &head)?;
                (version, head) = (event.version, event.hash);
                sealed += u64::from(event.sealed.is_some());
            }
            if !full {
                return Ok(sealed);
            }
        }
    }

    fn event(&mut self, event: &EventRow, before: u32, head: &Hash) -> Result<(), Stop> {
        let place = format!("event {} of case {}", event.version, event.case);
        if event.version != before + 1 {
            return broken(place, format!("follows event {before}"));
        }
        let fields = EventFields {
            city: self.city,
            case: event.case,
            version: event.version,
            at: event.at,
            actor: &event.actor,
            kind: &event.kind,
            payload: &event.payload,
        };
        if fields.hash(head) != event.hash {
            return broken(place, "its content does not give its hash");
        }
        if kind_of(&event.payload).ok() != Some(event.kind.as_str()) {
            return broken(place, "its kind is not that of its content");
        }
        match event.sealed {
            Some(sealed) if sealed != event.hash => {
                return broken(place, "the log holds another hash for it");
            }
            Some(_) => {}
            None => self.found.waiting += 1,
        }
        self.found.events += 1;
        Ok(())
    }

    /// Every seal over its stretch of the log. Returns how many entries there are.
    async fn seals(&mut self) -> Result<u64, Stop> {
        let sql = format!(
            "SELECT {SEAL_COLUMNS} FROM seal WHERE city = $1 AND height > $2 ORDER BY height LIMIT 1"
        );
        let mut last: Option<Seal> = None;
        loop {
            let height = last.as_ref().map_or(0, |seal| seal.height);
            let params = params![self.city, height];
            let page = self.snapshot.all(&sql, &params, read_seal).await;
            let next = readable(&format!("seal {height}"), page)?
                .into_iter()
                .next();
            let Some(seal) = next else { break };
            self.seal(&seal, last.as_ref()).await?;
            self.found.seals += 1;
            last = Some(seal);
        }
        self.found.last_seal = last.as_ref().map(|seal| seal.hash);
        let end = last.map_or(0, |seal| seal.last_pos);
        let sql = "SELECT count(*) FROM log WHERE city = $1";
        let params = params![self.city];
        let count = self
            .snapshot
            .all(sql, &params, |mut row| row.next::<i64>())
            .await;
        let count = readable("the log", count)?.into_iter().sum::<i64>();
        if count != end {
            return broken(
                "the log",
                format!("{count} entries, {end} of them under a seal"),
            );
        }
        Ok(u64::try_from(end).unwrap_or(0))
    }

    async fn seal(&mut self, seal: &Seal, before: Option<&Seal>) -> Result<(), Stop> {
        let place = format!("seal {}", seal.height);
        let (height, first, slots, prev) = match before {
            Some(b) => (b.height + 1, b.last_pos + 1, b.slots, b.hash),
            None => (1, 1, 0, BEGINNING),
        };
        if seal.height != height || seal.first_pos != first || seal.prev != prev {
            return broken(place, "it does not follow the seal before it");
        }
        if seal.computed(self.city) != seal.hash {
            return broken(place, "its content does not give its hash");
        }
        let entries = entries(self.snapshot, self.city, seal).await;
        let entries = readable(&place, entries)?;
        let mut pos = seal.first_pos;
        for entry in &entries {
            if entry.pos != pos {
                return broken(format!("log position {pos}"), "it is missing");
            }
            pos += 1;
        }
        if pos != seal.last_pos + 1 {
            return broken(format!("log position {pos}"), "it is missing");
        }
        let leaves: Vec<Hash> = entries.iter().map(|e| e.leaf(self.city)).collect();
        if root(&leaves) != seal.root {
            return broken(place, "the log entries under it do not give its root");
        }
        let fresh = entries.iter().filter(|e| e.version == 1).count();
        if u64::from(seal.slots) != u64::from(slots) + fresh as u64 {
            return broken(place, "it counts other cases than the log entries under it");
        }
        Ok(())
    }
}

pub(crate) async fn entries(
    snapshot: &mut Snapshot,
    city: &str,
    seal: &Seal,
) -> Result<Vec<Entry>> {
    let sql = "SELECT pos, case_id, version, event_hash, slot FROM log
        WHERE city = $1 AND pos >= $2 AND pos <= $3 ORDER BY pos";
    let params = params![city, seal.first_pos, seal.last_pos];
    snapshot
        .all(sql, &params, |mut row| {
            Ok(Entry {
                pos: row.next()?,
                case: row.next()?,
                version: row.next()?,
                event_hash: row.next()?,
                slot: row.next()?,
            })
        })
        .await
}
