//! Signing in and out. The demonstration shows its accounts here; a real city shows none.

use std::net::SocketAddr;

use actions::ActionError;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use axum_extra::extract::cookie::CookieJar;
use maud::{Markup, html};
use rules::duty::{Act, may};
use rules::person::{Person, Power};
use serde::Deserialize;

use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::resident;
use crate::session;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::{Visit, local};

#[derive(Deserialize, Default)]
pub struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
pub struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// `GET /sign-in`
pub async fn show(State(hall): State<Hall>, visit: Visit, Query(back): Query<Back>) -> Markup {
    form(&hall, &visit, "", &back.back, None)
}

/// `POST /sign-in`
pub async fn sign_in(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let source = connect.map_or_else(
        || "local".to_owned(),
        |Extension(ConnectInfo(at))| at.ip().to_string(),
    );
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let l = visit.lang;
    let wrong = |status: StatusCode, words: String| {
        (
            status,
            form(&hall, &visit, &typed.login, &typed.back, Some(&words)),
        )
            .into_response()
    };
    match hall
        .city()
        .sign_in(&typed.login, &typed.password, &source, agent)
        .await
    {
        Ok(signed_in) => {
            let to = match local(&typed.back) {
                "/" => home_of(&signed_in.person),
                back => back,
            };
            let jar = jar.add(session::cookie(signed_in.token, hall.secure()));
            Ok((jar, redirect::to(to)).into_response())
        }
        Err(ActionError::WrongPassword) => Ok(wrong(
            StatusCode::UNPROCESSABLE_ENTITY,
            l.t("sign-in.wrong").to_owned(),
        )),
        Err(ActionError::TooMany { minutes }) => Ok(wrong(
            StatusCode::TOO_MANY_REQUESTS,
            l.f("sign-in.wait", &[("minutes", &minutes.to_string())]),
        )),
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-out`
pub async fn sign_out(
    State(hall): State<Hall>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failure> {
    if let Some(token) = session::token(&headers) {
        hall.city().sign_out(&token).await?;
    }
    Ok((jar.add(session::no_cookie()), redirect::to("/")).into_response())
}

/// `GET /account`
pub async fn account(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let standing = crate::authority::staff::mine(&hall, &visit.person, l).await?;
    let manages = may(&visit.person, &Act::ManageStaff, None).is_ok();
    let (name, seats) = match &visit.person {
        Person::Official(official) => (official.name.as_str(), official.seats.as_slice()),
        Person::Resident { .. } => return resident::account::home(&hall, &visit).await,
        Person::Nobody | Person::Bearer { .. } => ("", &[][..]),
    };
    Ok(page(
        &visit.frame().narrow(),
        l.t("sign-in.account"),
        html! {
            h1 { (name) }
            (standing)
            @if !seats.is_empty() {
                h2 { (l.t("sign-in.seats")) }
                ul.list { @for seat in seats { li { (seat.unit) " · " (l.of("post", post_word(seat.post), &[])) } } }
            }
            @if matches!(&visit.person, Person::Official(official) if official.powers.contains(&Power::Administrator)) {
                p { a href="/registers" { (l.t("registers.title")) } }
            }
            p { a href="/account/sessions" { (l.t("account.sessions")) } }
            @if !seats.is_empty() {
                ul.list.links-list {
                    li { a href="/authority" { b { (l.t("authority.title")) } span { (l.t("authority.link-says")) } } }
                    @if manages { li { a href="/staff" { b { (l.t("staff.title")) } span { (l.t("staff.says")) } } } }
                }
            }
            form method="post" action="/sign-out" {
                button.btn type="submit" { (l.t("sign-in.out")) }
            }
        },
    ))
}

fn post_word(post: service::definition::Post) -> &'static str {
    match post {
        service::definition::Post::Staff => "staff",
        service::definition::Post::DeputyHead => "deputy-head",
        service::definition::Post::Head => "head",
    }
}

/// Where a day's work begins.
fn home_of(person: &Person) -> &'static str {
    match person {
        Person::Official(official) if official.powers.contains(&Power::Leader) => "/league",
        Person::Official(official) if official.powers.contains(&Power::Accountant) => "/payments",
        Person::Official(official) if official.powers.contains(&Power::Administrator) => "/admin",
        Person::Official(official) if official.powers.contains(&Power::Moderator) => "/moderation",
        Person::Official(official) if official.powers.contains(&Power::Inspector) => "/looks",
        Person::Official(_) => "/inbox",
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => "/",
    }
}

fn form(hall: &Hall, visit: &Visit, login: &str, back: &str, wrong: Option<&str>) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("sign-in.title"),
        html! {
            h1 { (l.t("sign-in.title")) }
            @if let Some(words) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (words) } })) } }
            @if hall.parties().identity.is_some() {
                h2 { (l.t("sign-in.residents")) }
                (resident::identity::invitation(hall, l, back))
                h2 { (l.t("sign-in.officials")) }
            }
            p { (l.t("sign-in.who")) }
            form.stack method="post" action="/sign-in" {
                input type="hidden" name="back" value=(local(back));
                div.field {
                    label for="login" { (l.t("sign-in.login")) }
                    input #login name="login" value=(login) autocomplete="username" autocapitalize="none" required;
                }
                div.field {
                    label for="password" { (l.t("sign-in.password")) }
                    input #password name="password" type="password" autocomplete="current-password" required;
                }
                button.btn.go[hall.parties().identity.is_none()] type="submit" { (l.t("sign-in.in")) }
            }
            @if !hall.shown().accounts.is_empty() {
                h2 { (l.t("sign-in.shown")) }
                p { (l.t("sign-in.shown-password")) " " code { (hall.shown().password) } }
                ul.list {
                    @for account in &hall.shown().accounts {
                        li { code { (account.login) } " · " (account.says) }
                    }
                }
            }
        },
    )
}
