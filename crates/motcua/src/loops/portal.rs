//! Tells the national portal what happened, in the order of each dossier, and counts once a day. While the portal is away everything waits.

use std::sync::Arc;
use std::time::Duration;

use actions::portal::{PortalWord, Telling};
use actions::{ActionError, City};
use jiff::ToSpan;
use jiff::civil::Date;
use links::portal::{Call, Portal, PortalFault};
use store::PortalPacket;

const EVERY: Duration = Duration::from_secs(10);
/// The named value that holds the last day counted.
const COUNTED: &str = "portal-counted";

pub async fn portal(city: City, portal: Arc<dyn Portal>) {
    loop {
        if let Err(error) = portal_round(&city, &*portal).await {
            tracing::error!(%error, "the round to the portal was cut short; trying again");
        }
        if let Err(error) = portal_count(&city, &*portal).await {
            tracing::warn!(%error, "the portal was not counted; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// In a demonstration: dossiers that the synthetic year made are told too, and counts follow at once, so that there is something to look at.
pub async fn demonstration(city: City, portal: Arc<dyn Portal>) {
    loop {
        if let Err(error) = bring(&city, &*portal).await {
            tracing::warn!(%error, "the demonstration's dossiers were not told to the portal; trying again");
        }
        tokio::time::sleep(EVERY * 60).await;
    }
}

async fn bring(city: &City, portal: &dyn Portal) -> Result<(), ActionError> {
    let mut queued = 0;
    for month in months(city)? {
        queued += city.queue_missing(month).await?;
    }
    if queued > 0 {
        portal_round(city, portal).await?;
        count_now(city, portal).await?;
    }
    Ok(())
}

/// One round: all news into packets, all packets whose turn has come to the portal. Returns how many were told.
///
/// # Errors
/// Where the memory does not answer.
pub async fn portal_round(city: &City, portal: &dyn Portal) -> Result<u32, ActionError> {
    while city.queue_packets().await? > 0 {}
    let mut told = 0;
    loop {
        let claimed = city.claim_packets().await?;
        if claimed.is_empty() {
            return Ok(told);
        }
        for packet in claimed {
            let telling = city.telling(&packet).await?;
            let word = tell(portal, &packet, &telling).await;
            city.packet_answered(&packet, &telling, word).await?;
            told += 1;
        }
    }
}

/// Tells one packet, under the key that it always has.
pub async fn tell(portal: &dyn Portal, packet: &PortalPacket, telling: &Telling) -> PortalWord {
    let call = match telling.clone() {
        Telling::Code { ours } => Call::Code { ours },
        Telling::File {
            name,
            media,
            hash,
            bytes,
        } => Call::File {
            name,
            media,
            hash,
            bytes,
        },
        Telling::Dossier(body) => Call::Dossier(body),
        Telling::Progress(body) => Call::Progress(body),
        Telling::Status(body) => Call::Status(body),
    };
    let key = format!("{}-{}", packet.case, packet.place);
    match portal.tell(&call, &key).await {
        Ok(given) => PortalWord::Accepted { id: given.id },
        Err(PortalFault::Refused { code, says }) => PortalWord::Refused { code, says },
        Err(PortalFault::NotNow(why)) => PortalWord::NotNow(why),
    }
}

/// Once a day: our count of this month and of the last against the portal's (metric 1.4 of QĐ 766/QĐ-TTg). Returns whether it counted.
///
/// # Errors
/// Where the memory does not answer; a portal that is away is asked again in the next round.
pub async fn portal_count(city: &City, portal: &dyn Portal) -> Result<bool, ActionError> {
    let today = city.law().calendar()?.local(city.now()).0;
    let done: Option<String> = city.reader().value(COUNTED).await?;
    if done == Some(today.to_string()) {
        return Ok(false);
    }
    if !count_now(city, portal).await? {
        return Ok(false);
    }
    city.remember(COUNTED, &today.to_string()).await?;
    Ok(true)
}

/// `false`: the portal does not count now.
async fn count_now(city: &City, portal: &dyn Portal) -> Result<bool, ActionError> {
    for month in months(city)? {
        match portal.count(month, month.last_of_month()).await {
            Ok(count) => city.keep_portal_count(month, count.received).await?,
            Err(error) => {
                tracing::warn!(%error, "the portal does not count now");
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The first days of the last month and of this one.
fn months(city: &City) -> Result<[Date; 2], ActionError> {
    let today = city.law().calendar()?.local(city.now()).0;
    let this = today.first_of_month();
    Ok([this.checked_sub(1.month()).unwrap_or(this), this])
}

/// A double for a demonstration, which remembers what it was told before the last stop.
///
/// # Errors
/// Where the memory does not answer.
pub async fn demonstration_portal(
    city: &City,
) -> Result<Arc<links::portal::PortalDouble>, ActionError> {
    let double = links::portal::PortalDouble::default();
    for dossier in city.reader().portal_dossiers().await? {
        let (Some(code), Some(status)) = (&dossier.code, dossier.status) else {
            continue;
        };
        let received = dossier.received.clone().unwrap_or_default();
        double.remember(&dossier.ours, code, status, &received);
    }
    Ok(Arc::new(double))
}
