//! Residents sign in with an electronic identity: away to the provider and back. The state travels in a cookie of
//! this browser and in the address; both must be the same, and it counts once.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use links::identity::{Asking, IdentityFault, IdentityProvider, Invented};
use maud::{Markup, html};
use rules::resident::{Identity, Proven};
use serde::Deserialize;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::session;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, link_button, note, tag};
use crate::ui::{Frame, page};
use crate::visit::{Visit, local};

const TRIP: &str = "trip";
/// Where the provider sends the browser back to: registered there.
const RETURN: &str = "/sign-in/identity/return";
/// Where a resident lands who came from nowhere in particular.
const HOME: &str = "/account";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// The address that begins signing in and comes back to `back`.
pub fn address(back: &str) -> String {
    format!("/sign-in/identity?back={}", encode(back))
}

fn provider(hall: &Hall) -> Result<&Arc<dyn IdentityProvider>, Failure> {
    hall.parties().identity.as_ref().ok_or(Failure::NotFound)
}

fn trip_cookie(state: String, secure: bool) -> Cookie<'static> {
    Cookie::build((TRIP, state))
        .path("/sign-in")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// `GET /sign-in/identity?back=…`: a link, not a form, because the way leads out of the house.
pub async fn go(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Back>,
    jar: CookieJar,
) -> Result<Response, Failure> {
    let provider = provider(&hall)?;
    let begun = hall.city().begin_identity(local(&asked.back)).await?;
    let asking = Asking {
        state: begun.state.clone(),
        nonce: begun.nonce,
        verifier: begun.verifier,
        redirect: hall.link(RETURN),
    };
    match provider.door(&asking).await {
        Ok(door) => {
            let jar = jar.add(trip_cookie(begun.state, hall.secure()));
            let mut answer = (jar, redirect::to(&door)).into_response();
            answer.headers_mut().insert(
                header::CACHE_CONTROL,
                header::HeaderValue::from_static("no-store"),
            );
            Ok(answer)
        }
        Err(fault) => Ok(not_proven(&visit, &fault, local(&asked.back))),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Came {
    code: String,
    state: String,
    error: String,
}

/// `GET /sign-in/identity/return?code=…&state=…`
pub async fn back(
    State(hall): State<Hall>,
    visit: Visit,
    Query(came): Query<Came>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failure> {
    let provider = provider(&hall)?;
    let known = jar.get(TRIP).map(|cookie| cookie.value().to_owned());
    let jar = jar.add(Cookie::build((TRIP, "")).path("/sign-in").removal().build());
    // By their hashes: comparing those tells nothing by its time.
    let hash = actions::secret::token_hash;
    let ours = known.is_some_and(|known| hash(&known) == hash(&came.state));
    let trip = match ours {
        true => hall.city().end_identity(&came.state).await?,
        false => None,
    };
    let Some(trip) = trip else {
        let fault = IdentityFault::Unproven("no such trip".into());
        return Ok((jar, not_proven(&visit, &fault, "/")).into_response());
    };
    let to = match local(&trip.back) {
        "/" => HOME.to_owned(),
        back => back.to_owned(),
    };
    if !came.error.is_empty() {
        // Most often: whoever was asked said no.
        let fault = IdentityFault::Unproven(came.error.chars().take(80).collect());
        return Ok((jar, not_proven(&visit, &fault, &to)).into_response());
    }
    let asking = Asking {
        state: came.state,
        nonce: trip.nonce,
        verifier: trip.verifier,
        redirect: hall.link(RETURN),
    };
    let proven = match provider.who(&came.code, &asking, hall.now()).await {
        Ok(proven) => proven,
        Err(fault) => return Ok((jar, not_proven(&visit, &fault, &to)).into_response()),
    };
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    let before = session::token(&headers);
    let signed_in = hall
        .city()
        .sign_in_resident(proven, agent.unwrap_or_default(), before.as_deref())
        .await?;
    let jar = jar.add(session::cookie(signed_in.token, hall.secure()));
    Ok((jar, redirect::to(&to)).into_response())
}

/// Signing in did not work: why, and both ways on.
fn not_proven(visit: &Visit, fault: &IdentityFault, back: &str) -> Response {
    let l = visit.lang;
    tracing::warn!(%fault, "a resident could not sign in");
    let (status, says) = match fault {
        IdentityFault::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, l.t("eid.away")),
        IdentityFault::Unproven(_) => (StatusCode::UNPROCESSABLE_ENTITY, l.t("eid.unproven")),
    };
    let shown = page(
        &visit.frame().narrow(),
        l.t("eid.not"),
        html! {
            h1 { (l.t("eid.not")) }
            div role="alert" { (note(Tone::Late, &html! { p { (says) } })) }
            p { (l.t("eid.without")) }
            p.acts {
                (link_button(&address(back), l.t("eid.again"), "go"))
                (link_button("/services", l.t("nav.services"), "quiet"))
            }
        },
    );
    (status, shown).into_response()
}

/// The button that leads to the provider, with what it is good for; nothing where this house knows none.
pub fn invitation(hall: &Hall, l: Lang, back: &str) -> Markup {
    html! {
        @if let Some(identity) = &hall.parties().identity {
            p { (l.t("eid.why")) }
            p.acts { (link_button(&address(back), match identity.demonstration() {
                Some(_) => l.t("eid.go-demonstration"),
                None => l.t("eid.go"),
            }, "go")) }
        }
    }
}

/// May a service of this identity be begun online by whom this is proven? Where the house does not insist, papers
/// are compared when the result is collected.
pub fn opens(hall: &Hall, asked: Identity, proven: Option<&Proven>) -> bool {
    let level = proven.map_or(Identity::None, |proven| proven.level);
    !hall.parties().identity_required || level >= asked
}

/// What is said about identity before a form is begun.
pub fn at_the_door(
    hall: &Hall,
    l: Lang,
    asked: Identity,
    proven: Option<&Proven>,
    back: &str,
) -> Markup {
    let level = proven.map_or(Identity::None, |proven| proven.level);
    let offered = hall.parties().identity.is_some();
    html! {
        @match proven {
            Some(proven) if level >= asked => (note(Tone::Run, &html! { p { (l.f("eid.applies", &[("name", &proven.account_name())])) } })),
            Some(_) => (note(Tone::Soon, &html! { p { (l.t("eid.too-low")) } })),
            None if asked == Identity::None && !offered => {},
            None if offered => {
                div.card.mark-river {
                    p { @if opens(hall, asked, proven) { (l.t("eid.offered")) } @else { (l.t("eid.needed")) } }
                    p.flush { a.btn href=(address(back)) { (l.t("eid.go")) } }
                }
            }
            None => (note(Tone::Soon, &html! { p { (l.t("apply.identity")) } })),
        }
    }
}

/// `Mức độ 2`
pub fn level_words(l: Lang, level: Identity) -> &'static str {
    match level {
        Identity::Level2 => l.t("eid.level-2"),
        Identity::Level1 | Identity::None => l.t("eid.level-1"),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    state: String,
    challenge: String,
}

/// `GET /sign-in/demonstration?state=…&challenge=…`: the invented people.
pub async fn people(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let demonstration = provider(&hall)?.demonstration();
    let people = demonstration.ok_or(Failure::NotFound)?.people();
    Ok(choose(&visit.frame().narrow(), people, &asked))
}

/// `POST /sign-in/demonstration`
pub async fn chosen(State(hall): State<Hall>, posted: Posted) -> Result<Response, Failure> {
    let demonstration = provider(&hall)?.demonstration();
    let demonstration = demonstration.ok_or(Failure::NotFound)?;
    let redirect = hall.link(RETURN);
    let to = demonstration.choose(
        posted.get("person"),
        posted.get("challenge"),
        (&redirect, &encode(posted.get("state"))),
        hall.city().new_token(),
        hall.now(),
    );
    let to = to.ok_or(Failure::Unreadable)?;
    Ok(redirect::to(&to).into_response())
}

fn choose(frame: &Frame, people: &[Invented], asked: &Asked) -> Markup {
    let l = frame.lang;
    page(
        frame,
        l.t("eid.demonstration"),
        html! {
            h1 { (l.t("eid.demonstration")) }
            (note(Tone::Soon, &html! { p { (l.t("eid.demonstration-says")) } }))
            @for one in people {
                form.card method="post" action="/sign-in/demonstration" {
                    input type="hidden" name="state" value=(asked.state);
                    input type="hidden" name="challenge" value=(asked.challenge);
                    input type="hidden" name="person" value=(one.proven.subject);
                    h2 { (one.proven.account_name()) }
                    p.flush { (whose(l, &one.proven)) " " (tag(Tone::Plain, level_words(l, one.proven.level))) }
                    p.small.muted { (one.says) }
                    p.flush { button.btn type="submit" { (l.f("eid.as", &[("name", &one.proven.account_name())])) } }
                }
            }
        },
    )
}

/// `Công dân`, or for whom the person speaks and as what.
pub fn whose(l: Lang, proven: &Proven) -> String {
    match &proven.organisation {
        None => l.t("who.citizen").to_owned(),
        Some(organisation) if organisation.role.is_empty() => {
            l.f("eid.speaks", &[("name", &proven.name)])
        }
        Some(organisation) => l.f(
            "eid.speaks-as",
            &[("name", &proven.name), ("role", &organisation.role)],
        ),
    }
}
