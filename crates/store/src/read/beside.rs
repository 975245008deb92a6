//! What stands beside a case's answers.

use rules::ids::CaseId;
use rules::origin::Origins;
use rules::standing::Standing;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::{Row, from_json};
use crate::write::beside::AttachmentOrigin;

impl Reader {
    /// Where the answers of a case came from; empty where everything was typed, or it was erased.
    pub async fn origins(&self, case: CaseId) -> Result<Origins> {
        let sql = "SELECT body FROM answer_origin WHERE city = $1 AND case_id = $2";
        let body = self.body(sql, case).await?;
        Ok(body
            .as_deref()
            .map(from_json)
            .transpose()?
            .unwrap_or_default())
    }

    /// In whose name a case was handed in; `None` where the applicant acted for themselves, or it was erased.
    pub async fn standing(&self, case: CaseId) -> Result<Option<Standing>> {
        let sql = "SELECT body FROM standing WHERE city = $1 AND case_id = $2";
        let body = self.body(sql, case).await?;
        body.as_deref().map(from_json).transpose()
    }

    async fn body(&self, sql: &str, case: CaseId) -> Result<Option<String>> {
        let params = params![&*self.city, case];
        let found = self
            .maybe(sql, &params, |mut row| row.next::<Option<String>>())
            .await?;
        Ok(found.flatten())
    }

    /// How the files of a case came, as far as that was written down.
    pub async fn attachment_origins(&self, case: CaseId) -> Result<Vec<AttachmentOrigin>> {
        let sql = "SELECT hash, what, digitised, reused, from_store, paper, at
            FROM attachment_origin WHERE city = $1 AND case_id = $2 ORDER BY what, hash";
        let read = |mut row: Row| {
            Ok(AttachmentOrigin {
                hash: row.next()?,
                what: row.next()?,
                digitised: row.next()?,
                reused: row.next()?,
                from_store: row.next()?,
                paper: row.next()?,
                at: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, case], read).await
    }
}
