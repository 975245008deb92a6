//! Parcels of a desk, of a case, and those the carrier is to be asked about; results that wait at a desk.

use rules::Moment;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::parcel::Parcel;

const PARCEL: &str = "id, case_id, desk, carrier, number, state, addressee, phone, address, cost, made, \
    moved, asked, said";

fn read(mut row: Row) -> Result<Parcel> {
    Ok(Parcel {
        id: row.next()?,
        case: row.next()?,
        desk: row.next()?,
        carrier: row.next()?,
        number: row.next()?,
        state: row.word()?,
        addressee: row.next()?,
        phone: row.next()?,
        address: row.next()?,
        cost: row.next()?,
        made: row.next()?,
        moved: row.next()?,
        asked: row.next()?,
        said: row.next()?,
    })
}

/// A result that waits to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub case: CaseId,
    pub code: String,
    pub title: String,
    pub service: String,
    pub step: String,
    /// Where it waits.
    pub unit: Option<String>,
    /// Since when it is there.
    pub ended: Moment,
}

impl Reader {
    /// The newest parcels of a desk.
    pub async fn parcels(&self, desk: &str, most: u32) -> Result<Vec<Parcel>> {
        let sql = format!(
            "SELECT {PARCEL} FROM parcel WHERE city = $1 AND desk = $2 ORDER BY made DESC, id DESC LIMIT $3"
        );
        self.all(&sql, &params![&*self.city, desk, most], read)
            .await
    }

    pub async fn parcels_of(&self, case: CaseId) -> Result<Vec<Parcel>> {
        let sql =
            format!("SELECT {PARCEL} FROM parcel WHERE city = $1 AND case_id = $2 ORDER BY made");
        self.all(&sql, &params![&*self.city, case], read).await
    }

    /// Parcels under way that the carrier was not asked about since a moment, the longest first.
    pub async fn parcels_to_ask(&self, since: Moment, most: u32) -> Result<Vec<Parcel>> {
        let sql = format!(
            "SELECT {PARCEL} FROM parcel WHERE city = $1 AND state IN ('ready', 'accepted', 'on-the-way')
             AND asked <= $2 ORDER BY asked LIMIT $3"
        );
        self.all(&sql, &params![&*self.city, since, most], read)
            .await
    }

    /// Results at a desk that nobody has collected, the oldest first. `None`: at every desk.
    pub async fn results_waiting(
        &self,
        desk: Option<&str>,
        before: Moment,
        most: u32,
    ) -> Result<Vec<Waiting>> {
        let sql = "SELECT c.id, c.code, c.title, c.service, t.step, t.unit, c.ended FROM cases c
            JOIN task t ON t.city = c.city AND t.city = $1 AND t.case_id = c.id
            WHERE c.city = $1 AND c.life = 9 AND c.kind = 'procedure' AND c.ended <= $2
            AND ($3 = '' OR t.unit = $3) ORDER BY c.ended, c.id LIMIT $4";
        let read = |mut row: Row| {
            Ok(Waiting {
                case: row.next()?,
                code: row.next()?,
                title: row.next()?,
                service: row.next()?,
                step: row.next()?,
                unit: row.next()?,
                ended: row.next()?,
            })
        };
        let params = params![&*self.city, before, desk.unwrap_or_default(), most];
        self.all(sql, &params, read).await
    }
}
