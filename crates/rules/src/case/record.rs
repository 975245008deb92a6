//! From what was decided to what is remembered: events get their envelope, the case its new sum.

use super::event::{Event, Recorded};
use super::evolve::evolve;
use super::state::Case;
use crate::Moment;
use crate::ids::CaseId;
use crate::person::Actor;

/// Puts `events` behind a case, numbered in order.
pub fn record(case: Case, events: Vec<Event>, at: Moment, actor: &Actor) -> (Case, Vec<Recorded>) {
    let mut case = case;
    let mut recorded = Vec::with_capacity(events.len());
    for event in events {
        let next = envelope(case.id, case.version + 1, at, actor, event);
        case = evolve(Some(case), &next);
        recorded.push(next);
    }
    (case, recorded)
}

/// The case that `events` open; `None` where there is no event.
pub fn record_opening(
    id: CaseId,
    events: Vec<Event>,
    at: Moment,
    actor: &Actor,
) -> Option<(Case, Vec<Recorded>)> {
    let mut events = events.into_iter();
    let first = envelope(id, 1, at, actor, events.next()?);
    let (case, later) = record(evolve(None, &first), events.collect(), at, actor);
    Some((case, std::iter::once(first).chain(later).collect()))
}

fn envelope(case: CaseId, version: u32, at: Moment, actor: &Actor, event: Event) -> Recorded {
    Recorded {
        case,
        version,
        at,
        actor: actor.clone(),
        event,
    }
}
