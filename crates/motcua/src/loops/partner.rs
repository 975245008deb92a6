//! Hands reports on to other systems and asks what became of them. While one is away its reports wait, and the page of partners
//! says so; what it refuses stands there with the reason.

use std::time::Duration;

use actions::ActionError;
use actions::partner::{Handing, PartnerNews, PartnerWord};
use jiff::SignedDuration;
use links::georeport::{GeoFault, GeoReport, Manner, Question, RESTS, Taken};
use rules::partner::{News, Partner};
use store::PartnerRequest;
use web::hall::Hall;

const EVERY: Duration = Duration::from_secs(30);
/// How often news are asked for.
const NEWS_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Clocks of two servers differ: what was read is read once more.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// Ids of one question; addresses have an end.
const IDS: u32 = 40;

pub async fn partners(hall: Hall) {
    loop {
        if let Err(error) = partners_round(&hall).await {
            tracing::error!(%error, "the round to the partners was cut short; trying again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round: what is new goes into the queues, what is due goes out, news come in.
///
/// # Errors
/// Where the memory does not answer.
pub async fn partners_round(hall: &Hall) -> Result<u32, ActionError> {
    let city = hall.city();
    while city.queue_partners().await? > 0 {}
    let law = city.law();
    let mut told = 0;
    for (code, partner) in law.partners.iter() {
        let Some(link) = hall.parties().partners.get(code) else {
            let says = "no address and key for it in parties.toml".to_owned();
            city.partner_reached(code, Err(says)).await?;
            continue;
        };
        told += hand_on(hall, code, partner, &**link).await?;
        hear(hall, code, partner, &**link).await?;
    }
    Ok(told)
}

fn manner(partner: &Partner) -> Manner {
    Manner {
        format: partner.format,
        jurisdiction: partner.jurisdiction.clone(),
    }
}

async fn hand_on(
    hall: &Hall,
    code: &str,
    partner: &Partner,
    link: &dyn GeoReport,
) -> Result<u32, ActionError> {
    let city = hall.city();
    let mut told = 0;
    loop {
        let claimed = city.claim_partner(code).await?;
        if claimed.is_empty() {
            return Ok(told);
        }
        for one in claimed {
            let handing = city.handing(&one, |path| hall.link(path)).await?;
            let word = tell(hall, partner, link, &one, handing).await;
            match &word {
                PartnerWord::NotNow(says) => away(hall, code, says).await?,
                _ => city.partner_reached(code, Ok(None)).await?,
            }
            city.partner_answered(&one, word).await?;
            told += 1;
        }
    }
}

/// Why it does not answer is kept; that it is left alone meanwhile is no reason.
async fn away(hall: &Hall, code: &str, says: &str) -> Result<(), ActionError> {
    match says == RESTS {
        true => Ok(()),
        false => {
            hall.city()
                .partner_reached(code, Err(says.to_owned()))
                .await
        }
    }
}

/// Tells one, under the key that it always has.
pub async fn tell(
    hall: &Hall,
    partner: &Partner,
    link: &dyn GeoReport,
    one: &PartnerRequest,
    handing: Handing,
) -> PartnerWord {
    let (manner, now) = (manner(partner), hall.now());
    let answer = match handing {
        Handing::Flawed(why) => return PartnerWord::Refused(why),
        Handing::Report(outgoing) => {
            let key = format!("{}/{}", hall.city().code(), one.case);
            link.send(&outgoing, &manner, &key, now)
                .await
                .map(|taken| match taken {
                    Taken::Id(id) => PartnerWord::Id(id),
                    Taken::Token(token) => PartnerWord::Token(token),
                })
        }
        Handing::Token(token) => link
            .token(&token, &manner, now)
            .await
            .map(|id| id.map_or(PartnerWord::NotYet, PartnerWord::Id)),
    };
    match answer {
        Ok(word) => word,
        Err(GeoFault::Refused(says)) => PartnerWord::Refused(says),
        Err(GeoFault::NotNow(says)) => PartnerWord::NotNow(says),
    }
}

async fn hear(
    hall: &Hall,
    code: &str,
    partner: &Partner,
    link: &dyn GeoReport,
) -> Result<(), ActionError> {
    let (city, now) = (hall.city(), hall.now());
    let states = hall.reader().partner_states().await?;
    let state = states.into_iter().find(|state| state.partner == code);
    let read = state.and_then(|state| state.read_until);
    if read.is_some_and(|read| now < read + NEWS_EVERY) {
        return Ok(());
    }
    let since = read.unwrap_or(now - SignedDuration::from_hours(24)) - OVERLAP;
    let mut after = None;
    loop {
        let open = hall.reader().open_at_partner(code, after, IDS).await?;
        let Some(last) = open.last() else { break };
        after = Some(last.case);
        let question = Question {
            news: partner.news,
            ids: open.into_iter().filter_map(|one| one.theirs).collect(),
            since,
            until: now,
        };
        match link.news(&question, &manner(partner), now).await {
            Ok(all) => {
                for said in all {
                    let news = PartnerNews {
                        theirs: said.id,
                        update: said.update,
                        closed: said.closed,
                        words: said.words,
                    };
                    city.hear_partner(code, &news).await?;
                }
            }
            Err(GeoFault::Refused(says) | GeoFault::NotNow(says)) => {
                return away(hall, code, &says).await;
            }
        }
        // The other two ask for all at once.
        if partner.news != News::Requests {
            break;
        }
    }
    match after {
        Some(_) => city.partner_reached(code, Ok(Some(now))).await,
        None => Ok(()),
    }
}
