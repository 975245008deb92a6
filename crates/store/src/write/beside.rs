//! What stands beside a case's answers: where they came from, in whose name the case was handed in, how its files
//! came. Personal data, apart from events: erased with the answers.

use rules::Moment;
use rules::ids::{CaseId, ContentHash, NoteId};
use rules::origin::Origins;
use rules::standing::Standing;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;
use crate::write::papers::DraftFile;

/// How a file came to a case: what the national packet calls DuocSoHoa, DuocTaiSuDung and DuocLayTuKhoDMQG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentOrigin {
    pub hash: ContentHash,
    pub what: String,
    /// It is the picture of a paper, made by scanning or photographing.
    pub digitised: bool,
    /// It had been handed in or issued before.
    pub reused: bool,
    /// It came out of the person's store of papers.
    pub from_store: bool,
    /// Which paper of that store.
    pub paper: Option<NoteId>,
    pub at: Moment,
}

impl AttachmentOrigin {
    /// Of a file that waited in a draft: uploaded now, or taken from the person's store.
    pub fn of_draft(file: &DraftFile, at: Moment) -> Self {
        let stored = file.paper.is_some();
        Self {
            hash: file.hash.clone(),
            what: file.what.clone(),
            digitised: file.media.starts_with("image/"),
            reused: stored,
            from_store: stored,
            paper: file.paper,
            at,
        }
    }
}

impl Tx {
    pub async fn save_origins(
        &mut self,
        case: CaseId,
        origins: &Origins,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO answer_origin (city, case_id, body, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, case_id) DO UPDATE SET body = $3, at = $4";
        let params = params![&*city, case, to_json(origins)?, at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn save_standing(
        &mut self,
        case: CaseId,
        standing: &Standing,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO standing (city, case_id, body, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, case_id) DO UPDATE SET body = $3, at = $4";
        let params = params![&*city, case, to_json(standing)?, at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn save_attachment_origin(
        &mut self,
        case: CaseId,
        origin: &AttachmentOrigin,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO attachment_origin
            (city, case_id, hash, what, digitised, reused, from_store, paper, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (city, case_id, hash, what) DO NOTHING";
        let params = params![
            &*city,
            case,
            &origin.hash,
            &origin.what,
            origin.digitised,
            origin.reused,
            origin.from_store,
            origin.paper,
            origin.at,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
