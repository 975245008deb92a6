//! Replies that are written once and used often. Each version is kept; the newest holds while it is used.

use rules::Moment;
use rules::ids::PersonId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::Row;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub key: String,
    pub version: u32,
    /// Empty: for every kind of report.
    pub service: String,
    /// How the step ends, by its outcome; empty: for all.
    pub outcome: String,
    pub title: String,
    pub body: String,
    /// `false`: taken out of use.
    pub used: bool,
    pub written_by: PersonId,
    pub at: Moment,
}

const REPLY: &str =
    "r.key, r.version, r.service, r.ending, r.title, r.body, r.used, r.written_by, r.at";

fn read_reply(mut row: Row) -> Result<Reply> {
    Ok(Reply {
        key: row.next()?,
        version: row.next()?,
        service: row.next()?,
        outcome: row.next()?,
        title: row.next()?,
        body: row.next()?,
        used: row.next()?,
        written_by: row.next()?,
        at: row.next()?,
    })
}

impl Tx {
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where somebody saved this version meanwhile.
    pub async fn add_reply(&mut self, reply: &Reply) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO reply (city, key, version, service, ending, title, body, used,
            written_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let params = params![
            &*city,
            &reply.key,
            reply.version,
            &reply.service,
            &reply.outcome,
            &reply.title,
            &reply.body,
            reply.used,
            reply.written_by,
            reply.at,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}

impl Reader {
    /// The newest version of each, also of those out of use.
    pub async fn replies(&self) -> Result<Vec<Reply>> {
        let sql = format!(
            "SELECT {REPLY} FROM reply r WHERE r.city = $1 AND r.version =
             (SELECT max(n.version) FROM reply n WHERE n.city = r.city AND n.city = $1
              AND n.key = r.key) ORDER BY r.service, r.ending, r.title, r.key"
        );
        self.all(&sql, &params![&*self.city], read_reply).await
    }

    /// Every version of one, newest first.
    pub async fn reply_versions(&self, key: &str) -> Result<Vec<Reply>> {
        let sql = format!(
            "SELECT {REPLY} FROM reply r WHERE r.city = $1 AND r.key = $2 ORDER BY r.version DESC"
        );
        self.all(&sql, &params![&*self.city, key], read_reply).await
    }
}
