//! What moderators look at, what people say is unfit, and photos as they were sent.

use rules::Moment;
use rules::ids::CaseId;
use rules::person::Person;

use crate::error::Result;
use crate::params;
use crate::read::list::{CaseLine, LINE, read_line};
use crate::read::query::Query;
use crate::read::scope;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::shown::{Flag, Original};

/// A report that a moderator has to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub line: CaseLine,
    pub since: Moment,
    /// By how many it was reported as unfit; 0: it waits to be published.
    pub flags: u32,
}

const ORIGINAL: &str = "photo, hash, size, media, at";

fn read_original(row: &mut Row) -> Result<Original> {
    Ok(Original {
        photo: row.next()?,
        hash: row.next()?,
        size: row.next()?,
        media: row.next()?,
        at: row.next()?,
    })
}

impl Reader {
    /// What waits and this viewer may see, oldest first.
    pub async fn reviews(&self, viewer: &Person, most: u32) -> Result<Vec<Review>> {
        let sql = format!(
            "SELECT {LINE}, r.since, r.flags FROM review r
             JOIN cases c ON c.city = r.city AND c.id = r.case_id WHERE r.city = $1"
        );
        let mut query = Query::new(sql, params![&*self.city]);
        scope::visible(viewer, &mut query);
        query.with("ORDER BY r.since, r.case_id LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| {
            let line = read_line(&mut row)?;
            let (since, flags) = (row.next()?, row.next()?);
            Ok(Review { line, since, flags })
        })
        .await
    }

    /// What people said of a report, newest first.
    pub async fn flags(&self, case: CaseId) -> Result<Vec<Flag>> {
        let sql = "SELECT source, at, reason, words, settled FROM flag
            WHERE city = $1 AND case_id = $2 ORDER BY at DESC, source LIMIT 100";
        self.all(sql, &params![&*self.city, case], |mut row| {
            Ok(Flag {
                source: row.next()?,
                at: row.next()?,
                reason: row.next()?,
                words: row.next()?,
                settled: row.next()?,
            })
        })
        .await
    }

    /// Photos of a case as they were sent. Who may see them, and that it is written down, is the caller's to ask.
    pub async fn originals(&self, case: CaseId) -> Result<Vec<Original>> {
        let sql = format!(
            "SELECT {ORIGINAL} FROM original WHERE city = $1 AND case_id = $2 ORDER BY at, photo"
        );
        self.all(&sql, &params![&*self.city, case], |mut row| {
            read_original(&mut row)
        })
        .await
    }

    /// Those sent before a moment, oldest first, after a place in this order.
    pub async fn originals_before(
        &self,
        before: Moment,
        after: Option<&(Moment, CaseId, String)>,
        most: u32,
    ) -> Result<Vec<(CaseId, Original)>> {
        let sql = format!("SELECT case_id, {ORIGINAL} FROM original WHERE city = $1 AND at < $2");
        let mut query = Query::new(sql, params![&*self.city, before]);
        if let Some((at, case, photo)) = after {
            query
                .with("AND (at, case_id, photo) > (", *at)
                .with(",", *case)
                .with(",", photo)
                .push(")");
        }
        query.with("ORDER BY at, case_id, photo LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| {
            Ok((row.next()?, read_original(&mut row)?))
        })
        .await
    }
}
