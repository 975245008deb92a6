//! The counter's own rounds: parcels are announced to the carrier and asked about.

use std::time::Duration;

use actions::ActionError;
use actions::parcel::Heard;
use jiff::SignedDuration;
use links::post::{Carrier, CarrierFault, ToSend, Told};
use rules::counter::parcel::ParcelState;
use store::Parcel;
use web::hall::Hall;

const EVERY: Duration = Duration::from_secs(60);
/// How long a parcel is left alone after the carrier was asked about it.
const REST: SignedDuration = SignedDuration::from_mins(30);
/// Parcels of one round.
const MOST: u32 = 200;

pub async fn counter(hall: Hall) {
    loop {
        if let Err(error) = counter_round(&hall).await {
            tracing::error!(%error, "the counter's round was cut short; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round.
///
/// # Errors
/// Where the memory does not answer.
pub async fn counter_round(hall: &Hall) -> Result<(), ActionError> {
    if let Some(carrier) = &hall.parties().carrier {
        let since = hall.now() - REST;
        for parcel in hall.reader().parcels_to_ask(since, MOST).await? {
            let told = ask(carrier.as_ref(), &parcel, hall).await;
            let heard = heard(carrier.name(), &parcel, told);
            hall.city().parcel_heard(&parcel, heard).await?;
        }
    }
    Ok(())
}

async fn ask(carrier: &dyn Carrier, parcel: &Parcel, hall: &Hall) -> Result<Told, CarrierFault> {
    match &parcel.number {
        Some(number) => carrier.ask(number, hall.now()).await,
        None => {
            let words = |part: &Option<String>| part.clone().unwrap_or_default();
            let parcel = ToSend {
                reference: parcel.id.to_string(),
                addressee: words(&parcel.addressee),
                phone: words(&parcel.phone),
                address: words(&parcel.address),
            };
            carrier.announce(&parcel, hall.now()).await
        }
    }
}

/// What is written down; a carrier that is away leaves the parcel as it was, with the reason beside it.
fn heard(carrier: &str, parcel: &Parcel, told: Result<Told, CarrierFault>) -> Heard {
    match told {
        Ok(told) => Heard {
            carrier: carrier.to_owned(),
            number: Some(told.number),
            // A carrier does not say of its parcel that it lies at our desk.
            state: match told.state {
                ParcelState::Ready => ParcelState::Accepted,
                state => state,
            },
            cost: told.cost,
            says: told.says,
        },
        Err(fault) => Heard {
            carrier: carrier.to_owned(),
            number: None,
            state: parcel.state,
            cost: None,
            says: fault.to_string(),
        },
    }
}
