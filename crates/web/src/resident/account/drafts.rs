//! Going on with what was begun, on this device or another one.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use service::definition::Kind;
use store::Draft;

use super::me;
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::visit::Visit;

/// A draft's name in the addresses of its owner: opens nothing without their account.
pub fn name(draft: &Draft) -> String {
    hex::encode(&draft.token_hash[..8])
}

/// The draft of this name, if it is the visitor's.
async fn mine(hall: &Hall, visit: &Visit, named: &str) -> Result<Draft, Failure> {
    let drafts = hall.reader().drafts_of(me(visit)?, hall.now(), 500).await?;
    let found = drafts.into_iter().find(|draft| name(draft) == named);
    found.ok_or(Failure::NotFound)
}

/// `GET /account/drafts/{name}`
pub async fn resume(
    State(hall): State<Hall>,
    visit: Visit,
    Path(named): Path<String>,
) -> Result<Response, Failure> {
    let draft = mine(&hall, &visit, &named).await?;
    let key = draft.own_key.ok_or(Failure::NotFound)?;
    let law = hall.law();
    let report = (law.catalogue.current(&draft.service, hall.today()?))
        .is_some_and(|published| published.definition.kind == Kind::Report);
    let to = match report {
        true => format!("/report/{}?draft={key}", draft.service),
        false => format!("/apply/{}/{key}", draft.service),
    };
    Ok(redirect::to(&to).into_response())
}

/// `POST /account/drafts/{name}`: forgets it.
pub async fn drop(
    State(hall): State<Hall>,
    visit: Visit,
    Path(named): Path<String>,
) -> Result<Response, Failure> {
    let draft = mine(&hall, &visit, &named).await?;
    let key = draft.own_key.ok_or(Failure::NotFound)?;
    hall.city().forget_draft(&key).await?;
    Ok(redirect::to("/account").into_response())
}
