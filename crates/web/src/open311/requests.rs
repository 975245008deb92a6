//! Public reports as service requests: the list, one of them, and (as an extension) what happened to them.
//! Nothing here is more than the public page of a report shows.

use std::collections::BTreeMap;

use actions::Law;
use rules::ids::{CaseId, ContentHash};
use rules::person::Person;
use service::answer::public_view;
use service::definition::{Ending, FieldKind};
use store::{Take, Taken};

use super::asked::{MOST, Params, take};
use super::moment::{read, written};
use super::said::{Said, Wrong};
use super::services::asked;
use super::tree::{Node, maybe, text};
use crate::hall::Hall;
use crate::leader::words;
use crate::official::history::ending_words;
use crate::public::report::told;
use crate::text::Lang;

pub async fn list(hall: &Hall, params: &Params, l: Lang) -> Said {
    said(hall, &take(params, hall.now())?, params.extended(), l).await
}

pub async fn one(hall: &Hall, code: &str, params: &Params, l: Lang) -> Said {
    let take = Take {
        codes: vec![actions::code::typed(code)],
        most: 1,
        ..Take::default()
    };
    match said(hall, &take, params.extended(), l).await? {
        (_, Node::List(_, found)) if found.is_empty() => Err(Wrong::absent(format!(
            "service_request_id {code} was not found"
        ))),
        found => Ok(found),
    }
}

async fn said(hall: &Hall, take: &Take, extended: bool, l: Lang) -> Said {
    let reader = hall.reader();
    let taken = reader.taken(take).await?;
    let ids: Vec<CaseId> = taken.iter().map(|one| one.line.id).collect();
    let photos: BTreeMap<CaseId, ContentHash> =
        reader.public_photos(&ids).await?.into_iter().collect();
    let law = hall.law();
    let mut requests = Vec::with_capacity(taken.len());
    for one in &taken {
        let photo = photos.get(&one.line.id);
        let mut fields = request(hall, &law, one, photo, l)?;
        if extended {
            fields.extend(more(hall, &law, one, l).await?);
        }
        requests.push(Node::Fields(fields));
    }
    Ok(("service_requests", Node::List("request", requests)))
}

type Fields = Vec<(&'static str, Node)>;

fn request(
    hall: &Hall,
    law: &Law,
    one: &Taken,
    photo: Option<&ContentHash>,
    l: Lang,
) -> Result<Fields, Wrong> {
    let (line, today) = (&one.line, hall.today()?);
    let place = line.place.filter(|_| point_is_public(law, &line.service));
    let number = |value: Option<f64>| value.map_or(Node::Nothing, Node::Number);
    let photo = photo.map(|hash| hall.link(&format!("/open/reports/{}/photos/{hash}", line.code)));
    let ended = line.ended.zip(line.ending);
    Ok(vec![
        ("service_request_id", text(&line.code)),
        (
            "status",
            text(if ended.is_some() { "closed" } else { "open" }),
        ),
        (
            "status_notes",
            maybe(ended.map(|(_, ending)| ending_words(l, ending))),
        ),
        (
            "service_name",
            text(words::service(l, law, today, &line.service)),
        ),
        ("service_code", text(&line.service)),
        ("description", text(&line.title)),
        ("agency_responsible", text(words::unit(law, &line.unit))),
        ("service_notice", Node::Nothing),
        ("requested_datetime", text(written(line.opened))),
        // Of a closed one, when it was closed: later events do not move it.
        (
            "updated_datetime",
            text(written(line.ended.unwrap_or(one.changed))),
        ),
        ("expected_datetime", maybe(line.first_due.map(written))),
        (
            "address",
            maybe(line.area.as_ref().map(|area| words::area(law, area))),
        ),
        ("address_id", maybe(line.area.clone())),
        ("zipcode", Node::Nothing),
        ("lat", number(place.map(|(lat, _)| lat))),
        ("long", number(place.map(|(_, lon)| lon))),
        ("media_url", maybe(photo)),
    ])
}

/// Whether the definition lets anybody see where exactly.
fn point_is_public(law: &Law, service: &str) -> bool {
    let newest = law.catalogue.versions(service).last();
    newest.is_some_and(|published| {
        let mut fields = published
            .definition
            .form
            .iter()
            .flat_map(|page| &page.fields);
        let place = fields.find(|field| field.kind == FieldKind::Place);
        place.is_some_and(|field| field.public != Some(false))
    })
}

/// The extension: answers anybody may read, what happened, and what the two core states do not say.
async fn more(hall: &Hall, law: &Law, one: &Taken, l: Lang) -> Result<Fields, Wrong> {
    let reader = hall.reader();
    let Some(seen) = reader.case(&Person::Nobody, one.line.id).await? else {
        return Ok(Vec::new());
    };
    let case = &seen.case;
    let published = law.catalogue.get(&case.service, case.service_version);
    let answers = reader.answers(case.id).await?;
    let mut attributes = Vec::new();
    if let Some((published, (_, answers))) = published.zip(answers) {
        let shown = public_view(&published.definition, &answers);
        for field in asked(&published.definition) {
            let Some(value) = shown.get(&field.code) else {
                continue;
            };
            attributes.push(Node::Fields(vec![
                ("code", text(&field.code)),
                ("label", text(field.label.get(l.code()))),
                ("value", text(service::field::written(field, value))),
            ]));
        }
    }
    let notes = reader.timeline(case.id).await?;
    let notes = notes.iter().filter_map(|recorded| {
        let (kind, unit) = told(law, &recorded.event)?;
        let words = l.of("happened", kind, &[]);
        let summary = unit.map_or(words.clone(), |unit| format!("{words}: {unit}"));
        Some(Node::Fields(vec![
            ("datetime", text(written(recorded.at))),
            ("type", text(kind)),
            ("summary", text(summary)),
        ]))
    });
    let extended = Node::Fields(vec![
        ("changed_datetime", text(written(one.changed))),
        ("outcome", maybe(one.line.ending.and_then(outcome))),
        ("agency_code", text(&case.unit)),
        ("reopened", Node::Whole(case.reopened)),
    ]);
    Ok(vec![
        ("attributes", Node::List("attribute", attributes)),
        ("extended_attributes", extended),
        ("notes", Node::List("note", notes.collect())),
    ])
}

/// What happened to public reports between two moments: mySociety's extension. At most 1000 reports are
/// looked at, the newest changes of all where no moment is named.
pub async fn updates(hall: &Hall, params: &Params, l: Lang) -> Said {
    let from = read("start_date", params.get("start_date"))?;
    let to = read("end_date", params.get("end_date"))?;
    let take = Take {
        changed_from: from.or_else(|| {
            hall.now()
                .checked_sub(jiff::SignedDuration::from_hours(24))
                .ok()
        }),
        most: MOST,
        ..Take::default()
    };
    let (law, reader) = (hall.law(), hall.reader());
    let inside =
        |at| take.changed_from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to);
    let mut updates = Vec::new();
    for one in reader.taken(&take).await? {
        let mut closed = false;
        for recorded in reader.timeline(one.line.id).await? {
            let Some((kind, unit)) = told(&law, &recorded.event) else {
                continue;
            };
            closed = match kind {
                "issued" | "handed-over" | "not-accepted" | "stopped" => true,
                "reopened" => false,
                _ => closed,
            };
            if !inside(recorded.at) {
                continue;
            }
            let words = l.of("happened", kind, &[]);
            updates.push((
                recorded.at,
                Node::Fields(vec![
                    (
                        "update_id",
                        text(format!("{}-{}", one.line.code, recorded.version)),
                    ),
                    ("service_request_id", text(&one.line.code)),
                    ("status", text(if closed { "closed" } else { "open" })),
                    ("updated_datetime", text(written(recorded.at))),
                    (
                        "description",
                        text(unit.map_or(words.clone(), |unit| format!("{words}: {unit}"))),
                    ),
                    ("media_url", Node::Nothing),
                ]),
            ));
        }
    }
    updates.sort_by_key(|(at, _)| *at);
    let updates = updates.into_iter().map(|(_, node)| node).collect();
    Ok((
        "service_request_updates",
        Node::List("request_update", updates),
    ))
}

/// The ending as the definitions write it: `solved`, `no-answer`.
fn outcome(ending: Ending) -> Option<String> {
    serde_json::to_value(ending)
        .ok()?
        .as_str()
        .map(str::to_owned)
}
