//! Form II.06a/VPCP/KSTT: how dossiers stand at a one-stop centre in a period. Received = processed +
//! in process holds by construction: each dossier is put into one column of each side.
//!
//! The form's notes leave open where a dossier waiting for its supplement belongs; here it is in process
//! and in time, for its clock stands still.

use serde::Serialize;
use service::definition::Ending;

use super::dossier::{At, Dossier};

/// The columns 3 to 13 of one row of the form, in numbers of dossiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Row {
    /// 4
    pub online: u64,
    /// 5: at the counter, by post, by telephone.
    pub direct: u64,
    /// 6: accepted before the period and not ended before it.
    pub carried_over: u64,
    /// 8: ended before the day of the appointment.
    pub early: u64,
    /// 9: on that day; also what was returned or withdrawn before it was late.
    pub on_time: u64,
    /// 10
    pub late: u64,
    /// 12
    pub running_in_time: u64,
    /// 13
    pub running_late: u64,
}

impl Row {
    /// 3
    pub fn received(&self) -> u64 {
        self.online + self.direct + self.carried_over
    }

    /// 7
    pub fn processed(&self) -> u64 {
        self.early + self.on_time + self.late
    }

    /// 11
    pub fn running(&self) -> u64 {
        self.running_in_time + self.running_late
    }

    /// 3 = 7 + 11. The other identities hold by the way the sums are made.
    pub fn adds_up(&self) -> bool {
        self.received() == self.processed() + self.running()
    }

    pub fn add(&mut self, other: &Row) {
        self.online += other.online;
        self.direct += other.direct;
        self.carried_over += other.carried_over;
        self.early += other.early;
        self.on_time += other.on_time;
        self.late += other.late;
        self.running_in_time += other.running_in_time;
        self.running_late += other.running_late;
    }
}

/// What one dossier adds to the row of the period `from ≤ t < to`; `None`: it does not belong there
/// (never accepted, accepted later, or ended before). `zone`: seconds ahead of UTC, for days.
pub fn of(dossier: &Dossier, zone: i64, from: At, to: At) -> Option<Row> {
    let accepted = dossier.accepted.filter(|at| *at < to)?;
    let ended = dossier.ended_by(to);
    if ended.is_some_and(|(_, at)| at < from) {
        return None;
    }
    let mut row = Row::default();
    match (accepted < from, dossier.online()) {
        (true, _) => row.carried_over = 1,
        (false, true) => row.online = 1,
        (false, false) => row.direct = 1,
    }
    match ended {
        Some((ending, at)) => match timing(dossier, zone, ending, at) {
            Timing::Early => row.early = 1,
            Timing::OnTime => row.on_time = 1,
            Timing::Late => row.late = 1,
        },
        None if running_late(dossier, to) => row.running_late = 1,
        None => row.running_in_time = 1,
    }
    Some(row)
}

/// The appointment passed before `to`; waiting for a supplement it stands still from when that was asked.
fn running_late(dossier: &Dossier, to: At) -> bool {
    let counts = dossier.waiting_at(to).unwrap_or(to);
    dossier.due_at(to).is_some_and(|due| due < counts)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    Early,
    OnTime,
    Late,
}

/// Trước hạn, đúng hạn, quá hạn: by the day, as the form counts. Without an appointment: in time.
pub fn timing(dossier: &Dossier, zone: i64, ending: Ending, at: At) -> Timing {
    let Some(due) = dossier.due_at(at).or(dossier.first_due()) else {
        return Timing::OnTime;
    };
    let given_back = matches!(
        ending,
        Ending::Refused | Ending::Withdrawn | Ending::Stopped | Ending::NoAnswer
    );
    match day(at, zone).cmp(&day(due, zone)) {
        std::cmp::Ordering::Greater => Timing::Late,
        std::cmp::Ordering::Less if !given_back => Timing::Early,
        _ => Timing::OnTime,
    }
}

/// Days since 1970 on the city's clock.
fn day(at: At, zone: i64) -> i64 {
    (at.get() + zone).div_euclid(86_400)
}
