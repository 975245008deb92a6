//! Consents: given and withdrawn with their moments, and the very words they were given to. Nothing is overwritten.

use rules::Moment;
use rules::ids::PersonId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::Row;

/// A consent that was given once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub person: PersonId,
    /// A code of the city's list of purposes.
    pub purpose: String,
    pub given: Moment,
    /// Of the words.
    pub version: u32,
    pub words: String,
    /// SHA-256 of the words in hex.
    pub words_hash: String,
    pub withdrawn: Option<Moment>,
}

impl Tx {
    pub async fn give_consent(&mut self, consent: &Consent) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO consent (city, person, purpose, given, version, words, words_hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (city, person, purpose, given) DO NOTHING";
        let params = params![
            &*city,
            consent.person,
            &consent.purpose,
            consent.given,
            consent.version,
            &consent.words,
            &consent.words_hash,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn withdraw_consent(
        &mut self,
        person: PersonId,
        purpose: &str,
        now: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "UPDATE consent SET withdrawn = $4 WHERE city = $1 AND person = $2 AND purpose = $3
            AND withdrawn IS NULL";
        self.execute(sql, &params![&*city, person, purpose, now])
            .await?;
        Ok(())
    }
}

impl Reader {
    /// All consents of a person, newest first.
    pub async fn consents_of(&self, person: PersonId) -> Result<Vec<Consent>> {
        let sql = "SELECT person, purpose, given, version, words, words_hash, withdrawn
            FROM consent WHERE city = $1 AND person = $2 ORDER BY given DESC, purpose";
        let read = |mut row: Row| {
            Ok(Consent {
                person: row.next()?,
                purpose: row.next()?,
                given: row.next()?,
                version: row.next()?,
                words: row.next()?,
                words_hash: row.next()?,
                withdrawn: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, person], read).await
    }
}
