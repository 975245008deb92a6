//! One sentence for each event of a report's handling beside its steps.

use rules::case::Event;
use rules::case::outside::Parties;
use rules::satisfaction::Reasons;

use super::super::names;
use super::told::{Told, told};
use super::{Teller, ending_words};
use crate::say;

impl Teller<'_> {
    pub(super) fn of_handling(&self, event: &Event) -> Option<Told> {
        let l = self.l;
        let unit = |code: &String| names::unit(self.law, code);
        let party = |code: &str| Parties::shipped().name(code, l.code()).to_owned();
        let service = |code: &str, version: u32| {
            let published = self.law.catalogue.get(code, version);
            published.map_or_else(
                || code.to_owned(),
                |published| published.definition.name.get(l.code()).to_owned(),
            )
        };
        Some(match event {
            Event::Merged { code, .. } => told(0, l.of("event", "merged", &[("code", code)])),
            Event::Unmerged { why, .. } => Told {
                note: *why,
                ..told(0, l.of("event", "unmerged", &[]))
            },
            Event::OriginalSaid(said) => match &said.ended {
                Some((ending, at)) => {
                    let (how, at) = (ending_words(l, *ending), say::moment(l, *at));
                    let args: [(&str, &dyn std::fmt::Display); 2] = [("ending", &how), ("at", &at)];
                    told(1, l.of("event", "original-ended", &args))
                }
                None => told(1, l.of("event", "original-goes-on", &[])),
            },
            Event::Recategorised(as_what) => {
                let from = service(&as_what.from, as_what.from_version);
                let to = service(&as_what.to, as_what.to_version);
                let mut says = l.of("event", "recategorised", &[("from", &from), ("to", &to)]);
                if let Some(due) = as_what.due {
                    says.push_str("; ");
                    says.push_str(&l.of("event", "promised-now", &[("due", &say::moment(l, due))]));
                }
                Told {
                    note: as_what.why,
                    ..told(0, says)
                }
            }
            Event::Forwarded(asked) => Told {
                note: Some(asked.question).filter(|id| self.notes.contains_key(id)),
                ..told(
                    1,
                    l.of(
                        "event",
                        "forwarded",
                        &[
                            ("party", &party(&asked.party)),
                            ("until", &say::moment(l, asked.until)),
                        ],
                    ),
                )
            },
            Event::OutsideSaid(said) => Told {
                note: said.note,
                files: said.files.clone(),
                ..told(
                    0,
                    l.of(
                        "event",
                        "outside-said",
                        &[("said", &l.of("outside-said", said.said.code(), &[]))],
                    ),
                )
            },
            Event::TakenBack { .. } => told(2, l.of("event", "taken-back", &[])),
            Event::WorkShared(shared) => told(
                1,
                l.of(
                    "event",
                    "work-shared",
                    &[("unit", &unit(&shared.unit)), ("code", &shared.code)],
                ),
            ),
            Event::SharedWorkEnded { ending, .. } => told(
                1,
                l.of(
                    "event",
                    "shared-work-ended",
                    &[("ending", &ending_words(l, *ending))],
                ),
            ),
            Event::RatedFor { reasons } => {
                let list = Reasons::shipped();
                let names = reasons.iter().map(|code| {
                    list.get(code)
                        .map_or(code.as_str(), |reason| reason.name(l.code()))
                });
                let names = names.collect::<Vec<_>>().join("; ");
                told(2, l.of("event", "rated-for", &[("reasons", &names)]))
            }
            Event::LookedAgain(looked) => Told {
                note: looked.note,
                files: looked.files.clone(),
                ..told(0, crate::looks::words(l, looked))
            },
            _ => return None,
        })
    }
}
