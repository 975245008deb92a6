//! A clerk's side of the queue: call, call again, not there, send on, done. One form, one key for the next one.

use actions::ActionError;
use actions::queue::Call;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::counter::queue::State as Is;
use rules::counter::{Counter, is_desk};
use rules::organisation::Unit;
use serde::Deserialize;
use store::Ticket;

use super::inbox::official;
use super::posted::Posted;
use crate::error::Failure;
use crate::hall::Hall;
use crate::queue::{Today, hour, minutes, refusal_words};
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, crumbs, empty, figures, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub desk: String,
    pub counter: Option<u32>,
    pub said: String,
}

/// The one-stop desks where this official sits, in the order of their seats.
///
/// # Errors
/// Where nobody is signed in or the city has no calendar.
pub fn desks(hall: &Hall, visit: &Visit) -> Result<Vec<Unit>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let seats = official(&visit.person)?.seats.iter();
    let units = seats.filter_map(|seat| law.organisation.unit(&seat.unit, today));
    Ok(units.filter(|unit| is_desk(unit)).cloned().collect())
}

/// The desk that the address names, or one's first.
///
/// # Errors
/// [`Failure::NotFound`] where one does not sit at it.
pub fn desk(hall: &Hall, visit: &Visit, asked: &str) -> Result<Unit, Failure> {
    let mut desks = desks(hall, visit)?.into_iter();
    let found = match asked {
        "" => desks.next(),
        asked => desks.find(|desk| desk.code == asked),
    };
    found.ok_or(Failure::NotFound)
}

/// `GET /desk/queue?desk=…&counter=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let wrong = (asked.said == "nobody").then(|| visit.lang.t("queue-call.nobody").to_owned());
    draw(&hall, &visit, &asked.desk, asked.counter, wrong.as_deref()).await
}

/// `POST /desk/queue`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let desk = posted.get("desk").to_owned();
    let counter = posted.number("counter").ok_or(Failure::Unreadable)?;
    let call = call(&posted).ok_or(Failure::Unreadable)?;
    let next = call == Call::Next;
    let here = format!("/desk/queue?desk={desk}&counter={counter}");
    match hall.city().call(&visit.person, &desk, counter, call).await {
        Ok(None) if next => Ok(redirect::to(&format!("{here}&said=nobody")).into_response()),
        Ok(_) => Ok(redirect::to(&here).into_response()),
        Err(ActionError::Queue(refusal)) => {
            let why = refusal_words(visit.lang, &refusal);
            let again = draw(&hall, &visit, &desk, Some(counter), Some(&why)).await?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn call(posted: &Posted) -> Option<Call> {
    let number = posted.number("number");
    Some(match posted.get("do") {
        "next" => Call::Next,
        "again" => Call::Again { number: number? },
        "done" => Call::Done { number: number? },
        "absent" => Call::Absent { number: number? },
        "back" => Call::Back { number: number? },
        "send" => Call::SendOn {
            number: number?,
            purpose: posted.get("purpose").to_owned(),
            counter: posted.number("to"),
        },
        _ => return None,
    })
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    asked: &str,
    counter: Option<u32>,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let mine = desks(hall, visit)?;
    let desk = desk(hall, visit, asked)?;
    let today = Today::of(hall, &desk.code).await?;
    let rules = &law.counter;
    let counter = counter.filter(|n| (1..=rules.queue.counters).contains(n));
    let title = match counter {
        Some(n) => l.f("queue.counter", &[("n", &n)]),
        None => l.t("queue-call.title").to_owned(),
    };
    Ok(page(
        &visit.frame(),
        &title,
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (title) }
            p.muted { (desk.name) " · " (today.open_words(l)) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Soon, &html! { p { (wrong) } })) } }
            @match counter {
                None => {
                    p { (l.t("queue-call.which")) }
                    div.touch { @for n in 1..=rules.queue.counters { a.btn href={ "/desk/queue?desk=" (desk.code) "&counter=" (n) } { (l.f("queue.counter", &[("n", &n)])) } } }
                },
                Some(counter) => div.split {
                    div data-live="calling" data-live-from={ "/queue/" (desk.code) "/live" } { (calling(l, rules, &today, counter)) }
                    aside data-live="waiting" { (beside(l, rules, &today, counter)) }
                },
            }
            @if mine.len() > 1 {
                h2 { (l.t("queue-call.other-desks")) }
                ul.list.links-list { @for other in mine.iter().filter(|one| one.code != desk.code) { li { a href={ "/desk/queue?desk=" (other.code) } { b { (other.name) } } } } }
            }
            p.small.space { a href={ "/queue/" (desk.code) "/screen" } { (l.t("queue-call.screen")) } " · " a href={ "/queue/" (desk.code) "/kiosk" } { (l.t("queue-call.kiosk")) } " · " a href={ "/desk/waiting?desk=" (desk.code) } { (l.t("waiting.title")) } }
        },
    ))
}

fn hidden(today: &Today, counter: u32, number: Option<u32>) -> Markup {
    html! {
        input type="hidden" name="desk" value=(today.desk.code);
        input type="hidden" name="counter" value=(counter);
        @if let Some(number) = number { input type="hidden" name="number" value=(number); }
    }
}

/// The number at this counter, and the next.
fn calling(l: Lang, rules: &Counter, today: &Today, counter: u32) -> Markup {
    let here = today
        .queue
        .iter()
        .find(|one| one.state == Is::Called && one.counter == Some(counter));
    html! {
        @match here {
            Some(ticket) => section.card.mark-river {
                p.small.muted.flush { (l.t("queue-call.here")) }
                p.queue-number { (rules.ticket(&ticket.purpose, ticket.number)) }
                (about(l, rules, ticket))
                form method="post" action="/desk/queue" {
                    (hidden(today, counter, Some(ticket.number)))
                    p.acts {
                        a.btn.go href={ "/desk/receive?desk=" (today.desk.code) "&ticket=" (ticket.number) } { (l.t("queue-call.receive")) }
                        button.btn type="submit" name="do" value="again" { (l.f("queue-call.again", &[("n", &ticket.calls)])) }
                        button.btn type="submit" name="do" value="done" { (l.t("queue-call.done")) }
                        button.btn.stop type="submit" name="do" value="absent" { (l.t("queue-call.absent")) }
                    }
                }
                details.more.space {
                    summary { (l.t("queue-call.send")) }
                    form method="post" action="/desk/queue" {
                        (hidden(today, counter, Some(ticket.number)))
                        div.field { label for="purpose" { (l.t("queue.what-for")) } select id="purpose" name="purpose" {
                            @for one in &rules.purpose { option value=(one.code) selected[one.code == ticket.purpose] { (one.label(l.code())) } }
                        } }
                        div.field { label for="to" { (l.t("queue-call.to")) } select.shorter id="to" name="to" {
                            option value="" { (l.t("queue-call.any")) }
                            @for n in 1..=rules.queue.counters { option value=(n) { (l.f("queue.counter", &[("n", &n)])) } }
                        } }
                        p { button.btn type="submit" name="do" value="send" { (l.t("queue-call.send-now")) } }
                    }
                }
            },
            None => (empty(l.t("queue-call.free"), &html! {})),
        }
        form method="post" action="/desk/queue" {
            (hidden(today, counter, None))
            p.acts { button.btn.go[here.is_none()] type="submit" name="do" value="next" data-key="n" accesskey="n" { (if here.is_some() { l.t("queue-call.done-next") } else { l.t("queue-call.next") }) " " kbd { "n" } } }
        }
    }
}

fn about(l: Lang, rules: &Counter, ticket: &Ticket) -> Markup {
    html! {
        p { (rules.purpose(&ticket.purpose).map_or("", |one| one.label(l.code())))
            @if let Some(code) = &ticket.priority { " · " b { (rules.priority(code).map_or(code.as_str(), |one| one.label(l.code()))) } }
            @if ticket.afar { " · " (l.t("queue-call.afar")) }
            br; span.small.muted { (l.f("queue-call.waited", &[("time", &minutes(l, Some(ticket.waited))), ("at", &hour(say::zoned(ticket.taken).time()))])) }
        }
    }
}

fn beside(l: Lang, rules: &Counter, today: &Today, counter: u32) -> Markup {
    let so_far = today.figures();
    let waiting = actions::queue::waiting(&today.queue);
    let absent: Vec<&Ticket> = today
        .queue
        .iter()
        .filter(|one| one.state == Is::Absent)
        .collect();
    let figure = |name: &str, value: String| Figure {
        name: name.to_owned(),
        value,
        bad: false,
        link: None,
        drawing: None,
    };
    html! {
        (figures(&[
            figure(l.t("queue.waiting-now"), waiting.len().to_string()),
            figure(l.t("queue.median-wait"), minutes(l, so_far.median_wait)),
        ]))
        @if !waiting.is_empty() { section.card {
            h2 { (l.t("queue-call.waiting")) }
            ul.list.flush { @for one in waiting.iter().take(12) { li {
                b { (rules.ticket(&one.purpose, one.number)) } " " span.small.muted { (rules.purpose(&one.purpose).map_or("", |p| p.label(l.code()))) }
                @if one.priority { " " span.tag { (l.t("queue-call.first")) } }
            } } }
        } }
        @if !absent.is_empty() { section.card {
            h2 { (l.t("queue-call.were-absent")) }
            ul.list.flush { @for one in absent.iter().rev().take(6) { li {
                form.row.between method="post" action="/desk/queue" {
                    (hidden(today, counter, Some(one.number)))
                    b { (rules.ticket(&one.purpose, one.number)) }
                    button.btn.quiet type="submit" name="do" value="back" { (l.t("queue-call.back")) }
                }
            } } }
        } }
    }
}
