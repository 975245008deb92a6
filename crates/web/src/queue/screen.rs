//! The screen in the waiting room: which number goes to which counter. Moves by itself; without script it asks
//! again. Numbers and counters only.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::Stream;
use futures::stream::unfold;
use maud::html;
use rules::counter::queue::State as Is;

use super::{Today, hour};
use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::{Frame, Width, page};
use crate::visit::Visit;

/// Calls shown beside the newest.
const CALLS: usize = 6;
/// Numbers that come next.
const NEXT: usize = 8;
/// How often the queue is asked whether it moved: it may move in another process.
const ASKED_EVERY: Duration = Duration::from_millis(1500);

/// `GET /queue/{desk}/screen`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(desk): Path<String>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), Today::of(&hall, &desk).await?);
    let number = |ticket: &store::Ticket| law.counter.ticket(&ticket.purpose, ticket.number);
    let called: Vec<_> = today
        .called()
        .into_iter()
        .filter(|one| one.state != Is::Absent)
        .take(CALLS + 1)
        .collect();
    let waiting = actions::queue::waiting(&today.queue);
    let waits = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let frame = Frame {
        width: Width::Wall,
        ..visit.frame()
    };
    let drawn = page(
        &frame,
        &today.desk.name,
        html! {
            h1 { (today.desk.name) }
            div.calls data-live="calls" data-live-from={ "/queue/" (today.desk.code) "/live" } {
                section.call aria-live="polite" {
                    h2.plain { (l.t("queue.screen-call")) }
                    @match called.first() {
                        Some(first) => {
                            p.queue-number { (number(first)) }
                            p.queue-counter { (l.f("queue.counter", &[("n", &first.counter.unwrap_or(0))])) }
                        },
                        None => p.queue-counter { (today.open_words(l)) },
                    }
                }
                section {
                    h2.plain { (l.t("queue.screen-before")) }
                    ul.list.numbers { @for one in called.iter().skip(1) {
                        li { b { (number(one)) } span { (l.f("queue.counter", &[("n", &one.counter.unwrap_or(0))])) } }
                    } }
                }
                section {
                    h2.plain { (l.n("queue.wait", waits, &[])) }
                    ul.list.numbers.coming { @for one in waiting.iter().take(NEXT) { li { (law.counter.ticket(&one.purpose, one.number)) } } }
                    p.muted { (today.open_words(l)) br; (l.f("queue.as-of", &[("at", &hour(today.time))])) }
                }
            }
        },
    );
    Ok(([("refresh", "20")], drawn).into_response())
}

/// `GET /queue/{desk}/live`: an event whenever the queue moved; no content.
pub async fn live(
    State(hall): State<Hall>,
    Path(desk): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let today = Today::of(&hall, &desk).await?;
    let moved = hall.reader().queue_moved(&desk, today.day).await?;
    let events = unfold((hall, desk, moved), |(hall, desk, mut moved)| async move {
        loop {
            tokio::time::sleep(ASKED_EVERY).await;
            let now = match hall.today() {
                Ok(day) => hall.reader().queue_moved(&desk, day).await,
                Err(_) => return None,
            };
            match now {
                Ok(now) if now != moved => {
                    moved = now;
                    let event = Event::default().event("changed").data("queue");
                    return Some((Ok(event), (hall, desk, moved)));
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the queue could not be asked");
                    return None;
                }
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
