//! What happened to a case, in plain words with names: one entry for each thing somebody did.

mod handled;
mod papers;
mod told;

use std::collections::HashMap;

use actions::Law;
use rules::case::{Event, Recorded};
use rules::ids::NoteId;
use rules::person::Actor;
use service::Definition;
use service::definition::{Channel, Ending};

use super::names::{self, People};
use crate::say;
use crate::text::Lang;
use crate::ui::timeline::{Entry, Mark};
use told::Told;

pub struct Teller<'a> {
    pub l: Lang,
    pub law: &'a Law,
    pub definition: &'a Definition,
    pub people: &'a People,
    /// What was written, as far as it was not erased.
    pub notes: &'a HashMap<NoteId, String>,
    /// Address and description of a photo by its hash.
    pub photos: &'a HashMap<String, (String, String)>,
}

impl Teller<'_> {
    /// Oldest first. Events of one command stand in one entry, led by what the person did.
    pub fn entries(&self, events: &[Recorded]) -> Vec<Entry> {
        events
            .chunk_by(|a, b| a.at == b.at && a.actor == b.actor)
            .filter_map(|together| self.entry(together))
            .collect()
    }

    fn entry(&self, together: &[Recorded]) -> Option<Entry> {
        let first = together.first()?;
        let mut told: Vec<Told> = together.iter().filter_map(|r| self.tell(r)).collect();
        told.sort_by_key(|t| t.rank);
        let lead = told.first()?;
        let outside = |one: &Recorded| matches!(one.event, Event::OutsideSaid(_));
        let who = match together.iter().any(outside) {
            true => self.l.t("actor.outside").to_owned(),
            false => self.who(&first.actor),
        };
        let mut under = vec![say::moment(self.l, first.at), who];
        under.extend(counted(told.iter().skip(1).map(|t| t.says.as_str())));
        let stops = told.iter().map(|t| t.mark).find(|mark| *mark != Mark::Past);
        let mut notes: Vec<NoteId> = told.iter().filter_map(|t| t.note).collect();
        notes.dedup();
        let mut hashes: Vec<&String> = told.iter().flat_map(|t| &t.files).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Some(Entry {
            mark: stops.unwrap_or(Mark::Past),
            title: lead.says.clone(),
            under: under.join(" · "),
            note: notes.first().map(|id| match self.notes.get(id) {
                Some(words) => words.clone(),
                None => self.l.t("event.erased").to_owned(),
            }),
            photos: hashes
                .into_iter()
                .filter_map(|hash| self.photos.get(hash).cloned())
                .collect(),
        })
    }

    /// Name and unit of whoever acted.
    pub fn who(&self, actor: &Actor) -> String {
        let name = |id| self.people.get(id).cloned();
        match actor {
            Actor::Visitor => self.l.t("actor.visitor").to_owned(),
            Actor::Resident(id) => name(id).map_or_else(
                || self.l.t("actor.visitor").to_owned(),
                |name| names::masked(&name),
            ),
            Actor::Official { id, unit, .. } => {
                let unit = names::unit(self.law, unit);
                match name(id) {
                    Some(name) => format!("{name}, {unit}"),
                    None => unit,
                }
            }
            Actor::Clock => self.l.t("actor.clock").to_owned(),
            Actor::Import => self.l.t("actor.import").to_owned(),
            Actor::Bank => self.l.t("actor.bank").to_owned(),
        }
    }
}

/// Each words once, with how often they were said: `Đính kèm tệp (8)`.
fn counted<'a>(said: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut each: Vec<(&str, usize)> = Vec::new();
    for words in said {
        match each.iter_mut().find(|(known, _)| *known == words) {
            Some((_, times)) => *times += 1,
            None => each.push((words, 1)),
        }
    }
    let words = each.into_iter().map(|(words, times)| match times {
        1 => words.to_owned(),
        _ => format!("{words} ({times})"),
    });
    words.collect()
}

/// How a case ended, in a few words.
pub fn ending_words(l: Lang, ending: Ending) -> String {
    let member = match ending {
        Ending::Granted => "granted",
        Ending::Solved => "solved",
        Ending::Answered => "answered",
        Ending::Done => "done",
        Ending::Refused => "refused",
        Ending::Duplicate => "duplicate",
        Ending::Withdrawn => "withdrawn",
        Ending::Spam => "spam",
        Ending::NoAnswer => "no-answer",
        Ending::Stopped => "stopped",
    };
    l.of("ending", member, &[])
}

/// How a case came, for officials: channels inside the house have names here too.
pub fn channel_words(l: Lang, channel: Channel) -> String {
    let inside = match channel {
        Channel::Open311 => "open311",
        Channel::Internal => "internal",
        Channel::Import => "import",
        _ => "",
    };
    crate::resident::service::channel_words(l, channel)
        .unwrap_or_else(|| l.of("inside", inside, &[]))
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn what_was_done_several_times_is_told_once() {
        let said = ["Đính kèm tệp", "Ghi chú", "Đính kèm tệp"];
        assert_eq!(counted(said.into_iter()), ["Đính kèm tệp (2)", "Ghi chú"]);
        assert!(counted([].into_iter()).is_empty());
    }
}
