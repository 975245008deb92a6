//! Mandates: who was given authority to sign, by which paper, for what, from when until when. One person
//! enters, a second confirms; entries are kept and the mandate is their sum. Who signs by it today is
//! [`crate::authority`]'s question.
//!
//! Kinds: own authority (thẩm quyền gốc) moved by law or the city's regulation; `assigned` (phân cấp), lasting,
//! by regulation; `delegated` (ủy quyền) by decision, for a time, never passed on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::{Code, Expr, Post};

use crate::Moment;
use crate::ids::{AreaCode, MandateId, PersonId, UnitCode};
use crate::organisation::Organisation;
use crate::person::{Official, Power};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Own,
    Assigned,
    Delegated,
}

/// A post of one unit, with the word for it: `director`, `chairman`, `deputy-director`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub title: Code,
    pub post: Post,
    pub unit: UnitCode,
}

/// At which unit the receiver sits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    Unit(UnitCode),
    /// Every unit of this kind, for the cases it is competent for: the directors of all branches.
    Kind(Code),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    pub title: Code,
    pub post: Post,
    pub at: At,
    /// Only while this very person holds the post.
    pub person: Option<PersonId>,
}

/// What the decision says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub kind: Kind,
    /// Who gives; `None` for [`Kind::Own`].
    pub from: Option<Office>,
    pub to: Receiver,
    /// Empty: every service in which the giver signs.
    pub services: Vec<Code>,
    /// Codes of papers; empty: every paper.
    pub papers: Vec<Code>,
    /// Empty: the whole city.
    pub areas: Vec<AreaCode>,
    /// An expression of the definition language over the answers of the one service named.
    pub when: Option<Expr>,
    /// TM., KT., TL., TUQ., Q. or empty (NĐ 30/2020).
    pub prefix: String,
    /// `123/QĐ-SNNMT`
    pub number: String,
    pub decided: Date,
    pub valid_from: Date,
    /// The last day, inclusive; `None`: until it is ended.
    pub until: Option<Date>,
}

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
pub enum Entry {
    Proposed {
        terms: Box<Terms>,
    },
    Confirmed,
    /// The second person says no to what was proposed: the mandate or its end.
    Rejected {
        why: String,
    },
    /// `last` is the last day on which anything may be signed by it.
    EndProposed {
        last: Date,
        number: String,
        why: String,
    },
    EndConfirmed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub at: Moment,
    pub by: PersonId,
    #[serde(flatten)]
    pub entry: Entry,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Waits for a second person.
    Proposed,
    Confirmed,
    EndProposed {
        last: Date,
    },
    Ended {
        last: Date,
        number: String,
    },
    Rejected,
}

/// The sum of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    pub id: MandateId,
    pub terms: Terms,
    pub state: State,
    pub history: Vec<Entered>,
}

/// Why an entry is not taken. The words are in `web/text/*/authority.toml` under `mandate-refusal`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("whoever entered it may not confirm it")]
    SamePerson,
    #[error("this person may not enter or confirm it")]
    NotYours,
    #[error("nothing waits for this")]
    NotWaiting,
    #[error("the number of the decision is missing")]
    NoNumber,
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    #[error("the decision is younger than the day it begins")]
    BeforeItsDecision,
    #[error("what was signed stays signed: the last day is in the past")]
    EndInThePast,
    #[error("a reason is missing")]
    NoReason,
    #[error("no such unit: {0}")]
    NoUnit(String),
    #[error("no such service: {0}")]
    NoService(Code),
    #[error("the service {service} has no paper {paper}")]
    NoPaper { service: Code, paper: Code },
    #[error("a condition needs exactly one service")]
    ConditionNeedsService,
    #[error("the condition cannot be read: {0}")]
    Condition(String),
    #[error("own authority names its services and no giver")]
    OwnNeedsServices,
    #[error("it does not say who gives")]
    NoGiver,
    #[error("the giver signs by delegation {0} and may not pass it on")]
    SubDelegation(String),
    #[error("the giver does not sign in {0}")]
    NotTheGivers(Code),
    #[error("giver and receiver are the same")]
    ToThemselves,
}

impl Mandate {
    /// `None` where the entries do not begin with a proposal.
    pub fn of(id: MandateId, history: Vec<Entered>) -> Option<Self> {
        let Entry::Proposed { terms } = &history.first()?.entry else {
            return None;
        };
        let mut mandate = Self {
            id,
            terms: (**terms).clone(),
            state: State::Proposed,
            history: Vec::new(),
        };
        for entered in history {
            mandate.add(entered);
        }
        Some(mandate)
    }

    fn add(&mut self, entered: Entered) {
        self.state = match (&self.state, &entered.entry) {
            (_, Entry::Proposed { .. }) => State::Proposed,
            (State::Proposed, Entry::Rejected { .. }) => State::Rejected,
            (_, Entry::EndProposed { last, .. }) => State::EndProposed { last: *last },
            (State::EndProposed { last }, Entry::EndConfirmed) => State::Ended {
                last: *last,
                number: self.number_of_end(),
            },
            (_, Entry::Confirmed | Entry::EndConfirmed | Entry::Rejected { .. }) => {
                State::Confirmed
            }
        };
        self.history.push(entered);
    }

    fn number_of_end(&self) -> String {
        let ends = self.history.iter().rev();
        ends.filter_map(|entered| match &entered.entry {
            Entry::EndProposed { number, .. } => Some(number.clone()),
            _ => None,
        })
        .next()
        .unwrap_or_default()
    }

    /// A second person once confirmed it; what it says counts, be it of the past.
    pub fn in_register(&self) -> bool {
        !matches!(self.state, State::Proposed | State::Rejected)
    }

    /// The last day on which it may be used.
    pub fn last_day(&self) -> Option<Date> {
        match (&self.state, self.terms.until) {
            (State::Ended { last, .. }, Some(until)) => Some(until.min(*last)),
            (State::Ended { last, .. }, None) => Some(*last),
            (_, until) => until,
        }
    }

    pub fn in_force(&self, on: Date) -> bool {
        self.in_register()
            && self.terms.valid_from <= on
            && self.last_day().is_none_or(|last| on <= last)
    }

    /// Who entered what waits for confirmation.
    fn waiting_from(&self) -> Option<PersonId> {
        match self.state {
            State::Proposed | State::EndProposed { .. } => self.history.last().map(|e| e.by),
            State::Confirmed | State::Ended { .. } | State::Rejected => None,
        }
    }

    pub fn waits(&self) -> bool {
        self.waiting_from().is_some()
    }

    /// May this person make this entry now?
    ///
    /// # Errors
    /// [`Wrong`] with the reason.
    pub fn may_enter(&self, by: &Official, entry: &Entry, today: Date) -> Result<(), Wrong> {
        match entry {
            Entry::Proposed { .. } => return Err(Wrong::NotWaiting),
            Entry::EndProposed { last, number, why } => {
                if !may_propose(by, &self.terms) {
                    return Err(Wrong::NotYours);
                }
                if self.state != State::Confirmed {
                    return Err(Wrong::NotWaiting);
                }
                if number.trim().is_empty() {
                    return Err(Wrong::NoNumber);
                }
                if why.trim().is_empty() {
                    return Err(Wrong::NoReason);
                }
                // Yesterday is the earliest last day: nothing may be signed by it any more from today.
                if today.yesterday().is_ok_and(|yesterday| *last < yesterday) {
                    return Err(Wrong::EndInThePast);
                }
            }
            Entry::Confirmed | Entry::EndConfirmed | Entry::Rejected { .. } => {
                let fits = match (&self.state, entry) {
                    (State::Proposed, Entry::Confirmed) => true,
                    (State::EndProposed { .. }, Entry::EndConfirmed) => true,
                    (_, Entry::Rejected { .. }) => self.waits(),
                    _ => false,
                };
                if !fits {
                    return Err(Wrong::NotWaiting);
                }
                if self.waiting_from() == Some(by.id) {
                    return Err(Wrong::SamePerson);
                }
                if !may_confirm(by, &self.terms) {
                    return Err(Wrong::NotYours);
                }
                if matches!(entry, Entry::Rejected { why } if why.trim().is_empty()) {
                    return Err(Wrong::NoReason);
                }
            }
        }
        Ok(())
    }
}

/// Entering is clerical: an administrator's, or anybody's who leads the giving unit.
pub fn may_propose(by: &Official, terms: &Terms) -> bool {
    by.powers.contains(&Power::Administrator) || may_confirm(by, terms)
}

/// Confirming is the giving unit's own head's or deputy head's, or of the unit above; technical
/// administration has no approval right. Own authority is the city's to state: a head anywhere above.
pub fn may_confirm(by: &Official, terms: &Terms) -> bool {
    match &terms.from {
        Some(from) => by
            .seats
            .iter()
            .any(|seat| seat.unit == from.unit && seat.post >= Post::DeputyHead),
        None => {
            by.powers.contains(&Power::Leader)
                && by.seats.iter().any(|seat| seat.post == Post::Head)
        }
    }
}

/// Flaws that the terms have by themselves; who gives what is judged by [`crate::authority::may_give`].
///
/// # Errors
/// The first of [`Wrong`].
pub fn judge(terms: &Terms, organisation: &Organisation, today: Date) -> Result<(), Wrong> {
    if terms.number.trim().is_empty() {
        return Err(Wrong::NoNumber);
    }
    if terms.until.is_some_and(|until| until < terms.valid_from) {
        return Err(Wrong::EndsBeforeItBegins);
    }
    if terms.valid_from < terms.decided {
        return Err(Wrong::BeforeItsDecision);
    }
    match (terms.kind, &terms.from) {
        (Kind::Own, None) if !terms.services.is_empty() => {}
        (Kind::Own, _) => return Err(Wrong::OwnNeedsServices),
        (_, None) => return Err(Wrong::NoGiver),
        (_, Some(from)) => {
            if organisation.unit(&from.unit, today).is_none() {
                return Err(Wrong::NoUnit(from.unit.clone()));
            }
            if terms.to.at == At::Unit(from.unit.clone()) && terms.to.post == from.post {
                return Err(Wrong::ToThemselves);
            }
        }
    }
    match &terms.to.at {
        At::Unit(unit) if organisation.unit(unit, today).is_none() => {
            return Err(Wrong::NoUnit(unit.clone()));
        }
        At::Kind(kind) if !organisation.units_on(today).any(|unit| unit.kind == *kind) => {
            return Err(Wrong::NoUnit(kind.clone()));
        }
        At::Unit(_) | At::Kind(_) => {}
    }
    if terms.when.is_some() && terms.services.len() != 1 {
        return Err(Wrong::ConditionNeedsService);
    }
    Ok(())
}
