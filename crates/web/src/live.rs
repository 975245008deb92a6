//! `GET /live`: a server-sent event whenever something in this city was sealed. It carries no content:
//! the page asks again for what it may see.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::Stream;
use futures::stream::unfold;

use crate::hall::Hall;

/// However much happens, a page is told at most this often.
const AT_MOST_EVERY: Duration = Duration::from_millis(500);

pub async fn live(State(hall): State<Hall>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = hall.city().store().listen();
    let city = hall.city().code().to_owned();
    let events = unfold((changes, city), |(mut changes, city)| async move {
        loop {
            match changes.recv().await {
                Ok(change) if change.city == city => {
                    tokio::time::sleep(AT_MOST_EVERY).await;
                    changes = changes.resubscribe();
                    let event = Event::default()
                        .event("changed")
                        .data(change.pos.to_string());
                    return Some((Ok(event), (changes, city)));
                }
                // Another city's, or more than the channel holds: the next one tells as much.
                Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
