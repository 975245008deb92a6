//! A program hands in a report, or adds to one that it handed in. Judged by the same rules as the city's own
//! form; what is wrong is told parameter by parameter.

use actions::posting::{Passage, Poster, contacts};
use actions::upload::PHOTO;
use actions::{ActionError, Change, NewCase, Upload, Verb};
use axum::http::StatusCode;
use rules::person::Person;
use service::Answers;
use service::Definition;
use service::answer::judge_page;
use service::definition::{Channel, Field, FieldKind, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::walk::PageRef;
use store::ApiKey;

use super::said::{Said, Wrong};
use super::services::{asked, choices, datatype, offered};
use super::tree::{Node, maybe, text};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::text::Lang;

/// The specification's own limit, in signs.
pub const MOST_WORDS: usize = 4000;
const MOST_PHOTOS: usize = 5;

/// The program behind the key that was sent along.
pub async fn key(hall: &Hall, given: &str) -> Result<ApiKey, Wrong> {
    let forbidden = |says: &str| Wrong::of(StatusCode::FORBIDDEN, says);
    if given.trim().is_empty() {
        return Err(forbidden("api_key is missing"));
    }
    let hash = actions::secret::token_hash(given.trim());
    let known = hall.reader().api_key(&hash).await?;
    let key = known.ok_or_else(|| forbidden("api_key is not known or has ended"))?;
    match hall.meter().passes(hash, key.per_minute, hall.now()) {
        true => Ok(key),
        false => Err(Wrong::of(
            StatusCode::TOO_MANY_REQUESTS,
            format!("this api_key may send {} requests a minute", key.per_minute),
        )),
    }
}

/// `POST requests`: opens the case and says its code. `once` (a header) makes one case of a repetition.
///
/// A `trial` is judged to the end and opens nothing.
pub async fn request(
    hall: &Hall,
    posted: Posted,
    once: Option<&str>,
    trial: bool,
    l: Lang,
) -> Said {
    let key = key(hall, posted.get("api_key")).await?;
    let law = hall.law();
    let definition = wanted(&law, hall, posted.get("service_code"))?;
    let (answers, problems) = answers(hall, definition, &posted, l)?;
    if !problems.is_empty() {
        return Err(Wrong {
            status: StatusCode::BAD_REQUEST,
            says: problems,
        });
    }
    let new = NewCase {
        service: definition.service.clone(),
        answers,
        uploads: photos(posted),
        person: Person::Nobody,
        applicant: Who::Guest,
        channel: Channel::Open311,
        key: match once {
            Some(once) => format!("open311/{}/{once}", hex::encode(&key.hash[..8])),
            None => hall.city().new_token(),
        },
        public: true,
        received_at: None,
        about: None,
    };
    if trial {
        hall.city()
            .foresee(&new)
            .map_err(|error| refused(error, l))?;
        let said = opened(None, Some(l.t("open311.trial")));
        return Ok(("service_requests", Node::List("request", vec![said])));
    }
    // Programs have their own limit; a person behind one has that of their number.
    let contacts = contacts(definition, &new.answers);
    let poster = Poster {
        address: None,
        contacts,
    };
    match hall.city().may_post(&poster).await.map_err(Failure::from)? {
        Passage::Free => {}
        Passage::Blocked => return Err(Wrong::of(StatusCode::FORBIDDEN, l.t("posting.blocked"))),
        Passage::Later { minutes } => {
            let says = l.f("posting.later", &[("minutes", &minutes)]);
            return Err(Wrong::of(StatusCode::TOO_MANY_REQUESTS, says));
        }
    }
    let receipt = hall
        .city()
        .open(new)
        .await
        .map_err(|error| refused(error, l))?;
    hall.city()
        .came_by_key(receipt.id, key.hash)
        .await
        .map_err(Failure::from)?;
    Ok((
        "service_requests",
        Node::List("request", vec![opened(Some(&receipt.code), None)]),
    ))
}

fn opened(code: Option<&str>, notice: Option<&str>) -> Node {
    Node::Fields(vec![
        ("service_request_id", maybe(code)),
        ("service_notice", maybe(notice)),
        ("account_id", Node::Nothing),
    ])
}

fn wanted<'l>(law: &'l actions::Law, hall: &Hall, code: &str) -> Result<&'l Definition, Wrong> {
    if code.is_empty() {
        return Err(Wrong::bad("service_code is missing"));
    }
    let offered = offered(law, hall.today()?);
    let found = offered.into_iter().find(|d| d.service == code);
    found.ok_or_else(|| Wrong::absent(format!("service_code {code} was not found")))
}

/// The parameters as answers of the definition's form, with a sentence for each that does not fit.
fn answers(
    hall: &Hall,
    definition: &Definition,
    posted: &Posted,
    l: Lang,
) -> Result<(Answers, Vec<String>), Wrong> {
    let mut says = Vec::new();
    let mut typed = location(definition, posted, &mut says);
    let words = described(posted);
    if words.chars().count() > MOST_WORDS {
        says.push(format!(
            "description may have {MOST_WORDS} characters at most"
        ));
    }
    typed.push(("what".into(), words));
    for field in definition.form.iter().flat_map(|page| &page.fields) {
        match field.kind {
            FieldKind::Phone => typed.push((field.code.clone(), posted.get("phone").to_owned())),
            FieldKind::Email => typed.push((field.code.clone(), posted.get("email").to_owned())),
            _ => {}
        }
    }
    for field in asked(definition) {
        let given = attribute(posted, &field.code);
        let allowed = choices(field, l);
        for value in &given {
            if !value.is_empty()
                && !allowed.is_empty()
                && allowed.iter().all(|(key, _)| key != value)
            {
                says.push(format!(
                    "attribute[{}]: {value} is not one of its values",
                    field.code
                ));
            }
        }
        if given.len() > 1 && datatype(field) != Some("multivaluelist") {
            says.push(format!("attribute[{}] takes one value", field.code));
        }
        typed.extend(given.into_iter().map(|value| (field.code.clone(), value)));
    }
    let today = hall.today()?;
    let mut answers = Answers::new();
    let mut problems = Vec::new();
    for index in 0..definition.form.len() {
        let before = answers.clone();
        let scope = Scope::of(definition, &before)
            .channel(Channel::Open311)
            .today(today);
        let (after, wrong) = judge_page(definition, PageRef { index, row: None }, &typed, &scope);
        answers = after;
        problems.extend(wrong);
    }
    if says.is_empty() {
        says.extend(problems.iter().map(|problem| told(definition, problem, l)));
    }
    Ok((answers, says))
}

/// `lat` and `long`, or words for the place.
fn location(
    definition: &Definition,
    posted: &Posted,
    says: &mut Vec<String>,
) -> Vec<(String, String)> {
    let mut fields = definition.form.iter().flat_map(|page| &page.fields);
    let Some(place) = fields.find(|field| field.kind == FieldKind::Place) else {
        return Vec::new();
    };
    let (lat, long) = (posted.get("lat").trim(), posted.get("long").trim());
    let (words, area) = (
        posted.get("address_string").trim(),
        posted.get("address_id").trim(),
    );
    match (lat.is_empty(), long.is_empty()) {
        (true, true) if words.is_empty() && area.is_empty() => {
            says.push("a location is missing: send lat and long, or address_string".into());
        }
        (true, false) | (false, true) => says.push("lat and long go together".into()),
        (false, false) => {
            for (name, value, most) in [("lat", lat, 90.0), ("long", long, 180.0)] {
                let fits = value
                    .parse::<f64>()
                    .is_ok_and(|n| n.is_finite() && n.abs() <= most);
                if !fits {
                    says.push(format!("{name} must be a number of degrees (WGS 84)"));
                }
            }
        }
        (true, true) => {}
    }
    let part = |name: &str, value: &str| (format!("{}.{name}", place.code), value.to_owned());
    vec![
        part("lat", lat),
        part("lon", long),
        part("words", words),
        part("area", area),
    ]
}

/// The words, with the addresses of pictures that stand elsewhere: we do not fetch what strangers name.
fn described(posted: &Posted) -> String {
    let mut words = posted.get("description").trim().to_owned();
    let urls = posted.all("media_url").map(str::trim);
    for url in urls.filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
        words.push('\n');
        words.push_str(url);
    }
    words
}

/// `attribute[code]=v`, or `attribute[code][]=v1&attribute[code][]=v2`.
fn attribute(posted: &Posted, code: &str) -> Vec<String> {
    let (one, many) = (format!("attribute[{code}]"), format!("attribute[{code}][]"));
    let pairs = posted.pairs.iter();
    let given = pairs.filter(|(name, _)| *name == one || *name == many);
    given.map(|(_, value)| value.trim().to_owned()).collect()
}

/// Files under any name: `media`, `photo1` …
fn photos(posted: Posted) -> Vec<Upload> {
    let files = posted.files.into_iter().take(MOST_PHOTOS);
    let photo = |file| Upload {
        what: PHOTO.into(),
        public: true,
        ..file
    };
    files.map(photo).collect()
}

/// The sentence of a field, under the name of its parameter.
fn told(definition: &Definition, problem: &FieldProblem, l: Lang) -> String {
    let kind = |field: &Field| field.kind.clone();
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let found = fields
        .filter(|field| problem.field.starts_with(&field.code))
        .map(kind)
        .next();
    let name = match found {
        Some(FieldKind::Place) => "location".to_owned(),
        Some(FieldKind::Phone) => "phone".to_owned(),
        Some(FieldKind::Email) => "email".to_owned(),
        _ if problem.field == "what" => "description".to_owned(),
        _ => format!("attribute[{}]", problem.field),
    };
    format!("{name}: {}", problem.says(l.code()))
}

fn refused(error: ActionError, l: Lang) -> Wrong {
    match error {
        ActionError::Refused(refusal) => Wrong::bad(refusal_words(l, &refusal)),
        ActionError::Flawed(problems) => Wrong {
            status: StatusCode::BAD_REQUEST,
            says: problems
                .iter()
                .map(|problem| problem.says(l.code()))
                .collect(),
        },
        ActionError::Photo { name, problem } => Wrong::bad(format!(
            "{name}: {}",
            crate::official::act::photo_words(l, problem)
        )),
        other => Failure::from(other).into(),
    }
}

/// `POST servicerequestupdates`: words for a report, from the program that handed it in. It decides nothing.
pub async fn update(hall: &Hall, posted: Posted, l: Lang) -> Said {
    let key = key(hall, posted.get("api_key")).await?;
    let code = posted.get("service_request_id").trim().to_owned();
    let words = posted.get("description").trim().to_owned();
    for (name, value) in [("service_request_id", &code), ("description", &words)] {
        if value.is_empty() {
            return Err(Wrong::bad(format!("{name} is missing")));
        }
    }
    if words.chars().count() > MOST_WORDS {
        return Err(Wrong::bad(format!(
            "description may have {MOST_WORDS} characters at most"
        )));
    }
    let absent = || {
        Wrong::absent(format!(
            "service_request_id {code} was not found among those this api_key sent"
        ))
    };
    let case = hall.reader().track(&actions::code::typed(&code)).await?;
    let case = case.ok_or_else(absent)?;
    if !hall.reader().came_by(case.id, &key.hash).await? {
        return Err(absent());
    }
    let change = Change {
        words: Some(words),
        uploads: photos(posted),
        ..Change::new(case.id, Verb::Note { public: true })
    };
    let bearer = Person::Bearer { case: case.id };
    let after = hall
        .city()
        .change(&bearer, change)
        .await
        .map_err(|error| refused(error, l))?;
    let update = Node::Fields(vec![(
        "update_id",
        text(format!("{}-{}", after.code, after.version)),
    )]);
    Ok((
        "service_request_updates",
        Node::List("request_update", vec![update]),
    ))
}
