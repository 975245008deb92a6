//! Time's own command: looks for deadlines that come near or have passed and lets the rules say what
//! follows (a warning, a lapse, silence taken for an answer).

use std::collections::HashMap;
use std::time::Duration;

use actions::{ActionError, City};
use jiff::SignedDuration;
use rules::Moment;
use rules::ids::CaseId;

const EVERY: Duration = Duration::from_secs(60);
/// How far ahead a warning may be due: one working day over the longest holiday.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 12);
/// A case that had nothing to say is asked again after this long.
const REST: SignedDuration = SignedDuration::from_mins(30);

pub async fn clock(city: City) {
    let mut asked: HashMap<CaseId, Moment> = HashMap::new();
    let mut day = None;
    let mut swept = None;
    loop {
        // Another server or a command may have published a service or a calendar.
        if let Err(error) = city.refresh().await {
            tracing::error!(%error, "whether the law changed could not be asked; trying again");
        }
        // Mandates to sign begin and end by themselves.
        if let Err(error) = city.reseat_daily(&mut day).await {
            tracing::error!(%error, "signing steps could not be given to today's signers; trying again");
        }
        match city.sweep(&mut swept).await {
            Ok(Some(swept)) => tracing::info!(?swept, "what was kept long enough is forgotten"),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "what was kept long enough could not be forgotten; trying again");
            }
        }
        if let Err(error) = clock_round(&city, &mut asked).await {
            tracing::error!(%error, "the clock's round was cut short; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One look at all cases whose time comes near; `asked` remembers who had nothing to say and when.
///
/// # Errors
/// Where the memory does not answer.
pub async fn clock_round(
    city: &City,
    asked: &mut HashMap<CaseId, Moment>,
) -> Result<(), ActionError> {
    let now = city.now();
    asked.retain(|_, at| *at > now - REST);
    let mut after = None;
    loop {
        let due = city.reader().cases_due(now + AHEAD, after, 500).await?;
        let Some(last) = due.last() else {
            return Ok(());
        };
        after = Some(*last);
        for case in due {
            if asked.contains_key(&case) {
                continue;
            }
            asked.insert(case, now);
            match city.tick(case).await {
                Ok(_) | Err(ActionError::Refused(_) | ActionError::NotFound) => {}
                // Somebody wrote at the same moment: what the clock has to say is said in the next round.
                Err(ActionError::Meanwhile(_)) => {
                    asked.remove(&case);
                }
                Err(error) => tracing::error!(%case, %error, "the clock could not speak to a case"),
            }
        }
    }
}
