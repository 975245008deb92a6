//! `POST /payments/webhook/{provider}`: a bank or gateway says that money came. Judged by its signature alone
//! (`docs/payments.md`). Whoever gets no 200 tells it again; what was booked stays booked once.

use actions::money::BankTold;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use links::payment::webhook::{self, Distrust, SIGNATURE, TIMESTAMP};
use serde_json::json;
use store::BankState;

use crate::error::Failure;
use crate::hall::Hall;

pub async fn post(
    State(hall): State<Hall>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let Some(secret) = hall.payment_secret(&provider) else {
        let says = format!("no provider {provider} is agreed on");
        return Ok(refusal(StatusCode::NOT_FOUND, &says));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let read = webhook::read(
        secret,
        hall.now(),
        header(TIMESTAMP),
        header(SIGNATURE),
        &body,
    );
    let message = match read {
        Ok(message) => message,
        Err(distrust) => {
            tracing::warn!(provider, %distrust, "a payment message was not taken");
            let status = match distrust {
                Distrust::Unreadable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::UNAUTHORIZED,
            };
            return Ok(refusal(status, &distrust.to_string()));
        }
    };
    let told = hall.city().bank_told(BankTold {
        source: provider,
        number: message.transaction,
        at: message.at,
        amount: message.amount,
        account: message.account,
        words: message.words,
    });
    let told = told.await?;
    let state = match told.line.state {
        BankState::Matched => "matched",
        BankState::Assigned => "assigned",
        BankState::Returned => "returned",
        BankState::Open => "open",
    };
    let why = told.line.why.filter(|why| !why.is_empty());
    let answer = json!({"state": state, "why": why, "case": told.code, "again": told.again});
    Ok(Json(answer).into_response())
}

fn refusal(status: StatusCode, says: &str) -> Response {
    (status, Json(json!({ "error": says }))).into_response()
}
