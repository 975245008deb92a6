//! Learns from the city's closed reports which words mean which kind: at the start and once a day. Nothing of it is kept.

use std::time::Duration;

use actions::ActionError;
use rules::guess::Learned;
use service::definition::Kind;
use web::hall::Hall;

const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// After the start, when people are served already; in a demonstration its year is lived meanwhile.
const SOON: Duration = Duration::from_secs(60);
/// The newest reports of each kind.
const MOST: u32 = 3_000;

pub async fn learning(hall: Hall) {
    let mut wait = SOON;
    loop {
        match learning_round(&hall).await {
            Ok(reports) => tracing::debug!(reports, "kinds of reports were learned"),
            Err(error) => tracing::warn!(%error, "kinds of reports were not learned"),
        }
        tokio::time::sleep(wait).await;
        wait = EVERY;
    }
}

/// Learns once. Returns from how many reports.
///
/// # Errors
/// Where the memory does not answer.
pub async fn learning_round(hall: &Hall) -> Result<u32, ActionError> {
    let law = hall.law();
    let today = law.calendar()?.local(hall.now()).0;
    let mut told: Vec<(String, String)> = Vec::new();
    let kinds = law
        .catalogue
        .all(today)
        .map(|published| &published.definition);
    for kind in kinds.filter(|definition| definition.kind == Kind::Report) {
        let titles = hall.reader().closed_titles(&kind.service, MOST).await?;
        told.extend(
            titles
                .into_iter()
                .map(|title| (kind.service.clone(), title)),
        );
    }
    let learned = tokio::task::spawn_blocking(move || {
        let pairs = told
            .iter()
            .map(|(kind, words)| (kind.as_str(), words.as_str()));
        Learned::of(pairs)
    });
    let Ok(learned) = learned.await else {
        return Ok(0);
    };
    let reports = learned.reports();
    hall.teach(learned);
    Ok(reports)
}
