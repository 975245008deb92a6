//! Words from outside, as they wait. Who may read them is the caller's question.

use rules::ids::{ArrivalId, CaseId};
use rules::message::Channel;

use crate::error::{Result, StoreError};
use crate::params;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::arrival::Arrival;

/// Columns of [`read_arrival`].
pub(crate) const ARRIVAL: &str = "id, way, foreign_id, sender, subject, body, files, service, area, state, \
    why, case_id, person, came, settled";

pub(crate) fn read_arrival(mut row: Row) -> Result<Arrival> {
    Ok(Arrival {
        id: row.next()?,
        way: {
            let way: String = row.next()?;
            Channel::from_code(&way).ok_or_else(|| StoreError::corrupt(format!("the way {way}")))?
        },
        foreign: row.next()?,
        sender: row.next()?,
        subject: row.next()?,
        body: row.next()?,
        files: row.json()?,
        service: row.next()?,
        area: row.next()?,
        state: row.word()?,
        why: row.next()?,
        case: row.next()?,
        person: row.next()?,
        came: row.next()?,
        settled: row.next()?,
    })
}

impl Reader {
    /// Those that wait, oldest first.
    pub async fn arrivals_waiting(&self, most: u32) -> Result<Vec<Arrival>> {
        let sql = format!(
            "SELECT {ARRIVAL} FROM arrival WHERE city = $1 AND settled IS NULL ORDER BY came, id LIMIT $2"
        );
        self.all(&sql, &params![&*self.city, most], read_arrival)
            .await
    }

    pub async fn arrival(&self, id: ArrivalId) -> Result<Option<Arrival>> {
        let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE city = $1 AND id = $2");
        self.maybe(&sql, &params![&*self.city, id], read_arrival)
            .await
    }

    /// The one that a case was opened from, while its sender is known.
    pub async fn arrival_of_case(&self, case: CaseId) -> Result<Option<Arrival>> {
        let sql = format!(
            "SELECT {ARRIVAL} FROM arrival WHERE city = $1 AND case_id = $2 AND state = 'filed'
             AND sender IS NOT NULL ORDER BY came LIMIT 1"
        );
        self.maybe(&sql, &params![&*self.city, case], read_arrival)
            .await
    }
}
