//! Templates that fit a step of a case, and one of them put into its box.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use rules::case::{Case, Task};
use rules::duty::{Act, may};
use rules::process::Flow;
use rules::reply::{Blank, fill};
use service::Definition;
use store::Reply;

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::act::step_of;
use crate::official::case::{self, Typed};
use crate::official::case_view::form_of;
use crate::official::names;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

/// Of the city's templates those in use that fit this step: first of its own kind, then of all.
pub fn fitting<'r>(all: &'r [Reply], definition: &Definition, step: &str) -> Vec<&'r Reply> {
    let step = Flow::of(definition).step(step);
    let outcomes: BTreeSet<&str> = step
        .into_iter()
        .flat_map(|step| step.outcomes.iter().map(|way| way.code.as_str()))
        .collect();
    let fits = |reply: &&Reply| {
        let service = reply.service.is_empty() || reply.service == definition.service;
        let outcome = reply.outcome.is_empty() || outcomes.contains(reply.outcome.as_str());
        reply.used && service && outcome
    };
    let mut found: Vec<&Reply> = all.iter().filter(fits).collect();
    found.sort_by_key(|reply| (reply.service.is_empty(), reply.outcome.is_empty()));
    found
}

/// `POST /cases/{code}/reply`: the page of the case with the template's words behind what was typed. Nothing is sent.
pub async fn put(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Note, Some(&seen.case))?;
    let (step, row) = step_of(&posted);
    let task = seen.case.task(&step, row).ok_or(Failure::NotFound)?;
    let key = posted.get("reply");
    let all = hall.reader().replies().await?;
    let reply = all.iter().find(|reply| reply.key == key && reply.used);
    let before = posted.get("words").trim_end();
    let filled = match reply {
        Some(reply) => worded(&hall, &seen.case, task, &reply.body)?,
        None => String::new(),
    };
    let typed = Typed {
        form: form_of(&step, row),
        words: match (before.is_empty(), filled.is_empty()) {
            (true, _) => filled,
            (_, true) => before.to_owned(),
            _ => format!("{before}\n{filled}"),
        },
        files: !posted.files.is_empty(),
        ..Typed::default()
    };
    Ok(case::page(&hall, &visit, &code, &typed)
        .await?
        .into_response())
}

/// A template's text for this case. Residents read it: Vietnamese, whatever the official reads.
///
/// # Errors
/// Where the city has no calendar.
pub fn worded(hall: &Hall, case: &Case, task: &Task, body: &str) -> Result<String, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let calendar = law.calendar_of(case.clock.calendar)?;
    let day = |moment| say::day(calendar.local(moment).0);
    Ok(fill(body, |blank| match blank {
        Blank::Code => Some(case.code.clone()),
        Blank::Service => Some(words::service(Lang::Vi, &law, today, &case.service)),
        Blank::Unit => Some(names::unit(&law, task.unit.as_ref().unwrap_or(&case.unit))),
        Blank::Area => case.area.as_ref().map(|area| words::area(&law, area)),
        Blank::Opened => Some(day(case.opened)),
        Blank::Due => case.clock.due.map(day),
        Blank::Today => Some(say::day(today)),
    }))
}
