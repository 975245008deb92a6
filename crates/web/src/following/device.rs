//! `POST /follow/device`: a browser that takes messages says where and with which keys. Sent by script, because only
//! script can ask a browser for that; answered as a form is.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use links::push::Browser;
use store::Device;

use super::{Connect, ask, cookie, not_too_often, secret_of};
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
    posted: Posted,
) -> Result<Response, Failure> {
    not_too_often(&hall, &connect)?;
    let browser = Browser {
        endpoint: posted.get("endpoint").to_owned(),
        key: posted.get("p256dh").to_owned(),
        secret: posted.get("auth").to_owned(),
    };
    let push = hall.parties().push.as_ref().ok_or(Failure::NotFound)?;
    if !push.takes(&browser) {
        return Err(Failure::Unreadable);
    }
    let device = Device {
        endpoint: browser.endpoint,
        key: browser.key,
        secret: browser.secret,
    };
    let interest = ask::wanted(&posted).interest(&hall).await?;
    let known = secret_of(&jar);
    let secret = hall
        .city()
        .follow_on_device(
            known.as_deref(),
            Some(interest),
            false,
            Some(device),
            visit.lang.code(),
        )
        .await?;
    let jar = jar.add(cookie(secret, hall.secure()));
    Ok((jar, redirect::to("/follow/mine?said=device")).into_response())
}
