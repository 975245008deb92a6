//! What a decision may know besides the case and the command. Everything is handed in: the moment,
//! the actor, the definition of the case's own version, the answers, the calendar of the case.

use jiff::civil::Date;
use serde_json::Value;
use service::Answers;
use service::definition::{Channel, Definition, Expr, Post, Who};
use service::expr::{self, Scope};

use super::command::Refusal;
use super::state::Case;
use crate::Moment;
use crate::calendar::{Calendar, CalendarFault};
use crate::ids::{PersonId, UnitCode};
use crate::mandate::Mandate;
use crate::organisation::Organisation;
use crate::person::Actor;

#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub now: Moment,
    pub actor: &'a Actor,
    /// Resolved (its frame inside), of the version the case stays on; `open`: of the day.
    pub definition: &'a Definition,
    pub version: u32,
    /// As they stand after the command, where it brings new ones.
    pub answers: &'a Answers,
    /// The version frozen on the case; `open`: the current one.
    pub calendar: &'a Calendar,
    pub organisation: &'a Organisation,
    /// Who could be given a step with `pick: least-loaded`, with the number of steps each holds now;
    /// empty: such steps wait for whoever claims them.
    pub staff: &'a [Candidate],
    /// The city's register of mandates: read when the decision may need a signer, else empty.
    pub mandates: &'a [Mandate],
    /// For whom the actor stands in today: their tasks are the actor's to do.
    pub stands_in_for: &'a [PersonId],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub person: PersonId,
    pub unit: UnitCode,
    pub post: Post,
    pub holds: u32,
}

impl<'a> Given<'a> {
    /// What every command needs: nobody to be given a step, no mandate, nobody stood in for.
    pub fn new(
        now: Moment,
        actor: &'a Actor,
        (definition, version): (&'a Definition, u32),
        answers: &'a Answers,
        calendar: &'a Calendar,
        organisation: &'a Organisation,
    ) -> Self {
        Self {
            now,
            actor,
            definition,
            version,
            answers,
            calendar,
            organisation,
            staff: &[],
            mandates: &[],
            stands_in_for: &[],
        }
    }

    /// The day in the city.
    pub fn today(&self) -> Date {
        self.calendar.local(self.now).0
    }

    /// The hour in the city, and whether its offices are open. What the calendar does not cover is no office hour.
    pub fn clock(&self) -> (u8, bool) {
        let hour = self.calendar.local(self.now).1.hour();
        let open = self.calendar.is_working_time(self.now).unwrap_or(false);
        (hour.unsigned_abs(), open)
    }
}

/// From where a rule of the definition is asked: of which case, in which row of a repeating group.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub given: &'a Given<'a>,
    pub channel: Option<Channel>,
    /// What kind of applicant asks (`applicant.kind` in expressions).
    pub applicant: Option<Who>,
    /// The competent unit of the case, once there is one.
    pub agency: Option<&'a str>,
    pub area: Option<&'a str>,
    pub row: Option<(&'a str, u32)>,
}

impl<'a> Context<'a> {
    /// Before there is a case.
    pub fn opening(given: &'a Given<'a>, channel: Channel, applicant: Option<Who>) -> Self {
        Self {
            given,
            channel: Some(channel),
            applicant,
            agency: None,
            area: None,
            row: None,
        }
    }

    pub fn of(given: &'a Given<'a>, case: &'a Case) -> Self {
        Self {
            given,
            channel: Some(case.channel),
            applicant: case.applicant_kind,
            agency: Some(&case.unit),
            area: case.area.as_deref(),
            row: None,
        }
    }

    pub fn scope(&self) -> Scope<'a> {
        let given = self.given;
        Scope {
            clock: Some(given.clock()),
            row: self.row.map(|(group, row)| (group, row as usize)),
            applicant: self.applicant,
            channel: self.channel,
            ..Scope::of(given.definition, given.answers).today(given.today())
        }
    }

    /// Does the condition hold? An absent one does; one that reads a missing answer does not.
    pub(crate) fn holds(&self, condition: Option<&Expr>) -> Result<bool, Refusal> {
        match condition {
            None => Ok(true),
            Some(expr) => Ok(expr::holds(expr, &self.scope())?),
        }
    }

    pub(crate) fn value(&self, expr: &Expr) -> Result<Value, Refusal> {
        Ok(expr::evaluate(expr, &self.scope())?)
    }

    /// A value that the process cannot do without, as text.
    pub(crate) fn needed(&self, expr: &Expr) -> Result<String, Refusal> {
        match self.value(expr)? {
            Value::String(text) if !text.is_empty() => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(Refusal::AnswerMissing {
                what: expr.0.clone(),
            }),
        }
    }

    /// The end of the working day that a date field names.
    pub(crate) fn end_of(&self, date: &Expr) -> Result<Moment, Refusal> {
        let written = self.needed(date)?;
        let day = written.parse().map_err(|_| Refusal::AnswerMissing {
            what: date.0.clone(),
        })?;
        Ok(self.given.calendar.end_of_working_day(day)?)
    }
}

/// A published service has none of these faults but a missing answer; a draft that is tried out may.
impl From<expr::Fault> for Refusal {
    fn from(fault: expr::Fault) -> Self {
        Refusal::AnswerMissing {
            what: fault.to_string(),
        }
    }
}

impl From<CalendarFault> for Refusal {
    fn from(_: CalendarFault) -> Self {
        Refusal::NoCalendar
    }
}
