//! What the city's own registers hold, and whether there is such a register here at all.

use serde_json::Value as Json;

use crate::error::Result;
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;

impl Tx {
    /// The record under a key; `None`: there is none.
    pub async fn register_entry(&mut self, register: &str, key: &str) -> Result<Option<Json>> {
        entry(self, register, key).await
    }
}

impl Reader {
    /// The record under a key; `None`: there is none. Who looks is written down by `actions`.
    pub async fn register_entry(&self, register: &str, key: &str) -> Result<Option<Json>> {
        entry(self, register, key).await
    }

    /// Whether this city keeps the register here.
    pub async fn has_register(&self, register: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM register_entry WHERE city = $1 AND register = $2 LIMIT 1";
        let params = params![&*self.city, register];
        let found = self
            .maybe(sql, &params, |mut row| row.next::<i64>())
            .await?;
        Ok(found.is_some())
    }

    /// How often a register was asked, found or not.
    pub async fn register_looks(&self, register: &str) -> Result<u32> {
        let sql = "SELECT count(*) FROM register_look WHERE city = $1 AND register = $2";
        let params = params![&*self.city, register];
        self.one(sql, &params, |mut row| row.next()).await
    }
}

async fn entry(mut from: impl Source, register: &str, key: &str) -> Result<Option<Json>> {
    let sql = "SELECT body FROM register_entry WHERE city = $1 AND register = $2 AND key = $3";
    let city = from.city();
    let rows = from.rows(sql, &params![&*city, register, key]).await?;
    rows.into_iter()
        .next()
        .map(|mut row| row.json())
        .transpose()
}
