//! Names for what cases hold as codes: units, areas, steps, roles, people.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use actions::Law;
use rules::case::consult::{self, CONSULTATION};
use rules::case::{Event, Recorded};
use rules::ids::PersonId;
use rules::person::Actor;
use rules::process::Flow;
use service::Definition;
use service::definition::{Post, Step};
use store::Reader;

use crate::error::Failure;
use crate::text::Lang;

/// Names of officials and residents by id.
pub type People = HashMap<PersonId, String>;

/// # Errors
/// Where the memory does not answer.
pub async fn people(
    reader: &Reader,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<People, Failure> {
    let ids: Vec<PersonId> = ids
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if ids.is_empty() {
        return Ok(People::new());
    }
    Ok(reader.names(&ids).await?.into_iter().collect())
}

/// Everybody whom these events name.
pub fn named(events: &[Recorded]) -> impl Iterator<Item = PersonId> {
    events.iter().flat_map(|recorded| {
        let actor = match &recorded.actor {
            Actor::Official { id, .. } | Actor::Resident(id) => Some(*id),
            Actor::Visitor | Actor::Clock | Actor::Import | Actor::Bank => None,
        };
        let told = match &recorded.event {
            Event::Claimed { by, .. } => Some(*by),
            Event::Passed { to, .. } => *to,
            _ => None,
        };
        actor.into_iter().chain(told)
    })
}

/// The name a unit bears or last bore; its code where nobody knows it.
pub fn unit(law: &Law, code: &str) -> String {
    law.organisation
        .unit_ever(code)
        .map_or_else(|| code.to_owned(), |unit| unit.name.clone())
}

/// `chuyên viên`, `cấp phó`, `cấp trưởng`
pub fn post(l: Lang, post: Post) -> String {
    let member = match post {
        Post::Staff => "staff",
        Post::DeputyHead => "deputy-head",
        Post::Head => "head",
    };
    l.of("post", member, &[])
}

/// A step's name in its definition.
pub fn step(l: Lang, definition: &Definition, code: &str) -> String {
    if code == CONSULTATION {
        return consult::name(l.code()).to_owned();
    }
    Flow::of(definition).step(code).map_or_else(
        || code.to_owned(),
        |step| step.name.get(l.code()).to_owned(),
    )
}

/// What an outcome of a step is called on its button.
pub fn outcome(l: Lang, step: &Step, code: &str) -> String {
    let label = step
        .outcomes
        .iter()
        .find(|way| way.code == code)
        .map_or("", |way| way.label.get(l.code()));
    match label {
        "" => l
            .perhaps("outcome", code)
            .map_or_else(|| code.to_owned(), str::to_owned),
        label => label.to_owned(),
    }
}

/// A step's name where only the service is known: the newest version that has it.
pub fn step_of_service(l: Lang, law: &Arc<Law>, service: &str, version: u32, code: &str) -> String {
    law.catalogue
        .get(service, version)
        .map_or_else(|| code.to_owned(), |p| step(l, &p.definition, code))
}

/// `Nguyễn Thị Hoa` → `Nguyễn T. H.`: enough to tell two cases apart, too little to find a person.
pub fn masked(name: &str) -> String {
    let mut words = name.split_whitespace();
    let Some(family) = words.next() else {
        return String::new();
    };
    let rest: Vec<String> = words
        .filter_map(|word| word.chars().next())
        .map(|first| format!("{}.", first.to_uppercase()))
        .collect();
    match rest.is_empty() {
        true => family.to_owned(),
        false => format!("{family} {}", rest.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_name_keeps_the_family_and_initials() {
        assert_eq!(masked("Nguyễn Thị Hoa"), "Nguyễn T. H.");
        assert_eq!(masked("đặng  văn ẩn"), "đặng V. Ẩ.");
        assert_eq!(masked("Sơn"), "Sơn");
        assert_eq!(masked(" "), "");
    }
}
