//! Entries of the register of mandates, and who stands in for whom.

use rules::Moment;
use rules::ids::{MandateId, StandInId};
use rules::mandate::Entered;
use rules::stand_in::StandIn;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::to_json;

impl Tx {
    /// Adds an entry, the `n`th (from 1) of this mandate.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where somebody entered the `n`th meanwhile.
    pub async fn enter_mandate(&mut self, id: MandateId, n: u32, entered: &Entered) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO mandate (city, id, n, at, person, entry)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let params = params![
            &*city,
            id,
            n,
            entered.at,
            entered.by,
            to_json(&entered.entry)?
        ];
        self.execute(sql, &params).await?;
        self.law_changed().await
    }

    pub async fn save_stand_in(&mut self, one: &StandIn, at: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO stand_in (city, id, absent, person, first_day, last_day, why,
            entered_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let params = params![
            &*city,
            one.id,
            one.absent,
            one.person,
            one.first,
            one.last,
            &one.why,
            one.entered_by,
            at,
        ];
        self.execute(sql, &params).await?;
        self.law_changed().await
    }

    /// The absent person is back earlier (or it never began: the day before the first).
    pub async fn end_stand_in(&mut self, id: StandInId, last: jiff::civil::Date) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE stand_in SET last_day = $3 WHERE city = $1 AND id = $2
            AND last_day > $3";
        self.execute(sql, &params![&*city, id, last]).await?;
        self.law_changed().await
    }
}
