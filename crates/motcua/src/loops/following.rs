//! Tells followers of public reports: finds in the log what is news to whom, asks addresses whether they want to hear,
//! writes one letter or one message for all that gathered. What is not taken is tried again, later each time.

use std::time::Duration;

use actions::ActionError;
use actions::following::FollowerTold;
use links::courier::{CourierFault, Couriers, Parcel};
use links::push::{Browser, PushFault};
use rules::message::Channel;
use store::{Device, Follower, News};
use web::following::words::{self, Said};
use web::hall::Hall;

const EVERY: Duration = Duration::from_secs(5);

pub async fn following(hall: Hall, couriers: Couriers) {
    loop {
        if let Err(error) = following_round(&hall, &couriers).await {
            tracing::error!(%error, "the round to followers was cut short; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round. Returns how many letters and messages were handed over or tried.
///
/// # Errors
/// Where the memory does not answer.
pub async fn following_round(hall: &Hall, couriers: &Couriers) -> Result<u32, ActionError> {
    let city = hall.city();
    while city.gather_news().await? > 0 {}
    let mut tried = 0;
    loop {
        let wishes = city.claim_wishes().await?;
        if wishes.is_empty() {
            break;
        }
        for wish in wishes {
            let said = words::asks(hall, &wish);
            let id = format!("wish-{}", hex::encode(&wish.token_hash[..12]));
            let told = letter(hall, couriers, &wish.email, id, said).await;
            city.wish_told(&wish, told).await?;
            tried += 1;
        }
    }
    loop {
        let claimed = city.claim_followers().await?;
        if claimed.is_empty() {
            return Ok(tried);
        }
        for (follower, news) in claimed {
            let told = tell(hall, couriers, &follower, &news).await;
            city.follower_told(&follower, &news, told).await?;
            tried += 1;
        }
    }
}

async fn tell(
    hall: &Hall,
    couriers: &Couriers,
    follower: &Follower,
    news: &[News],
) -> FollowerTold {
    let said = match words::tells(hall, follower, news).await {
        Ok(Some(said)) => said,
        Ok(None) => return FollowerTold::Nothing,
        Err(failure) => {
            tracing::error!(?failure, "news of reports could not be put into words");
            return FollowerTold::NotNow;
        }
    };
    // The same for every try: what is told ends with the same piece of news.
    let last = news.last().map_or(0, |one| one.version);
    let id = format!("news-{}-{last}-{}", follower.id, news.len());
    match (&follower.email, &follower.device) {
        (Some(email), _) => letter(hall, couriers, email, id, said).await,
        (None, Some(device)) => pushed(hall, device, &said).await,
        (None, None) => FollowerTold::Nothing,
    }
}

async fn letter(
    hall: &Hall,
    couriers: &Couriers,
    to: &str,
    id: String,
    said: Said,
) -> FollowerTold {
    let Some(courier) = couriers.get(Channel::Email) else {
        return FollowerTold::NotNow;
    };
    let parcel = Parcel {
        id,
        channel: Channel::Email,
        to: to.to_owned(),
        subject: said.subject,
        body: said.body,
        provider: None,
        enclosed: Vec::new(),
        unsubscribe: said.stop,
        reply: None,
    };
    match courier.send(&parcel, hall.now()).await {
        Ok(_) => FollowerTold::Told,
        Err(CourierFault::Never(_)) => FollowerTold::Gone,
        Err(CourierFault::NotNow(why)) => {
            tracing::warn!(%why, "a letter to a follower waits");
            FollowerTold::NotNow
        }
    }
}

async fn pushed(hall: &Hall, device: &Device, said: &Said) -> FollowerTold {
    let Some(push) = &hall.parties().push else {
        return FollowerTold::NotNow;
    };
    let browser = Browser {
        endpoint: device.endpoint.clone(),
        key: device.key.clone(),
        secret: device.secret.clone(),
    };
    match push.send(&browser, said.short.as_bytes(), hall.now()).await {
        Ok(()) => FollowerTold::Told,
        Err(PushFault::Gone(_)) => FollowerTold::Gone,
        Err(PushFault::NotNow(why)) => {
            tracing::warn!(%why, "a message to a device waits");
            FollowerTold::NotNow
        }
    }
}
