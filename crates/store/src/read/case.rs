//! One case: by id inside a command, by code for a page, with its timeline and what stands apart.

use rules::Moment;
use rules::case::{Case, Recorded};
use rules::ids::{CaseId, NoteId};
use rules::person::Person;
use service::Answers;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::scope::{Sight, sight};
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::{Row, Value, from_json};
use crate::write::papers::Attachment;

/// A case as one viewer may see it. With [`Sight::Public`] only `title` and the public fields of
/// `case` are to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub case: Case,
    pub title: String,
    pub sight: Sight,
}

/// A note's text; `None` once erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub id: NoteId,
    pub text: Option<String>,
    pub public: bool,
    pub at: Moment,
}

pub(crate) const RECORDED: &str = "case_id, version, at, actor, payload";

pub(crate) fn read_recorded(mut row: Row) -> Result<Recorded> {
    Ok(Recorded {
        case: row.next()?,
        version: row.next()?,
        at: row.next()?,
        actor: row.json()?,
        event: row.json()?,
    })
}

async fn attachments_of(mut from: impl Source, case: CaseId) -> Result<Vec<Attachment>> {
    let sql = "SELECT hash, what, public, name, at FROM attachment
        WHERE city = $1 AND case_id = $2 ORDER BY at, hash, what";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, case]).await?;
    let read = |mut row: Row| {
        Ok(Attachment {
            hash: row.next()?,
            what: row.next()?,
            public: row.next()?,
            name: row.next()?,
            at: row.next()?,
        })
    };
    rows.into_iter().map(read).collect()
}

async fn answers_of(mut from: impl Source, id: CaseId) -> Result<Option<(u32, Answers)>> {
    let sql = "SELECT version, body FROM answers WHERE city = $1 AND case_id = $2
        ORDER BY version DESC LIMIT 1";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, id]).await?;
    let Some(mut row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let (version, body) = (row.next()?, row.next::<Option<String>>()?);
    let body = body.as_deref().map(from_json).transpose()?;
    Ok(body.map(|body| (version, body)))
}

impl Tx {
    /// The case as the command finds it. Whether the caller may touch it, the rules say.
    pub async fn case(&mut self, id: CaseId) -> Result<Option<Case>> {
        let city = self.shared_city();
        let sql = "SELECT state FROM cases WHERE city = $1 AND id = $2";
        self.maybe(sql, &params![&*city, id], |mut row| row.json())
            .await
    }

    pub async fn case_id(&mut self, code: &str) -> Result<Option<CaseId>> {
        let city = self.shared_city();
        let sql = "SELECT id FROM cases WHERE city = $1 AND code = $2";
        self.maybe(sql, &params![&*city, code], |mut row| row.next())
            .await
    }

    /// What opens it to whoever has no account.
    pub async fn secret_hash(&mut self, case: CaseId) -> Result<Option<Hash>> {
        let city = self.shared_city();
        let sql = "SELECT secret_hash FROM cases WHERE city = $1 AND id = $2";
        let read = |mut row: Row| row.next::<Option<Hash>>();
        let found = self.maybe(sql, &params![&*city, case], read).await?;
        Ok(found.flatten())
    }

    /// Files of a case, as the command finds them.
    pub async fn attachments(&mut self, case: CaseId) -> Result<Vec<Attachment>> {
        attachments_of(self, case).await
    }

    /// What happened after a version, oldest first: for a page that is no longer fresh.
    pub async fn events_after(&mut self, case: CaseId, version: u32) -> Result<Vec<Recorded>> {
        let city = self.shared_city();
        let sql = format!(
            "SELECT {RECORDED} FROM event WHERE city = $1 AND case_id = $2 AND version > $3
             ORDER BY version"
        );
        self.all(&sql, &params![&*city, case, version], read_recorded)
            .await
    }

    /// The newest answers with their version; `None` where there are none or they were erased.
    pub async fn answers(&mut self, case: CaseId) -> Result<Option<(u32, Answers)>> {
        answers_of(self, case).await
    }
}

impl Reader {
    /// The case with this id, as far as the viewer may see it.
    pub async fn case(&self, viewer: &Person, id: CaseId) -> Result<Option<Seen>> {
        let sql = "SELECT state, title FROM cases WHERE city = $1 AND id = $2";
        self.seen(viewer, sql, id.into()).await
    }

    /// The case with this id, for what the city does by itself: shown to nobody by this.
    pub async fn case_state(&self, id: CaseId) -> Result<Option<Case>> {
        let sql = "SELECT state FROM cases WHERE city = $1 AND id = $2";
        self.maybe(sql, &params![&*self.city, id], |mut row| row.json())
            .await
    }

    /// The case with this code, as far as the viewer may see it.
    pub async fn case_by_code(&self, viewer: &Person, code: &str) -> Result<Option<Seen>> {
        let sql = "SELECT state, title FROM cases WHERE city = $1 AND code = $2";
        self.seen(viewer, sql, code.into()).await
    }

    async fn seen(&self, viewer: &Person, sql: &str, key: Value<'_>) -> Result<Option<Seen>> {
        let params = [(&*self.city).into(), key];
        let read = |mut row: Row| Ok((row.json::<Case>()?, row.next::<String>()?));
        Ok(self
            .maybe(sql, &params, read)
            .await?
            .and_then(|(case, title)| {
                let sight = sight(viewer, &case)?;
                Some(Seen { case, title, sight })
            }))
    }

    /// How far a case is, for whoever knows its code: codes stand on receipts and are read aloud. Only
    /// state and dates of it are to be shown.
    pub async fn track(&self, code: &str) -> Result<Option<Case>> {
        let sql = "SELECT state FROM cases WHERE city = $1 AND code = $2";
        self.maybe(sql, &params![&*self.city, code], |mut row| row.json())
            .await
    }

    /// The bearer of a receipt: who shows the code and the secret whose hash this is.
    pub async fn bearer(&self, code: &str, secret_hash: &Hash) -> Result<Option<Person>> {
        let sql = "SELECT id FROM cases WHERE city = $1 AND code = $2 AND secret_hash = $3";
        let params = params![&*self.city, code, secret_hash];
        let case = self.maybe(sql, &params, |mut row| row.next()).await?;
        Ok(case.map(|case| Person::Bearer { case }))
    }

    /// All events, oldest first. Ask for [`Reader::case`] first: this does not judge who looks.
    /// Code and version of a case, for whoever acts on many; it is shown to nobody by this.
    pub async fn head(&self, id: CaseId) -> Result<Option<(String, u32)>> {
        let sql = "SELECT code, version FROM cases WHERE city = $1 AND id = $2";
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.maybe(sql, &params![&*self.city, id], read).await
    }

    pub async fn timeline(&self, case: CaseId) -> Result<Vec<Recorded>> {
        let sql = format!(
            "SELECT {RECORDED} FROM event WHERE city = $1 AND case_id = $2 ORDER BY version"
        );
        self.all(&sql, &params![&*self.city, case], read_recorded)
            .await
    }

    /// The newest answers with their version; `None` where there are none or they were erased.
    pub async fn answers(&self, case: CaseId) -> Result<Option<(u32, Answers)>> {
        answers_of(self, case).await
    }

    /// The answers of one version; `None` where there is none or they were erased.
    pub async fn answers_of_version(&self, case: CaseId, version: u32) -> Result<Option<Answers>> {
        let sql = "SELECT body FROM answers WHERE city = $1 AND case_id = $2 AND version = $3";
        let params = params![&*self.city, case, version];
        let body = self.maybe(sql, &params, |mut row| row.next::<Option<String>>());
        body.await?.flatten().as_deref().map(from_json).transpose()
    }

    pub async fn notes(&self, case: CaseId) -> Result<Vec<Note>> {
        let sql = "SELECT id, body, public, at FROM note WHERE city = $1 AND case_id = $2
            ORDER BY at, id";
        self.all(sql, &params![&*self.city, case], |mut row| {
            Ok(Note {
                id: row.next()?,
                text: row.next()?,
                public: row.next()?,
                at: row.next()?,
            })
        })
        .await
    }

    pub async fn attachments(&self, case: CaseId) -> Result<Vec<Attachment>> {
        attachments_of(self, case).await
    }

    /// Size in bytes and media type of a stored file.
    pub async fn file(&self, hash: &str) -> Result<Option<(u64, String)>> {
        let sql = "SELECT size, media FROM file WHERE city = $1 AND hash = $2";
        let read = |mut row: Row| Ok((row.next()?, row.next()?));
        self.maybe(sql, &params![&*self.city, hash], read).await
    }
}
