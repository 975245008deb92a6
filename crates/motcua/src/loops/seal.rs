//! Seals what was committed: positions without gaps, one chain of hashes per city.

use std::time::Duration;

use actions::City;

/// A commit of another server is not heard: look at least this often.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);

pub async fn seal(city: City) {
    loop {
        match city.store().seal(city.code(), city.now()).await {
            Ok(0) => {
                let wait = tokio::time::timeout(AT_LEAST_EVERY, city.store().committed());
                if wait.await.is_err() {
                    tracing::trace!("nothing was committed here");
                }
            }
            Ok(sealed) => tracing::debug!(sealed, "sealed"),
            Err(error) => {
                tracing::error!(%error, "sealing failed; trying again");
                tokio::time::sleep(AT_LEAST_EVERY).await;
            }
        }
    }
}
