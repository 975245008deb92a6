//! What programs outside may take: public reports by code, time and last change, and their public photos.

use rules::Moment;
use rules::ids::{CaseId, ContentHash};
use service::definition::{Ending, Kind};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::list::{CaseLine, LINE, Narrow, read_line};
use crate::read::query::Query;
use crate::reader::Reader;
use crate::value::{Row, word};

/// A public report with the moment of its last event.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    pub line: CaseLine,
    pub changed: Moment,
}

/// Which public reports, and which page of them.
#[derive(Debug, Clone, Default)]
pub struct Take {
    pub narrow: Narrow,
    /// By code; where some are named, nothing else narrows.
    pub codes: Vec<String>,
    pub changed_from: Option<Moment>,
    /// Included.
    pub changed_to: Option<Moment>,
    pub most: u32,
    pub skip: u32,
}

/// A program that may hand in reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub hash: Hash,
    pub name: String,
    pub contact: String,
    pub per_minute: u32,
    pub made: Moment,
    pub ended: Option<Moment>,
}

impl Reader {
    /// Public reports, newest first, then by id: the order holds while others are added.
    pub async fn taken(&self, take: &Take) -> Result<Vec<Taken>> {
        let sql = format!(
            "SELECT {LINE}, c.touched FROM cases c WHERE c.city = $1 AND c.public = 1 AND c.kind = $2"
        );
        let mut query = Query::new(sql, params![&*self.city, word(&Kind::Report)?]);
        if take.codes.is_empty() {
            take.narrow.push(&mut query)?;
            if let Some(from) = take.changed_from {
                query.with("AND c.touched >=", from);
            }
            if let Some(to) = take.changed_to {
                query.with("AND c.touched <=", to);
            }
        } else {
            query.push("AND").one_of("c.code", &take.codes);
        }
        query
            .with("ORDER BY c.opened DESC, c.id DESC LIMIT", take.most)
            .with("OFFSET", take.skip);
        self.all(&query.sql, &query.params, |mut row| {
            let line = read_line(&mut row)?;
            let changed = row.next()?;
            Ok(Taken { line, changed })
        })
        .await
    }

    /// The first public photo of each of these cases.
    pub async fn public_photos(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, ContentHash)>> {
        if cases.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT a.case_id, min(a.hash) FROM attachment a WHERE a.city = $1 AND a.public = 1 AND";
        let mut query = Query::new(sql, params![&*self.city]);
        // Neither their small pictures nor the proof of the work.
        query
            .one_of("a.what", ["photo", "photos"])
            .push("AND")
            .one_of("a.case_id", cases.iter().copied())
            .push("GROUP BY a.case_id");
        self.all(&query.sql, &query.params, |mut row| {
            Ok((row.next()?, row.next()?))
        })
        .await
    }

    /// Titles of the newest reports of a kind that ended well, so that their kind was right: what new ones are
    /// compared with.
    pub async fn closed_titles(&self, service: &str, most: u32) -> Result<Vec<String>> {
        let sql = "SELECT title FROM cases WHERE city = $1 AND service = $2 AND ended IS NOT NULL
            AND ending IN ($3, $4, $5) ORDER BY opened DESC, id DESC LIMIT $6";
        let [solved, answered, done] = [Ending::Solved, Ending::Answered, Ending::Done];
        let params = params![
            &*self.city,
            service,
            word(&solved)?,
            word(&answered)?,
            word(&done)?,
            most
        ];
        self.all(sql, &params, |mut row| row.next()).await
    }

    /// The program behind a key, unless its right has ended.
    pub async fn api_key(&self, hash: &Hash) -> Result<Option<ApiKey>> {
        let sql = format!(
            "SELECT {KEY} FROM api_key WHERE city = $1 AND key_hash = $2 AND ended IS NULL"
        );
        self.maybe(&sql, &params![&*self.city, hash], read_key)
            .await
    }

    /// Whether this program handed this report in.
    pub async fn came_by(&self, case: CaseId, hash: &Hash) -> Result<bool> {
        let sql = "SELECT 1 FROM api_request WHERE city = $1 AND case_id = $2 AND key_hash = $3";
        let params = params![&*self.city, case, hash];
        let found = self
            .maybe(sql, &params, |mut row| row.next::<i64>())
            .await?;
        Ok(found.is_some())
    }

    /// All programs that have or had a key, newest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let sql = format!("SELECT {KEY} FROM api_key WHERE city = $1 ORDER BY made DESC, key_hash");
        self.all(&sql, &params![&*self.city], read_key).await
    }
}

const KEY: &str = "key_hash, name, contact, per_minute, made, ended";

fn read_key(mut row: Row) -> Result<ApiKey> {
    Ok(ApiKey {
        hash: row.next()?,
        name: row.next()?,
        contact: row.next()?,
        per_minute: row.next()?,
        made: row.next()?,
        ended: row.next()?,
    })
}
