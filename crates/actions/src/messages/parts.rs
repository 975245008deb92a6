//! What a part of a linked procedure that was not granted means for the others, for the message about it.

use std::collections::HashMap;

use rules::case::{Case, Event, Recorded};
use rules::process::good;
use service::Definition;
use service::definition::Code;
use store::Reader;

use crate::error::ActionError;

/// Names of parts, in the order of the definition.
#[derive(Default)]
pub(super) struct Others {
    /// Never begun: what they come after has no result.
    pub dropped: Vec<String>,
    pub goes_on: Vec<String>,
}

pub(super) fn name(definition: &Definition, part: &str, language: &str) -> Option<String> {
    let mut parts = definition.parts.iter();
    let part = parts.find(|one| one.code == part)?;
    Some(part.name.get(language).to_owned())
}

/// How the parts other than this one stand.
pub(super) fn others(case: &Case, definition: &Definition, part: &str, language: &str) -> Others {
    let mut others = Others::default();
    for one in definition.parts.iter().filter(|one| one.code != part) {
        let name = one.name.get(language).to_owned();
        match case.part(&one.code) {
            Some(state) if state.case.is_none() => others.dropped.push(name),
            Some(state) if state.ended.is_some() => {}
            _ => others.goes_on.push(name),
        }
    }
    others
}

/// What was written to the applicant as a part ended without its result: that stands in the part's own case.
pub(super) async fn reasons(
    reader: &Reader,
    case: &Case,
) -> Result<HashMap<Code, String>, ActionError> {
    let mut reasons = HashMap::new();
    for part in &case.parts {
        let Some((id, _)) = part.case.as_ref() else {
            continue;
        };
        if part.ended.is_none_or(good) {
            continue;
        }
        let events = reader.timeline(*id).await?;
        let Some(why) = ending_note(&events) else {
            continue;
        };
        let mut notes = reader.notes(*id).await?.into_iter();
        let text = notes.find(|note| note.id == why).and_then(|note| note.text);
        reasons.extend(text.map(|text| (part.part.clone(), text)));
    }
    Ok(reasons)
}

/// The words of the command that ended it.
fn ending_note(events: &[Recorded]) -> Option<rules::ids::NoteId> {
    let end = events.iter().rev().find(|event| {
        matches!(
            event.event,
            Event::Stopped { .. } | Event::NotAccepted { .. }
        )
    })?;
    let then = events.iter().rev().filter(|event| event.at == end.at);
    then.filter_map(|event| super::facts::note(&event.event))
        .next()
}
