//! Who will work on a case and by when, told before it is sent. The rules decide; here they are asked.

use rules::Moment;
use rules::case::{Case, Context, Given};
use rules::ids::UnitCode;
use rules::person::Actor;
use rules::routing;
use service::definition::{Definition, Node, Step};
use service::expr::Scope;
use service::{Answers, table};

use crate::city::Law;
use crate::error::ActionError;
use crate::open::Asked;

/// The unit of the first step that is neither the reception nor the applicant's: who really works.
pub(crate) fn handler(
    definition: &Definition,
    answers: &Answers,
    law: &Law,
    case: &Case,
    now: Moment,
) -> Result<Option<UnitCode>, ActionError> {
    let Some(step) = main_line(definition).nth(1) else {
        return Ok(None);
    };
    let role = definition.roles.iter().find(|role| role.code == step.by);
    let Some(rule) = role.and_then(|role| role.at.as_ref()) else {
        return Ok(None);
    };
    let given = Given::new(
        now,
        &Actor::Visitor,
        (definition, case.service_version),
        answers,
        law.calendar()?,
        &law.organisation,
    );
    let context = Context {
        given: &given,
        channel: Some(case.channel),
        applicant: case.applicant_kind,
        agency: Some(&case.unit),
        area: case.area.as_deref(),
        row: None,
    };
    Ok(routing::unit(rule, &context).ok())
}

/// The date that would be promised if the papers were accepted now.
pub(crate) fn due(asked: &Asked, law: &Law, now: Moment) -> Option<Moment> {
    let definition = &asked.published.definition;
    let rule = definition.process.limit.as_ref()?;
    let calendar = law.calendar().ok()?;
    let hour = calendar.local(now).1.hour().unsigned_abs();
    let open = calendar.is_working_time(now).unwrap_or(false);
    let scope = Scope::of(definition, &asked.answers)
        .today(calendar.local(now).0)
        .clock(hour, open);
    let promised = table::limit(definition, rule, &scope).ok()?;
    let counting = rules::clock::Counting::of(&definition.process.clock).ok()?;
    match promised {
        table::Promised::Length(limit) => counting.due(calendar, now, limit).ok().map(|due| due.at),
        table::Promised::Until(day) => calendar.end_of_working_day(day).ok(),
    }
}

fn main_line(definition: &Definition) -> impl Iterator<Item = &Step> {
    definition
        .process
        .steps
        .iter()
        .filter_map(|node| match node {
            Node::Step(step) if step.by != "applicant" => Some(step),
            Node::Step(_) | Node::Parallel { .. } | Node::Each { .. } => None,
        })
}
