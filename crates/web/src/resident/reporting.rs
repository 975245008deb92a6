//! The trip of a report: words and photo → the form of its kind → a page to check → one case. Every step
//! is kept on the server under the form's key, which also makes one case of two taps.

mod border;
mod checked;
mod near;
mod waiting;

use actions::posting::{Passage, Poster, contacts};
use actions::{ActionError, Forecast, NewCase};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use rules::Moment;
use rules::case::{Refusal, Spot};
use rules::guess::guess;
use rules::person::Person;
use serde::Deserialize;
use serde_json::{Value, json};
use service::answer::{judge_all, judge_page};
use service::definition::{Channel, Definition, Field, FieldKind, Kind};
use service::field::{FieldProblem, Wrong};
use service::walk::{self, PageRef};
use service::{Answers, Text};
use store::{CaseLine, Extent};

use crate::address::Address;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::resident::filling::{self, Filling, areas, unit_name, units};
use crate::resident::report::{self, KindOf, Near};
use crate::say;
use crate::text::Lang;
use crate::ui::form::{Sheet, answer_words};
use crate::visit::Visit;
use checked::check_page;
use near::near;

pub use checked::check;
pub use waiting::waiting;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    service: String,
    draft: String,
}

/// `GET /report`, or `?service=report.litter` from a service's page.
pub async fn begin(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    if !asked.service.is_empty() {
        return Ok(redirect::to(&format!("/report/{}", asked.service)).into_response());
    }
    let filling = match Filling::load(&hall, &asked.draft, &visit.person).await? {
        Some(filling) => filling,
        None => Filling::new(&hall, ""),
    };
    Ok(begin_page(&hall, &visit, &filling, &[], false)?.into_response())
}

fn begin_page(
    hall: &Hall,
    visit: &Visit,
    filling: &Filling,
    problems: &[FieldProblem],
    unguessed: bool,
) -> Result<Markup, Failure> {
    let law = hall.law();
    let kinds = kinds(&law, hall.today()?);
    let (areas, any) = (areas(hall)?, kinds.first().ok_or(Failure::NotFound)?);
    let map = report::map(visit.lang);
    Ok(report::begin(
        &visit.frame(),
        &report::Begin {
            key: &filling.key,
            fresh: filling.service.is_empty(),
            sheet: Sheet {
                lang: visit.lang,
                scope: filling.scope(hall, any, Channel::Web)?,
                problems,
                areas: &areas,
                units: &[],
                known: &[],
                map: Some(&map),
            },
            words: words(&filling.answers),
            kept: filling.files.iter().collect(),
            problems,
            unguessed,
            kinds: kinds.iter().map(|d| kind_of(visit.lang, d)).collect(),
        },
    ))
}

/// `POST /report`: keeps photo and words and goes on to the kind they mean.
pub async fn began(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let law = hall.law();
    let kinds = kinds(&law, hall.today()?);
    let guessed = guess(posted.get("what"), &kinds, &hall.learned());
    // Before the kind is known, the draft lies with the first one: it moves with the choice.
    let first = guessed.first().or(kinds.first()).ok_or(Failure::NotFound)?;
    let mut filling =
        Filling::of_form(&hall, posted.get("_key"), &first.service, &visit.person).await?;
    filling.drop_files(posted.all("_drop"));
    filling
        .answers
        .insert("what".into(), json!(posted.get("what").trim()));
    let typed = !posted.get("what").trim().is_empty();
    let mut problems = filling.take(&hall, first, posted.files).await?;
    // What the first page asks is judged by its kind; what only the kind asks comes on the next page.
    let flaws = judge(&hall, first, &mut filling, &posted.pairs)?;
    filling.save(&hall, &visit.person).await?;
    if !typed && let Some(field) = field_named(first, "what") {
        problems.push(FieldProblem::of(field, Wrong::Required));
    }
    if !problems.is_empty() || guessed.is_empty() {
        let unguessed = problems.is_empty();
        let status = if unguessed {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let page = begin_page(&hall, &visit, &filling, &problems, unguessed)?;
        return Ok((status, page).into_response());
    }
    let whole = flaws.is_empty() && can_be_sent(&hall, first, &filling, &visit.person)?;
    let next = match whole {
        true => format!("/report/check/{}", filling.key),
        false => form_address(&filling, &first.service),
    };
    Ok(redirect::to(&next).into_response())
}

/// Nothing is missing, no border is near, and the city knows who serves the place.
fn can_be_sent(
    hall: &Hall,
    definition: &Definition,
    filling: &Filling,
    person: &Person,
) -> Result<bool, Failure> {
    if !border::asked(hall, definition, &filling.answers)?.is_empty() {
        return Ok(false);
    }
    match hall.city().foresee(&new_case(filling, person, true)) {
        Ok(_) => Ok(true),
        Err(ActionError::Refused(_)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

fn form_address(filling: &Filling, service: &str) -> String {
    format!("/report/{service}?draft={}", filling.key)
}

/// `GET /report/{service}?draft=…`
pub async fn form(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let definition = offered(&law, hall.today()?, &service)?;
    if !one_page(definition) {
        return Ok(redirect::to(&format!("/apply/{service}")).into_response());
    }
    let filling = match Filling::load(&hall, &asked.draft, &visit.person).await? {
        Some(found) => Filling { service, ..found },
        None => Filling::new(&hall, &service),
    };
    Ok(form_page(&hall, &visit, definition, &filling, &[])?.into_response())
}

fn form_page(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    filling: &Filling,
    problems: &[FieldProblem],
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let law = hall.law();
    let (areas, units) = (areas(hall)?, units(hall)?);
    let scope = filling.scope(hall, definition, Channel::Web)?;
    let shown: Vec<&str> = (0..definition.form.len())
        .flat_map(|index| walk::fields(definition, &scope, PageRef { index, row: None }))
        .map(|field| field.code.as_str())
        .collect();
    let fields: Vec<Field> = in_order(definition).into_iter().cloned().collect();
    let map = report::map(l);
    let border = border::asked(hall, definition, &filling.answers)?;
    let spot = spot_of(definition, &filling.answers);
    let all = kinds(&law, hall.today()?);
    let guessed = guess(words(&filling.answers), &all, &hall.learned());
    let mut others: Vec<KindOf> = guessed.iter().map(|d| kind_of(l, d)).collect();
    for kind in all.iter().map(|d| kind_of(l, d)) {
        if !others.contains(&kind) {
            others.push(kind);
        }
    }
    Ok(report::form(
        &visit.frame(),
        &report::Form {
            key: &filling.key,
            service: &definition.service,
            name: definition.name.get(l.code()),
            summary: definition.summary.get(l.code()),
            sheet: Sheet {
                lang: l,
                scope,
                problems,
                areas: &areas,
                units: &units,
                known: &[],
                map: Some(&map),
            },
            fresh: filling.answers.is_empty() && filling.files.is_empty(),
            border,
            photo_place: match spot {
                Some(_) => None,
                None => photo_spot(filling).and_then(|spot| area_name(hall, spot)),
            },
            fields: &fields,
            shown: fields
                .iter()
                .filter(|field| shown.contains(&field.code.as_str()))
                .collect(),
            kept: filling.files.iter().collect(),
            guessed: !guessed.is_empty(),
            others,
        },
    ))
}

/// `POST /report/{service}`: keeps everything, then checks it or changes the kind.
pub async fn filled(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let law = hall.law();
    let today = hall.today()?;
    let definition = offered(&law, today, &service)?;
    let mut filling = Filling::of_form(&hall, posted.get("_key"), &service, &visit.person).await?;
    filling.drop_files(posted.all("_drop"));
    let (go, kind) = (posted.get("_go").to_owned(), posted.get("_kind").to_owned());
    let mut problems = filling.take(&hall, definition, posted.files).await?;
    let pairs = border::answered(definition, posted.pairs);
    problems.extend(judge(&hall, definition, &mut filling, &pairs)?);
    if go == "place"
        && let Some(spot) = photo_spot(&filling)
    {
        put_spot(definition, &mut filling.answers, spot);
        filling.save(&hall, &visit.person).await?;
        return Ok(redirect::to(&form_address(&filling, &service)).into_response());
    }
    if go == "kind" && offered(&law, today, &kind).is_ok() {
        filling.service.clone_from(&kind);
        filling.save(&hall, &visit.person).await?;
        return Ok(redirect::to(&form_address(&filling, &kind)).into_response());
    }
    filling.save(&hall, &visit.person).await?;
    if problems.is_empty()
        && let Err(ActionError::Refused(refusal)) =
            hall.city()
                .foresee(&new_case(&filling, &visit.person, true))
    {
        problems.push(at_place(definition, &refusal));
    }
    // Near a border the person says which side it is.
    let border = !border::asked(&hall, definition, &filling.answers)?.is_empty();
    if !problems.is_empty() || border {
        let page = form_page(&hall, &visit, definition, &filling, &problems)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    Ok(redirect::to(&format!("/report/check/{}", filling.key)).into_response())
}

/// What was typed goes into the answers page by page, as the definition has them.
fn judge(
    hall: &Hall,
    definition: &Definition,
    filling: &mut Filling,
    pairs: &[(String, String)],
) -> Result<Vec<FieldProblem>, Failure> {
    filling.name_files(definition);
    let typed = filling::typed(definition, &filling.answers, pairs);
    let mut problems = Vec::new();
    for index in 0..definition.form.len() {
        let at = PageRef { index, row: None };
        let scope = filling.scope(hall, definition, Channel::Web)?;
        let (answers, found) = judge_page(definition, at, &typed, &scope);
        filling.answers = answers;
        problems.extend(found);
    }
    Ok(problems)
}

/// The city cannot say who serves this place: told at the place.
fn at_place(definition: &Definition, refusal: &Refusal) -> FieldProblem {
    // An answer that the division of work still needs is, in a report, the place.
    let no_unit = Refusal::NoUnit {
        rule: String::new(),
    };
    let refusal = match refusal {
        Refusal::AnswerMissing { .. } => &no_unit,
        other => other,
    };
    let says =
        Text::vi(refusal_words(Lang::Vi, refusal)).and("en", refusal_words(Lang::En, refusal));
    let place = definition
        .form
        .iter()
        .flat_map(|page| &page.fields)
        .find(|field| field.kind == FieldKind::Place);
    match place {
        Some(field) => FieldProblem::of(field, Wrong::Check(says)),
        None => FieldProblem {
            field: "form/0".into(),
            label: definition.name.clone(),
            help: Text::default(),
            page: None,
            wrong: Wrong::Check(says),
        },
    }
}

/// A form that was sent shows its receipt again.
async fn already(hall: &Hall, key: &str) -> Result<Response, Failure> {
    let receipt = hall.city().receipt(key).await?.ok_or(Failure::NotFound)?;
    Ok(redirect::to(&sent_address(&receipt)).into_response())
}

pub fn sent_address(receipt: &actions::Receipt) -> String {
    format!("/report/sent/{}?key={}", receipt.code, receipt.secret)
}

/// `POST /report/check/{key}`: sends, or takes the place out of a photo.
pub async fn send(
    State(hall): State<Hall>,
    visit: Visit,
    Path(key): Path<String>,
    Address(address): Address,
    posted: Posted,
) -> Result<Response, Failure> {
    let Some(mut filling) = Filling::load(&hall, &key, &visit.person).await? else {
        return already(&hall, &key).await;
    };
    if posted.get("_go") == "place" {
        let law = hall.law();
        let definition = offered(&law, hall.today()?, &filling.service)?;
        if let Some(spot) = photo_spot(&filling) {
            put_spot(definition, &mut filling.answers, spot);
            filling.save(&hall, &visit.person).await?;
        }
        let next = match border::asked(&hall, definition, &filling.answers)?.is_empty() {
            true => format!("/report/check/{key}"),
            false => form_address(&filling, &filling.service),
        };
        return Ok(redirect::to(&next).into_response());
    }
    let nobody = Person::Nobody;
    let person = if posted.get("_nameless") == "yes" {
        &nobody
    } else {
        &visit.person
    };
    if let Some((says, status)) = held_back(&hall, &visit, &filling, address).await? {
        let page = check_page(&hall, &visit, &filling, Some(says)).await?;
        return Ok((status, page).into_response());
    }
    let new = new_case(&filling, person, posted.get("_public") == "yes");
    match hall.city().open_with(new, filling.files.clone()).await {
        Ok(receipt) => {
            hall.city().forget_draft(&key).await?;
            Ok(redirect::to(&sent_address(&receipt)).into_response())
        }
        Err(ActionError::Flawed(_)) => {
            Ok(redirect::to(&form_address(&filling, &filling.service)).into_response())
        }
        Err(ActionError::Refused(refusal)) => {
            let says = refusal_words(visit.lang, &refusal);
            let page = check_page(&hall, &visit, &filling, Some(says)).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// Too much came from here, or the city takes nothing from this number: told, and everything typed stays.
async fn held_back(
    hall: &Hall,
    visit: &Visit,
    filling: &Filling,
    address: Option<String>,
) -> Result<Option<(String, StatusCode)>, Failure> {
    // Officials write for others.
    if matches!(visit.person, Person::Official(_)) {
        return Ok(None);
    }
    let (l, law) = (visit.lang, hall.law());
    let definition = offered(&law, hall.today()?, &filling.service)?;
    let poster = Poster {
        address,
        contacts: contacts(definition, &filling.answers),
    };
    Ok(match hall.city().may_post(&poster).await? {
        Passage::Free => None,
        Passage::Blocked => Some((l.t("posting.blocked").to_owned(), StatusCode::FORBIDDEN)),
        Passage::Later { minutes } => {
            let says = l.f("posting.later", &[("minutes", &minutes)]);
            Some((says, StatusCode::TOO_MANY_REQUESTS))
        }
    })
}

fn new_case(filling: &Filling, person: &Person, public: bool) -> NewCase {
    NewCase {
        service: filling.service.clone(),
        answers: filling.answers.clone(),
        uploads: Vec::new(),
        person: person.clone(),
        applicant: service::definition::Who::Guest,
        channel: Channel::Web,
        key: filling.key.clone(),
        public,
        received_at: None,
        about: None,
    }
}

fn photo_spot(filling: &Filling) -> Option<Spot> {
    filling.files.iter().find_map(|file| file.taken_at)
}

fn area_name(hall: &Hall, spot: Spot) -> Option<String> {
    let (law, today) = (hall.law(), hall.today().ok()?);
    let area = law.organisation.area_at(spot, today, &law.boundaries)?;
    Some(area.name.clone())
}

/// The point of the photo, in the commune it lies in.
fn put_spot(definition: &Definition, answers: &mut Answers, spot: Spot) {
    let Some(field) = place_field(definition) else {
        return;
    };
    let place = answers
        .entry(field.code.clone())
        .or_insert_with(|| json!({}));
    if let Some(place) = place.as_object_mut() {
        place.insert("lat".into(), json!(spot.lat));
        place.insert("lon".into(), json!(spot.lon));
        place.remove("area");
    }
}

pub(crate) fn place_field(definition: &Definition) -> Option<&Field> {
    let mut fields = definition.form.iter().flat_map(|page| &page.fields);
    fields.find(|field| field.kind == FieldKind::Place)
}

fn spot_of(definition: &Definition, answers: &Answers) -> Option<Spot> {
    let place = answers.get(&place_field(definition)?.code)?;
    let number = |key: &str| place.get(key).and_then(Value::as_f64);
    Some(Spot {
        lat: number("lat")?,
        lon: number("lon")?,
    })
}

fn area_of(definition: &Definition, answers: &Answers) -> Option<String> {
    let place = answers.get(&place_field(definition)?.code)?;
    place.get("area")?.as_str().map(str::to_owned)
}

fn words(answers: &Answers) -> &str {
    answers.get("what").and_then(Value::as_str).unwrap_or("")
}

fn field_named<'d>(definition: &'d Definition, code: &str) -> Option<&'d Field> {
    let mut fields = definition.form.iter().flat_map(|page| &page.fields);
    fields.find(|field| field.code == code)
}

/// Reports that residents send, in the order of the alphabet.
fn kinds(law: &actions::Law, today: jiff::civil::Date) -> Vec<&Definition> {
    let mut kinds: Vec<&Definition> = law
        .catalogue
        .all(today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&Channel::Web))
        .collect();
    kinds.sort_by_cached_key(|d| service::fold::fold(&d.name.vi));
    kinds
}

fn offered<'l>(
    law: &'l actions::Law,
    today: jiff::civil::Date,
    service: &str,
) -> Result<&'l Definition, Failure> {
    law.catalogue
        .current(service, today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&Channel::Web))
        .ok_or(Failure::NotFound)
}

/// A report with rows to add goes page by page like an application.
fn one_page(definition: &Definition) -> bool {
    definition.form.iter().all(|page| page.repeat.is_none())
}

fn kind_of(l: Lang, definition: &Definition) -> KindOf {
    KindOf {
        service: definition.service.clone(),
        name: definition.name.get(l.code()).to_owned(),
        summary: definition.summary.get(l.code()).to_owned(),
    }
}

/// Photo, words, place, then the questions of the kind; how to reach the reporter comes last.
fn in_order(definition: &Definition) -> Vec<&Field> {
    let rank = |field: &Field| match field.kind {
        FieldKind::Photos => 0,
        FieldKind::LongText => 1,
        FieldKind::Place => 2,
        FieldKind::Phone | FieldKind::Email => 4,
        _ => 3,
    };
    let mut fields: Vec<&Field> = definition.form.iter().flat_map(|p| &p.fields).collect();
    fields.sort_by_key(|field| rank(field));
    fields
}
