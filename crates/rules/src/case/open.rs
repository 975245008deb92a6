//! A case begins: who is competent, what starts at once, who acts first.

use service::definition::{ClockStart, Node, Publish, UnitRule};

use super::command::{Opening, Refusal};
use super::event::{Event, Opened};
use super::given::{Context, Given};
use super::work::Work;
use crate::ids::UnitCode;
use crate::process::{Flow, branches};
use crate::routing;

pub(super) fn open(opening: &Opening, given: &Given<'_>) -> Result<Vec<Event>, Refusal> {
    // What another system decides is handed in there.
    if let Some(owner) = &given.definition.owner {
        return Err(Refusal::OwnedElsewhere {
            system: owner.system.clone(),
        });
    }
    let mut work = begun(opening, given)?;
    if work.clock_starts() == ClockStart::Opened {
        work.start_clock()?;
    }
    work.enter(0, None)?;
    Ok(work.done())
}

/// With its first event alone.
pub(super) fn begun<'a>(opening: &Opening, given: &'a Given<'a>) -> Result<Work<'a>, Refusal> {
    let unit = competent(&Context::opening(
        given,
        opening.channel,
        opening.applicant_kind,
    ))?;
    let opened = Event::Opened(Box::new(opened(opening, unit, given)));
    Ok(Work::begin(opening.id, opened, given))
}

pub(super) fn opened(opening: &Opening, unit: UnitCode, given: &Given<'_>) -> Opened {
    let definition = given.definition;
    Opened {
        code: opening.code.clone(),
        service: definition.service.clone(),
        service_version: given.version,
        kind: definition.kind,
        channel: opening.channel,
        applicant: opening.applicant,
        applicant_kind: opening.applicant_kind,
        received_at: opening.received_at.clone().filter(|at| *at != unit),
        unit,
        area: opening.area.clone(),
        place: opening.place,
        public: opening.public && definition.publishes() != Publish::Never,
        about: opening.about,
    }
}

/// The agency the definition names; where it names none (reports), the unit that does the work: that
/// of the first role after reception with a rule of its own, or of reception where there is none.
pub(super) fn competent(context: &Context<'_>) -> Result<UnitCode, Refusal> {
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
