//! Records of the city's registers with the versions they came in, and the note of every look into a register.

use jiff::civil::Date;
use rules::Moment;
use rules::ids::{NoteId, PersonId};
use serde_json::Value as Json;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

/// Somebody asked a register, the city's own or another's. The key is kept as it was asked: it is what the
/// person whose record it is may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub id: NoteId,
    pub register: String,
    pub key: String,
    /// The personal or organisation number of the one whom the record concerns, where that is known.
    pub about: Option<String>,
    /// `None`: without an account.
    pub person: Option<PersonId>,
    /// The address it was asked from, for limiting those without an account.
    pub place: Option<String>,
    pub service: String,
    /// `apply`, `desk`, `handling`: a member of the texts `look`.
    pub purpose: String,
    /// A case's code or a draft's short name.
    pub reference: String,
    pub answer: LookAnswer,
    pub at: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookAnswer {
    Found,
    NotFound,
    Away,
}

/// One import of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterVersion {
    pub register: String,
    pub version: u32,
    /// The day that the data is of.
    pub as_of: Date,
    /// Who gave it, in the words of whoever imported it.
    pub source: String,
    pub entries: u32,
    pub refused: u32,
    /// It replaced everything before; else it was added.
    pub whole: bool,
    pub by: Option<PersonId>,
    pub at: Moment,
}

/// A row that an import did not take, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFlaw {
    /// In the file, the head being line 1.
    pub line: u32,
    /// A field of the register, or empty for the row as a whole.
    pub field: String,
    /// JSON of a text in every language.
    pub reason: String,
}

impl Tx {
    /// Writes a record or overwrites the one with the same key. `of`: the version it came in and the day its
    /// data is of.
    pub async fn save_register_entry(
        &mut self,
        register: &str,
        key: &str,
        body: &Json,
        of: (u32, Option<Date>),
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO register_entry (city, register, key, body, at, version, as_of)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (city, register, key) DO UPDATE SET body = $4, at = $5, version = $6,
            as_of = $7";
        let params = params![&*city, register, key, to_json(body)?, at, of.0, of.1];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Drops records of versions before this one: the import was the whole register.
    pub async fn drop_register_before(&mut self, register: &str, version: u32) -> Result<u64> {
        let city = self.shared_city();
        let sql = "DELETE FROM register_entry WHERE city = $1 AND register = $2 AND version < $3";
        self.execute(sql, &params![&*city, register, version]).await
    }

    pub async fn save_register_version(
        &mut self,
        version: &RegisterVersion,
        flaws: &[RegisterFlaw],
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO register_version
            (city, register, version, as_of, source, entries, refused, whole, by_person, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (register, number) = (&version.register, version.version);
        let params = params![
            &*city,
            register,
            number,
            version.as_of,
            &version.source,
            version.entries,
            version.refused,
            version.whole,
            version.by,
            version.at,
        ];
        self.execute(sql, &params).await?;
        let sql = "INSERT INTO register_flaw (city, register, version, line, field, reason)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (city, register, version, line, field) DO NOTHING";
        for flaw in flaws {
            let (line, field, reason) = (flaw.line, &flaw.field, &flaw.reason);
            let params = params![&*city, register, number, line, field, reason];
            self.execute(sql, &params).await?;
        }
        Ok(())
    }

    pub async fn save_look(&mut self, look: &Look) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO register_look (city, at, id, register, key, person, service, found,
            about, purpose, reference, answer, place)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let params = params![
            &*city,
            look.at,
            look.id,
            &look.register,
            &look.key,
            look.person,
            &look.service,
            look.answer == LookAnswer::Found,
            look.about.as_ref(),
            &look.purpose,
            &look.reference,
            crate::value::word(&look.answer)?,
            look.place.as_ref(),
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
