//! Time as a command: what waited too long lapses, silence gets the answer the service gives it,
//! and those who are late are told, each once.

use jiff::SignedDuration;
use jiff::civil::Time;
use service::definition::{Ending, Every, IfSilent, Limit, LimitUnit, Move};

use super::apology::prepares_at;
use super::command::Refusal;
use super::consult::CONSULTATION;
use super::event::{Event, Warning};
use super::given::Given;
use super::life::Life;
use super::state::{Case, Task};
use super::steps::{Deciding, LAPSED};
use super::work::Work;
use crate::Moment;
use crate::process::Flow;

/// More effects than these in one tick belong to the next one.
const ROUNDS: usize = 50;

impl Work<'_> {
    /// Nothing to say is no refusal: the clock calls often.
    pub(super) fn tick(&mut self) -> Result<(), Refusal> {
        if closed(&self.case.life) {
            return Ok(());
        }
        if !matches!(self.case.life, Life::WithdrawalAsked { .. }) {
            for _ in 0..ROUNDS {
                let over = |task: &&Task| task.due.is_some_and(|due| due < self.given.now);
                let overdue: Vec<Task> = self.case.tasks.iter().filter(over).cloned().collect();
                let mut acted = false;
                for task in overdue {
                    acted = self.time_is_up(&task)?;
                    if acted {
                        break;
                    }
                }
                if !acted || closed(&self.case.life) {
                    break;
                }
            }
        }
        self.warn_of_steps()?;
        self.warn_of_the_limit()?;
        self.prepare_apology()
    }

    /// Whether the end of this task's time changed anything.
    fn time_is_up(&mut self, task: &Task) -> Result<bool, Refusal> {
        if task.step == CONSULTATION {
            return Ok(self.silence(task));
        }
        let Some(step) = self.flow.step(&task.step) else {
            return Ok(false);
        };
        if task.by_applicant() {
            // By the outcome `lapsed`; where that way is missing or closed, the case ends.
            if !self.decided_by_time(task, LAPSED)? {
                self.end(Ending::NoAnswer, None)?;
            }
            return Ok(true);
        }
        match step.consult.as_ref().map(|consult| consult.if_silent) {
            None | Some(IfSilent::RemindThenEscalate) => Ok(false),
            Some(IfSilent::Consent) => {
                let on = step.outcomes.iter().find(|way| way.to == Move::Next);
                let Some(way) = on else {
                    return Ok(false);
                };
                let before = self.mark();
                self.stayed_silent(task);
                let decided = self.decided_by_time(task, &way.code)?;
                if !decided {
                    self.undo(before);
                }
                Ok(decided)
            }
            Some(IfSilent::TakeOver) if task.unit.as_ref() == Some(&self.case.unit) => Ok(false),
            Some(IfSilent::TakeOver) => {
                let unit = self.case.unit.clone();
                self.stayed_silent(task);
                self.then(Event::Passed {
                    step: task.step.clone(),
                    row: task.row,
                    unit,
                    to: None,
                    why: None,
                });
                Ok(true)
            }
        }
    }

    /// Before the city goes on without the answer: the head of the one-stop centre is told of it.
    pub(super) fn stayed_silent(&mut self, task: &Task) {
        self.then(Event::Warned {
            of: Warning::Silent,
            step: Some(task.step.clone()),
            row: task.row,
        });
    }

    /// `false`: the way is closed to the clock and nothing happened. What is wrong with the city's own
    /// data (no such unit, no calendar) stays a refusal, so that somebody mends it.
    fn decided_by_time(&mut self, task: &Task, outcome: &str) -> Result<bool, Refusal> {
        let before = self.mark();
        let decided = self.conclude(Deciding {
            step: task.step.clone(),
            row: task.row,
            outcome: outcome.to_owned(),
            note: None,
            files: Vec::new(),
            answers: None,
        });
        match decided {
            Ok(()) => Ok(true),
            Err(
                Refusal::NoSuchOutcome { .. }
                | Refusal::WayUsedUp { .. }
                | Refusal::SupplementUsedUp { .. }
                | Refusal::EvidenceRequired { .. }
                | Refusal::OnlyPutRight
                | Refusal::Unpaid { .. }
                | Refusal::ClaimUnproven { .. }
                | Refusal::NoAuthority
                | Refusal::MandateOver { .. }
                | Refusal::MandateNotYet { .. },
            ) => {
                self.undo(before);
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    fn warn_of_steps(&mut self) -> Result<(), Refusal> {
        for task in self.case.tasks.clone() {
            for (of, moment) in warnings_of(&task, self.given)? {
                if moment <= self.given.now && !task.warned.contains(&of) {
                    self.then(Event::Warned {
                        of,
                        step: Some(task.step.clone()),
                        row: task.row,
                    });
                }
            }
        }
        Ok(())
    }

    /// Only while the clock runs: who waits for the applicant is not warned of the city's own limit.
    fn warn_of_the_limit(&mut self) -> Result<(), Refusal> {
        let Some(due) = self.case.clock.due.filter(|_| self.case.clock.running()) else {
            return Ok(());
        };
        let stage = Stages::of(due, self.given)?.at(self.given.now);
        if let Some(of) = stage.filter(|of| !self.case.clock.warned.contains(of)) {
            self.then(Event::Warned {
                of,
                step: None,
                row: None,
            });
        }
        Ok(())
    }
}

/// When the clock must next look at a case; `None`: nothing will happen by time alone. The store keeps
/// it beside the case, so that the clock never searches.
///
/// # Errors
/// [`Refusal::NoCalendar`] outside the calendar.
pub fn wakes(case: &Case, given: &Given<'_>) -> Result<Option<Moment>, Refusal> {
    if closed(&case.life) || case.mirror.is_some() {
        return Ok(None);
    }
    let mut moments = Vec::new();
    let looked_at = matches!(case.life, Life::WithdrawalAsked { .. });
    for task in &case.tasks {
        let lapses = task.due.filter(|_| task.by_applicant() && !looked_at);
        moments.extend(lapses.map(after));
        let warnings = warnings_of(task, given)?.into_iter();
        let coming = warnings.filter(|(of, _)| !task.warned.contains(of));
        moments.extend(coming.map(|(_, moment)| moment));
    }
    if let Some(due) = case.clock.due.filter(|_| case.clock.running()) {
        let stages = Stages::of(due, given)?;
        let coming = [
            (Warning::DueSoon, stages.soon),
            (Warning::DueToday, stages.today),
            (Warning::Late, after(due)),
        ];
        let reached = case.clock.warned.iter().max();
        let next = coming
            .iter()
            .find(|(of, _)| reached.is_none_or(|reached| of > reached));
        moments.extend(next.map(|(_, moment)| *moment));
    }
    moments.extend(prepares_at(case, given)?);
    Ok(moments.into_iter().min())
}

const ONE_DAY: Limit = Limit {
    thousandths: 1000,
    unit: LimitUnit::WorkingDays,
};

/// The moments at which the legal limit is spoken of.
pub(super) struct Stages {
    pub(super) soon: Moment,
    today: Moment,
    due: Moment,
}

impl Stages {
    /// Soon: one working day before, or as long before as the service says (`before-late`).
    pub(super) fn of(due: Moment, given: &Given<'_>) -> Result<Self, Refusal> {
        let calendar = given.calendar;
        let before = given.definition.process.before_late.as_ref();
        let by = before.and_then(|before| before.by).unwrap_or(ONE_DAY);
        let seconds = match by.unit {
            LimitUnit::Hours | LimitUnit::WorkingHours => 3600,
            LimitUnit::Days | LimitUnit::WorkingDays => calendar.day_seconds(),
            LimitUnit::Months => calendar.day_seconds().saturating_mul(22),
        };
        let early = seconds.saturating_mul(by.thousandths) / 1000;
        let today = calendar.at(calendar.local(due).0, Time::midnight())?;
        Ok(Self {
            soon: calendar.add_working(due, -early)?.min(today),
            today,
            due,
        })
    }

    fn at(&self, now: Moment) -> Option<Warning> {
        match now {
            _ if now > self.due => Some(Warning::Late),
            _ if now >= self.today => Some(Warning::DueToday),
            _ if now >= self.soon => Some(Warning::DueSoon),
            _ => None,
        }
    }
}

/// What the clock will say about an official's step, and from when on.
fn warnings_of(task: &Task, given: &Given<'_>) -> Result<Vec<(Warning, Moment)>, Refusal> {
    let mut warnings = Vec::new();
    let step = Flow::of(given.definition).step(&task.step);
    let asked = task.step == CONSULTATION;
    if task.by_applicant() || (step.is_none() && !asked) {
        return Ok(warnings);
    }
    if let Some(due) = task.due {
        warnings.push((Warning::StepLate, after(due)));
        let consult = step.and_then(|step| step.consult.as_ref());
        let silent = consult.map(|consult| consult.if_silent);
        if (asked || silent.is_some()) && given.now <= due {
            let calendar = given.calendar;
            let early = calendar.add_working(due, -calendar.day_seconds())?;
            // Where the whole time is no longer than that, the question itself said it.
            let coming = (early > task.since).then_some((Warning::AnswerDue, early));
            warnings.extend(coming);
        }
        if asked || silent == Some(IfSilent::RemindThenEscalate) {
            let patience = given.calendar.due(due, ONE_DAY, None, false)?.at;
            warnings.push((Warning::Escalated, after(patience)));
        }
    }
    if let Some(every) = step.and_then(|step| step.reports) {
        let hours = match every {
            Every::Daily => 24,
            Every::Weekly => 7 * 24,
            Every::Monthly => 30 * 24,
        };
        let last = task.reported.unwrap_or(task.since);
        warnings.push((Warning::ReportDue, last + SignedDuration::from_hours(hours)));
    }
    Ok(warnings)
}

/// A deadline holds until its very moment.
fn after(deadline: Moment) -> Moment {
    deadline + SignedDuration::from_nanos(1)
}

fn closed(life: &Life) -> bool {
    matches!(
        life,
        Life::NotAccepted { .. } | Life::Stopped { .. } | Life::HandedOver { .. }
    )
}
