//! Services: published versions are inserted once and never changed; drafts are overwritten.

use rules::Moment;
use rules::ids::PersonId;

use crate::error::{Result, StoreError};
use crate::params;
use crate::tx::Tx;

/// A published definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceVersion {
    pub service: String,
    /// 1, 2, 3 … within the service.
    pub version: u32,
    /// The file as written.
    pub text: String,
    /// The whole definition with its frame laid in, as JSON.
    pub resolved: String,
    /// SHA-256 of `resolved`, hex.
    pub hash: String,
    /// New cases use it from here on.
    pub effective: Moment,
    pub published_by: Option<PersonId>,
    pub at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDraft {
    pub service: String,
    /// Counts saves; the one an editor saw and hands back.
    pub revision: u32,
    pub text: String,
    pub changed_by: Option<PersonId>,
    pub at: Moment,
}

impl Tx {
    /// # Errors
    /// [`StoreError::Duplicate`] where the version exists already.
    pub async fn publish_service(&mut self, v: &ServiceVersion) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO service_version
            (city, service, version, text, resolved, hash, effective, published_by, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let params = params![
            &*city,
            &v.service,
            v.version,
            &v.text,
            &v.resolved,
            &v.hash,
            v.effective,
            v.published_by,
            v.at,
        ];
        self.execute(sql, &params).await?;
        self.law_changed().await
    }

    /// Saves a draft over revision `draft.revision - 1`; revision 1 is a new one.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where somebody saved meanwhile.
    pub async fn save_service_draft(&mut self, draft: &ServiceDraft) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO service_draft (city, service, revision, text, changed_by, at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (city, service) DO UPDATE SET revision = $3, text = $4, changed_by = $5, at = $6
            WHERE service_draft.revision = $3 - 1";
        let (by, at) = (draft.changed_by, draft.at);
        let params = params![&*city, &draft.service, draft.revision, &draft.text, by, at];
        match self.execute(sql, &params).await? {
            1 => Ok(()),
            _ => Err(StoreError::Duplicate {
                what: format!("a newer draft of {}", draft.service),
            }),
        }
    }

    pub async fn delete_service_draft(&mut self, service: &str) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM service_draft WHERE city = $1 AND service = $2";
        self.execute(sql, &params![&*city, service]).await?;
        Ok(())
    }
}
