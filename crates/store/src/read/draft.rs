//! Forms being filled in: one by its token, a person's own, and whose one is.

use rules::Moment;
use rules::ids::PersonId;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::Row;
use crate::write::papers::Draft;

const DRAFT: &str =
    "token_hash, service, service_version, person, answers, files, at, expires, own_key";

fn read_draft(mut row: Row) -> Result<Draft> {
    Ok(Draft {
        token_hash: row.next()?,
        service: row.next()?,
        service_version: row.next()?,
        person: row.next()?,
        answers: row.json()?,
        files: row.json()?,
        at: row.next()?,
        expires: row.next()?,
        own_key: row.next()?,
    })
}

impl Tx {
    /// Whose the draft under this token is: `Some(None)` is nobody's, `None` there is none.
    pub async fn draft_owner(&mut self, token_hash: &Hash) -> Result<Option<Option<PersonId>>> {
        let city = self.shared_city();
        let sql = "SELECT person FROM draft WHERE city = $1 AND token_hash = $2";
        self.maybe(sql, &params![&*city, token_hash], |mut row| row.next())
            .await
    }
}

impl Reader {
    /// The draft under this token, not expired.
    pub async fn draft(&self, token_hash: &Hash, now: Moment) -> Result<Option<Draft>> {
        let sql = format!(
            "SELECT {DRAFT} FROM draft WHERE city = $1 AND token_hash = $2 AND expires > $3"
        );
        self.maybe(&sql, &params![&*self.city, token_hash, now], read_draft)
            .await
    }

    /// A person's drafts, changed last first.
    pub async fn drafts_of(&self, person: PersonId, now: Moment, most: u32) -> Result<Vec<Draft>> {
        let sql = format!(
            "SELECT {DRAFT} FROM draft WHERE city = $1 AND person = $2 AND expires > $3
             ORDER BY at DESC LIMIT $4"
        );
        self.all(&sql, &params![&*self.city, person, now, most], read_draft)
            .await
    }
}
