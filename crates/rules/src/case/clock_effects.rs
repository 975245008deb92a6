//! What steps do to the legal clock: it starts once, stands still in the steps the service names,
//! runs on with a later date.

use service::definition::{
    ClockStart, Definition, Kind, Limit, LimitRule, LimitUnit, Step, Within,
};
use service::table::{self, Promised};

use super::command::Refusal;
use super::event::{Asked, Event};
use super::life::Life;
use super::state::{APPLICANT, Stopped};
use super::work::Work;
use crate::Moment;
use crate::clock::{self, Counting};
use crate::process::Flow;

impl Work<'_> {
    /// A report's time begins with the report; a procedure's with the complete file.
    pub(super) fn clock_starts(&self) -> ClockStart {
        let usual = match self.given.definition.kind {
            Kind::Procedure | Kind::Petition => ClockStart::Accepted,
            Kind::Report | Kind::Directive | Kind::Inspection | Kind::Survey => ClockStart::Opened,
        };
        self.given.definition.process.clock.starts.unwrap_or(usual)
    }

    /// Nothing happens where the service has no limit or the clock began already.
    pub(super) fn start_clock(&mut self) -> Result<(), Refusal> {
        let given = self.given;
        let Some(rule) = &given.definition.process.limit else {
            return Ok(());
        };
        if !self.case.clock.intervals.is_empty() {
            return Ok(());
        }
        let (limit, due) = match self.promised(rule)? {
            Promised::Until(day) => (None, given.calendar.end_of_working_day(day)?),
            Promised::Length(limit) => {
                let due = self.counting()?.due(given.calendar, given.now, limit)?;
                (Some(limit), due.at)
            }
        };
        self.then(Event::ClockStarted {
            limit,
            calendar: given.calendar.version(),
            due,
        });
        Ok(())
    }

    /// A channel the service forgot has the limit of the first one it names: the city still answers.
    pub(super) fn promised(&self, rule: &LimitRule) -> Result<Promised, Refusal> {
        if let LimitRule::ByChannel(limits) = rule {
            let own = limits
                .iter()
                .find(|(channel, _)| *channel == self.case.channel);
            if let Some((_, limit)) = own.or(limits.first()) {
                return Ok(Promised::Length(*limit));
            }
        }
        let definition = self.given.definition;
        self.ask(None, |context| {
            Ok(table::limit(definition, rule, &context.scope())?)
        })
    }

    pub(super) fn counting(&self) -> Result<Counting, Refusal> {
        Ok(Counting::of(&self.given.definition.process.clock)?)
    }

    /// Lets the clock stand or run as the steps under way and those about to start require. After the
    /// end, and while a withdrawal is looked at, it is left alone.
    pub(super) fn settle_clock(&mut self, starting: &[&Step]) -> Result<(), Refusal> {
        if !self.case.clock_is_settable() {
            return Ok(());
        }
        let flow = self.flow;
        let under_way = self
            .case
            .tasks
            .iter()
            .filter_map(|task| flow.step(&task.step));
        let wanted = under_way
            .chain(starting.iter().copied())
            .find(|step| flow.stops_the_clock(&step.code))
            .map(|step| self.why_stopped(step));
        match (clock::standing(&self.case.clock), wanted) {
            (now, wanted) if now == wanted => {}
            (_, Some(why)) => self.then(Event::ClockStopped { why }),
            (Some(_), None) => self.resume_clock()?,
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn resume_clock(&mut self) -> Result<(), Refusal> {
        let due = clock::due_on_resume(
            &self.case.clock,
            self.given.calendar,
            &self.counting()?,
            self.given.now,
        )?;
        if let Some(due) = due {
            self.then(Event::ClockResumed { due });
        }
        Ok(())
    }

    fn why_stopped(&self, step: &Step) -> Stopped {
        match self.asked(step) {
            None => Stopped::Excluded,
            Some(Asked::Supplement) => Stopped::Supplement,
            Some(Asked::Payment) => Stopped::Payment,
            Some(Asked::Question) => Stopped::Question,
        }
    }

    /// What a step by the applicant waits for: by the words the language gives these steps (`paid`, a fee
    /// due there, `supplied`); reports know only questions. `None`: not the applicant's step.
    pub(super) fn asked(&self, step: &Step) -> Option<Asked> {
        asked_of(self.given.definition, step)
    }

    /// When a step begun at `since` is late by its own measure; for the applicant: when the wait is over.
    pub(super) fn step_due(
        &self,
        step: &Step,
        row: Option<(&str, u32)>,
        since: Moment,
    ) -> Result<Option<Moment>, Refusal> {
        let calendar = self.given.calendar;
        let after = |limit| Ok(Some(calendar.due(since, limit, None, false)?.at));
        match (&step.wait_at_most, &step.within) {
            (Some(wait), _) if step.by == APPLICANT => after(*wait),
            (_, Some(Within::Limit(limit))) => after(in_working_time(*limit)),
            (_, Some(Within::Rest)) => Ok(self.case.clock.due),
            (_, Some(Within::Answer(date))) => {
                self.ask(row, |context| context.end_of(date).map(Some))
            }
            (_, None) => Ok(None),
        }
    }
}

/// As [`Work::asked`], of a definition.
pub(super) fn asked_of(definition: &Definition, step: &Step) -> Option<Asked> {
    if step.by != APPLICANT {
        return None;
    }
    let can = |outcome: &str| step.outcomes.iter().any(|way| way.code == outcome);
    Some(match definition.kind {
        Kind::Report => Asked::Question,
        _ if can("paid") || Flow::of(definition).asks_a_fee(&step.code) => Asked::Payment,
        _ if can("supplied") || step.code.contains("supplement") => Asked::Supplement,
        _ => Asked::Question,
    })
}

impl super::state::Case {
    fn clock_is_settable(&self) -> bool {
        let open = matches!(
            self.life,
            Life::Registered
                | Life::Accepted { .. }
                | Life::InProgress
                | Life::AwaitingSupplement { .. }
                | Life::AwaitingPayment { .. }
        );
        open && !self.clock.intervals.is_empty()
    }
}

/// A step's days and hours are working days and hours (rule 6 of the language).
pub(super) fn in_working_time(limit: Limit) -> Limit {
    let unit = match limit.unit {
        LimitUnit::Days | LimitUnit::WorkingDays => LimitUnit::WorkingDays,
        LimitUnit::Hours | LimitUnit::WorkingHours => LimitUnit::WorkingHours,
        LimitUnit::Months => LimitUnit::Months,
    };
    Limit { unit, ..limit }
}
