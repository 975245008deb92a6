//! From which seat somebody acts, and who could be given the next steps.

use std::collections::BTreeSet;

use rules::Moment;
use rules::authority;
use rules::case::{Candidate, Case};
use rules::ids::PersonId;
use rules::person::{Actor, Person};
use rules::process::Flow;
use service::Published;
use service::definition::{Pick, Post};
use store::{StoreError, Tx};

use super::Verb;
use crate::city::Law;
use crate::error::ActionError;
use crate::lawful::Lawful;

/// The seat from which an official acts on this step: the one in the unit that holds it. A signature is given
/// from one's own seat, neither reached from above nor by standing in.
pub(super) fn acting(
    person: &Person,
    case: &Case,
    verb: &Verb,
    published: &Published,
    law: &Law,
    now: Moment,
) -> Result<Actor, ActionError> {
    let Person::Official(official) = person else {
        return Ok(crate::open::actor(person));
    };
    let task = match verb {
        Verb::Claim { step, row }
        | Verb::Release { step, row }
        | Verb::Pass { step, row, .. }
        | Verb::Reassign { step, row, .. }
        | Verb::Decide { step, row, .. }
        | Verb::Lawful(Lawful::Consult { step, row, .. }) => case.task(step, *row),
        Verb::Handling(handling) => {
            let from = handling.step();
            from.and_then(|(step, row)| case.task(step, row))
        }
        _ => None,
    };
    let wanted = match verb {
        Verb::Money(_) => case.money.charges.first().map(|charge| &charge.unit),
        _ => task.and_then(|task| task.unit.as_ref()),
    };
    let wanted = wanted.unwrap_or(&case.unit);
    let flow = Flow::of(&published.definition);
    let signed_as = match verb {
        Verb::Decide { step, .. } => flow
            .step(step)
            .filter(|step| step.signs.is_some())
            .and_then(|step| flow.role(&step.by)),
        _ => None,
    };
    let seats = match signed_as {
        // A letter of apology bears a signature too.
        None if matches!(verb, Verb::Apologise { .. }) => official.own.clone(),
        None if matches!(verb, Verb::Lawful(lawful) if lawful.signed()) => official.own.clone(),
        None => official.seats.clone(),
        Some(role) if authority::needs_grant(role) => official.own.clone(),
        Some(_) => law
            .organisation
            .reach(&official.own, law.calendar()?.local(now).0),
    };
    let seat = seats
        .iter()
        .filter(|seat| seat.unit == *wanted)
        .max_by_key(|seat| seat.post);
    Ok(match seat.or(seats.first()).or(official.seats.first()) {
        Some(seat) if seat.unit == *wanted || signed_as.is_none() => Actor::Official {
            id: official.id,
            unit: seat.unit.clone(),
            post: seat.post,
        },
        // They came here by standing in or from above: without a right to sign.
        Some(_) => Actor::Official {
            id: official.id,
            unit: wanted.clone(),
            post: Post::Staff,
        },
        None => crate::open::actor(person),
    })
}

/// Everybody seated in the unit that holds the step.
pub(super) async fn colleagues(
    tx: &mut Tx,
    case: &Case,
    step: &str,
    row: Option<u32>,
    now: Moment,
) -> Result<Vec<Candidate>, StoreError> {
    let unit = case.task(step, row).and_then(|task| task.unit.as_deref());
    let Some(unit) = unit else {
        return Ok(Vec::new());
    };
    let seated = tx.seated(unit, Post::Staff, now).await?.into_iter();
    let there = seated.map(|(person, post)| Candidate {
        person,
        unit: unit.to_owned(),
        post,
        holds: 0,
    });
    Ok(there.collect())
}

/// Who could be given the next steps, for roles that pick the least loaded.
pub(crate) async fn candidates(
    tx: &mut Tx,
    published: &Published,
    case: &Case,
    law: &Law,
    now: Moment,
) -> Result<Vec<Candidate>, StoreError> {
    let picks = published
        .definition
        .roles
        .iter()
        .any(|role| role.pick == Pick::LeastLoaded);
    if !picks {
        return Ok(Vec::new());
    }
    let mut units: BTreeSet<&str> = case
        .tasks
        .iter()
        .filter_map(|task| task.unit.as_deref())
        .collect();
    units.insert(&case.unit);
    // Who is away is given nothing new; whoever stands in is there anyway.
    let today = law.calendar().ok().map(|calendar| calendar.local(now).0);
    let away = |person: PersonId| {
        let mut known = law.stand_ins.iter();
        known.any(|one| one.absent == person && today.is_some_and(|today| one.in_force(today)))
    };
    let mut found = Vec::new();
    for unit in units {
        let loads = tx.loads(unit).await?;
        for (person, post) in tx
            .seated(unit, Post::Staff, now)
            .await?
            .into_iter()
            .filter(|(person, _)| !away(*person))
        {
            let holds = loads
                .iter()
                .find(|(id, _)| *id == person)
                .map_or(0, |(_, holds)| *holds);
            found.push(Candidate {
                person,
                unit: unit.to_owned(),
                post,
                holds,
            });
        }
    }
    Ok(found)
}
