//! The legal clock: pauses, restarts, extensions, and what is left of the time.

use jiff::SignedDuration;
use jiff::civil::time;
use proptest::prelude::*;
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::Refusal;
use rules::case::state::{LegalClock, Stopped};
use rules::clock::{self, Counting};
use service::definition::{ClockRule, Limit, LimitUnit, SupplementRule};

const PAUSE: Counting = Counting {
    cutoff: None,
    same_day: false,
    restarts: false,
};
const RESTART: Counting = Counting {
    cutoff: None,
    same_day: false,
    restarts: true,
};

fn calendar() -> Calendar {
    Calendar::read(VIETNAM_1).expect("the calendar's file")
}

/// `11-18 08:30` of 2026 in the city.
fn at(text: &str) -> Moment {
    format!("2026-{}+07:00", text.replace(' ', "T"))
        .parse()
        .expect("a moment")
}

fn days(amount: i64) -> Limit {
    Limit {
        thousandths: amount * 1000,
        unit: LimitUnit::WorkingDays,
    }
}

fn begun(from: Moment, limit: Limit, counting: &Counting) -> LegalClock {
    let due = counting.due(&calendar(), from, limit).expect("covered").at;
    clock::started(from, limit, 1, due)
}

/// Stops at each pair's first moment, resumes at its second as `decide` would.
fn waits(clock: &mut LegalClock, counting: &Counting, pairs: &[(Stopped, Moment, Moment)]) {
    for (why, from, to) in pairs {
        clock::stop(clock, *from, *why);
        let due = clock::due_on_resume(clock, &calendar(), counting, *to).expect("covered");
        clock::resume(clock, *to, due.expect("a limit"));
    }
}

#[test]
fn waiting_moves_the_date_or_not() {
    let cut = Counting {
        cutoff: Some(time(15, 0, 0, 0)),
        ..PAUSE
    };
    use Stopped::{Ended, Excluded, Payment, Question, Supplement};
    #[rustfmt::skip]
    let table = [
        // Mon 2/11 09:00 + 5 wd = Mon 9/11 09:00
        ("nothing", PAUSE, Supplement, "11-03 09:00", "11-03 09:00", "11-09 09:00"),
        ("one day", PAUSE, Supplement, "11-03 09:00", "11-04 09:00", "11-10 09:00"),
        ("a weekend costs nothing", PAUSE, Payment, "11-06 17:00", "11-08 20:00", "11-09 09:00"),
        ("over the weekend", PAUSE, Excluded, "11-06 16:00", "11-09 08:00", "11-09 11:00"),
        ("a question never moves it", PAUSE, Question, "11-03 09:00", "11-06 09:00", "11-09 09:00"),
        ("reopened: the first clock", PAUSE, Ended, "11-03 09:00", "11-16 09:00", "11-09 09:00"),
        ("restart from zero", RESTART, Supplement, "11-03 09:00", "11-05 10:00", "11-12 10:00"),
        ("payment never restarts", RESTART, Payment, "11-03 09:00", "11-04 09:00", "11-10 09:00"),
        ("supplied after the cutoff", cut, Supplement, "11-03 15:00", "11-03 16:00", "11-09 11:00"),
    ];
    for (name, counting, why, from, to, due) in table {
        let mut clock = begun(at("11-02 09:00"), days(5), &counting);
        waits(&mut clock, &counting, &[(why, at(from), at(to))]);
        assert_eq!(clock.due, Some(at(due)), "{name}");
        assert_eq!(
            clock.first_due,
            Some(at("11-09 09:00")),
            "{name}: first promise"
        );
        let again = clock::redated(&clock, &calendar(), &counting).expect("covered");
        assert_eq!(again, clock.due, "{name}: worked out again");
        assert!(clock::is_sound(&clock), "{name}");
    }
}

#[test]
fn a_wait_before_the_time_counts_takes_nothing_away() {
    let cut = Counting {
        cutoff: Some(time(15, 0, 0, 0)),
        ..PAUSE
    };
    let again = Counting {
        restarts: true,
        ..cut
    };
    use Stopped::{Payment, Question, Supplement};
    type Wait = (Stopped, &'static str, &'static str);
    // Received on Friday 27/11 at 15:05: counts from Monday 30/11 at 07:00, five days end on Monday 7/12 at 07:00.
    let friday = (Supplement, "11-27 15:10", "11-27 16:00");
    #[rustfmt::skip]
    let table: [(&str, Counting, &[Wait], &str); 8] = [
        ("over before it counts", cut, &[friday], "12-07 07:00"),
        ("paid before it counts", cut, &[(Payment, "11-27 15:10", "11-27 16:00")], "12-07 07:00"),
        ("twice before it counts", cut, &[friday, (Payment, "11-27 16:10", "11-27 16:30")], "12-07 07:00"),
        ("asked before it counts", cut, &[(Question, "11-27 15:10", "11-27 16:00"), (Payment, "11-27 16:10", "11-30 08:00")], "12-07 08:00"),
        ("begun before, over after", cut, &[(Payment, "11-27 15:10", "11-30 09:00")], "12-07 09:00"),
        ("supplied after the cutoff, then paid before that counts", cut,
            &[(Supplement, "12-01 14:00", "12-01 15:30"), (Payment, "12-01 15:40", "12-01 16:40")], "12-07 10:00"),
        ("the same, paid the next morning", cut,
            &[(Supplement, "12-01 14:00", "12-01 15:30"), (Payment, "12-01 15:40", "12-02 09:00")], "12-07 14:00"),
        ("from zero the next morning, paid before", again,
            &[(Supplement, "12-01 14:00", "12-01 15:30"), (Payment, "12-01 15:40", "12-01 16:40")], "12-09 07:00"),
    ];
    for (name, counting, stretches, due) in table {
        let mut clock = begun(at("11-27 15:05"), days(5), &counting);
        let stretches: Vec<_> = stretches
            .iter()
            .map(|(why, from, to)| (*why, at(from), at(to)))
            .collect();
        waits(&mut clock, &counting, &stretches);
        assert_eq!(clock.due, Some(at(due)), "{name}");
        let again = clock::redated(&clock, &calendar(), &counting).expect("covered");
        assert_eq!(again, clock.due, "{name}: worked out again");
    }
}

#[test]
fn hours_on_the_wall_wait_on_the_wall() {
    let limit = Limit {
        thousandths: 24_000,
        unit: LimitUnit::Hours,
    };
    let mut clock = begun(at("11-06 09:00"), limit, &PAUSE);
    waits(
        &mut clock,
        &PAUSE,
        &[(Stopped::Supplement, at("11-06 20:00"), at("11-07 20:00"))],
    );
    assert_eq!(clock.due, Some(at("11-08 09:00")));
}

#[test]
fn what_is_left() {
    let calendar = calendar();
    let mut clock = begun(at("11-02 09:00"), days(5), &PAUSE);
    let left = |clock: &LegalClock, now: &str| {
        let left = clock::left(clock, &calendar, at(now))
            .expect("covered")
            .expect("a date");
        (left.working_seconds / 3600, clock::late(clock, at(now)))
    };
    assert_eq!(left(&clock, "11-02 09:00"), (40, false));
    assert_eq!(left(&clock, "11-06 17:00"), (2, false));
    assert_eq!(left(&clock, "11-08 12:00"), (2, false), "Sunday");
    assert_eq!(left(&clock, "11-09 09:00:59"), (0, false), "by the minute");
    assert_eq!(left(&clock, "11-09 09:01"), (0, true));
    assert_eq!(left(&clock, "11-10 09:00"), (-8, true));
    clock::stop(&mut clock, at("11-06 17:00"), Stopped::Supplement);
    assert_eq!(left(&clock, "11-20 09:00"), (2, false), "stands still");
    clock::stop(&mut clock, at("11-09 08:00"), Stopped::Ended);
    assert_eq!(
        left(&clock, "11-30 09:00"),
        (2, false),
        "ended while waiting"
    );
}

#[test]
fn promises_by_the_minute_and_by_the_day() {
    let calendar = calendar();
    let mut clock = begun(at("11-02 08:37"), days(5), &PAUSE);
    let kept = |clock: &LegalClock, ended: &str| {
        let kept = clock::kept(clock, &calendar, at(ended)).expect("a promise");
        (
            kept.first_by_minute,
            kept.first_by_day,
            kept.current_by_minute,
            kept.current_by_day,
        )
    };
    assert_eq!(kept(&clock, "11-09 08:37:40"), (true, true, true, true));
    assert_eq!(kept(&clock, "11-09 16:00"), (false, true, false, true));
    assert_eq!(kept(&clock, "11-10 07:00"), (false, false, false, false));
    clock::extend(&mut clock, at("11-06 09:00"), at("11-12 17:00"), None);
    assert_eq!(kept(&clock, "11-10 07:00"), (false, false, true, true));
    assert_eq!(
        clock::kept(&LegalClock::default(), &calendar, at("11-10 07:00")),
        None
    );
}

#[test]
fn one_extension_and_only_forward() {
    let mut clock = begun(at("11-02 09:00"), days(5), &PAUSE);
    assert_eq!(
        clock::may_extend(&clock, at("11-09 09:00"), 1),
        Err(Refusal::NotLater)
    );
    assert_eq!(clock::may_extend(&clock, at("11-12 09:00"), 1), Ok(()));
    clock::extend(&mut clock, at("11-05 09:00"), at("11-12 09:00"), None);
    let again = clock::may_extend(&clock, at("11-20 09:00"), 1);
    assert_eq!(again, Err(Refusal::ExtensionUsedUp { most: 1 }));
    assert_eq!(clock.extensions[0].from, at("11-09 09:00"));
    waits(
        &mut clock,
        &PAUSE,
        &[(Stopped::Supplement, at("11-10 09:00"), at("11-11 09:00"))],
    );
    assert_eq!(
        clock.due,
        Some(at("11-13 09:00")),
        "a pause moves the new date"
    );
    let again = clock::redated(&clock, &calendar(), &PAUSE).expect("covered");
    assert_eq!(again, clock.due);
}

#[test]
fn a_later_calendar_gives_another_date() {
    // Before the notice of 25/12/2025 Friday 2/1/2026 was a working day and Saturday 10/1 was not.
    let swap = "[[off]]\nfrom = \"2026-01-02\"";
    let (head, tail) = VIETNAM_1.split_once(swap).expect("the swap is in the file");
    let (_, rest) = tail.split_once("[[off]]").expect("more entries");
    let before = Calendar::read(&format!("{head}[[off]]{rest}")).expect("readable");
    let from: Moment = "2025-12-30T09:00+07:00".parse().expect("a moment");
    let due = PAUSE.due(&before, from, days(2)).expect("covered").at;
    assert_eq!(due, at("01-02 09:00"));
    let clock = clock::started(from, days(2), 0, due);
    let again = clock::redated(&clock, &calendar(), &PAUSE).expect("covered");
    assert_eq!(again, Some(at("01-05 09:00")));
}

#[test]
fn the_rule_of_a_service_is_read() {
    let rule = ClockRule {
        cutoff: Some("15:00".to_owned()),
        supplement: Some(SupplementRule::Restart),
        ..ClockRule::default()
    };
    let counting = Counting::of(&rule).expect("readable");
    assert_eq!(counting.cutoff, Some(time(15, 0, 0, 0)));
    assert!(counting.restarts);
    let bad = ClockRule {
        cutoff: Some("three".to_owned()),
        ..ClockRule::default()
    };
    assert!(Counting::of(&bad).is_err());
}

fn reason() -> impl Strategy<Value = Stopped> {
    prop::sample::select(vec![
        Stopped::Supplement,
        Stopped::Payment,
        Stopped::Question,
        Stopped::Excluded,
        Stopped::Withdrawal,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Gaps between moments in minutes, alternately running and waiting (zero: twice the same moment).
    #[test]
    fn whatever_happens_the_parts_add_up(
        moves in prop::collection::vec((reason(), 0i64..4_000, 0i64..4_000), 0..6),
        more in 0i64..4_000,
        restarts: bool,
    ) {
        let calendar = calendar();
        let counting = Counting { restarts, ..PAUSE };
        let start = at("03-02 08:00");
        let mut clock = begun(start, days(6), &counting);
        let mut now = start;
        for (why, ran, waited) in moves {
            let from = now + SignedDuration::from_mins(ran);
            now = from + SignedDuration::from_mins(waited);
            waits(&mut clock, &counting, &[(why, from, now)]);
        }
        now += SignedDuration::from_mins(more);
        prop_assert!(clock::is_sound(&clock));
        let spent = clock::spent(&clock, now);
        let wall = now.duration_since(start).as_secs();
        prop_assert_eq!(spent.running + spent.waiting + spent.asking + spent.ended, wall);
        prop_assert_eq!(clock::redated(&clock, &calendar, &counting), Ok(clock.due));
        prop_assert!(clock.due >= clock.first_due);
        let left = clock::left(&clock, &calendar, now).expect("covered").expect("a date");
        if !restarts {
            // What was worked and what is left make the limit, however often it stood still.
            let worked = clock::worked(&clock, &calendar, now).expect("covered");
            prop_assert_eq!(worked + left.working_seconds, 6 * calendar.day_seconds());
        }
    }
}
