//! What the metrics that this system can know mean, dossier by dossier: counted for, counted against, or set
//! aside and why. Shares are sums of these; nothing is left out in silence.

use service::definition::{Definition, Ending, Limit};

use super::dossier::{At, Dossier, Fees};
use super::metric::Kind;
use super::on_time::{self, Against, Judged, Left};
use super::report_06a;
use crate::calendar::{Calendar, CalendarFault};

/// What one dossier is to a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// In numerator and denominator.
    For,
    /// In the denominator alone, and why.
    Against(Reason),
    /// In neither, and why.
    Aside(Reason),
}

/// Why. The word of each is its key in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    AfterTheAppointment,
    AskedTwice,
    TooLong,
    NeverAccepted,
    NoTime,
    NotOnline,
    NoElectronicResult,
    /// Ended without the result: refused, withdrawn, stopped.
    NoResult,
    Dissatisfied,
    OutsideTheCalendar,
    NotPaidOnline,
    /// All fees are 0 or waived.
    NothingOwed,
}

impl Reason {
    pub const ALL: [Reason; 12] = [
        Reason::AfterTheAppointment,
        Reason::AskedTwice,
        Reason::TooLong,
        Reason::NeverAccepted,
        Reason::NoTime,
        Reason::NotOnline,
        Reason::NoElectronicResult,
        Reason::NoResult,
        Reason::Dissatisfied,
        Reason::OutsideTheCalendar,
        Reason::NotPaidOnline,
        Reason::NothingOwed,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Reason::AfterTheAppointment => "after-the-appointment",
            Reason::AskedTwice => "asked-twice",
            Reason::TooLong => "too-long",
            Reason::NeverAccepted => "never-accepted",
            Reason::NoTime => "no-time",
            Reason::NotOnline => "not-online",
            Reason::NoElectronicResult => "no-electronic-result",
            Reason::NoResult => "no-result",
            Reason::Dissatisfied => "dissatisfied",
            Reason::OutsideTheCalendar => "outside-the-calendar",
            Reason::NotPaidOnline => "not-paid-online",
            Reason::NothingOwed => "nothing-owed",
        }
    }
}

/// The period `from ≤ t < to`, and what the counting needs beside a dossier.
#[derive(Clone, Copy)]
pub struct Lens<'a> {
    pub calendar: &'a Calendar,
    pub from: At,
    pub to: At,
    /// Seconds ahead of UTC.
    pub zone: i64,
}

/// Ratings from 1 to this one say that the applicant was not satisfied.
const DISSATISFIED: u8 = 2;

/// `None`: not of this period at all. `most`: the longest time of its procedure.
pub fn see(kind: Kind, dossier: &Dossier, most: Option<Limit>, lens: &Lens<'_>) -> Option<Seen> {
    match kind {
        Kind::OnTime => on_time(dossier, most, Against::Current, lens),
        Kind::DossiersOnline => {
            let accepted = dossier.accepted.filter(|at| lens.holds(*at));
            accepted.map(|_| match dossier.online() {
                true => Seen::For,
                false => Seen::Against(Reason::NotOnline),
            })
        }
        Kind::ElectronicResult => {
            let (ending, _) = dossier.ended.filter(|(_, at)| lens.holds(*at))?;
            Some(match ending {
                Ending::Granted if dossier.filed => Seen::For,
                Ending::Granted => Seen::Against(Reason::NoElectronicResult),
                _ => Seen::Aside(Reason::NoResult),
            })
        }
        Kind::PaidOnline => {
            dossier.accepted.filter(|at| lens.holds(*at))?;
            match dossier.fees {
                Fees::None => None,
                Fees::Free => Some(Seen::Aside(Reason::NothingOwed)),
                Fees::Due => Some(Seen::Against(Reason::NotPaidOnline)),
                Fees::PaidOnline => Some(Seen::For),
            }
        }
        Kind::Satisfied => Some(match on_time(dossier, most, Against::Current, lens)? {
            Seen::For if dissatisfied(dossier) => Seen::Against(Reason::Dissatisfied),
            seen => seen,
        }),
        Kind::AverageTime => {
            let (_, at) = dossier.ended.filter(|(_, at)| lens.holds(*at))?;
            Some(match dossier.accepted {
                Some(accepted) if accepted <= at => Seen::For,
                _ => Seen::Aside(Reason::NeverAccepted),
            })
        }
        Kind::Entered
        | Kind::CompleteProcedures
        | Kind::ServicesOnline
        | Kind::ServicesUsed
        | Kind::ServicesPaidOnline => None,
    }
}

fn dissatisfied(dossier: &Dossier) -> bool {
    dossier.rating.is_some_and(|rating| rating <= DISSATISFIED)
}

/// Metric 2.1 within a period: whatever was received, under way or ended in it.
pub fn on_time(
    dossier: &Dossier,
    most: Option<Limit>,
    against: Against,
    lens: &Lens<'_>,
) -> Option<Seen> {
    if !lens.touches(dossier) {
        return None;
    }
    match on_time::judge(dossier, against, most, lens.calendar, lens.to) {
        Ok(Judged::OnTime) => Some(Seen::For),
        Ok(Judged::Late(why)) => Some(Seen::Against(match why {
            on_time::Why::AfterTheAppointment => Reason::AfterTheAppointment,
            on_time::Why::AskedTwice => Reason::AskedTwice,
            on_time::Why::TooLong => Reason::TooLong,
        })),
        Ok(Judged::NotCounted(Left::NotYet)) => None,
        Ok(Judged::NotCounted(Left::NeverAccepted)) => Some(Seen::Aside(Reason::NeverAccepted)),
        Ok(Judged::NotCounted(Left::NoTime)) => Some(Seen::Aside(Reason::NoTime)),
        Err(_) => Some(Seen::Aside(Reason::OutsideTheCalendar)),
    }
}

/// Working seconds from acceptance to the end, without the time of its supplements (metric 2.2).
///
/// # Errors
/// As [`Calendar::working_between`].
pub fn seconds_taken(dossier: &Dossier, calendar: &Calendar) -> Result<Option<i64>, CalendarFault> {
    let (Some(from), Some((_, to))) = (dossier.accepted, dossier.ended) else {
        return Ok(None);
    };
    let mut seconds = calendar.working_between(from.moment(), to.moment())?;
    for (asked, answered) in &dossier.supplements {
        let (begin, end) = ((*asked).max(from), answered.unwrap_or(to).min(to));
        if begin < end {
            seconds -= calendar.working_between(begin.moment(), end.moment())?;
        }
    }
    Ok(Some(seconds.max(0)))
}

/// By the day and by the minute, against the first and the current appointment: the four ways in which a
/// dossier that ended in the period was on time. `None`: it did not, or had no appointment.
pub fn four_ways(dossier: &Dossier, lens: &Lens<'_>) -> Option<[bool; 4]> {
    let (ending, at) = dossier.ended.filter(|(_, at)| lens.holds(*at))?;
    dossier.accepted?;
    let (first, current) = (dossier.first_due()?, dossier.due_at(at)?);
    let day = |at: At| (at.get() + lens.zone).div_euclid(86_400);
    let minute = |at: At| at.get().div_euclid(60);
    debug_assert_eq!(
        report_06a::timing(dossier, lens.zone, ending, at) == report_06a::Timing::Late,
        day(at) > day(current)
    );
    Some([
        minute(at) <= minute(first),
        day(at) <= day(first),
        minute(at) <= minute(current),
        day(at) <= day(current),
    ])
}

/// Metric 1.3: a published procedure tells its name, order, manner, components, time, who may ask, authority.
pub fn is_complete(definition: &Definition) -> bool {
    missing_parts(definition).is_empty()
}

/// Which parts a definition lacks, by the word of their texts.
pub fn missing_parts(definition: &Definition) -> Vec<&'static str> {
    let parts = [
        ("name", definition.name.vi.is_empty()),
        ("order", definition.process.steps.is_empty()),
        ("manner", definition.applicants.channels.is_empty()),
        ("components", definition.documents.is_empty()),
        ("time", definition.process.limit.is_none()),
        ("subjects", definition.applicants.who.is_empty()),
        ("agency", definition.agency.is_none()),
    ];
    let missing = parts.into_iter().filter(|(_, absent)| *absent);
    missing.map(|(part, _)| part).collect()
}

impl Lens<'_> {
    pub fn holds(&self, at: At) -> bool {
        self.from <= at && at < self.to
    }

    /// Opened before the end of the period and not ended before it began.
    pub fn touches(&self, dossier: &Dossier) -> bool {
        dossier.opened < self.to && dossier.ended.is_none_or(|(_, at)| at >= self.from)
    }
}
