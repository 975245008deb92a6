//! Keys of programs that hand in reports.

use rules::Moment;
use rules::ids::{CaseId, PersonId};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::read::public::ApiKey;
use crate::tx::Tx;

impl Tx {
    pub async fn add_api_key(&mut self, key: &ApiKey, by: PersonId) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO api_key (city, key_hash, name, contact, per_minute, made, made_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let params = params![
            &*city,
            &key.hash,
            &key.name,
            &key.contact,
            key.per_minute,
            key.made,
            by
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Remembers which program handed this report in.
    pub async fn note_api_request(&mut self, case: CaseId, hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO api_request (city, case_id, key_hash, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (city, case_id) DO NOTHING";
        self.execute(sql, &params![&*city, case, hash, now]).await?;
        Ok(())
    }

    /// Whether there was one that still held.
    pub async fn end_api_key(&mut self, hash: &Hash, now: Moment) -> Result<bool> {
        let city = self.shared_city();
        let sql =
            "UPDATE api_key SET ended = $3 WHERE city = $1 AND key_hash = $2 AND ended IS NULL";
        Ok(self.execute(sql, &params![&*city, hash, now]).await? == 1)
    }
}
