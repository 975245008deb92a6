//! `POST /hooks/messages`: a provider reports what became of a message. Signed as `links::signed` has it; documented in
//! `docs/MESSAGES.md`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use links::signed;
use rules::ids::MessageId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Failure;
use crate::hall::Hall;

/// The longest reason that is kept.
const LONGEST: usize = 300;

#[derive(Deserialize)]
struct Report {
    id: String,
    /// `delivered`, `failed`
    state: String,
    #[serde(default)]
    reason: String,
}

pub async fn post(
    State(hall): State<Hall>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let no = |status: StatusCode, why: &str| (status, Json(json!({ "error": why })));
    let Some(secret) = hall.hook_secret() else {
        return Ok(no(StatusCode::NOT_FOUND, "no reports are expected here"));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let believed = signed::verify(
        secret,
        &body,
        header(signed::TIMESTAMP),
        header(signed::SIGNATURE),
        hall.now(),
    );
    if let Err(untrue) = believed {
        return Ok(no(StatusCode::BAD_REQUEST, &untrue.to_string()));
    }
    let report: Report = match serde_json::from_slice(&body) {
        Ok(report) => report,
        Err(error) => return Ok(no(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string())),
    };
    let delivered = match report.state.as_str() {
        "delivered" => true,
        "failed" => false,
        _ => {
            return Ok(no(
                StatusCode::UNPROCESSABLE_ENTITY,
                "state: delivered or failed",
            ));
        }
    };
    let Ok(id) = report.id.parse::<MessageId>() else {
        return Ok(no(StatusCode::UNPROCESSABLE_ENTITY, "id: not one of ours"));
    };
    let reason: String = report.reason.chars().take(LONGEST).collect();
    let fault = (!delivered).then_some(reason);
    match hall.city().message_reported(id, delivered, fault).await? {
        true => Ok((StatusCode::OK, Json(json!({ "id": report.id })))),
        false => Ok(no(StatusCode::NOT_FOUND, "id: no such message")),
    }
}
