//! Results sent by post. Name, phone and address stand here alone and can be erased.

use rules::Moment;
use rules::counter::parcel::ParcelState;
use rules::ids::{CaseId, NoteId};

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::word;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub id: NoteId,
    pub case: CaseId,
    pub desk: String,
    pub carrier: String,
    /// The carrier's number; `None`: it does not know of it yet.
    pub number: Option<String>,
    pub state: ParcelState,
    pub addressee: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// What the carrier asks for, đồng.
    pub cost: Option<i64>,
    pub made: Moment,
    /// When the state changed last.
    pub moved: Moment,
    /// When the carrier was asked last.
    pub asked: Moment,
    /// What the carrier said last, or why it did not answer.
    pub said: String,
}

impl Tx {
    pub async fn add_parcel(&mut self, parcel: &Parcel) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO parcel (city, id, case_id, desk, carrier, number, state, addressee, phone,
            address, cost, made, moved, asked, said)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let params = params![
            &*city,
            parcel.id,
            parcel.case,
            &parcel.desk,
            &parcel.carrier,
            parcel.number.as_deref(),
            word(&parcel.state)?,
            parcel.addressee.as_deref(),
            parcel.phone.as_deref(),
            parcel.address.as_deref(),
            parcel.cost,
            parcel.made,
            parcel.moved,
            parcel.asked,
            &parcel.said,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Writes what the carrier said of a parcel that is still on its way; one that is over stays as it is.
    pub async fn move_parcel(&mut self, parcel: &Parcel) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE parcel SET carrier = $3, number = $4, state = $5, cost = $6, moved = $7, asked = $8,
            said = $9 WHERE city = $1 AND id = $2 AND state NOT IN ('delivered', 'returned')";
        let params = params![
            &*city,
            parcel.id,
            &parcel.carrier,
            parcel.number.as_deref(),
            word(&parcel.state)?,
            parcel.cost,
            parcel.moved,
            parcel.asked,
            &parcel.said,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }
}
