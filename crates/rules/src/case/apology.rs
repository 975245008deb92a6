//! Form 04 before a date passes: the clock lays a draft on the table one working day ahead, the head of the
//! deciding unit signs it, with one new date (NĐ 61/2018 Đ.19.9). Signed after the date it is a late apology and
//! counts apart; one that is missing shows by being missing. Absent: the words, which stand apart as a note.

use jiff::SignedDuration;
use service::definition::{Code, Kind, Limit, Node, Post, Step, Within};

use super::clock_effects::in_working_time;
use super::command::Refusal;
use super::event::{AuthorityUsed, Event};
use super::given::Given;
use super::life::Life;
use super::state::{APPLICANT, Case};
use super::steps::{not_ended, not_from_here};
use super::tick::Stages;
use super::work::Work;
use crate::Moment;
use crate::clock;
use crate::ids::NoteId;
use crate::person::Actor;
use crate::process::{Flow, branches};

/// The paper that `before-late.prepare` names.
const APOLOGY: &str = "apology";

impl Work<'_> {
    /// Once for each date, as long as another date may still be given.
    pub(super) fn prepare_apology(&mut self) -> Result<(), Refusal> {
        let Some(at) = prepares_at(&self.case, self.given)? else {
            return Ok(());
        };
        let Some(due) = self.case.clock.due.filter(|_| at <= self.given.now) else {
            return Ok(());
        };
        let proposed = proposed(&self.case, self.given, due)?;
        self.then(Event::ApologyPrepared { due, proposed });
        Ok(())
    }

    /// Signed by the head of the deciding unit, or the deputy for them. `why` holds the words of the letter.
    pub(super) fn apologise(
        &mut self,
        cause: Code,
        to: Moment,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let Some(due) = self.case.clock.due else {
            return Err(not_from_here(&self.case));
        };
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let authority = self.signs_for_the_unit()?;
        self.then(Event::Apologised {
            due,
            cause,
            authority,
        });
        self.extend(to, why)
    }

    /// The letters before the signature follow NĐ 30/2020: the chairman for the committee, a deputy for the head.
    pub(super) fn signs_for_the_unit(&self) -> Result<AuthorityUsed, Refusal> {
        let Actor::Official { unit, post, .. } = self.given.actor else {
            return Err(Refusal::NoAuthority);
        };
        if *unit != self.case.unit || *post < Post::DeputyHead {
            return Err(Refusal::NoAuthority);
        }
        let here = self.given.organisation.unit(unit, self.given.today());
        let committee = here.is_some_and(|unit| unit.kind == "commune" || unit.kind == "city");
        Ok(AuthorityUsed {
            title: if committee { "chairman" } else { "head" }.to_owned(),
            unit: unit.clone(),
            prefix: match (*post, committee) {
                (Post::DeputyHead, _) => "KT.",
                (_, true) => "TM.",
                (_, false) => "",
            }
            .to_owned(),
            basis: String::new(),
            mandate: None,
            decided: None,
            in_name_of: None,
        })
    }
}

/// From when on the draft is due; `None`: none is called for.
pub(super) fn prepares_at(case: &Case, given: &Given<'_>) -> Result<Option<Moment>, Refusal> {
    let process = &given.definition.process;
    let wanted = given.definition.kind == Kind::Procedure
        && process
            .before_late
            .as_ref()
            .and_then(|before| before.prepare.as_deref())
            == Some(APOLOGY);
    let late = process.when_late.as_ref().map(|late| late.new_dates);
    let most = process.clock.max_extensions.or(late).unwrap_or(0);
    let running = case.clock.running() && case.life.ended().is_none();
    let (true, true, Some(due)) = (wanted, running, case.clock.due) else {
        return Ok(None);
    };
    let lies_there = case.apologies.iter().any(|apology| apology.due == due);
    if lies_there || case.clock.extensions.len() >= most as usize {
        return Ok(None);
    }
    let soon = Stages::of(due, given)?.soon;
    let began = case
        .clock
        .intervals
        .first()
        .map_or(soon, |first| first.from);
    Ok(Some(match soon > began {
        true => soon,
        // A time no longer than a day: when three quarters of it are gone.
        false => began + SignedDuration::from_secs(due.duration_since(began).as_secs() / 4 * 3),
    }))
}

/// When it could be done: the time that the steps still need, counted from now, and at least one working day
/// after the date that cannot be kept.
fn proposed(case: &Case, given: &Given<'_>, due: Moment) -> Result<Moment, Refusal> {
    let (calendar, flow) = (given.calendar, Flow::of(given.definition));
    let time = |step: &Step| match &step.within {
        Some(Within::Limit(limit)) if step.by != APPLICANT => {
            working_seconds(*limit, calendar.day_seconds())
        }
        _ => 0,
    };
    let under_way = case.tasks.iter().filter_map(|task| flow.find(&task.step));
    let at = under_way
        .clone()
        .map(|(place, _)| place.node)
        .max()
        .unwrap_or(0);
    let now: i64 = under_way.map(|(_, step)| time(step)).max().unwrap_or(0);
    let line = flow.nodes().iter().take(flow.main_line()).skip(at + 1);
    let ahead = line.map(|node| match node {
        Node::Step(step) if step.outside_limit => 0,
        node => {
            let whole = branches(node)
                .into_iter()
                .map(|steps| steps.iter().map(&time).sum::<i64>());
            whole.max().unwrap_or(0)
        }
    });
    let need = now + ahead.sum::<i64>();
    let done = calendar.add_working(given.now, need)?;
    let later = calendar.add_working(due, calendar.day_seconds())?;
    Ok(calendar.end_of_working_day(calendar.local(done.max(later)).0)?)
}

fn working_seconds(limit: Limit, day: i64) -> i64 {
    use service::definition::LimitUnit;
    let limit = in_working_time(limit);
    let unit = match limit.unit {
        LimitUnit::Hours | LimitUnit::WorkingHours => 3600,
        LimitUnit::Days | LimitUnit::WorkingDays => day,
        LimitUnit::Months => day.saturating_mul(22),
    };
    unit.saturating_mul(limit.thousandths) / 1000
}

/// How a date stands with its apology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The draft waits and the date has not passed.
    Waiting,
    InTime,
    Late,
    /// The date passed without a word.
    Missing,
    /// Decided before the date: none was needed.
    Spared,
}

impl super::state::Apology {
    pub fn standing(&self, case: &Case, now: Moment) -> Standing {
        let ended = case.life.ended().map(|(_, at)| at);
        match (self.signed, ended) {
            (Some(at), _) if at <= self.due => Standing::InTime,
            (Some(_), _) => Standing::Late,
            (None, Some(at)) if at <= self.due => Standing::Spared,
            (None, Some(_)) => Standing::Missing,
            // A clock that stands passes no date.
            (None, None) => match clock::late(&case.clock, now) {
                true => Standing::Missing,
                false => Standing::Waiting,
            },
        }
    }
}

/// Whether a life can still be given a new date at all.
pub fn open_to_apology(case: &Case) -> bool {
    case.life.ended().is_none() && !matches!(case.life, Life::WithdrawalAsked { .. })
}
