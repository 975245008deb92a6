//! What the city's own registers hold and in which versions, and who asked any register about whom.

use jiff::civil::Date;
use rules::Moment;
use rules::ids::PersonId;
use serde_json::Value as Json;

use crate::error::Result;
use crate::params;
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::register::{LookAnswer, RegisterFlaw, RegisterVersion};

/// A record with the day that its data is of, where an import told it.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterEntry {
    pub body: Json,
    pub as_of: Option<Date>,
}

/// A look as it is shown to the one it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookLine {
    pub at: Moment,
    pub register: String,
    pub person: Option<PersonId>,
    pub service: String,
    pub purpose: Option<String>,
    pub reference: Option<String>,
    pub answer: Option<LookAnswer>,
}

impl Tx {
    /// The record under a key; `None`: there is none.
    pub async fn register_entry(
        &mut self,
        register: &str,
        key: &str,
    ) -> Result<Option<RegisterEntry>> {
        entry(self, register, key).await
    }

    /// Looks since a moment, of a person or, without an account, from a place.
    pub async fn count_looks(
        &mut self,
        person: Option<PersonId>,
        place: Option<&str>,
        since: Moment,
    ) -> Result<u32> {
        let city = self.shared_city();
        let by_person =
            "SELECT count(*) FROM register_look WHERE city = $1 AND person = $2 AND at >= $3";
        let by_place = "SELECT count(*) FROM register_look WHERE city = $1 AND place = $2
            AND at >= $3 AND person IS NULL";
        match (person, place) {
            (Some(person), _) => {
                let params = params![&*city, person, since];
                self.one(by_person, &params, |mut row| row.next()).await
            }
            (None, Some(place)) => {
                let params = params![&*city, place, since];
                self.one(by_place, &params, |mut row| row.next()).await
            }
            (None, None) => Ok(0),
        }
    }

    /// The number that the next import of a register gets.
    pub async fn next_register_version(&mut self, register: &str) -> Result<u32> {
        let city = self.shared_city();
        let sql = "SELECT coalesce(max(version), 0) + 1 FROM register_version
            WHERE city = $1 AND register = $2";
        self.one(sql, &params![&*city, register], |mut row| row.next())
            .await
    }
}

impl Reader {
    /// The record under a key; `None`: there is none. Who looks is written down by `actions`.
    pub async fn register_entry(&self, register: &str, key: &str) -> Result<Option<RegisterEntry>> {
        entry(self, register, key).await
    }

    /// Whether this city keeps the register here.
    pub async fn has_register(&self, register: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM register_entry WHERE city = $1 AND register = $2 LIMIT 1";
        let params = params![&*self.city, register];
        let found = self
            .maybe(sql, &params, |mut row| row.next::<i64>())
            .await?;
        Ok(found.is_some())
    }

    /// How many records a register of this city holds.
    pub async fn register_size(&self, register: &str) -> Result<u32> {
        let sql = "SELECT count(*) FROM register_entry WHERE city = $1 AND register = $2";
        let params = params![&*self.city, register];
        self.one(sql, &params, |mut row| row.next()).await
    }

    /// Imports of a register, newest first.
    pub async fn register_versions(&self, register: &str) -> Result<Vec<RegisterVersion>> {
        let sql = "SELECT register, version, as_of, source, entries, refused, whole, by_person, at
            FROM register_version WHERE city = $1 AND register = $2 ORDER BY version DESC";
        let read = |mut row: Row| {
            Ok(RegisterVersion {
                register: row.next()?,
                version: row.next()?,
                as_of: row.next()?,
                source: row.next()?,
                entries: row.next()?,
                refused: row.next()?,
                whole: row.next()?,
                by: row.next()?,
                at: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, register], read).await
    }

    /// Rows that an import did not take, in their order.
    pub async fn register_flaws(
        &self,
        register: &str,
        version: u32,
        most: u32,
    ) -> Result<Vec<RegisterFlaw>> {
        let sql = "SELECT line, field, reason FROM register_flaw
            WHERE city = $1 AND register = $2 AND version = $3 ORDER BY line, field LIMIT $4";
        let read = |mut row: Row| {
            Ok(RegisterFlaw {
                line: row.next()?,
                field: row.next()?,
                reason: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, register, version, most], read)
            .await
    }

    /// How often a register was asked, found or not.
    pub async fn register_looks(&self, register: &str) -> Result<u32> {
        let sql = "SELECT count(*) FROM register_look WHERE city = $1 AND register = $2";
        let params = params![&*self.city, register];
        self.one(sql, &params, |mut row| row.next()).await
    }

    /// Who asked registers about one of these numbers, newest first.
    pub async fn looks_about(&self, numbers: &[String], most: u32) -> Result<Vec<LookLine>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT at, register, person, service, purpose, reference, answer
            FROM register_look WHERE city = $1 AND";
        let mut query = Query::new(sql, params![&*self.city]);
        query.one_of("about", numbers);
        query.with("ORDER BY at DESC, id LIMIT", most);
        let read = |mut row: Row| {
            Ok(LookLine {
                at: row.next()?,
                register: row.next()?,
                person: row.next()?,
                service: row.next()?,
                purpose: row.next()?,
                reference: row.next()?,
                answer: row.maybe_word()?,
            })
        };
        self.all(&query.sql, &query.params, read).await
    }
}

async fn entry(mut from: impl Source, register: &str, key: &str) -> Result<Option<RegisterEntry>> {
    let sql =
        "SELECT body, as_of FROM register_entry WHERE city = $1 AND register = $2 AND key = $3";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, register, key]).await?;
    rows.into_iter()
        .next()
        .map(|mut row| {
            Ok(RegisterEntry {
                body: row.json()?,
                as_of: row.next()?,
            })
        })
        .transpose()
}
