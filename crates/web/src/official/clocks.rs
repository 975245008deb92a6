//! What the two clocks of a case show at a moment: worked out by `rules::clock`, told as a face.

use rules::Moment;
use rules::calendar::Calendar;
use rules::case::{Case, LegalClock, Task};
use rules::clock;
use service::definition::LimitUnit;

use crate::ui::clock::{Face, Length};

/// The legal clock of a case.
pub fn legal(case: &Case, calendar: &Calendar, now: Moment) -> Face {
    let legal = &case.clock;
    let Some(due) = legal.due else {
        return Face::NoLimit;
    };
    // A duplicate runs on until its original ends.
    let going = case.merged.as_ref().map(|merged| {
        let mut clock = legal.clone();
        clock::resume(&mut clock, merged.since, due);
        clock
    });
    let legal = going.as_ref().unwrap_or(legal);
    if let Some((_, ended)) = case.fate() {
        let kept = clock::kept(legal, calendar, ended).is_none_or(|kept| kept.current_by_minute);
        let over = (ended.as_second() - due.as_second()).max(0);
        return Face::Done {
            late: (!kept).then(|| wall(over)),
        };
    }
    let share = share(legal, due, now);
    let stopped = clock::standing(legal).zip(legal.intervals.last());
    if let Some((why, interval)) = stopped
        && (why.moves_the_deadline() || !clock::late(legal, now))
    {
        let since = wall(now.as_second() - interval.from.as_second());
        return Face::Stopped { since, why, share };
    }
    if clock::late(legal, now) {
        return Face::Late {
            by: wall(now.as_second() - due.as_second()),
        };
    }
    let left = wall_left(due, now);
    match legal.limit.map(|limit| limit.unit) {
        Some(LimitUnit::Hours | LimitUnit::Days | LimitUnit::Months) => Face::Running {
            left: wall(left),
            share,
            soon: left < 4 * HOUR || (left < DAY && share > 0.5),
        },
        Some(LimitUnit::WorkingDays | LimitUnit::WorkingHours) | None => {
            in_working_time(calendar, now, due, share)
        }
    }
}

/// A step's own clock: always working time, running whether the legal one stands or not.
pub fn step(task: &Task, calendar: &Calendar, now: Moment) -> Face {
    let Some(due) = task.due else {
        return Face::NoLimit;
    };
    if now > due {
        return Face::Late {
            by: wall(now.as_second() - due.as_second()),
        };
    }
    let total = (due.as_second() - task.since.as_second()).max(1);
    in_working_time(calendar, now, due, part(total - wall_left(due, now), total))
}

/// For lists: the legal clock, or the step's where the law gives none.
pub fn first(case: &Case, task: Option<&Task>, calendar: &Calendar, now: Moment) -> Face {
    match (legal(case, calendar, now), task) {
        (Face::NoLimit, Some(task)) => step(task, calendar, now),
        (face, _) => face,
    }
}

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn in_working_time(calendar: &Calendar, now: Moment, due: Moment, share: f64) -> Face {
    let day = calendar.day_seconds().max(1);
    // Days that the calendar does not know yet are told by the wall.
    let Ok(left) = calendar.working_between(now, due) else {
        let left = wall_left(due, now);
        return Face::Running {
            left: wall(left),
            share,
            soon: left < DAY,
        };
    };
    let length = match left {
        less if less < HOUR => Length::Minutes(less / 60),
        less if less < day => Length::WorkingHours(less / HOUR),
        more => Length::WorkingDays(more / day),
    };
    Face::Running {
        left: length,
        share,
        soon: left < day,
    }
}

/// A length on the wall, rounded down.
pub fn wall(seconds: i64) -> Length {
    match seconds.max(0) {
        less if less < HOUR => Length::Minutes(less / 60),
        less if less < DAY => Length::Hours(less / HOUR),
        more => Length::Days(more / DAY),
    }
}

fn wall_left(due: Moment, now: Moment) -> i64 {
    (due.as_second() - now.as_second()).max(0)
}

/// How much of the time from the start to the due moment is used up.
fn share(legal: &LegalClock, due: Moment, now: Moment) -> f64 {
    let Some(first) = legal.intervals.first() else {
        return 0.0;
    };
    let total = due.as_second() - first.from.as_second();
    part(total - wall_left(due, now), total)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of years, far below 2^52"
)]
fn part(used: i64, total: i64) -> f64 {
    (used as f64 / total.max(1) as f64).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use rules::calendar::VIETNAM_1;
    use rules::case::state::Stopped;
    use service::definition::Limit;

    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn task(due: Option<&str>) -> Task {
        Task {
            step: "handle".into(),
            row: None,
            role: "handler".into(),
            unit: None,
            keeper: None,
            post: Default::default(),
            since: at("2026-11-16T01:00:00Z"),
            due: due.map(at),
            holder: None,
            own_step: false,
            reported: None,
            warned: vec![],
        }
    }

    /// 2026-11-16 is a Monday; the office works from 07:30 or 08:00 until about 17:00, Vietnam time.
    #[test]
    fn a_steps_clock_tells_working_time_and_lateness() {
        let calendar = Calendar::read(VIETNAM_1).expect("the calendar");
        let now = at("2026-11-16T02:00:00Z");
        assert_eq!(step(&task(None), &calendar, now), Face::NoLimit);
        assert!(matches!(
            step(&task(Some("2026-11-16T04:00:00Z")), &calendar, now),
            Face::Running {
                left: Length::WorkingHours(_),
                soon: true,
                ..
            }
        ));
        assert!(matches!(
            step(&task(Some("2026-11-20T02:00:00Z")), &calendar, now),
            Face::Running {
                left: Length::WorkingDays(4),
                soon: false,
                ..
            }
        ));
        assert_eq!(
            step(&task(Some("2026-11-14T02:00:00Z")), &calendar, now),
            Face::Late {
                by: Length::Days(2)
            }
        );
    }

    #[test]
    fn a_clock_that_stands_for_the_applicant_is_not_late() {
        let calendar = Calendar::read(VIETNAM_1).expect("the calendar");
        let limit = Limit {
            thousandths: 3000,
            unit: LimitUnit::WorkingDays,
        };
        let mut legal = clock::started(
            at("2026-11-02T02:00:00Z"),
            limit,
            1,
            at("2026-11-05T02:00:00Z"),
        );
        clock::stop(&mut legal, at("2026-11-03T02:00:00Z"), Stopped::Payment);
        let share = share(
            &legal,
            at("2026-11-05T02:00:00Z"),
            at("2026-11-03T14:00:00Z"),
        );
        assert!((share - 0.5).abs() < 1e-9, "{share}");
        assert!(!clock::late(&legal, at("2026-11-20T02:00:00Z")));
        drop(calendar);
    }
}
