//! What a request to complete a dossier lists: apart from the event that refers to it, so that it can be erased.

use rules::Moment;
use rules::ids::{CaseId, NoteId};
use service::supplement::Mark;

use crate::error::Result;
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::{from_json, to_json};

async fn marks_of(mut from: impl Source, case: CaseId, list: NoteId) -> Result<Vec<Mark>> {
    let sql = "SELECT body FROM mark_list WHERE city = $1 AND case_id = $2 AND id = $3";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, case, list]).await?;
    let body = match rows.into_iter().next() {
        Some(mut row) => row.next::<Option<String>>()?,
        None => None,
    };
    Ok(body
        .as_deref()
        .map(from_json)
        .transpose()?
        .unwrap_or_default())
}

impl Tx {
    pub async fn save_marks(
        &mut self,
        case: CaseId,
        list: NoteId,
        marks: &[Mark],
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO mark_list (city, case_id, id, body, at) VALUES ($1, $2, $3, $4, $5)";
        self.execute(sql, &params![&*city, case, list, to_json(marks)?, at])
            .await?;
        Ok(())
    }

    /// Empty once erased.
    pub async fn marks(&mut self, case: CaseId, list: NoteId) -> Result<Vec<Mark>> {
        marks_of(self, case, list).await
    }
}

impl Reader {
    /// What the request with this list asks for; empty once erased. Ask for [`Reader::case`] first.
    pub async fn marks(&self, case: CaseId, list: NoteId) -> Result<Vec<Mark>> {
        marks_of(self, case, list).await
    }
}
