//! Results on their way by post. The carrier itself is spoken to by a loop; what it said is written down here.

use jiff::SignedDuration;
use rules::counter::parcel::ParcelState;
use rules::ids::CaseId;
use store::{Parcel, StoreError};

use crate::city::City;
use crate::error::ActionError;

/// Where a result is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendTo {
    pub desk: String,
    pub addressee: String,
    pub phone: String,
    pub address: String,
    /// The carrier's number, where the desk has it already; else the carrier gives one when it is told.
    pub number: Option<String>,
}

/// What a carrier said of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub carrier: String,
    pub number: Option<String>,
    pub state: ParcelState,
    pub cost: Option<i64>,
    pub says: String,
}

impl City {
    pub(crate) fn parcel(&self, case: CaseId, to: SendTo) -> Parcel {
        let now = self.now();
        Parcel {
            id: self.new_note_id(),
            case,
            desk: to.desk,
            carrier: String::new(),
            number: to.number,
            state: ParcelState::Ready,
            addressee: Some(to.addressee),
            phone: Some(to.phone),
            address: Some(to.address),
            cost: None,
            made: now,
            moved: now,
            // Not asked yet: it is the next in turn.
            asked: now - SignedDuration::from_hours(24),
            said: String::new(),
        }
    }

    /// Writes down what the carrier said; one that is over stays as it is.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn parcel_heard(&self, parcel: &Parcel, heard: Heard) -> Result<(), ActionError> {
        let now = self.now();
        let after = Parcel {
            carrier: heard.carrier,
            number: heard.number.or_else(|| parcel.number.clone()),
            state: heard.state,
            cost: heard.cost.or(parcel.cost),
            moved: if heard.state == parcel.state {
                parcel.moved
            } else {
                now
            },
            asked: now,
            said: heard.says.chars().take(300).collect(),
            ..parcel.clone()
        };
        let written: Result<(), StoreError> = self
            .writer()
            .run("parcel", move |tx| {
                let after = after.clone();
                Box::pin(async move { tx.move_parcel(&after).await })
            })
            .await;
        Ok(written?)
    }
}
