//! One sentence for each event of a case.

use rules::case::event::{Asked, AuthorityUsed, Signatory, Warning};
use rules::case::shown::Deed;
use rules::case::{Event, Recorded};
use rules::ids::{NoteId, PersonId};
use rules::process::Flow;
use service::definition::{Ending, Kind};

use super::super::lawful::stop::ground_words;
use super::super::names;
use super::{Teller, channel_words, ending_words};
use crate::say;
use crate::text::Lang;
use crate::ui::clock::why_stopped;
use crate::ui::timeline::Mark;

/// One sentence about an event and how much it matters: what leads an entry has the lowest number.
pub(super) struct Told {
    pub(super) rank: u8,
    pub(super) says: String,
    pub(super) note: Option<NoteId>,
    pub(super) files: Vec<String>,
    pub(super) mark: Mark,
}

impl Teller<'_> {
    /// A part by its name, where the definition still names it.
    fn of_part(&self, member: &str, part: &str) -> Told {
        let part = self.part(part);
        told(1, self.l.of("event", member, &[("part", &part)]))
    }

    fn part(&self, code: &str) -> String {
        let part = self.definition.part(code);
        part.map_or(code, |part| part.name.get(self.l.code()))
            .to_owned()
    }

    pub(super) fn document(&self, code: &str) -> String {
        let documents = &self.definition.documents;
        let found = documents.iter().find(|document| document.code == code);
        found.map_or_else(
            || code.to_owned(),
            |document| document.label.get(self.l.code()).to_owned(),
        )
    }

    /// A partner as people call it.
    fn partner(&self, code: &str) -> String {
        let partner = self.law.partners.get(code);
        partner.map_or_else(|| code.to_owned(), |partner| partner.name.clone())
    }

    /// What the definition calls a paper of its own, or the form it is.
    fn paper(&self, what: &str) -> String {
        let mut own = self.definition.papers.iter();
        match own.find(|own| own.code == what) {
            Some(own) => own.name.get(self.l.code()).to_owned(),
            None => self
                .l
                .perhaps("paper-what", what)
                .unwrap_or(what)
                .to_owned(),
        }
    }

    fn step(&self, code: &str, row: Option<u32>) -> String {
        let name = names::step(self.l, self.definition, code);
        match row {
            None => name,
            Some(row) => format!("{name} ({})", row + 1),
        }
    }

    fn person(&self, id: &PersonId) -> String {
        let unknown = || self.l.t("actor.somebody").to_owned();
        self.people.get(id).cloned().unwrap_or_else(unknown)
    }

    pub(super) fn tell(&self, recorded: &Recorded) -> Option<Told> {
        let event = &recorded.event;
        if let Some((rank, says, note)) = crate::money::words::told(self.l, self.definition, event)
        {
            return Some(Told {
                note,
                ..told(rank, says)
            });
        }
        let l = self.l;
        let plain = |rank, member: &str| told(rank, l.of("event", member, &[]));
        let unit = |code: &String| names::unit(self.law, code);
        let ending = |ending: Ending| ending_words(l, ending);
        let report = self.definition.kind == Kind::Report;
        Some(match event {
            Event::Opened(opened) => told(
                0,
                l.of(
                    "event",
                    "opened",
                    &[("channel", &channel_words(l, opened.channel))],
                ),
            ),
            Event::Imported(_) => plain(0, "imported"),
            // A report is no dossier: it is not taken in, issued and handed over, it ends.
            Event::Accepted | Event::Issued { .. } if report => return None,
            Event::HandedOver { ending: how } if report => {
                told(3, l.of("event", "stopped", &[("ending", &ending(*how))]))
            }
            Event::Accepted => plain(3, "accepted"),
            Event::TakenUp => return None,
            Event::ClockStarted { due, .. } => told(
                6,
                l.of("event", "clock-started", &[("due", &say::moment(l, *due))]),
            ),
            Event::ClockStopped { why } => Told {
                mark: Mark::Stop,
                ..told(
                    5,
                    l.of("event", "clock-stopped", &[("why", &why_stopped(l, *why))]),
                )
            },
            Event::ClockResumed { due } => told(
                5,
                l.of("event", "clock-resumed", &[("due", &say::moment(l, *due))]),
            ),
            Event::ApplicantAsked { what } => {
                let member = match what {
                    Asked::Supplement => "asked-supplement",
                    Asked::Payment => "asked-payment",
                    Asked::Question => "asked-question",
                };
                plain(4, member)
            }
            Event::ApplicantAnswered => plain(4, "applicant-answered"),
            Event::Extended { from, to, why } => Told {
                note: *why,
                ..told(
                    1,
                    l.of(
                        "event",
                        "extended",
                        &[
                            ("from", &say::moment(l, *from)),
                            ("to", &say::moment(l, *to)),
                        ],
                    ),
                )
            },
            Event::Redated { from, to, .. } => {
                let shown =
                    |at: &Option<rules::Moment>| at.map_or(String::new(), |at| say::moment(l, at));
                let (from, to) = (shown(from), shown(to));
                told(5, l.of("event", "redated", &[("from", &from), ("to", &to)]))
            }
            Event::StepStarted { task } => {
                let step = self.step(&task.step, task.row);
                match &task.unit {
                    Some(at) => told(
                        7,
                        l.of(
                            "event",
                            "step-started",
                            &[("step", &step), ("unit", &unit(at))],
                        ),
                    ),
                    None => told(7, l.of("event", "step-theirs", &[("step", &step)])),
                }
            }
            Event::Claimed { step, row, .. } => told(
                2,
                l.of("event", "claimed", &[("step", &self.step(step, *row))]),
            ),
            Event::Released { step, row } => told(
                2,
                l.of("event", "released", &[("step", &self.step(step, *row))]),
            ),
            Event::Passed {
                step,
                row,
                unit: at,
                to,
                why,
            } => {
                let (step, at) = (self.step(step, *row), unit(at));
                let says = match to {
                    Some(to) => l.of(
                        "event",
                        "passed-to",
                        &[("step", &step), ("unit", &at), ("name", &self.person(to))],
                    ),
                    None => l.of("event", "passed", &[("step", &step), ("unit", &at)]),
                };
                Told {
                    note: *why,
                    ..told(1, says)
                }
            }
            Event::StepDecided(decided) => {
                let step = Flow::of(self.definition).step(&decided.step);
                let outcome = step.map_or_else(
                    || {
                        let known = l.perhaps("outcome", &decided.outcome);
                        known.unwrap_or(&decided.outcome).to_owned()
                    },
                    |step| names::outcome(l, step, &decided.outcome),
                );
                let name = self.step(&decided.step, decided.row);
                let mut words = l.of(
                    "event",
                    "decided",
                    &[("step", &name), ("outcome", &outcome)],
                );
                if let Some(used) = &decided.authority {
                    words.push_str(&by_right(l, used));
                }
                Told {
                    note: decided.note,
                    files: decided.files.clone(),
                    ..told(1, words)
                }
            }
            Event::StepDropped { step, row } => told(
                8,
                l.of("event", "dropped", &[("step", &self.step(step, *row))]),
            ),
            Event::Reseated {
                step,
                row,
                unit: to,
                ..
            } => told(
                2,
                l.of(
                    "event",
                    "reseated",
                    &[("step", &self.step(step, *row)), ("unit", &unit(to))],
                ),
            ),
            Event::Rerouted { unit: to, .. } => {
                told(3, l.of("event", "rerouted", &[("unit", &unit(to))]))
            }
            Event::Noted { note, public } => Told {
                note: Some(*note),
                ..plain(1, if *public { "noted-public" } else { "noted" })
            },
            Event::Attached { file, .. } => Told {
                files: vec![file.clone()],
                ..plain(3, "attached")
            },
            Event::AnswersChanged { .. } => plain(3, "answers"),
            Event::ApologyPrepared { proposed, .. } => told(
                2,
                l.of(
                    "event",
                    "apology-prepared",
                    &[("to", &say::moment(l, *proposed))],
                ),
            ),
            Event::Apologised { due, authority, .. } => told(
                0,
                l.of(
                    "event",
                    "apologised",
                    &[
                        ("due", &say::moment(l, *due)),
                        ("prefix", &authority.prefix),
                    ],
                ),
            ),
            // The reason of the decision holds the list.
            Event::SupplementMarked { .. } => return None,
            Event::WithdrawalAsked { why } => Told {
                note: *why,
                ..plain(1, "withdrawal-asked")
            },
            Event::WithdrawalRefused { why } => Told {
                note: *why,
                ..plain(1, "withdrawal-refused")
            },
            Event::Issued { ending: how } => {
                told(3, l.of("event", "issued", &[("ending", &ending(*how))]))
            }
            Event::HandedOver { ending: how } => told(
                3,
                l.of("event", "handed-over", &[("ending", &ending(*how))]),
            ),
            Event::NotAccepted { why } => Told {
                note: *why,
                ..plain(2, "not-accepted")
            },
            Event::Stopped { ending: how, why } => Told {
                note: *why,
                ..told(2, l.of("event", "stopped", &[("ending", &ending(*how))]))
            },
            Event::StopOrdered { ground, authority } => {
                let calendar = self.law.calendar().ok()?;
                let day = calendar.local(recorded.at).0;
                let known = self.law.stops.named(ground, day);
                let ground = known.map_or(ground.as_str(), |known| ground_words(l, known));
                let prefix = &authority.prefix;
                told(
                    0,
                    l.of(
                        "event",
                        "stop-ordered",
                        &[("ground", &ground), ("prefix", prefix)],
                    ),
                )
            }
            Event::ErrorReported { why } => Told {
                note: *why,
                ..plain(1, "error-reported")
            },
            Event::ErrorDeclined { why } => Told {
                note: *why,
                ..plain(1, "error-declined")
            },
            Event::CorrectionBegun { step, due, why, .. } => Told {
                note: *why,
                ..told(
                    0,
                    l.of(
                        "event",
                        "correction-begun",
                        &[
                            ("step", &self.step(step, None)),
                            ("due", &say::moment(l, *due)),
                        ],
                    ),
                )
            },
            Event::Corrected => plain(2, "corrected"),
            Event::ConsultationAsked(asked) => Told {
                note: Some(asked.question),
                ..told(
                    1,
                    l.of(
                        "event",
                        "consultation-asked",
                        &[
                            ("unit", &unit(&asked.unit)),
                            ("due", &say::moment(l, asked.due)),
                        ],
                    ),
                )
            },
            Event::PapersLost(lost) => {
                let names = lost.papers.iter().map(|code| self.document(code));
                let papers = names.collect::<Vec<_>>().join("; ");
                let member = match lost.damaged {
                    true => "papers-damaged",
                    false => "papers-lost",
                };
                Told {
                    note: lost.why,
                    ..told(0, l.of("event", member, &[("papers", &papers)]))
                }
            }
            Event::LossMadeGood { cost, note, .. } => Told {
                note: *note,
                ..told(
                    1,
                    l.of(
                        "event",
                        "loss-made-good",
                        &[("cost", &say::money(l, *cost))],
                    ),
                )
            },
            Event::Reopened { why } => Told {
                note: *why,
                ..plain(0, "reopened")
            },
            Event::Rated { score, note } => Told {
                note: *note,
                ..told(1, l.of("event", "rated", &[("score", score)]))
            },
            Event::Directed { .. } => plain(1, "directed"),
            Event::Merged { .. }
            | Event::Unmerged { .. }
            | Event::OriginalSaid(_)
            | Event::Recategorised(_)
            | Event::Forwarded(_)
            | Event::OutsideSaid(_)
            | Event::TakenBack { .. }
            | Event::WorkShared(_)
            | Event::SharedWorkEnded { .. }
            | Event::LookedAgain(_)
            | Event::RatedFor { .. } => return self.of_handling(event),
            // Told above.
            Event::FeeAsked { .. }
            | Event::FeePaid(_)
            | Event::PaymentVoided { .. }
            | Event::FeeWaived { .. }
            | Event::WaiverRejected { .. }
            | Event::RefundAsked { .. }
            | Event::RefundAnswered { .. }
            | Event::Refunded { .. } => return None,
            Event::PapersReceived(received) => told(2, self.papers(received)),
            Event::Collected(collected) => Told {
                note: collected.note,
                ..told(2, self.collected(collected))
            },
            Event::CodedElsewhere { system, code } => {
                let owner = self.definition.owner.as_ref();
                let owner = owner.filter(|owner| owner.system == *system);
                let system = owner.map_or(system.as_str(), |owner| owner.name.get(l.code()));
                told(
                    4,
                    l.of(
                        "event",
                        "coded-elsewhere",
                        &[("system", &system), ("code", code)],
                    ),
                )
            }
            Event::Relayed { partner, id } => told(
                1,
                l.of(
                    "event",
                    "relayed",
                    &[("partner", &self.partner(partner)), ("id", id)],
                ),
            ),
            Event::PartnerSaid {
                partner,
                closed,
                note,
            } => {
                let word = match closed {
                    true => "partner-closed",
                    false => "partner-said",
                };
                Told {
                    note: *note,
                    ..told(
                        1,
                        l.of("event", word, &[("partner", &self.partner(partner))]),
                    )
                }
            }
            Event::Mirrored { .. } => {
                let owner = self.definition.owner.as_ref();
                let system = owner.map_or("", |owner| owner.name.get(l.code()));
                told(1, l.of("event", "mirrored", &[("system", &system)]))
            }
            Event::OwnerSaid(said) => {
                let state = l.of("state", &said.state.to_string(), &[]);
                let at = crate::say::moment(l, said.at);
                told(
                    1,
                    l.of("event", "owner-said", &[("state", &state), ("at", &at)]),
                )
            }
            Event::ReviewAwaited => told(3, l.of("moderated", "waits", &[])),
            Event::Moderated { deed, why } => Told {
                note: *why,
                ..told(1, l.of("moderated", deed_word(deed), &[]))
            },
            Event::PartOf { part, .. } => self.of_part("part-of", part),
            Event::PartOpened { part, code, .. } => {
                let part = self.part(part);
                told(
                    1,
                    l.of("event", "part-opened", &[("part", &part), ("code", code)]),
                )
            }
            Event::PartWaits { part } => self.of_part("part-waits", part),
            Event::PartGoesOn { part } => self.of_part("part-goes-on", part),
            Event::PartDropped { part } => self.of_part("part-dropped", part),
            Event::PartEnded { part, ending: how } => {
                let part = self.part(part);
                let how = ending(*how);
                told(
                    1,
                    l.of("event", "part-ended", &[("part", &part), ("ending", &how)]),
                )
            }
            Event::PaperSigned(paper) => {
                let signers = paper.signatures.iter().map(|one| match &one.by {
                    Signatory::Person(id) => self.people.get(id).cloned().unwrap_or_default(),
                    Signatory::Seal(unit) => names::unit(self.law, unit),
                });
                // Whose name the reader may not know is left out.
                let signers: Vec<String> = signers.filter(|name| !name.is_empty()).collect();
                let name = self.paper(&paper.what);
                let signers = signers.join(", ");
                let says = l.of(
                    "event",
                    "paper-signed",
                    &[("name", &name), ("signers", &signers)],
                );
                told(4, says)
            }
            Event::PaperRevoked { what, why, .. } => {
                let name = self.paper(what);
                Told {
                    note: *why,
                    mark: Mark::Late,
                    ..told(1, l.of("event", "paper-revoked", &[("name", &name)]))
                }
            }
            Event::PaperMade(paper) => {
                let name = match l.perhaps("paper-kind", &paper.template) {
                    Some(name) => name.to_owned(),
                    None => self.paper(&paper.what),
                };
                let number = format!("{:02}/{}", paper.number, paper.symbol);
                told(
                    4,
                    l.of(
                        "event",
                        "paper-made",
                        &[("name", &name), ("number", &number)],
                    ),
                )
            }
            Event::Warned { of, step, row } => {
                let member = match of {
                    Warning::StepLate => "warned-step",
                    Warning::Escalated => "warned-escalated",
                    Warning::ReportDue => "warned-report",
                    Warning::DueSoon => "warned-soon",
                    Warning::DueToday => "warned-today",
                    Warning::Late => "warned-late",
                    Warning::AnswerDue => "warned-answer",
                    Warning::Silent => "warned-silent",
                };
                let says = l.of("event", member, &[]);
                Told {
                    mark: match of {
                        Warning::StepLate | Warning::Silent | Warning::Late => Mark::Late,
                        _ => Mark::Past,
                    },
                    ..told(
                        2,
                        match step {
                            Some(step) => format!("{says}: {}", self.step(step, *row)),
                            None => says,
                        },
                    )
                }
            }
        })
    }
}

fn deed_word(deed: &Deed) -> &'static str {
    match deed {
        Deed::Publish => "publish",
        Deed::Hide => "hide",
        Deed::Keep => "keep",
        Deed::HideText => "hide-text",
        Deed::EditText { .. } => "edit-text",
        Deed::ShowText => "show-text",
        Deed::HidePhoto { .. } => "hide-photo",
        Deed::BlurPhoto { .. } => "blur-photo",
        Deed::ShowPhoto { .. } => "show-photo",
    }
}

pub(super) fn told(rank: u8, says: String) -> Told {
    Told {
        rank,
        says,
        note: None,
        files: Vec::new(),
        mark: Mark::Past,
    }
}

/// By what right it was signed, as it stands beside the signature.
fn by_right(l: Lang, used: &AuthorityUsed) -> String {
    match used.basis.as_str() {
        "" => l.of("event", "signed-own", &[("prefix", &used.prefix)]),
        basis => l.of(
            "event",
            "signed-for",
            &[("prefix", &used.prefix), ("basis", &basis)],
        ),
    }
}
