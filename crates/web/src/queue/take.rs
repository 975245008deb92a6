//! Taking a number from afar: which desk, what for, and what to expect before one sets out.

use actions::ActionError;
use actions::queue::TakeNumber;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::counter::is_desk;
use serde::Deserialize;
use service::fold::fold;

use super::{Today, minutes, refusal_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, crumbs, empty, figures, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// What is sent for a number.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Taken {
    pub key: String,
    pub purpose: String,
    pub priority: String,
}

/// `GET /queue?q=…`: the desks of the city, with how many wait.
pub async fn desks(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let waiting = hall.reader().queues_waiting(today).await?;
    let waits = |desk: &str| {
        waiting
            .iter()
            .find(|(code, _)| code == desk)
            .map_or(0, |(_, n)| *n)
    };
    let wanted = fold(&asked.q);
    let mut desks: Vec<_> = law
        .organisation
        .units_on(today)
        .filter(|unit| {
            is_desk(unit)
                && wanted
                    .split(' ')
                    .all(|word| fold(&unit.name).contains(word))
        })
        .collect();
    desks.sort_by_key(|unit| {
        (
            unit.kind != "city-desk",
            service::fold::place_key(&unit.name),
        )
    });
    Ok(page(
        &visit.frame().narrow(),
        l.t("queue.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (l.t("queue.title")) }
            p { (l.t("queue.says")) }
            form action="/queue" role="search" {
                div.field {
                    label for="q" { (l.t("queue.which")) }
                    div.search { input type="search" id="q" name="q" value=(asked.q) autocomplete="off"; button type="submit" { (l.t("queue.find")) } }
                }
            }
            @if desks.is_empty() { (empty(&l.f("queue.none", &[("words", &asked.q)]), &html! { a href="/queue" { (l.t("queue.all")) } })) }
            ul.list.links-list { @for desk in &desks {
                li { a href={ "/queue/" (desk.code) } { b { (desk.name) } span { (l.n("queue.wait", i64::from(waits(&desk.code)), &[])) } } }
            } }
        },
    ))
}

/// `GET /queue/{desk}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(desk): Path<String>,
) -> Result<Markup, Failure> {
    let taken = Taken {
        key: hall.city().new_token(),
        ..Taken::default()
    };
    draw(&hall, &visit, &desk, &taken, None).await
}

/// `POST /queue/{desk}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(desk): Path<String>,
    Form(taken): Form<Taken>,
) -> Result<Response, Failure> {
    match take(&hall, visit.lang, &desk, &taken, true).await? {
        Given::Number(token) => Ok(redirect::to(&format!("/queue/ticket/{token}")).into_response()),
        Given::None(why) => {
            let again = draw(&hall, &visit, &desk, &taken, Some(&why)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

/// A number by the token of its page, or the sentence that says why there is none.
pub(super) enum Given {
    Number(String),
    None(String),
}

pub(super) async fn take(
    hall: &Hall,
    l: Lang,
    desk: &str,
    taken: &Taken,
    afar: bool,
) -> Result<Given, Failure> {
    let take = TakeNumber {
        desk: desk.to_owned(),
        purpose: taken.purpose.clone(),
        priority: Some(taken.priority.clone()).filter(|code| !code.is_empty()),
        afar,
        key: taken.key.clone(),
    };
    match hall.city().take_number(take).await {
        Ok(token) => Ok(Given::Number(token)),
        Err(error) => Ok(Given::None(why(l, error)?)),
    }
}

/// The sentence for the person; what is not theirs to mend goes on.
pub(super) fn why(l: Lang, error: ActionError) -> Result<String, Failure> {
    match error {
        ActionError::Queue(refusal) => Ok(refusal_words(l, &refusal)),
        other => Err(other.into()),
    }
}

/// The form that asks for a number, as long as the desk gives any.
pub(super) fn asking(
    l: Lang,
    gives: bool,
    address: &str,
    taken: &Taken,
    wrong: Option<&str>,
    choices: &Markup,
) -> Markup {
    html! {
        @if gives {
            form method="post" action=(address) {
                input type="hidden" name="key" value=(taken.key);
                (choices)
            }
        } @else if wrong.is_none() {
            (note(Tone::Soon, &html! { p { (l.t("queue.no-numbers-now")) } }))
        }
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    desk: &str,
    taken: &Taken,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, today) = (visit.lang, Today::of(hall, desk).await?);
    let law = hall.law();
    let gives = law.counter.gives_numbers(&today.hours, today.time);
    let so_far = today.figures();
    let figure = |name: &str, value: String| Figure {
        name: name.to_owned(),
        value,
        bad: false,
        link: None,
        drawing: None,
    };
    let choices = html! {
        fieldset.field {
            legend { (l.t("queue.what-for")) }
            @for purpose in &law.counter.purpose {
                label.pick { input type="radio" name="purpose" value=(purpose.code) required checked[purpose.code == taken.purpose]; span { (purpose.label(l.code())) } }
            }
        }
        (priorities(l, &law.counter.priority, &taken.priority))
        p.acts { button.btn.go type="submit" { (l.t("queue.take")) } }
    };
    Ok(page(
        &visit.frame().narrow(),
        &today.desk.name,
        html! {
            (crumbs(l, &[("/", l.t("nav.home")), ("/queue", l.t("queue.title"))]))
            h1 { (today.desk.name) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            p { b { (today.open_words(l)) } }
            div data-live="queue" data-live-from={ "/queue/" (today.desk.code) "/live" } {
                (figures(&[
                    figure(l.t("queue.waiting-now"), today.waiting().to_string()),
                    figure(l.t("queue.median-wait"), minutes(l, so_far.median_wait)),
                    figure(l.t("queue.nine-of-ten-wait"), minutes(l, so_far.nine_of_ten_wait)),
                ]))
            }
            (asking(l, gives, &format!("/queue/{}", today.desk.code), taken, wrong, &choices))
            @if gives { p.small.muted.space { (l.t("queue.take-says")) } }
        },
    ))
}

pub(super) fn priorities(l: Lang, priorities: &[rules::counter::Priority], chosen: &str) -> Markup {
    html! {
        fieldset.field {
            legend { (l.t("queue.priority")) }
            p.help { (l.t("queue.priority-says")) }
            label.pick { input type="radio" name="priority" value="" checked[chosen.is_empty()]; span { (l.t("queue.no-priority")) } }
            @for one in priorities {
                label.pick { input type="radio" name="priority" value=(one.code) checked[one.code == chosen]; span { (one.label(l.code())) } }
            }
        }
    }
}
