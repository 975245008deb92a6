//! Metric 2.1 of the index of QĐ 766/QĐ-TTg: was this dossier handled in time? Its eight clauses, in the
//! order in which they decide.
//!
//! Absent: the share itself and its points (data), and lateness as residents see it (`clock::late`).

use service::definition::Limit;

use super::dossier::{At, Dossier};
use crate::calendar::{Calendar, CalendarFault};

/// Against which appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The first promise.
    First,
    /// As extended by form 04 and moved by pauses: what the index calls `NgayHenTra`.
    Current,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    OnTime,
    Late(Why),
    NotCounted(Left),
}

/// Which clause made it late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Ended, or the period ended, after the appointment (clauses 1, 2, 7).
    AfterTheAppointment,
    /// Clause 5: more than one supplement request.
    AskedTwice,
    /// Clause 8: no appointment, and longer than the procedure allows.
    TooLong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Withdrawn, stopped or still waiting before it was ever accepted (clause 3).
    NeverAccepted,
    /// Accepted after the period.
    NotYet,
    /// Neither an appointment nor a limit to compare with.
    NoTime,
}

/// `most`: the longest time of the procedure, for clause 8. `period_end`: exclusive.
///
/// # Errors
/// As [`Calendar::due`].
pub fn judge(
    dossier: &Dossier,
    against: Against,
    most: Option<Limit>,
    calendar: &Calendar,
    period_end: At,
) -> Result<Judged, CalendarFault> {
    // 3. Who withdraws after acceptance is counted; a refusal at reception is an end like another.
    let start = match dossier.accepted {
        Some(at) if at >= period_end => return Ok(Judged::NotCounted(Left::NotYet)),
        Some(at) => at,
        None if dossier.opened >= period_end => return Ok(Judged::NotCounted(Left::NotYet)),
        None if dossier.not_accepted && dossier.ended_by(period_end).is_some() => dossier.opened,
        None => return Ok(Judged::NotCounted(Left::NeverAccepted)),
    };
    // 5.
    if dossier.asked_by(period_end) > 1 {
        return Ok(Judged::Late(Why::AskedTwice));
    }
    let end = end_of(dossier, period_end);
    let appointment = match against {
        Against::First => dossier.first_due(),
        Against::Current => dossier.due_at(end).or(dossier.first_due()),
    };
    match (appointment, most) {
        // 1.
        (Some(due), _) if end <= due => Ok(Judged::OnTime),
        (Some(_), _) => Ok(Judged::Late(Why::AfterTheAppointment)),
        // 8, with the time of 6 taken out.
        (None, Some(most)) => {
            let due = calendar.due(start.moment(), most, None, false)?.at;
            let waited = supplement_seconds(dossier, calendar, end)?;
            match end.moment() <= calendar.add_working(due, waited)? {
                true => Ok(Judged::OnTime),
                false => Ok(Judged::Late(Why::TooLong)),
            }
        }
        (None, None) => Ok(Judged::NotCounted(Left::NoTime)),
    }
}

/// 2. State 9, else 10, else 8 or 3. 4. Waiting for its only supplement: the moment that was asked.
/// 7. Otherwise the end of the period.
fn end_of(dossier: &Dossier, period_end: At) -> At {
    let ended = dossier.ended_by(period_end).map(|(_, at)| at);
    let asked = dossier.waiting_at(period_end);
    ended.or(asked).unwrap_or(period_end)
}

/// 6. Working seconds between asking for a supplement and having it, until `end`.
fn supplement_seconds(
    dossier: &Dossier,
    calendar: &Calendar,
    end: At,
) -> Result<i64, CalendarFault> {
    let mut seconds = 0;
    for (asked, answered) in &dossier.supplements {
        let to = answered.unwrap_or(end).min(end);
        if *asked < to {
            seconds += calendar.working_between(asked.moment(), to.moment())?;
        }
    }
    Ok(seconds)
}
