//! `POST /hooks/calls/{system}`: a telephone exchange says what happened to a call (`docs/HOTLINE.md`). Judged by its signature alone;
//! told twice it is known, told late it still counts.

use actions::hotline::{CallTold, HeardCall};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use links::signed::{SIGNATURE, TIMESTAMP, verify};
use rules::Moment;
use rules::hotline::{Direction, Said, State as Is};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::error::Failure;
use crate::hall::Hall;

/// The longest name of a call or an event.
const LONGEST: usize = 120;

#[derive(Deserialize)]
struct Told {
    event: String,
    call: String,
    /// `ringing`, `answered`, `transferred`, `ended`, `missed`
    #[serde(rename = "type")]
    said: Said,
    at: Moment,
    #[serde(default = "inwards")]
    direction: Direction,
    #[serde(default)]
    number: String,
    #[serde(default)]
    line: Option<String>,
}

fn inwards() -> Direction {
    Direction::In
}

pub async fn post(
    State(hall): State<Hall>,
    Path(system): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let told: Told = match told(&hall, &system, &headers, &body) {
        Ok(told) => told,
        Err(refused) => return Ok(*refused),
    };
    let names = [&told.event, &told.call];
    if names
        .iter()
        .any(|name| name.is_empty() || name.len() > LONGEST)
    {
        let says = format!("event and call: 1 to {LONGEST} bytes each");
        return Ok(refusal(StatusCode::UNPROCESSABLE_ENTITY, &says));
    }
    let line = told.line.map(|line| line.chars().take(20).collect());
    let heard = hall.city().hear_call(CallTold {
        system,
        event: told.event,
        call: told.call,
        said: told.said,
        at: told.at,
        direction: told.direction,
        number: told.number,
        line,
    });
    Ok(match heard.await? {
        HeardCall::Fresh(call) => {
            let state = match call.state(hall.now()) {
                Is::Ringing => "ringing",
                Is::Talking => "talking",
                Is::Over => "ended",
                Is::Missed => "missed",
            };
            Json(json!({ "call": call.id.to_string(), "state": state, "again": false }))
                .into_response()
        }
        HeardCall::Known => Json(json!({ "again": true })).into_response(),
        HeardCall::NoSuchMoment => {
            let says = "at: more than 5 minutes ahead or 7 days ago";
            refusal(StatusCode::UNPROCESSABLE_ENTITY, says)
        }
    })
}

/// Whether a body came from a system that the city agreed with.
pub(crate) fn believed(
    hall: &Hall,
    system: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Box<Response>> {
    let Some(secret) = hall.parties().brings.get(system) else {
        let says = format!("no system {system} is agreed on");
        return Err(Box::new(refusal(StatusCode::NOT_FOUND, &says)));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let known = verify(
        secret,
        body,
        header(TIMESTAMP),
        header(SIGNATURE),
        hall.now(),
    );
    known.map_err(|untrue| {
        tracing::warn!(system, %untrue, "what a system outside told was not taken");
        Box::new(refusal(StatusCode::UNAUTHORIZED, &untrue.to_string()))
    })
}

/// What such a system says, as JSON.
pub(crate) fn told<T: DeserializeOwned>(
    hall: &Hall,
    system: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Box<Response>> {
    believed(hall, system, headers, body)?;
    serde_json::from_slice(body).map_err(|error| {
        let unread = StatusCode::UNPROCESSABLE_ENTITY;
        Box::new(refusal(unread, &error.to_string()))
    })
}

pub(crate) fn refusal(status: StatusCode, says: &str) -> Response {
    (status, Json(json!({ "error": says }))).into_response()
}
