//! A second tap makes no second case: idempotency keys. And numbers for case codes.

use jiff::civil::Date;
use rules::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::{from_json, to_json};

impl Tx {
    /// The result remembered under a key, or `None` for the first who comes with it: that command goes
    /// on and ends with [`Tx::remember`]. A second one running at the same time waits for the first.
    pub async fn once<T: DeserializeOwned>(&mut self, key: &str, now: Moment) -> Result<Option<T>> {
        let city = self.shared_city();
        let sql = "INSERT INTO idempotency (city, name, result, at) VALUES ($1, $2, 'null', $3)
            ON CONFLICT (city, name) DO NOTHING";
        if self.execute(sql, &params![&*city, key, now]).await? == 1 {
            return Ok(None);
        }
        let sql = "SELECT result FROM idempotency WHERE city = $1 AND name = $2";
        let text: String = self
            .one(sql, &params![&*city, key], |mut row| row.next())
            .await?;
        from_json(&text).map(Some)
    }

    pub async fn remember<T: Serialize>(&mut self, key: &str, result: &T) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE idempotency SET result = $3 WHERE city = $1 AND name = $2";
        let result = to_json(result)?;
        self.execute(sql, &params![&*city, key, result]).await?;
        Ok(())
    }

    /// Keys older than a moment are forgotten. Returns how many.
    pub async fn forget_keys(&mut self, before: Moment) -> Result<u64> {
        let city = self.shared_city();
        let sql = "DELETE FROM idempotency WHERE city = $1 AND at < $2";
        self.execute(sql, &params![&*city, before]).await
    }

    /// The next number of a unit on a day, from 1, without gaps among committed commands.
    pub async fn next_number(&mut self, unit: &str, day: Date) -> Result<i64> {
        let city = self.shared_city();
        let sql = "INSERT INTO code_counter (city, unit, day, n) VALUES ($1, $2, $3, 1)
            ON CONFLICT (city, unit, day) DO UPDATE SET n = code_counter.n + 1 RETURNING n";
        self.one(sql, &params![&*city, unit, day], |mut row| row.next())
            .await
    }
}

impl Reader {
    /// What was remembered under a key; `None` where nobody came with it, or it was refused.
    pub async fn remembered<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let sql = "SELECT result FROM idempotency WHERE city = $1 AND name = $2";
        let params = params![&*self.city, key];
        let text = self
            .maybe(sql, &params, |mut row| row.next::<String>())
            .await?;
        text.map_or(Ok(None), |text| from_json(&text))
    }
}
