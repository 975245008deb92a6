//! The account of a resident: cases and drafts, the person's own papers, what the city knows and who looked,
//! consents, sessions. Every page is of whoever is signed in; no address here names a person.

mod data;
mod drafts;
mod home;
mod papers;
mod rights;
mod sessions;

use axum::routing::{get, post};
use maud::{Markup, html};
use rules::duty::Act;
use rules::ids::PersonId;
use rules::person::Person;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::text::Lang;
use crate::ui::{Frame, page};
use crate::visit::Visit;

/// The doors of the account; `/account` itself is everybody's (`sign_in::account`).
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/account/data", get(data::get).duty(Act::ReadMine))
        .door(
            "/account/drafts/{name}",
            get(drafts::resume).post(drafts::drop).duty(Act::ReadMine),
        )
        .door(
            "/account/papers",
            get(papers::get).post(papers::add).duty(Act::ReadMine),
        )
        .door(
            "/account/papers/{id}",
            get(papers::file).duty(Act::ReadMine),
        )
        .door(
            "/account/papers/{id}/remove",
            post(papers::remove).duty(Act::ReadMine),
        )
        .door(
            "/account/papers/{id}/share",
            post(papers::share).duty(Act::ReadMine),
        )
        .door("/account/shares/end", post(papers::end).duty(Act::ReadMine))
        .door("/shared/{code}", get(papers::shared).duty(Act::ReadPublic))
        .door(
            "/shared/{code}/file",
            get(papers::shared_file).duty(Act::ReadPublic),
        )
        .door(
            "/account/consents",
            get(rights::get).post(rights::post).duty(Act::ReadMine),
        )
        .door("/account/sessions", get(sessions::get).duty(Act::ReadMine))
        .door(
            "/account/sessions/end",
            post(sessions::end).duty(Act::ReadMine),
        )
}

pub use home::get as home;

/// The resident who is signed in: officials have an account too, but no pages here.
fn me(visit: &Visit) -> Result<PersonId, Failure> {
    match &visit.person {
        Person::Resident { id, .. } => Ok(*id),
        Person::Nobody | Person::Bearer { .. } | Person::Official(_) => Err(Failure::NotFound),
    }
}

/// A page of the account under its tabs.
pub(crate) fn room(frame: &Frame, here: &str, title: &str, body: &Markup) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        title,
        html! {
            h1 { (title) }
            (tabs(l, here))
            (body)
        },
    )
}

fn tabs(l: Lang, here: &str) -> Markup {
    let all = [
        ("/account", l.t("account.home")),
        ("/notices", l.t("notices.title")),
        ("/account/papers", l.t("account.papers")),
        ("/account/data", l.t("account.data")),
        ("/account/consents", l.t("account.consents")),
        ("/account/sessions", l.t("account.sessions")),
    ];
    html! {
        nav.tabs aria-label=(l.t("account.title")) {
            ul { @for (to, words) in all { li { a href=(to) aria-current=[(to == here).then_some("page")] { (words) } } } }
        }
    }
}
