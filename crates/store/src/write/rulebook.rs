//! What the city itself writes of its rules: documents by version, and texts of messages that a second person approves.

use rules::Moment;
use rules::ids::PersonId;
use rules::message::{Template, TemplateKey};

use crate::error::{Result, StoreError};
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::{Row, from_json, to_json};

/// A version of a document of rules, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulebook {
    pub version: u32,
    pub body: String,
    pub written_by: Option<PersonId>,
    pub at: Moment,
}

/// A version of a text of the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText {
    pub key: TemplateKey,
    pub version: u32,
    pub template: Template,
    pub written_by: Option<PersonId>,
    pub at: Moment,
    /// `None`: waits for a second person.
    pub approved: Option<(PersonId, Moment)>,
}

const TEXT: &str = "key, version, body, written_by, at, approved_by, approved_at";

fn read_text(mut row: Row) -> Result<MessageText> {
    let (key, version): (String, u32) = (row.next()?, row.next()?);
    Ok(MessageText {
        key: from_json(&key)?,
        version,
        template: row.json()?,
        written_by: row.next()?,
        at: row.next()?,
        approved: row
            .next::<Option<PersonId>>()?
            .zip(row.next::<Option<Moment>>()?),
    })
}

async fn rulebook(mut from: impl Source, name: &str) -> Result<Option<Rulebook>> {
    let sql = "SELECT version, body, written_by, at FROM rulebook WHERE city = $1 AND name = $2
        ORDER BY version DESC LIMIT 1";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, name]).await?;
    rows.into_iter().next().map(read_book).transpose()
}

fn read_book(mut row: Row) -> Result<Rulebook> {
    Ok(Rulebook {
        version: row.next()?,
        body: row.next()?,
        written_by: row.next()?,
        at: row.next()?,
    })
}

impl Tx {
    /// The next version of a document. The caller has read it: what is stored can be used.
    pub async fn save_rulebook(
        &mut self,
        name: &str,
        body: &str,
        by: Option<PersonId>,
        at: Moment,
    ) -> Result<u32> {
        let newest = rulebook(&mut *self, name).await?;
        let version = newest.map_or(0, |newest| newest.version) + 1;
        let city = self.shared_city();
        let sql = "INSERT INTO rulebook (city, name, version, body, written_by, at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        self.execute(sql, &params![&*city, name, version, body, by, at])
            .await?;
        self.law_changed().await?;
        Ok(version)
    }

    /// A new version of a text, which waits for a second person.
    pub async fn write_message_text(
        &mut self,
        key: &TemplateKey,
        template: &Template,
        by: Option<PersonId>,
        at: Moment,
    ) -> Result<u32> {
        let city = self.shared_city();
        let name = to_json(key)?;
        let sql =
            "SELECT coalesce(max(version), 0) + 1 FROM message_text WHERE city = $1 AND key = $2";
        let version: u32 = self
            .one(sql, &params![&*city, &name], |mut row| row.next())
            .await?;
        let sql = "INSERT INTO message_text (city, key, version, body, written_by, at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let params = params![&*city, &name, version, to_json(template)?, by, at];
        self.execute(sql, &params).await?;
        Ok(version)
    }

    pub async fn message_text(
        &mut self,
        key: &TemplateKey,
        version: u32,
    ) -> Result<Option<MessageText>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {TEXT} FROM message_text WHERE city = $1 AND key = $2 AND version = $3"
        );
        let params = params![&*city, to_json(key)?, version];
        self.maybe(&sql, &params, read_text).await
    }

    /// The text holds from now on.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none that waits.
    pub async fn approve_message_text(
        &mut self,
        key: &TemplateKey,
        version: u32,
        by: PersonId,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE message_text SET approved_by = $4, approved_at = $5 WHERE city = $1
            AND key = $2 AND version = $3 AND approved_by IS NULL";
        let params = params![&*city, to_json(key)?, version, by, at];
        match self.execute(sql, &params).await? {
            1 => self.law_changed().await,
            _ => Err(StoreError::missing("a text that waits for approval")),
        }
    }
}

impl Reader {
    /// The newest version of a document; `None`: what ships holds.
    pub async fn rulebook(&self, name: &str) -> Result<Option<Rulebook>> {
        rulebook(self, name).await
    }

    /// All versions of a document that the city wrote, oldest first.
    pub async fn rulebooks(&self, name: &str) -> Result<Vec<Rulebook>> {
        let sql = "SELECT version, body, written_by, at FROM rulebook WHERE city = $1 AND name = $2 ORDER BY version";
        self.all(sql, &params![&*self.city, name], read_book).await
    }

    /// All texts of the city, each version, oldest first.
    pub async fn message_texts(&self) -> Result<Vec<MessageText>> {
        let sql = format!("SELECT {TEXT} FROM message_text WHERE city = $1 ORDER BY key, version");
        self.all(&sql, &params![&*self.city], read_text).await
    }
}
