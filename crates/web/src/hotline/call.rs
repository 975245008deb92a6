//! `/hotline/call/{id}`: one call from the first word to its wrap-up. One form: its buttons say what the call came to.

use actions::{ActionError, Change, NewCase, Receipt, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, Time};
use rules::Moment;
use rules::case::Spot;
use rules::hotline::{Call, Direction, Outcome, Wrap};
use rules::ids::{CallId, CaseId, UnitCode};
use service::definition::{Channel, Who};
use store::Sight;

use super::sheet;
use super::similar::{Similar, Sought, similar};
use super::typed::{Report, Typed, kinds};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::text::Lang;
use crate::visit::Visit;

/// Earlier cases and calls of a number shown beside the form.
const EARLIER: u32 = 6;
/// Kinds whose open reports are compared.
const KINDS: usize = 3;

/// `GET /hotline/call/{id}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    hall.city().operator(&visit.person)?;
    let call = find(&hall, &id).await?;
    let typed = Typed {
        key: hall.city().new_token(),
        public: true,
        about: code_of(&hall, call.wrap.case).await?,
        service: call.wrap.service.clone().unwrap_or_default(),
        area: call.wrap.area.clone().unwrap_or_default(),
        words: call.wrap.note.clone().unwrap_or_default(),
        ..Typed::default()
    };
    draw(&hall, &visit, &call, &typed, Said::Nothing).await
}

async fn find(hall: &Hall, id: &str) -> Result<Call, Failure> {
    let id: CallId = id.parse().map_err(|_| Failure::NotFound)?;
    hall.reader().call(id).await?.ok_or(Failure::NotFound)
}

async fn code_of(hall: &Hall, case: Option<CaseId>) -> Result<String, Failure> {
    let Some(case) = case else {
        return Ok(String::new());
    };
    let found = hall.reader().case_for_city(case).await?;
    Ok(found.map_or_else(String::new, |(case, _)| case.code))
}

/// What the page answers to what was sent.
pub enum Said {
    Nothing,
    /// The report has flaws: they are shown.
    Flawed,
    Wrong(String),
}

/// `POST /hotline/call/{id}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (_, centre) = hall.city().operator(&visit.person)?;
    let l = visit.lang;
    let call = find(&hall, &id).await?;
    let go = posted.get("_go").to_owned();
    let mut typed = Typed::of(posted);
    typed.settle_area(&hall.law(), hall.today()?);
    if typed.move_pin(&hall, &go) {
        return draw(&hall, &visit, &call, &typed, Said::Nothing).await;
    }
    let follow_up = match promised(&hall, &typed) {
        Ok(at) => at,
        Err(()) => return again(&hall, &visit, &call, &typed, l.t("hotline.no-such-time")).await,
    };
    if !typed.spot_words.is_empty() && typed.spot.is_none() && go != "look" {
        return again(&hall, &visit, &call, &typed, l.t("hotline.no-such-place")).await;
    }
    if go == "file" && !typed.area_words.is_empty() {
        let why = l.f("hotline.no-such-area", &[("words", &typed.area_words)]);
        return again(&hall, &visit, &call, &typed, &why).await;
    }
    let outcome = match go.as_str() {
        "file" => return file(&hall, &visit, &call, &typed, &centre, follow_up).await,
        "add" => return add(&hall, &visit, &call, &typed, follow_up).await,
        "not-reached" => Outcome::Nothing,
        go => match Outcome::from_code(go) {
            Some(Outcome::Filed | Outcome::Added) | None => {
                return draw(&hall, &visit, &call, &typed, Said::Nothing).await;
            }
            Some(outcome) => outcome,
        },
    };
    let wrap = Wrap {
        outcome: Some(outcome),
        service: kind_of(&hall, &typed)?,
        area: Some(typed.area.clone()).filter(|area| !area.is_empty()),
        note: Some(typed.words.clone()).filter(|words| !words.is_empty()),
        case: call.wrap.case,
        follow_up,
    };
    wrapped(&hall, &visit, &call, &typed, wrap, go != "not-reached").await
}

/// What an answer on the phone was about: the kind chosen, or the one the words mean.
fn kind_of(hall: &Hall, typed: &Typed) -> Result<Option<String>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let report = Report::of(
        typed,
        &kinds(&law, today),
        &hall.learned(),
        today,
        None,
        &[],
    );
    Ok(report.definition.map(|d| d.service.clone()))
}

async fn wrapped(
    hall: &Hall,
    visit: &Visit,
    call: &Call,
    typed: &Typed,
    wrap: Wrap,
    reached: bool,
) -> Result<Response, Failure> {
    match hall
        .city()
        .wrap_up(&visit.person, call.id, wrap, reached)
        .await
    {
        Ok(_) => Ok(redirect::to("/hotline?said=wrapped").into_response()),
        Err(ActionError::Refused(refusal)) => {
            let why = refusal_words(visit.lang, &refusal);
            again(hall, visit, call, typed, &why).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn again(
    hall: &Hall,
    visit: &Visit,
    call: &Call,
    typed: &Typed,
    why: &str,
) -> Result<Response, Failure> {
    let page = draw(hall, visit, call, typed, Said::Wrong(why.to_owned())).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// When a call back was promised. `Err`: what was typed is no moment ahead.
fn promised(hall: &Hall, typed: &Typed) -> Result<Option<Moment>, ()> {
    if typed.day.is_empty() && typed.time.is_empty() {
        return Ok(None);
    }
    let today = hall.today().map_err(|_| ())?;
    let day = match typed.day.as_str() {
        "" => today,
        day => day.parse::<Date>().map_err(|_| ())?,
    };
    let time = match typed.time.as_str() {
        "" => Time::constant(8, 0, 0, 0),
        time => time.parse::<Time>().map_err(|_| ())?,
    };
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let at = day.to_datetime(time).to_zoned(zone).map_err(|_| ())?;
    let at = at.timestamp();
    (at > hall.now()).then_some(Some(at)).ok_or(())
}

/// The middle of a commune, to set a pin from.
pub fn middle(hall: &Hall, area: &str) -> Option<Spot> {
    let (law, today) = (hall.law(), hall.today().ok()?);
    let area = law.organisation.area(area, today)?;
    Some(Spot {
        lat: area.lat,
        lon: area.lon,
    })
}

/// Opens a report for the caller.
async fn file(
    hall: &Hall,
    visit: &Visit,
    call: &Call,
    typed: &Typed,
    centre: &UnitCode,
    follow_up: Option<Moment>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let report = Report::of(
        typed,
        &kinds(&law, today),
        &hall.learned(),
        today,
        None,
        &[],
    );
    let Some(definition) = report.definition else {
        return again(hall, visit, call, typed, l.t("hotline.choose-kind")).await;
    };
    if !report.problems.is_empty() {
        let page = draw(hall, visit, call, typed, Said::Flawed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let new = NewCase {
        service: definition.service.clone(),
        answers: report.answers.clone(),
        uploads: Vec::new(),
        person: visit.person.clone(),
        applicant: Who::Citizen,
        channel: Channel::Hotline,
        key: typed.key.clone(),
        public: typed.public,
        received_at: Some(centre.clone()),
        about: None,
    };
    let receipt: Receipt = match hall.city().open(new).await {
        Ok(receipt) => receipt,
        Err(ActionError::Flawed(_)) => {
            let page = draw(hall, visit, call, typed, Said::Flawed).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(ActionError::Refused(refusal)) => {
            let why = refusal_words(l, &refusal);
            return again(hall, visit, call, typed, &why).await;
        }
        Err(other) => return Err(other.into()),
    };
    let wrap = Wrap {
        outcome: Some(Outcome::Filed),
        service: Some(definition.service.clone()),
        area: Some(typed.area.clone()).filter(|area| !area.is_empty()),
        note: None,
        case: Some(receipt.id),
        follow_up,
    };
    match hall
        .city()
        .wrap_up(&visit.person, call.id, wrap, true)
        .await
    {
        // The report stands, whoever wrote the call down meanwhile.
        Ok(_) | Err(ActionError::Refused(_)) => {}
        Err(other) => return Err(other.into()),
    }
    let case = hall.reader().case(&visit.person, receipt.id).await?;
    Ok(sheet::opened(hall, visit, &receipt, case.as_ref().map(|seen| &seen.case)).into_response())
}

/// Adds what the caller said to a case that is known.
async fn add(
    hall: &Hall,
    visit: &Visit,
    call: &Call,
    typed: &Typed,
    follow_up: Option<Moment>,
) -> Result<Response, Failure> {
    let l = visit.lang;
    if typed.about.is_empty() {
        return again(hall, visit, call, typed, l.t("hotline.which-case")).await;
    }
    let code = actions::code::typed(&typed.about);
    let seen = hall.reader().case_by_code(&visit.person, &code).await?;
    let Some(seen) = seen else {
        return again(hall, visit, call, typed, l.t("hotline.no-such-case")).await;
    };
    if !typed.words.is_empty() && seen.sight == Sight::Whole && call.wrapped.is_none() {
        // The unit reads it: Vietnamese, whatever the operator reads.
        let words = Lang::Vi.f("hotline.called-about", &[("words", &typed.words)]);
        let note = Change {
            words: Some(words),
            ..Change::new(seen.case.id, Verb::Note { public: false })
        };
        match hall.city().change(&visit.person, note).await {
            Ok(_) => {}
            Err(ActionError::Refused(refusal)) => {
                let why = refusal_words(l, &refusal);
                return again(hall, visit, call, typed, &why).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let wrap = Wrap {
        outcome: Some(Outcome::Added),
        service: Some(seen.case.service.clone()),
        area: seen.case.area.clone(),
        note: Some(typed.words.clone()).filter(|words| !words.is_empty()),
        case: Some(seen.case.id),
        follow_up,
    };
    wrapped(hall, visit, call, typed, wrap, true).await
}

/// Open reports of the kinds that the words may mean.
pub async fn around(
    hall: &Hall,
    typed: &Typed,
    report: &Report<'_>,
) -> Result<Vec<Similar>, Failure> {
    let mut compared: Vec<String> = report
        .definition
        .iter()
        .map(|d| d.service.clone())
        .collect();
    for kind in report.guessed.iter().take(KINDS) {
        if !compared.contains(&kind.service) {
            compared.push(kind.service.clone());
        }
    }
    let sought = Sought {
        kinds: &compared,
        words: &typed.words,
        area: &typed.area,
        spot: typed.spot,
    };
    similar(hall, &sought).await
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    call: &Call,
    typed: &Typed,
    said: Said,
) -> Result<Response, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let all = kinds(&law, today);
    let report = Report::of(
        typed,
        &all,
        &hall.learned(),
        today,
        call.number.as_deref(),
        &[],
    );
    let around = around(hall, typed, &report).await?;
    let (cases, calls) = match &call.number {
        Some(number) => (
            hall.city()
                .cases_of_caller(&visit.person, number, EARLIER)
                .await?,
            hall.reader().calls_of(number, EARLIER + 1).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let mut readable = Vec::new();
    for case in &cases {
        let seen = hall.reader().case(&visit.person, case.id).await?;
        readable.push(
            seen.filter(|seen| seen.sight == Sight::Whole)
                .map(|s| s.title),
        );
    }
    let names = match call.operator {
        Some(operator) => hall.reader().names(&[operator]).await?,
        None => Vec::new(),
    };
    let shown = sheet::Shown {
        call,
        asked: sheet::Asked {
            typed,
            report: &report,
            kinds: &all,
            around: &around,
            middle: typed.spot.or_else(|| middle(hall, &typed.area)),
        },
        cases: cases.iter().zip(&readable).collect(),
        calls: calls.iter().filter(|one| one.id != call.id).collect(),
        operator: names.first().map(|(_, name)| name.as_str()),
        said: &said,
        out: call.direction == Direction::Out,
    };
    Ok(sheet::draw(hall, visit, &shown)?.into_response())
}
