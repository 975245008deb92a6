//! A number in its holder's hand: how many come before, to which counter when it is called. Whoever has the link
//! has the number; nothing else is told.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use rules::counter::queue::{State as Is, ahead};
use serde::Deserialize;
use store::Ticket;

use super::take::why;
use super::{Today, hour, minutes};
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::say;
use crate::ui::parts::{Tone, note};
use crate::ui::{Frame, Width, page};
use crate::visit::Visit;

/// Seconds that a kiosk shows a number.
const SHOWN: u32 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `kiosk`: shown on the touch screen, which goes back by itself.
    at: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    at: String,
}

/// `GET /queue/ticket/{token}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let kiosk = asked.at == "kiosk";
    let (ticket, drawn) = draw(&hall, &visit, &token, kiosk, None).await?;
    let again = match kiosk {
        true => format!("{SHOWN}; url=/queue/{}/kiosk", ticket.desk),
        // Without script the page still moves.
        false => "30".to_owned(),
    };
    Ok(([("refresh", again)], drawn).into_response())
}

/// `POST /queue/ticket/{token}`: its holder does not wait any longer.
pub async fn leave(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    match hall.city().leave_queue(&token).await {
        Ok(()) => Ok(redirect::to(&format!("/queue/ticket/{token}")).into_response()),
        Err(error) => {
            let why = why(visit.lang, error)?;
            let (_, again) = draw(&hall, &visit, &token, sent.at == "kiosk", Some(&why)).await?;
            Ok((axum::http::StatusCode::CONFLICT, again).into_response())
        }
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    token: &str,
    kiosk: bool,
    wrong: Option<&str>,
) -> Result<(Ticket, Markup), Failure> {
    let (l, law) = (visit.lang, hall.law());
    let found = hall
        .reader()
        .ticket(&actions::secret::token_hash(token))
        .await?;
    let ticket = found.ok_or(Failure::NotFound)?;
    let today = Today::of(hall, &ticket.desk).await?;
    let number = law.counter.ticket(&ticket.purpose, ticket.number);
    let old = ticket.day != today.day;
    let link = hall.link(&format!("/queue/ticket/{token}"));
    let qr = papers::qr::svg(&link, &l.f("queue.ticket-qr", &[("number", &number)]));
    let frame = match kiosk {
        true => Frame {
            width: Width::Kiosk,
            ..visit.frame()
        },
        false => visit.frame().narrow(),
    };
    let title = l.f("queue.your-number", &[("number", &number)]);
    let drawn = page(
        &frame,
        &title,
        html! {
            h1.hidden-words { (title) }
            div.card.slip {
                p.small.muted.flush { (l.t("queue.number")) }
                p.queue-number { (number) }
                p { (today.desk.name) br; span.small.muted { (law.counter.purpose(&ticket.purpose).map_or("", |one| one.label(l.code()))) @if let Some(code) = &ticket.priority { " · " (law.counter.priority(code).map_or("", |one| one.label(l.code()))) } } }
                @if kiosk && let Ok(svg) = &qr { div.qr { (PreEscaped(svg)) } p.small { (l.t("queue.scan")) } }
                p.small.muted.flush { (l.f("queue.taken-at", &[("at", &say::short(ticket.taken))])) }
            }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            div data-live="place" data-live-from={ "/queue/" (ticket.desk) "/live" } aria-live="polite" { (stands(l, &today, &law.counter, &ticket, old)) }
            @if !old && ticket.state == Is::Waiting && !kiosk {
                form method="post" action={ "/queue/ticket/" (token) } {
                    p.acts { button.btn.quiet type="submit" { (l.t("queue.leave")) } }
                }
            }
            @if kiosk { p.acts.no-print { a.btn.go href={ "/queue/" (ticket.desk) "/kiosk" } { (l.t("queue.done-here")) } } }
        },
    );
    Ok((ticket, drawn))
}

/// Where the number stands now, and what to do.
fn stands(
    l: crate::text::Lang,
    today: &Today,
    rules: &rules::counter::Counter,
    ticket: &Ticket,
    old: bool,
) -> Markup {
    if old {
        return note(Tone::Plain, &html! { p { (l.t("queue.of-another-day")) } });
    }
    match ticket.state {
        Is::Called => note(
            Tone::Done,
            &html! { p.big { (l.f("queue.come", &[("counter", &ticket.counter.unwrap_or(0))])) } p { (l.t("queue.come-says")) } },
        ),
        Is::Done => note(Tone::Plain, &html! { p { (l.t("queue.served")) } }),
        Is::Left => note(Tone::Plain, &html! { p { (l.t("queue.left")) } }),
        Is::Absent => note(Tone::Late, &html! { p { (l.t("queue.absent")) } }),
        Is::Waiting => {
            let waiting = actions::queue::waiting(&today.queue);
            let row = actions::queue::in_a_row(&today.queue);
            let before = ahead(
                &waiting,
                ticket.number,
                row,
                rules.queue.most_priority_in_a_row,
            )
            .unwrap_or(0);
            let serves = rules::counter::opening::serves(&today.hours, today.time);
            html! {
                p.big { (l.n("queue.before-you", i64::try_from(before).unwrap_or(0), &[])) }
                @match expected(today, before) {
                    Some(seconds) if serves => p { (l.f("queue.expected", &[("time", &minutes(l, Some(seconds)))])) },
                    _ if !serves => p { (today.open_words(l)) },
                    _ => p { (l.t("queue.expected-unknown")) },
                }
                @if let Some(last) = today.called().first() {
                    p.muted { (l.f("queue.called-last", &[
                        ("number", &rules.ticket(&last.purpose, last.number)),
                        ("counter", &last.counter.unwrap_or(0)),
                        ("at", &last.called.map_or_else(String::new, |at| hour(say::zoned(at).time()))),
                    ])) }
                }
            }
        }
    }
}

/// By today's usual talk and the counters at work: an estimate, and called one.
fn expected(today: &Today, before: usize) -> Option<u32> {
    let usual = today.figures().median_service?;
    let mut counters: Vec<u32> = today
        .called()
        .iter()
        .take(12)
        .filter_map(|one| one.counter)
        .collect();
    counters.sort_unstable();
    counters.dedup();
    let counters = u32::try_from(counters.len().max(1)).unwrap_or(1);
    let before = u32::try_from(before).unwrap_or(u32::MAX);
    Some(usual.saturating_mul(before.saturating_add(1)) / counters)
}
