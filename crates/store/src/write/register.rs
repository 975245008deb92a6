//! Records of the city's registers and the note of every look into them.

use rules::Moment;
use rules::ids::{NoteId, PersonId};
use serde_json::Value as Json;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

/// Somebody's form asked a register. The key is kept as it was asked: it is what the person whose
/// record it is may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub id: NoteId,
    pub register: String,
    pub key: String,
    /// `None`: without an account.
    pub person: Option<PersonId>,
    pub service: String,
    pub found: bool,
    pub at: Moment,
}

impl Tx {
    /// Writes a record or overwrites the one with the same key.
    pub async fn save_register_entry(
        &mut self,
        register: &str,
        key: &str,
        body: &Json,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO register_entry (city, register, key, body, at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (city, register, key) DO UPDATE SET body = $4, at = $5";
        let params = params![&*city, register, key, to_json(body)?, at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn save_look(&mut self, look: &Look) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO register_look (city, at, id, register, key, person, service, found)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (register, key, service) = (&look.register, &look.key, &look.service);
        let params = params![
            &*city,
            look.at,
            look.id,
            register,
            key,
            look.person,
            service,
            look.found,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
