//! The posting loop: notices become messages, messages go out. Survives couriers that are away and its own death between sending
//! and writing that down: the message goes again under the same id.

use std::time::Duration;

use actions::ActionError;
use actions::messages::{Handed, Postroom};
use links::courier::{CourierFault, Couriers, Parcel};
use links::mail::Enclosed;
use rules::message::Channel;
use rules::notice::Kind;
use store::{Message, Side};
use web::hall::Hall;
use web::text::Lang;

/// Looked at this often, and at once where this process commits something.
const EVERY: Duration = Duration::from_secs(5);

pub async fn messages(hall: Hall, couriers: Couriers, public_url: String) {
    let post = postroom(&couriers, &public_url);
    loop {
        if let Err(error) = messages_round(&hall, &couriers, &post).await {
            tracing::error!(%error, "the posting round was cut short; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What the city's messages may use.
pub fn postroom(couriers: &Couriers, public_url: &str) -> Postroom {
    Postroom {
        ways: couriers.ways(),
        public_url: public_url.trim_end_matches('/').to_owned(),
    }
}

/// One round: what is due today, all notices that wait, all messages whose time has come. Returns how many were handed over.
///
/// # Errors
/// Where the memory does not answer.
pub async fn messages_round(
    hall: &Hall,
    couriers: &Couriers,
    post: &Postroom,
) -> Result<u32, ActionError> {
    let city = hall.city();
    while city.address_notices(post).await? > 0 {}
    city.daily_letters(post).await?;
    for spot in web::numbers::hot::to_tell(hall) {
        city.say_hot(&spot, post).await?;
    }
    let mut handed = 0;
    loop {
        let claimed = city.claim_messages().await?;
        if claimed.is_empty() {
            return Ok(handed);
        }
        for message in claimed {
            let outcome = hand_over(hall, couriers, &message).await;
            city.message_tried(&message, outcome).await?;
            handed += 1;
        }
    }
}

/// Gives one message to its courier.
pub async fn hand_over(hall: &Hall, couriers: &Couriers, message: &Message) -> Handed {
    let (Some(courier), Some(to), Some(body)) = (
        couriers.get(message.channel),
        message.address.clone(),
        message.body.clone(),
    ) else {
        // The way was taken out of the settings, or the message was erased meanwhile.
        return Handed::Never("no such way any more".to_owned());
    };
    // An applicant may answer a letter about their case: the answer must prove that they got it.
    let reply = match (message.channel, message.side, message.case) {
        (Channel::Email, Side::Applicant, Some(_)) => {
            match hall.city().reply_token(message.id).await {
                Ok(token) => Some(token),
                Err(error) => return Handed::NotNow(error.to_string()),
            }
        }
        _ => None,
    };
    let enclosed = match enclosed(hall, message).await {
        Ok(enclosed) => enclosed,
        Err(why) => return Handed::NotNow(why),
    };
    let parcel = Parcel {
        id: message.id.to_string(),
        channel: message.channel,
        to,
        subject: message.subject.clone().unwrap_or_default(),
        body,
        provider: message.provider.clone(),
        enclosed,
        unsubscribe: None,
        reply,
    };
    match courier.send(&parcel, hall.now()).await {
        Ok(taken) => Handed::Taken {
            reference: taken.reference,
        },
        Err(CourierFault::Never(why)) => Handed::Never(why),
        Err(CourierFault::NotNow(why)) => Handed::NotNow(why),
    }
}

/// What goes with a message: the list of the week on paper, as it stands when it leaves.
async fn enclosed(hall: &Hall, message: &Message) -> Result<Vec<Enclosed>, String> {
    if (message.kind, message.channel) != (Kind::WeeklyList, Channel::Email) {
        return Ok(Vec::new());
    }
    let language = Lang::from_code(&message.language).unwrap_or(Lang::Vi);
    let made = web::messages::late::paper(hall, language).await;
    let (name, bytes) = made.map_err(|failure| format!("{failure:?}"))?;
    Ok(vec![Enclosed {
        name: format!("{name}.pdf"),
        media: "application/pdf".to_owned(),
        bytes,
    }])
}
