//! Closes the list of a month once the month is over and all that happened in it was counted.

use std::time::Duration;

use actions::ActionError;
use web::hall::Hall;

const EVERY: Duration = Duration::from_secs(60);

pub async fn sample(hall: Hall) {
    loop {
        if let Err(error) = sample_round(&hall).await {
            tracing::error!(%error, "the list of a month could not be closed; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One look. A month without a report has no list.
///
/// # Errors
/// Where the memory does not answer.
pub async fn sample_round(hall: &Hall) -> Result<(), ActionError> {
    let Some((month, law)) = hall.city().sample_to_close().await? else {
        return Ok(());
    };
    let last = u64::try_from(hall.reader().last_position().await?).unwrap_or(u64::MAX);
    let counted = {
        let ledger = hall.ledger();
        ledger.is_ready() && ledger.position() >= last
    };
    if !counted {
        return Ok(());
    }
    let closes = web::numbers::sample::closes(hall, month, &law);
    match closes.is_empty() {
        true => Ok(()),
        false => hall.city().close_sample(month, law, closes).await,
    }
}
