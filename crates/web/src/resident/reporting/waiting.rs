//! `POST /report/waiting`: a report that waited on a device without a network, whole. It is sent at once where nothing is
//! missing; else its draft is kept and the person goes on from there. The same key again finds the same case.

use axum::Json;

use super::*;

/// What the device is told: sent with its code, or where to go on.
fn said(state: &str, code: Option<&str>, to: &str) -> Response {
    Json(json!({"state": state, "code": code, "to": to})).into_response()
}

pub async fn waiting(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let key = posted.get("_key").to_owned();
    let key = key.as_str();
    if let Some(receipt) = hall.city().receipt(key).await? {
        return Ok(said("sent", Some(&receipt.code), &sent_address(&receipt)));
    }
    let (law, today) = (hall.law(), hall.today()?);
    let kinds = kinds(&law, today);
    let draft = Filling::load(&hall, key, &visit.person).await?;
    let known = draft.as_ref().map_or("", |draft| draft.service.as_str());
    let what = match (posted.get("what").trim(), &draft) {
        ("", Some(draft)) => words(&draft.answers).to_owned(),
        (what, _) => what.to_owned(),
    };
    let guessed = guess(&what, &kinds, &hall.learned());
    let first = offered(&law, today, posted.get("_service"))
        .ok()
        .or_else(|| guessed.first().copied())
        .or_else(|| offered(&law, today, known).ok());
    let sure = first.is_some();
    let definition = first.or(kinds.first().copied()).ok_or(Failure::NotFound)?;
    let mut filling = Filling::of_form(&hall, key, &definition.service, &visit.person).await?;
    filling.drop_files(posted.all("_drop"));
    let mut problems = filling.take(&hall, definition, posted.files).await?;
    let pairs = border::answered(definition, posted.pairs);
    let says = |box_of: &str| {
        pairs
            .iter()
            .any(|(name, value)| name == box_of && value == "yes")
    };
    // From the last page come no answers: they are in the draft.
    if pairs.iter().any(|(name, _)| name == "what") {
        problems.extend(judge(&hall, definition, &mut filling, &pairs)?);
    }
    filling.save(&hall, &visit.person).await?;
    let whole =
        sure && problems.is_empty() && can_be_sent(&hall, definition, &filling, &visit.person)?;
    if !whole {
        let to = match sure {
            true => form_address(&filling, &definition.service),
            false => format!("/report?draft={}", filling.key),
        };
        return Ok(said("unfinished", None, &to));
    }
    let nobody = Person::Nobody;
    let person = match says("_nameless") {
        true => &nobody,
        false => &visit.person,
    };
    let new = new_case(&filling, person, says("_public"));
    match hall.city().open_with(new, filling.files.clone()).await {
        Ok(receipt) => {
            hall.city().forget_draft(&filling.key).await?;
            Ok(said("sent", Some(&receipt.code), &sent_address(&receipt)))
        }
        Err(ActionError::Flawed(_) | ActionError::Refused(_)) => {
            let to = form_address(&filling, &definition.service);
            Ok(said("unfinished", None, &to))
        }
        Err(other) => Err(other.into()),
    }
}
