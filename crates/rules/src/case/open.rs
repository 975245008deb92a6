//! A case begins: who is competent, what starts at once, who acts first.

use service::definition::{ClockStart, Kind, Node, UnitRule};

use super::command::{Opening, Refusal};
use super::event::{Event, Opened};
use super::given::{Context, Given};
use super::work::Work;
use crate::ids::UnitCode;
use crate::process::{Flow, branches};
use crate::routing;

pub(super) fn open(opening: &Opening, given: &Given<'_>) -> Result<Vec<Event>, Refusal> {
    let context = Context::opening(given, opening.channel);
    let unit = competent(&context)?;
    let definition = given.definition;
    let received_at = opening.received_at.clone().filter(|at| *at != unit);
    let opened = Event::Opened(Box::new(Opened {
        code: opening.code.clone(),
        service: definition.service.clone(),
        service_version: given.version,
        kind: definition.kind,
        channel: opening.channel,
        applicant: opening.applicant,
        unit,
        received_at,
        area: opening.area.clone(),
        place: opening.place,
        public: opening.public && definition.kind == Kind::Report,
        about: opening.about,
    }));
    let mut work = Work::begin(opening.id, opened, given);
    if work.clock_starts() == ClockStart::Opened {
        work.start_clock()?;
    }
    work.enter(0, None)?;
    Ok(work.done())
}

/// The agency the definition names; where it names none (reports), the unit that does the work: that
/// of the first role after reception with a rule of its own, or of reception where there is none.
fn competent(context: &Context<'_>) -> Result<UnitCode, Refusal> {
    if let Some(agency) = &context.given.definition.agency {
        return routing::unit(agency, context);
    }
    let flow = Flow::of(context.given.definition);
    let at = |node: &Node| {
        let steps = branches(node).into_iter().flatten();
        let mut rules = steps.filter_map(|step| flow.role(&step.by)?.at.as_ref());
        rules.find(|rule| !matches!(rule, UnitRule::Agency))
    };
    let after = flow.nodes().iter().skip(flow.work()).find_map(at);
    let rule = after.or_else(|| flow.nodes().first().and_then(at));
    let rule = rule.ok_or_else(|| Refusal::NoUnit {
        rule: "agency".to_owned(),
    })?;
    let first_row = each_row(context, flow);
    routing::unit(
        rule,
        &Context {
            row: first_row,
            ..*context
        },
    )
}

/// Work that is done row by row is answered for by the unit of the first row.
fn each_row<'a>(context: &Context<'a>, flow: Flow<'a>) -> Option<(&'a str, u32)> {
    let over = flow.nodes().iter().find_map(|node| match node {
        Node::Each { over, .. } => Some(over.as_str()),
        Node::Step(_) | Node::Parallel { .. } => None,
    })?;
    context
        .given
        .answers
        .contains_key(over)
        .then_some((over, 0))
}
