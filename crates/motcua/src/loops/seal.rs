//! Seals what was committed: positions without gaps, one chain of hashes per city.

use std::time::Duration;

use actions::City;

/// A commit of another server is not heard: look at least this often.
const AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// Between two rounds: what was committed meanwhile is sealed together, instead of each group of commands
/// bringing a transaction of its own behind it. Short beside the half second after which a page is told.
const GATHER: Duration = Duration::from_millis(20);

pub async fn seal(city: City) {
    loop {
        match city.store().seal(city.code(), city.now()).await {
            Ok(0) => {
                let wait = tokio::time::timeout(AT_LEAST_EVERY, city.store().committed());
                if wait.await.is_err() {
                    tracing::trace!("nothing was committed here");
                }
            }
            Ok(sealed) => {
                tracing::debug!(sealed, "sealed");
                tokio::time::sleep(GATHER).await;
            }
            Err(error) => {
                tracing::error!(%error, "sealing failed; trying again");
                tokio::time::sleep(AT_LEAST_EVERY).await;
            }
        }
    }
}
