//! Followers of the log: listeners for live pages, and `facts`. Both read by position, so both can
//! stop and go on; both are told of a case, not of what changed in it.

use rules::ids::CaseId;
use tokio::sync::broadcast;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::store::Store;

/// One sealed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub city: String,
    pub pos: i64,
    pub slot: u32,
    pub case: CaseId,
    pub version: u32,
    /// As the event names itself: `claimed`, `issued` …
    pub kind: String,
}

impl Store {
    /// Sealed changes of all cities as this process learns of them. A listener that lags too far behind
    /// is told so by the channel and reads anew.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Tells the listeners of this process what was sealed since last time, by whichever server. The
    /// sealing loop calls it through [`Store::seal`]; a server that does not seal calls it on a timer.
    pub async fn announce(&self, city: &str) -> Result<()> {
        let mut told = self.inner.told.lock().await;
        let reader = self.reader(city);
        let Some(last) = told.get(city).copied() else {
            // What was sealed before this process began is not news.
            told.insert(city.to_owned(), reader.last_position().await?);
            return Ok(());
        };
        let mut last = last;
        loop {
            let changes = reader.changes_after(last, 1000).await?;
            let Some(newest) = changes.last() else { break };
            last = newest.pos;
            for change in changes {
                if self.inner.changes.send(change).is_err() {
                    // Nobody listens.
                    break;
                }
            }
        }
        told.insert(city.to_owned(), last);
        Ok(())
    }
}

impl Reader {
    /// The end of the log; 0 while it is empty.
    pub async fn last_position(&self) -> Result<i64> {
        let sql = "SELECT coalesce(max(pos), 0) FROM log WHERE city = $1";
        self.one(sql, &params![&*self.city], |mut row| row.next())
            .await
    }

    /// Sealed events after a position, oldest first. The number stands in the question as in
    /// [`Reader::facts_after`].
    pub async fn changes_after(&self, pos: i64, most: u32) -> Result<Vec<Change>> {
        let sql = format!(
            "SELECT l.pos, l.slot, l.case_id, l.version, e.kind FROM log l
             JOIN event e ON e.city = l.city AND e.case_id = l.case_id AND e.version = l.version
             WHERE l.city = $1 AND l.pos > $2 ORDER BY l.pos LIMIT {most}"
        );
        self.all(&sql, &params![&*self.city, pos], |mut row| {
            Ok(Change {
                city: self.city.to_string(),
                pos: row.next()?,
                slot: row.next()?,
                case: row.next()?,
                version: row.next()?,
                kind: row.next()?,
            })
        })
        .await
    }
}
