//! The page of one follower, by the secret of their letters or the cookie of their device: what they follow, how often
//! they hear, and the end of it.

use actions::following::FollowerChange;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use maud::{Markup, html};
use rules::following::Pace;
use rules::person::Person;
use serde::Deserialize;
use store::{Follow, Follower};

use super::{ask, no_cookie, secret_of, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, link_button, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

/// `GET /follow/mine`: of this device.
pub async fn own(
    State(hall): State<Hall>,
    visit: Visit,
    jar: CookieJar,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let follower = match secret_of(&jar) {
        Some(secret) => found(&hall, &secret).await?,
        None => None,
    };
    match follower {
        Some(follower) => draw(&hall, &visit, &follower, "/follow/mine", &said.said).await,
        None => Ok(nothing(&visit).into_response()),
    }
}

/// `GET /follow/mine/{secret}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(secret): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let Some(follower) = found(&hall, &secret).await? else {
        return Ok((StatusCode::NOT_FOUND, nothing(&visit)).into_response());
    };
    let here = format!("/follow/mine/{}", encode(&secret));
    draw(&hall, &visit, &follower, &here, &said.said).await
}

async fn found(hall: &Hall, secret: &str) -> Result<Option<Follower>, Failure> {
    let hash = actions::secret::token_hash(secret);
    Ok(hall.reader().follower(&hash).await?)
}

fn nothing(visit: &Visit) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("follow.mine"),
        html! {
            h1 { (l.t("follow.mine")) }
            (empty(l.t("follow.nothing"), &link_button("/open/reports", l.t("follow.back"), "")))
        },
    )
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    follower: &Follower,
    here: &str,
    said: &str,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let follows = hall.reader().follows(follower.id).await?;
    let mut lines = Vec::new();
    for follow in &follows {
        lines.push(line(hall, l, follow, here).await?);
    }
    let drawn = page(
        &visit.frame().narrow(),
        l.t("follow.mine"),
        html! {
            h1 { (l.t("follow.mine")) }
            @match said {
                "confirmed" => { div role="status" { (note(Tone::Done, &html! { p { (l.t("follow.confirmed")) } })) } }
                "kept" => { div role="status" { (note(Tone::Done, &html! { p { (l.t("follow.kept")) } })) } }
                "device" => { div role="status" { (note(Tone::Done, &html! { p { (l.t("follow.device-done")) } })) } }
                _ => {}
            }
            p {
                @match (&follower.email, &follower.device) {
                    (Some(email), _) => (l.f("follow.told-by-mail", &[("email", email)])),
                    (None, Some(_)) => (l.t("follow.told-on-device")),
                    (None, None) => (l.t("follow.told-nowhere")),
                }
            }
            ul.list { @for line in &lines { (line) } }
            @if follower.email.is_some() || follower.device.is_some() {
                form.card method="post" action=(here) {
                    (ask::paces(l, follower.pace))
                    p.acts.flush { button.btn type="submit" name="go" value="pace" { (l.t("follow.keep")) } }
                }
            }
            section {
                h2 { (l.t("follow.end")) }
                p { (l.t("follow.end-says")) }
                form method="post" action=(here) {
                    p.acts {
                        @if follower.email.is_none() && follower.device.is_some() { button.btn type="submit" name="go" value="mute" { (l.t("follow.mute")) } }
                        button.btn type="submit" name="go" value="stop" { (l.t("follow.stop-all")) }
                    }
                }
            }
        },
    );
    let mut answer = drawn.into_response();
    // Nobody's search engine and nobody's device keeps it.
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

async fn line(hall: &Hall, l: Lang, follow: &Follow, here: &str) -> Result<Markup, Failure> {
    let mut title = None;
    if let Some(code) = &follow.interest.case {
        match hall.case(&Person::Nobody, code).await {
            Ok(seen) => title = Some(seen.title),
            Err(Failure::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    let what = words::interest(hall, l, &follow.interest, title.as_deref());
    let to = follow
        .interest
        .case
        .as_ref()
        .filter(|_| title.is_some())
        .map(|code| format!("/open/reports/{}", encode(code)));
    Ok(html! {
        li {
            @match &to { Some(to) => a href=(to) { (what) }, None => span { (what) } }
            form method="post" action=(here) {
                input type="hidden" name="id" value=(follow.id);
                button.btn.quiet type="submit" name="go" value="drop" { (l.t("follow.drop")) span.hidden-words { " " (what) } }
            }
        }
    })
}

/// `POST /follow/mine`
pub async fn change_own(
    State(hall): State<Hall>,
    visit: Visit,
    jar: CookieJar,
    posted: Posted,
) -> Result<Response, Failure> {
    let Some(secret) = secret_of(&jar) else {
        return Ok((StatusCode::NOT_FOUND, nothing(&visit)).into_response());
    };
    let ended = changed(&hall, &visit, &secret, &posted).await?;
    match ended {
        true => Ok((jar.add(no_cookie()), stopped_page(&visit)).into_response()),
        false => Ok(redirect::to("/follow/mine?said=kept").into_response()),
    }
}

/// `POST /follow/mine/{secret}`
pub async fn change(
    State(hall): State<Hall>,
    visit: Visit,
    Path(secret): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    match changed(&hall, &visit, &secret, &posted).await? {
        true => Ok(stopped_page(&visit).into_response()),
        false => {
            let here = format!("/follow/mine/{}?said=kept", encode(&secret));
            Ok(redirect::to(&here).into_response())
        }
    }
}

/// Whether nothing is left of this follower.
async fn changed(
    hall: &Hall,
    visit: &Visit,
    secret: &str,
    posted: &Posted,
) -> Result<bool, Failure> {
    let change = match posted.get("go") {
        "drop" => match posted.get("id").parse() {
            Ok(id) => FollowerChange::Drop(id),
            Err(_) => return Err(Failure::Unreadable),
        },
        "pace" => {
            let pace = Pace::from_code(posted.get("pace")).unwrap_or_default();
            FollowerChange::Pace(pace, visit.lang.code().to_owned())
        }
        "mute" => FollowerChange::Mute,
        "stop" => FollowerChange::Stop,
        _ => return Err(Failure::Unreadable),
    };
    hall.city().change_follower(secret, change).await?;
    Ok(found(hall, secret).await?.is_none())
}

/// `GET /follow/stop/{secret}`: programs that look at links stop nothing.
pub async fn stop(visit: Visit, Path(secret): Path<String>) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("follow.end"),
        html! {
            h1 { (l.t("follow.end")) }
            p { (l.t("follow.end-says")) }
            form method="post" action={ "/follow/stop/" (encode(&secret)) } {
                p.acts {
                    button.btn.go type="submit" { (l.t("follow.stop-all")) }
                    a.btn.quiet href={ "/follow/mine/" (encode(&secret)) } { (l.t("follow.mine")) }
                }
            }
        },
    )
}

/// `POST /follow/stop/{secret}`: the page's button, and the one request of a mail program (RFC 8058). A secret that
/// opens nothing is answered alike.
pub async fn stopped(
    State(hall): State<Hall>,
    visit: Visit,
    Path(secret): Path<String>,
) -> Result<Markup, Failure> {
    let ended = hall.city().change_follower(&secret, FollowerChange::Stop);
    match ended.await {
        Ok(()) | Err(actions::ActionError::NotFound) => Ok(stopped_page(&visit)),
        Err(other) => Err(other.into()),
    }
}

fn stopped_page(visit: &Visit) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("follow.stopped"),
        html! {
            h1 { (l.t("follow.stopped")) }
            (note(Tone::Done, &html! { p { (l.t("follow.stopped-says")) } }))
            p.acts { (link_button("/open/reports", l.t("follow.back"), "go")) }
        },
    )
}
