//! The figures follow the log. At the start they come from a snapshot on disk, then catch up.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use facts::Facts;
use web::hall::Hall;

/// Rows taken in one step when starting, and in one of those that follow what happens.
const STRIDE: u32 = 20_000;
const STEP: u32 = 500;
const SNAPSHOT_EVERY: Duration = Duration::from_secs(10 * 60);

/// Loads the snapshot (if there is a sound one) and catches up with the log.
///
/// # Errors
/// Where the memory does not answer.
pub async fn catch_up(hall: &Hall, snapshot: &Path) -> Result<()> {
    match Facts::load(snapshot) {
        Ok(facts) => hall.update_facts(|held| *held = facts),
        Err(error) if snapshot.exists() => {
            tracing::warn!(%error, "the snapshot of the figures is not usable; counting from the log");
        }
        Err(_) => {}
    }
    let end = hall.reader().last_position().await?;
    if i64::try_from(hall.facts().position()).is_ok_and(|position| position > end) {
        // Another database than the snapshot's.
        hall.update_facts(|held| *held = Facts::new());
    }
    while follow(hall, STRIDE).await? > 0 {}
    Ok(())
}

/// Follows the log for ever, woken by changes.
pub async fn figures(hall: Hall, snapshot: PathBuf) {
    let mut changes = hall.city().store().listen();
    let mut saved = tokio::time::Instant::now();
    loop {
        let wait = tokio::time::timeout(Duration::from_secs(2), changes.recv());
        if let Ok(Err(tokio::sync::broadcast::error::RecvError::Closed)) = wait.await {
            return;
        }
        changes = changes.resubscribe();
        loop {
            match follow(&hall, STEP).await {
                Ok(0) => break,
                Ok(rows) => tracing::trace!(rows, "figures moved on"),
                Err(error) => {
                    tracing::error!(%error, "figures could not follow; trying again");
                    break;
                }
            }
        }
        if saved.elapsed() > SNAPSHOT_EVERY {
            save(&hall, &snapshot).await;
            saved = tokio::time::Instant::now();
        }
    }
}

/// Writes the snapshot; a failure costs only time at the next start.
pub async fn save(hall: &Hall, snapshot: &Path) {
    let (hall, path) = (hall.clone(), snapshot.to_owned());
    let saved = tokio::task::spawn_blocking(move || hall.facts().save(&path)).await;
    match saved {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the figures were not saved"),
        Err(error) => tracing::warn!(%error, "the figures were not saved"),
    }
}

async fn follow(hall: &Hall, most: u32) -> Result<usize> {
    let position = i64::try_from(hall.facts().position())?;
    let page = hall.reader().facts_after(position, most).await?;
    if page.upto == position {
        return Ok(0);
    }
    let upto = u64::try_from(page.upto)?;
    hall.update_facts(|facts| {
        for (slot, row) in &page.rows {
            if let Err(problem) = facts.put(*slot, row) {
                tracing::error!(%problem, slot, "a case does not fit into the figures");
            }
        }
        facts.set_position(upto);
    });
    Ok(page.rows.len().max(1))
}
