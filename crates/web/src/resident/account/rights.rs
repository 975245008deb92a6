//! What I agreed to, what I ask about my data. Nothing is agreed to beforehand; each line says what it is for and
//! can be taken back as easily as it was given.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use store::Consent;

use super::{me, room};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::parties::Purpose;
use crate::redirect;
use crate::say;
use crate::ui::parts::{Tone, link_button, tag};
use crate::visit::Visit;

/// The service by which one asks to see, correct or erase one's data.
const REQUEST: &str = "personal-data.request";

/// `GET /account/consents`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, id) = (visit.lang, me(&visit)?);
    let given = hall.reader().consents_of(id).await?;
    let purposes = &hall.parties().purposes;
    let stands = |purpose: &Purpose| {
        given
            .iter()
            .find(|one| one.purpose == purpose.code && one.withdrawn.is_none())
    };
    let offered = hall
        .law()
        .catalogue
        .current(REQUEST, hall.today()?)
        .is_some();
    let body = html! {
        p { (l.t("consent.says")) }
        @for purpose in purposes {
            @let now = stands(purpose);
            form.card method="post" {
                h2 { (purpose.name.get(l.code())) }
                p { (purpose.words.get(l.code())) }
                input type="hidden" name="purpose" value=(purpose.code);
                @match now {
                    Some(consent) => {
                        p { (tag(Tone::Done, l.t("consent.yes"))) " " span.small.muted { (l.f("consent.given", &[("at", &say::moment(l, consent.given)), ("version", &consent.version)])) } }
                        @if consent.version < purpose.version { p.small { (l.t("consent.newer")) } }
                        p.acts {
                            @if consent.version < purpose.version { button.btn type="submit" name="_go" value="give" { (l.t("consent.give")) } }
                            button.btn type="submit" name="_go" value="withdraw" { (l.t("consent.withdraw")) span.hidden-words { " " (purpose.name.get(l.code())) } }
                        }
                    }
                    None => {
                        p { (tag(Tone::Plain, l.t("consent.no"))) }
                        p.flush { button.btn type="submit" name="_go" value="give" { (l.t("consent.give")) span.hidden-words { " " (purpose.name.get(l.code())) } } }
                    }
                }
            }
        }
        @if !given.is_empty() {
            section aria-labelledby="history" {
                h2 #history { (l.t("consent.history")) }
                ul.list { @for one in &given { li { (told(&visit, purposes, one)) } } }
            }
        }
        section aria-labelledby="ask" {
            h2 #ask { (l.t("consent.ask")) }
            p { (l.t("consent.ask-says")) }
            @if offered { p.acts { (link_button(&format!("/apply/{REQUEST}"), l.t("consent.ask-go"), "")) } }
        }
    };
    Ok(room(
        &visit.frame(),
        "/account/consents",
        l.t("account.consents"),
        &body,
    ))
}

fn told(visit: &Visit, purposes: &[Purpose], one: &Consent) -> Markup {
    let l = visit.lang;
    let named = purposes.iter().find(|purpose| purpose.code == one.purpose);
    let name = named.map_or(one.purpose.as_str(), |purpose| purpose.name.get(l.code()));
    html! {
        b { (name) } br;
        span.small.muted {
            (l.f("consent.given", &[("at", &say::moment(l, one.given)), ("version", &one.version)]))
            @if let Some(at) = one.withdrawn { " · " (l.f("consent.withdrawn", &[("at", &say::moment(l, at))])) }
            br; span.break { "SHA-256 " (one.words_hash) }
        }
    }
}

/// `POST /account/consents`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let id = me(&visit)?;
    let purposes = &hall.parties().purposes;
    let purpose = purposes
        .iter()
        .find(|one| one.code == posted.get("purpose"));
    let purpose = purpose.ok_or(Failure::Unreadable)?;
    match posted.get("_go") {
        "give" => {
            let words = purpose.words.get(visit.lang.code());
            hall.city()
                .give_consent(id, &purpose.code, purpose.version, words)
                .await?;
        }
        "withdraw" => hall.city().withdraw_consent(id, &purpose.code).await?,
        _ => return Err(Failure::Unreadable),
    }
    Ok(redirect::to("/account/consents").into_response())
}
