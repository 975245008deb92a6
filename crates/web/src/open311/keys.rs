//! Keys of programs: given, shown once, ended.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note, tag};
use crate::visit::Visit;

const MOST_PER_MINUTE: u32 = 6000;
const LONGEST: usize = 200;

/// What was typed, given back with what is wrong with it.
#[derive(Default)]
struct Typed {
    name: String,
    contact: String,
    per_minute: String,
    wrong: Vec<&'static str>,
    /// The key just made; nobody sees it again.
    given: Option<String>,
}

/// `GET /admin/api-keys`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let typed = Typed {
        per_minute: "60".into(),
        ..Typed::default()
    };
    draw(&hall, &visit, &typed).await
}

/// `POST /admin/api-keys`
pub async fn give(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let mut typed = Typed {
        name: posted.get("name").trim().to_owned(),
        contact: posted.get("contact").trim().to_owned(),
        per_minute: posted.get("per_minute").trim().to_owned(),
        ..Typed::default()
    };
    let long = |text: &str| text.is_empty() || text.chars().count() > LONGEST;
    let per_minute = typed
        .per_minute
        .parse()
        .ok()
        .filter(|n| (1..=MOST_PER_MINUTE).contains(n));
    let wrong = [
        (long(&typed.name), "name"),
        (long(&typed.contact), "contact"),
        (per_minute.is_none(), "per-minute"),
    ];
    typed.wrong = wrong
        .iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, what)| *what)
        .collect();
    let Some(per_minute) = per_minute.filter(|_| typed.wrong.is_empty()) else {
        let again = draw(&hall, &visit, &typed).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let key = hall
        .city()
        .give_api_key(&visit.person, &typed.name, &typed.contact, per_minute)
        .await?;
    let typed = Typed {
        per_minute: "60".into(),
        given: Some(key),
        ..Typed::default()
    };
    Ok(draw(&hall, &visit, &typed).await?.into_response())
}

/// `POST /admin/api-keys/end`
pub async fn end(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Redirect, Failure> {
    let mut hash = [0; 32];
    hex::decode_to_slice(posted.get("key"), &mut hash).map_err(|_| Failure::Unreadable)?;
    hall.city().end_api_key(&visit.person, hash).await?;
    Ok(redirect::to("/admin/api-keys"))
}

async fn draw(hall: &Hall, visit: &Visit, typed: &Typed) -> Result<Markup, Failure> {
    let l = visit.lang;
    let keys = hall.reader().api_keys().await?;
    let field = |name: &'static str, code: &'static str, value: &str| {
        let wrong = typed.wrong.contains(&code);
        html! {
            div.field.wrong[wrong] {
                label for=(name) { (l.of("api-keys", code, &[])) }
                @if wrong { p.says id={ "wrong-" (name) } { (l.of("api-keys-wrong", code, &[])) } }
                input #(name) name=(name) value=(value) required aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then(|| format!("wrong-{name}"))];
            }
        }
    };
    Ok(page(
        &visit.frame(),
        l.t("api-keys.title"),
        html! {
            h1 { (l.t("api-keys.title")) }
            p { (l.t("api-keys.says")) " " a href="/open311" { (l.t("open311.title")) } }
            @if let Some(key) = &typed.given {
                (note(Tone::Done, &html! { p { (l.t("api-keys.given")) } p { code.code { (key) } } }))
            }
            form method="post" action="/admin/api-keys" {
                (field("name", "name", &typed.name))
                (field("contact", "contact", &typed.contact))
                (field("per_minute", "per-minute", &typed.per_minute))
                button.btn.go type="submit" { (l.t("api-keys.give")) }
            }
            h2 { (l.t("api-keys.all")) }
            @if keys.is_empty() { (empty(l.t("api-keys.none"), &html! {})) }
            @else {
                ul.list {
                    @for key in &keys {
                        li {
                            div {
                                b { (key.name) }
                                span { (key.contact) " · " (l.f("api-keys.limit", &[("n", &key.per_minute)])) " · " (l.t("api-keys.since")) " " (say::date(key.made)) }
                            }
                            @match key.ended {
                                Some(at) => (tag(Tone::Plain, &format!("{} {}", l.t("api-keys.ended"), say::date(at)))),
                                None => form method="post" action="/admin/api-keys/end" {
                                    input type="hidden" name="key" value=(hex::encode(key.hash));
                                    button.btn type="submit" { (l.t("api-keys.end")) span.hidden-words { " " (key.name) } }
                                },
                            }
                        }
                    }
                }
            }
        },
    ))
}
