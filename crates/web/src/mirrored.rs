//! `POST /mirrored/{system}`: the system of a ministry says how its dossiers stand (`docs/MIRRORED.md`). Judged by
//! its signature alone; each line is taken or refused by itself, and the whole may be sent again.

use actions::mirrored::{Line, News, Wrong};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use links::signed::{SIGNATURE, TIMESTAMP, verify};
use rules::duty::Act;
use serde_json::{Map, Value, json};

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;

/// Lines of one message.
const MOST: usize = 500;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors.door("/mirrored/{system}", post(hear).duty(Act::TellMirrored))
}

async fn hear(
    State(hall): State<Hall>,
    Path(system): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let Some(secret) = hall.parties().mirrored.get(&system) else {
        let says = format!("no system {system} is agreed on");
        return Ok(refusal(StatusCode::NOT_FOUND, &says));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Err(untrue) = verify(
        secret,
        &body,
        header(TIMESTAMP),
        header(SIGNATURE),
        hall.now(),
    ) {
        tracing::warn!(system, %untrue, "a message about mirrored dossiers was not taken");
        return Ok(refusal(StatusCode::UNAUTHORIZED, &untrue.to_string()));
    }
    let read = serde_json::from_slice::<Value>(&body);
    let lines = read
        .ok()
        .and_then(|mut message| match message["dossiers"].take() {
            Value::Array(lines) => Some(lines),
            _ => None,
        });
    let Some(lines) = lines else {
        let says = "the body is not {\"dossiers\": [ … ]}";
        return Ok(refusal(StatusCode::UNPROCESSABLE_ENTITY, says));
    };
    if lines.len() > MOST {
        let says = format!("{} dossiers in one message; at most {MOST}", lines.len());
        return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, &says));
    }
    let mut answers = Vec::with_capacity(lines.len());
    for line in &lines {
        answers.push(one(&hall, &system, line).await?);
    }
    let refused = answers
        .iter()
        .filter(|answer| answer.get("refused").is_some());
    let refused = refused.count();
    Ok(Json(json!({
        "taken": answers.len() - refused,
        "refused": refused,
        "dossiers": answers,
    }))
    .into_response())
}

async fn one(hall: &Hall, system: &str, line: &Value) -> Result<Value, Failure> {
    let code = line["code"].as_str().unwrap_or_default();
    let none = Map::new();
    let refused = |wrong: Wrong, value: &str| json!({ "code": code, "refused": wrong.code(), "value": value });
    let line = match read(line.as_object().unwrap_or(&none)) {
        Ok(line) => line,
        Err(key) => return Ok(refused(Wrong::UnknownField, &key)),
    };
    Ok(match hall.city().hear_owner(system, &line).await? {
        Ok(heard) => json!({
            "code": code,
            "here": heard.code,
            "news": match heard.news {
                News::Fresh => "fresh",
                News::Changed => "changed",
                News::Known => "known",
            },
        }),
        Err((wrong, value)) => refused(wrong, &value),
    })
}

/// Words and numbers by their keys; a key that is not known, or holds neither, is told.
fn read(object: &Map<String, Value>) -> Result<Line, String> {
    let mut line = Line::default();
    for (key, value) in object {
        let word = match value {
            Value::String(word) => word.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null => String::new(),
            _ => return Err(key.clone()),
        };
        if !Line::COLUMNS.contains(&key.as_str()) {
            return Err(key.clone());
        }
        line.set(key, &word);
    }
    Ok(line)
}

fn refusal(status: StatusCode, says: &str) -> Response {
    (status, Json(json!({ "error": says }))).into_response()
}
