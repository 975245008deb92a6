//! A case that another system decides (NĐ 224/2026 Đ.15): its word alone moves it. What it says may come twice,
//! late and out of order; the case stands as the latest of its moments says. No person here changes it.

use serde::{Deserialize, Serialize};
use service::definition::{Code, Ending};

use super::command::{Command, Opening, Refusal};
use super::event::{Event, Imported};
use super::given::{Context, Given};
use super::life::Life;
use super::open::{competent, opened};
use super::state::{Case, LegalClock, Stopped};
use super::work::Work;
use crate::Moment;
use crate::clock;
use crate::person::Actor;

/// What the owner said so far, in the order of its own moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    pub system: Code,
    pub said: Vec<OwnerSaid>,
}

/// One state of the ten of the national portal, since when it holds there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerSaid {
    pub state: u8,
    pub at: Moment,
    /// The appointment that holds with it.
    pub due: Option<Moment>,
    /// How it ended, where the state alone does not tell.
    pub ending: Option<Ending>,
}

/// What the owner alone may bring about is refused to everybody else; `None`: the rules go on as usual.
pub(super) fn judge(
    case: &Case,
    command: &Command,
    given: &Given<'_>,
) -> Option<Result<Vec<Event>, Refusal>> {
    let system = &case.mirror.as_ref()?.system;
    match command {
        Command::Note { .. } | Command::Rate { .. } | Command::Direct { .. } => None,
        Command::HearOwner(_) => None,
        Command::Attach { .. } | Command::CodeElsewhere { .. } if is_system(given.actor) => None,
        // Time does nothing to it, and nobody is warned of what others do.
        Command::Tick | Command::Redate | Command::Reseat => Some(Ok(Vec::new())),
        _ => Some(Err(Refusal::OwnedElsewhere {
            system: system.clone(),
        })),
    }
}

fn is_system(actor: &Actor) -> bool {
    matches!(actor, Actor::Import | Actor::Clock)
}

/// A dossier that its owner tells of for the first time. `at`: when it was handed in there.
pub fn open(opening: &Opening, at: Moment, given: &Given<'_>) -> Result<Vec<Event>, Refusal> {
    let Some(owner) = &given.definition.owner else {
        return Err(Refusal::NotYours);
    };
    let unit = competent(&Context::opening(
        given,
        opening.channel,
        opening.applicant_kind,
    ))?;
    let imported = Event::Imported(Box::new(Imported {
        opened: opened(opening, unit, given),
        at,
        due: None,
        ended: None,
    }));
    let mut work = Work::begin(opening.id, imported, given);
    let system = owner.system.clone();
    work.then(Event::Mirrored { system });
    Ok(work.done())
}

impl Work<'_> {
    /// The same word twice changes nothing.
    pub(super) fn hear_owner(&mut self, said: OwnerSaid) -> Result<(), Refusal> {
        let Some(mirror) = self.case.mirror.as_ref() else {
            return Err(Refusal::NotYours);
        };
        if *self.given.actor != Actor::Import || !(1..=10).contains(&said.state) {
            return Err(Refusal::NotYours);
        }
        if mirror.said.contains(&said) {
            return Ok(());
        }
        self.then(Event::OwnerSaid(Box::new(said)));
        Ok(())
    }
}

/// Adds a word and tells the whole life anew from all of them.
pub(super) fn hear(case: &mut Case, said: &OwnerSaid) {
    let Some(mirror) = &mut case.mirror else {
        return;
    };
    let place = mirror
        .said
        .partition_point(|known| (known.at, known.state) <= (said.at, said.state));
    mirror.said.insert(place, said.clone());
    let said = mirror.said.clone();
    case.accepted = None;
    case.clock = LegalClock::default();
    case.life = Life::Registered;
    for one in &said {
        step(case, one);
    }
}

fn step(case: &mut Case, said: &OwnerSaid) {
    let at = said.at;
    if !matches!(said.state, 1 | 3) {
        case.accepted.get_or_insert(at);
    }
    if let Some(due) = said.due {
        match case.clock.intervals.is_empty() {
            true => case.clock = clock::started(case.accepted.unwrap_or(at), None, 0, due),
            false => clock::redate(&mut case.clock, 0, Some(due)),
        }
    }
    let asked_to_withdraw = matches!(case.life, Life::WithdrawalAsked { .. });
    let before = std::mem::replace(&mut case.life, Life::Registered);
    let decided = before.ended().map_or(at, |(_, decided)| decided);
    let granted = said.ending.unwrap_or(Ending::Granted);
    case.life = match said.state {
        2 => Life::Accepted { at },
        3 => Life::NotAccepted { at, why: None },
        4 => Life::InProgress,
        5 => Life::AwaitingSupplement { since: at },
        6 => Life::AwaitingPayment { since: at },
        7 => Life::WithdrawalAsked {
            since: at,
            back: Box::new(before),
        },
        8 => Life::Stopped {
            ending: said.ending.unwrap_or(match asked_to_withdraw {
                true => Ending::Withdrawn,
                false => Ending::Stopped,
            }),
            at,
            why: None,
        },
        9 => Life::Decided {
            ending: granted,
            at,
        },
        10 => Life::HandedOver {
            ending: granted,
            decided,
            at,
        },
        _ => Life::Registered,
    };
    let stands = match &case.life {
        Life::AwaitingSupplement { .. } => Some(Stopped::Supplement),
        Life::AwaitingPayment { .. } => Some(Stopped::Payment),
        Life::WithdrawalAsked { .. } => Some(Stopped::Withdrawal),
        life => life.ended().map(|_| Stopped::Ended),
    };
    match (stands, case.clock.due) {
        (Some(why), _) => clock::stop(&mut case.clock, at, why),
        (None, Some(due)) => clock::resume(&mut case.clock, at, due),
        (None, None) => {}
    }
}
