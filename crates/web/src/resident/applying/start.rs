//! The first page of a trip, its beginning, and coming back to it by the address alone.

use super::*;

use crate::redirect;

/// `GET /apply/{service}`
pub async fn start(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    if definition.mirrored() {
        // Its page leads to where it is handed in.
        return Ok(redirect::to(&format!("/services/{service}")).into_response());
    }
    let l = visit.lang;
    let resident = hall.city().proven(&visit.person).await?;
    let proven = resident.as_ref().map(|resident| &resident.proven);
    let mut who = definition.applicants.who.clone();
    // Whoever speaks for an organisation most often applies for it.
    let speaks = proven.is_some_and(|proven| proven.organisation.is_some());
    who.sort_by_key(|who| speaks && *who != Who::Organisation);
    let page = apply::start(
        &visit.frame(),
        &apply::Start {
            service: &definition.service,
            name: definition.name.get(l.code()),
            how_long: limit_words(l, definition),
            papers: definition
                .documents
                .iter()
                .filter(|document| document.required)
                .map(|document| document.label.get(l.code()))
                .collect(),
            who: who
                .iter()
                .filter_map(|who| {
                    let code = serde_json::to_value(who).ok()?;
                    Some((code.as_str()?.to_owned(), who_words(l, *who)))
                })
                .collect(),
            online: online(definition),
            identity: identity::at_the_door(
                &hall,
                l,
                definition.applicants.identity,
                proven,
                &format!("/apply/{service}"),
            ),
            closed: !identity::opens(&hall, definition.applicants.identity, proven),
        },
    );
    Ok(page.into_response())
}

fn online(definition: &Definition) -> bool {
    let channels = &definition.applicants.channels;
    channels.contains(&Channel::Online) || channels.contains(&Channel::Web)
}

/// `POST /apply/{service}`
pub async fn begin(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Connect,
    Path(service): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    if !online(definition) {
        return Err(Failure::NotFound);
    }
    let resident = hall.city().proven(&visit.person).await?;
    let proven = resident.as_ref().map(|resident| &resident.proven);
    if !identity::opens(&hall, definition.applicants.identity, proven) {
        return Ok(redirect::to(&format!("/apply/{service}")).into_response());
    }
    let mut filling = Filling::new(&hall, &service);
    filling.set_applicant(posted.get("_as"));
    filling.set_account(proven);
    let mut trip = Trip {
        hall: &hall,
        visit: &visit,
        definition,
        filling,
    };
    trip.fill_from_account(proven)?;
    trip.fill_ahead(&place(&connect)).await?;
    trip.filling.save(&hall, &visit.person).await?;
    let first = trip.stops()?.first().copied().unwrap_or(Stop::Review);
    Ok(redirect::to(&trip.address(first)).into_response())
}

/// `GET /apply/{service}/{key}`: back to the first page that still lacks something.
pub async fn resume(
    State(hall): State<Hall>,
    visit: Visit,
    Path((service, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, &hall, &service)?;
    let Some(filling) = Filling::load(&hall, &key, &visit.person).await? else {
        return already(&hall, &key).await;
    };
    let trip = Trip {
        hall: &hall,
        visit: &visit,
        definition,
        filling,
    };
    let (_, problems) = trip.judged()?;
    let stop = match trip.standing_flaws().is_empty() {
        true => problems.first().map_or(Stop::Review, mends),
        false => Stop::Standing,
    };
    Ok(redirect::to(&trip.address(stop)).into_response())
}

pub(super) async fn already(hall: &Hall, key: &str) -> Result<Response, Failure> {
    let receipt = hall.city().receipt(key).await?.ok_or(Failure::NotFound)?;
    Ok(redirect::to(&sent_address(&receipt)).into_response())
}
