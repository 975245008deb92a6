//! The ledger of procedures and reports follows the log. Read once from all events at the start, while pages are already
//! served; they say that the first reading lasts until it is done.

use std::time::Duration;

use anyhow::Result;
use rules::Moment;
use rules::ids::CaseId;
use store::History;
use web::hall::Hall;

/// Cases read in one step at the start, and log entries in one of those that follow.
const STRIDE: u32 = 1_000;
const STEP: u32 = 500;

/// Follows the log for ever.
pub async fn ledger(hall: Hall) {
    let mut changes = hall.city().store().listen();
    loop {
        loop {
            match step(&hall).await {
                Ok(0) => break,
                Ok(read) => tracing::trace!(read, "the ledger moved on"),
                Err(error) => {
                    tracing::error!(%error, "the ledger could not follow; trying again");
                    break;
                }
            }
        }
        let wait = tokio::time::timeout(Duration::from_secs(2), changes.recv());
        if let Ok(Err(tokio::sync::broadcast::error::RecvError::Closed)) = wait.await {
            return;
        }
        changes = changes.resubscribe();
    }
}

/// Reads until nothing is new.
///
/// # Errors
/// Where the memory does not answer.
pub async fn count(hall: &Hall) -> Result<()> {
    while step(hall).await? > 0 {}
    Ok(())
}

async fn step(hall: &Hall) -> Result<usize> {
    if !hall.ledger().is_ready() {
        first_reading(hall).await?;
    }
    let position = i64::try_from(hall.ledger().position())?;
    let (upto, histories) = hall.reader().histories_after(position, STEP).await?;
    if upto == position {
        return Ok(0);
    }
    take(hall, &histories)?;
    let position = u64::try_from(upto)?;
    hall.update_ledger(|ledger| ledger.set_position(position));
    Ok(histories.len().max(1))
}

/// By id: each case once, however often the log names it. What happens meanwhile is read again by the log.
async fn first_reading(hall: &Hall) -> Result<()> {
    let position = u64::try_from(hall.reader().last_position().await?)?;
    let mut after: Option<CaseId> = None;
    loop {
        let histories = hall.reader().counted(after, STRIDE).await?;
        let Some(last) = histories.last() else { break };
        after = Some(last.case);
        take(hall, &histories)?;
    }
    hall.update_ledger(|ledger| {
        ledger.set_position(position);
        ledger.set_ready();
    });
    Ok(())
}

fn take(hall: &Hall, histories: &[History]) -> Result<()> {
    let law = hall.law();
    let calendar = law.calendar()?.clone();
    // What the calendar does not cover is measured on the wall.
    let working = |from: Moment, to: Moment| {
        let wall = to.duration_since(from).as_secs();
        let seconds = calendar.working_between(from, to).unwrap_or(wall);
        u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
    };
    hall.update_ledger(|ledger| {
        for one in histories {
            ledger.put(one.slot, &one.group, &one.recorded, &working);
        }
    });
    Ok(())
}
