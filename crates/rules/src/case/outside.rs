//! Work handed to somebody outside who has no account here (the power company): they answer by a link. The step stays
//! with whoever asked, and no clock stands still for it.
//!
//! Absent: the link's secret (`actions::outside`) and who may be asked (`data/outside.toml`).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use service::definition::{Code, Limit, LimitUnit};

use super::command::Refusal;
use super::consult::CONSULTATION;
use super::event::{Event, Forwarded, OutsideSaid};
use super::state::Case;
use super::steps::not_ended;
use super::work::Work;
use crate::Moment;
use crate::ids::{ContentHash, NoteId};
use crate::person::Actor;

/// The list that ships.
pub const OUTSIDE_1: &str = include_str!("../../../../data/outside.toml");

static SHIPPED: LazyLock<Parties> = LazyLock::new(|| Parties::read(OUTSIDE_1).unwrap_or_default());

/// Whom outside the city may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    pub version: u32,
    #[serde(default)]
    pub demonstration: bool,
    #[serde(rename = "party")]
    pub list: Vec<Party>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Kept for ever: events refer to it.
    pub code: Code,
    pub name: String,
    pub name_en: String,
    /// How long a link opens.
    pub days: u32,
}

impl Parties {
    /// # Errors
    /// With the line that cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    pub fn get(&self, code: &str) -> Option<&Party> {
        self.list.iter().find(|party| party.code == code)
    }

    /// As a page calls it; the code itself where the list knows it no longer.
    pub fn name<'p>(&'p self, code: &'p str, language: &str) -> &'p str {
        self.get(code).map_or(code, |party| party.name(language))
    }
}

impl Party {
    pub fn name(&self, language: &str) -> &str {
        match language {
            "en" => &self.name_en,
            _ => &self.name,
        }
    }

    pub fn within(&self) -> Limit {
        Limit {
            thousandths: i64::from(self.days) * 1000,
            unit: LimitUnit::Days,
        }
    }
}

/// What somebody outside says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    TakenUp,
    Finished,
    NotOurs,
}

impl Said {
    pub const ALL: [Said; 3] = [Said::TakenUp, Said::Finished, Said::NotOurs];

    pub fn code(self) -> &'static str {
        match self {
            Said::TakenUp => "taken-up",
            Said::Finished => "finished",
            Said::NotOurs => "not-ours",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.code() == code)
    }

    /// Nothing more is expected.
    pub fn is_last(self) -> bool {
        self != Said::TakenUp
    }
}

/// One handing out; its place in the case is its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    pub step: Code,
    pub row: Option<u32>,
    pub party: Code,
    pub since: Moment,
    /// Until when the link opens.
    pub until: Moment,
    pub question: NoteId,
    pub said: Option<(Said, Moment)>,
    pub taken_back: Option<Moment>,
}

impl Forward {
    /// An answer can still come.
    pub fn waits(&self, now: Moment) -> bool {
        let last = self.said.is_some_and(|(said, _)| said.is_last());
        !last && self.taken_back.is_none() && now <= self.until
    }
}

/// [`super::Command::Forward`], as a thing to hand around.
pub(super) struct Forwarding {
    pub step: Code,
    pub row: Option<u32>,
    pub party: Code,
    pub within: Limit,
    pub question: NoteId,
}

impl Work<'_> {
    pub(super) fn forward(&mut self, asked: Forwarding) -> Result<(), Refusal> {
        let task = self.task_under_way(&asked.step, asked.row)?;
        if task.by_applicant() || task.step == CONSULTATION {
            return Err(Refusal::NotYours);
        }
        self.hold_or_lead(&task)?;
        let now = self.given.now;
        let mut forwards = self.case.forwards.iter();
        if forwards.any(|one| one.party == asked.party && one.waits(now)) {
            return Err(Refusal::AlreadyDone);
        }
        let until = self.given.calendar.due(now, asked.within, None, false)?.at;
        self.take_up(&asked.step);
        let n = u32::try_from(self.case.forwards.len()).unwrap_or(u32::MAX);
        self.then(Event::Forwarded(Box::new(Forwarded {
            n,
            step: asked.step,
            row: asked.row,
            party: asked.party,
            until,
            question: asked.question,
        })));
        Ok(())
    }

    /// By the link alone: whoever holds it is nobody here.
    pub(super) fn hear_outside(
        &mut self,
        n: u32,
        said: Said,
        note: Option<NoteId>,
        files: Vec<ContentHash>,
    ) -> Result<(), Refusal> {
        if *self.given.actor != Actor::Visitor {
            return Err(Refusal::NotYours);
        }
        not_ended(&self.case)?;
        let asked = self.case.forwards.get(n as usize);
        let asked = asked.ok_or(Refusal::NotYours)?;
        if !asked.waits(self.given.now) {
            return Err(Refusal::AlreadyDone);
        }
        if note.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::OutsideSaid(Box::new(OutsideSaid {
            n,
            said,
            note,
            files,
        })));
        Ok(())
    }

    pub(super) fn take_back(&mut self, n: u32) -> Result<(), Refusal> {
        let now = self.given.now;
        match self.case.forwards.get(n as usize) {
            Some(one) if one.waits(now) => {
                self.then(Event::TakenBack { n });
                Ok(())
            }
            // It is over, or never was.
            _ => Err(Refusal::AlreadyDone),
        }
    }
}

pub(super) fn add(case: &mut Case, event: &Event, at: Moment) {
    match event {
        Event::Forwarded(asked) => case.forwards.push(Forward {
            step: asked.step.clone(),
            row: asked.row,
            party: asked.party.clone(),
            since: at,
            until: asked.until,
            question: asked.question,
            said: None,
            taken_back: None,
        }),
        Event::OutsideSaid(said) => {
            if let Some(one) = case.forwards.get_mut(said.n as usize) {
                one.said = Some((said.said, at));
            }
        }
        Event::TakenBack { n } => {
            if let Some(one) = case.forwards.get_mut(*n as usize) {
                one.taken_back = Some(at);
            }
        }
        _ => {}
    }
}
