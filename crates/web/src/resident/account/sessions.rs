//! Where I am signed in, and signing out elsewhere.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::ids::PersonId;
use rules::person::Person;

use super::room;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::session::token;
use crate::ui::page;
use crate::ui::parts::{Tone, tag};
use crate::visit::Visit;

/// Officials sign in on other people's machines too: this page is theirs as well.
fn whose(visit: &Visit) -> Result<PersonId, Failure> {
    match &visit.person {
        Person::Resident { id, .. } => Ok(*id),
        Person::Official(official) => Ok(official.id),
        Person::Nobody | Person::Bearer { .. } => Err(Failure::NotFound),
    }
}

/// `GET /account/sessions`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let mine = token(&headers).map(|token| actions::secret::token_hash(&token));
    let sessions = hall.reader().sessions(whose(&visit)?, hall.now()).await?;
    let others = sessions.iter().any(|s| Some(s.token_hash) != mine);
    let body = html! {
        p { (l.t("account.sessions-says")) }
        ul.list {
            @for session in &sessions {
                @let here = Some(session.token_hash) == mine;
                li {
                    b { (browser(&session.agent)) } " " @if here { (tag(Tone::Run, l.t("account.this-one"))) }
                    br; span.small.muted { (l.f("account.signed-in", &[("at", &say::moment(l, session.created)), ("until", &say::moment(l, session.expires))])) }
                    @if !here {
                        form method="post" action="/account/sessions/end" {
                            input type="hidden" name="which" value=(actions::resident::session_name(session));
                            p.flush { button.btn type="submit" { (l.t("account.end")) span.hidden-words { " " (browser(&session.agent)) ", " (say::moment(l, session.created)) } } }
                        }
                    }
                }
            }
        }
        @if others {
            form method="post" action="/account/sessions/end" { p.acts { button.btn type="submit" { (l.t("account.end-others")) } } }
        }
    };
    let title = l.t("account.sessions");
    Ok(match visit.person {
        Person::Resident { .. } => room(&visit.frame(), "/account/sessions", title, &body),
        _ => page(
            &visit.frame().narrow(),
            title,
            html! { h1 { (title) } (body) },
        ),
    })
}

/// `POST /account/sessions/end`: the one that is named, or all others.
pub async fn end(
    State(hall): State<Hall>,
    visit: Visit,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let which = Some(posted.get("which")).filter(|which| !which.is_empty());
    let token = token(&headers).unwrap_or_default();
    hall.city()
        .end_sessions(whose(&visit)?, which, &token)
        .await?;
    Ok(redirect::to("/account/sessions").into_response())
}

/// The browser and machine in an agent's words, as far as a person knows them by name.
fn browser(agent: &str) -> String {
    let named = |all: &[(&str, &'static str)]| {
        let found = all.iter().find(|(part, _)| agent.contains(part));
        found.map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("coc_coc_browser", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let machine = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, machine) {
        (Some(browser), Some(machine)) => format!("{browser} · {machine}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let phone = "Mozilla/5.0 (Linux; Android 14; SM-A145) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
        assert_eq!(browser(phone), "Chrome · Android");
        let tablet = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(tablet), "Safari · iPad");
        assert_eq!(browser("testkit (a)"), "testkit (a)");
    }
}
