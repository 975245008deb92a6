//! Open311 GeoReport v2: other programs read public reports and hand in new ones. The specification's gaps
//! are decided in `docs/decisions/006-open311.md`. Nothing private is ever here.

mod asked;
mod discovery;
mod keys;
mod meter;
mod moment;
mod page;
mod partners;
mod post;
mod requests;
mod said;
mod services;
mod tree;

pub(crate) use asked::MOST as PAGE;
pub(crate) use asked::MOST as CODES;
pub(crate) use post::MOST_WORDS as WORDS;
pub(crate) use services::{asked, choices, datatype, offered};
pub(crate) use tree::escaped;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::text::Lang;
use asked::Params;
use said::{Format, Said, Wrong, answer, split};

pub use meter::Meter;

/// The doors of this interface, and the page where its keys are given.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/open311", get(page::get).duty(Act::ReadPublic))
        .door("/open311/{file}", get(found).duty(Act::ReadPublic))
        .door(
            "/open311/v2/{file}",
            get(listed).post(sent).duty(Act::ReadPublic),
        )
        // The same without consequences, for whoever is writing a program.
        .door(
            "/open311/test/v2/{file}",
            get(listed).post(tried).duty(Act::ReadPublic),
        )
        .door(
            "/open311/test/v2/{list}/{file}",
            get(one).duty(Act::ReadPublic),
        )
        .door("/open311/v2/{list}/{file}", get(one).duty(Act::ReadPublic))
        .door(
            "/admin/api-keys",
            get(keys::get).post(keys::give).duty(Act::Administer),
        )
        .door("/admin/api-keys/end", post(keys::end).duty(Act::Administer))
        .door("/admin/partners", get(partners::get).duty(Act::Administer))
        .door(
            "/admin/partners/edit",
            get(partners::edit)
                .post(partners::keep)
                .duty(Act::Administer),
        )
        .door(
            "/admin/partners/resend",
            post(partners::resend).duty(Act::Administer),
        )
}

type Pairs = Query<Vec<(String, String)>>;

/// `GET /open311/discovery.xml`
async fn found(State(hall): State<Hall>, Path(file): Path<String>) -> Response {
    match split(&file) {
        ("discovery", Some(format)) => answer(format, discovery::discovery(&hall)),
        (name, format) => answer(format.unwrap_or(Format::Xml), absent(name)),
    }
}

/// `GET /open311/v2/services.json`, `requests.json`, `servicerequestupdates.json`
async fn listed(
    State(hall): State<Hall>,
    Path(file): Path<String>,
    Query(pairs): Pairs,
) -> Response {
    let (list, format) = split(&file);
    let said = read(&hall, list, None, &Params(pairs)).await;
    answer(format.unwrap_or(Format::Xml), said)
}

/// `GET /open311/v2/services/report.litter.json`, `requests/CODE.json`, `tokens/TOKEN.json`
async fn one(
    State(hall): State<Hall>,
    Path((list, file)): Path<(String, String)>,
    Query(pairs): Pairs,
) -> Response {
    let (code, format) = split(&file);
    let said = read(&hall, &list, Some(code), &Params(pairs)).await;
    answer(format.unwrap_or(Format::Xml), said)
}

/// A list, or one thing of it by its code.
async fn read(hall: &Hall, list: &str, code: Option<&str>, params: &Params) -> Said {
    let l = jurisdiction(hall, params.get("jurisdiction_id"))?;
    match (list, code) {
        ("services", None) => services::list(&hall.law(), hall.today()?, l),
        ("services", Some(code)) => services::definition(&hall.law(), hall.today()?, code, l),
        ("requests", None) => requests::list(hall, params, l).await,
        ("requests", Some(code)) => requests::one(hall, code, params, l).await,
        ("servicerequestupdates", None) => requests::updates(hall, params, l).await,
        // Every service answers at once with a code, so that no token is ever given.
        ("tokens", Some(token)) => absent(&format!("token {token}")),
        _ => absent(list),
    }
}

/// `POST /open311/v2/requests.json`, `servicerequestupdates.json`
async fn sent(
    State(hall): State<Hall>,
    Path(file): Path<String>,
    headers: HeaderMap,
    posted: Result<Posted, Failure>,
) -> Response {
    take(&hall, &file, &headers, posted, false).await
}

/// `POST /open311/test/v2/requests.json`: judged as the real one, and nothing is opened.
async fn tried(
    State(hall): State<Hall>,
    Path(file): Path<String>,
    headers: HeaderMap,
    posted: Result<Posted, Failure>,
) -> Response {
    take(&hall, &file, &headers, posted, true).await
}

async fn take(
    hall: &Hall,
    file: &str,
    headers: &HeaderMap,
    posted: Result<Posted, Failure>,
    trial: bool,
) -> Response {
    let (name, format) = split(file);
    // Named whatever the form holds: this list is only read.
    if name == "services" {
        let wrong = Wrong::of(
            StatusCode::METHOD_NOT_ALLOWED,
            "services are only read: GET",
        );
        let refused = answer(format.unwrap_or(Format::Xml), Err(wrong));
        return ([(header::ALLOW, "GET, HEAD")], refused).into_response();
    }
    let once = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok());
    let said = match posted {
        Err(failure) => Err(failure.into()),
        Ok(posted) => match jurisdiction(hall, posted.get("jurisdiction_id")) {
            Err(wrong) => Err(wrong),
            Ok(l) => match name {
                "requests" => post::request(hall, posted, once, trial, l).await,
                "servicerequestupdates" if !trial => post::update(hall, posted, l).await,
                _ => absent(name),
            },
        },
    };
    answer(format.unwrap_or(Format::Xml), said)
}

/// One city answers here: another's name is unknown, none is ours. Its language is the city's.
fn jurisdiction(hall: &Hall, id: &str) -> Result<Lang, Wrong> {
    match id.trim() {
        "" => Ok(Lang::Vi),
        id if id == hall.city().code() => Ok(Lang::Vi),
        id => Err(Wrong::absent(format!("jurisdiction_id {id} was not found"))),
    }
}

fn absent(what: &str) -> Said {
    Err(Wrong::absent(format!("{what} was not found")))
}
