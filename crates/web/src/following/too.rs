//! `POST /follow/too/{code}`: "I have seen it too". One tap, no account; counted once for each device.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;

use super::{Connect, Wanted, address_of, cookie, not_too_often, secret_of};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::visit::Visit;

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Connect,
    jar: CookieJar,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    not_too_often(&hall, &connect)?;
    let wanted = Wanted {
        report: code,
        ..Wanted::default()
    };
    let interest = wanted.interest(&hall).await?;
    let to = address_of(interest.case.as_deref().unwrap_or_default());
    let known = secret_of(&jar);
    let secret = hall
        .city()
        .follow_on_device(
            known.as_deref(),
            Some(interest),
            true,
            None,
            visit.lang.code(),
        )
        .await?;
    let from = match posted.get("from") {
        "report" => "&from=report",
        _ => "",
    };
    let jar = jar.add(cookie(secret, hall.secure()));
    Ok((jar, redirect::to(&format!("{to}&said=too{from}"))).into_response())
}
