//! The working calendar: golden dates, and arithmetic against a slow walk.

use jiff::civil::{Date, Time, date, time};
use proptest::prelude::*;
use rules::Moment;
use rules::calendar::{Calendar, CalendarFault, Calendars, VIETNAM_1};
use service::definition::{Limit, LimitUnit};

fn calendar() -> Calendar {
    Calendar::read(VIETNAM_1).expect("the calendar's file")
}

/// `2026-02-12 08:30` in the city.
fn at(text: &str) -> Moment {
    let text = text.replace(' ', "T");
    format!("{text}+07:00").parse().expect("a moment")
}

fn limit(amount: f64, unit: LimitUnit) -> Limit {
    Limit {
        thousandths: (amount * 1000.0).round() as i64,
        unit,
    }
}

#[test]
fn golden_dates() {
    use LimitUnit::{Days, Hours, Months, WorkingDays, WorkingHours};
    let cut = Some(time(15, 0, 0, 0));
    #[rustfmt::skip]
    let table = [
        // received, limit, cutoff, due, why
        ("2019-11-20 08:37", 25.0, WorkingDays, None, "2019-12-25 08:37", "a real receipt"),
        ("2026-02-12 08:30", 3.0, WorkingDays, None, "2026-02-24 08:30", "across Tết"),
        ("2026-02-13 08:30", 1.0, WorkingDays, None, "2026-02-23 08:30", "the eve of Tết"),
        ("2026-08-21 08:30", 1.0, WorkingDays, None, "2026-08-22 08:30", "a worked Saturday"),
        ("2025-04-25 08:30", 3.0, WorkingDays, None, "2025-04-29 08:30", "a worked Saturday inside"),
        ("2026-01-09 08:30", 1.0, WorkingDays, None, "2026-01-10 08:30", "a worked Saturday"),
        ("2026-11-20 08:30", 3.0, WorkingDays, None, "2026-11-26 08:30", "24/11 is a holiday since 2026"),
        ("2025-11-21 08:30", 3.0, WorkingDays, None, "2025-11-26 08:30", "24/11 was none before"),
        ("2026-11-19 14:59", 2.0, WorkingDays, cut, "2026-11-23 14:59", "before the cutoff"),
        ("2026-11-19 15:00", 2.0, WorkingDays, cut, "2026-11-23 15:00", "15:00 itself is not after"),
        ("2026-11-19 15:00:01", 2.0, WorkingDays, cut, "2026-11-25 07:00", "counts as Friday morning"),
        ("2026-11-19 20:00", 1.0, WorkingDays, None, "2026-11-23 07:00", "at night: as Friday 07:00"),
        ("2026-11-19 05:00", 1.0, WorkingDays, None, "2026-11-20 07:00", "before opening"),
        ("2026-11-21 10:00", 1.0, WorkingDays, None, "2026-11-25 07:00", "Saturday: as Monday 07:00"),
        ("2026-11-18 12:00", 1.0, WorkingDays, None, "2026-11-19 12:00", "at noon"),
        ("2026-11-02 08:00", 8.5, WorkingDays, None, "2026-11-12 14:00", "half a day by working hours"),
        ("2026-11-02 14:00", 1.5, WorkingDays, None, "2026-11-04 08:00", "half a day over the night"),
        ("2026-11-18 10:00", 0.0, WorkingDays, None, "2026-11-18 10:00", "nothing to wait"),
        ("2026-11-18 15:30", 4.0, WorkingHours, None, "2026-11-19 09:30", "hours over the night"),
        ("2026-11-18 07:00", 8.0, WorkingHours, None, "2026-11-18 17:00", "one day's hours end at its end"),
        ("2026-11-20 23:00", 8.0, WorkingHours, None, "2026-11-23 17:00", "from the next morning"),
        ("2026-11-02 09:00", 10.0, Days, None, "2026-11-12 09:00", "days on the wall"),
        ("2026-11-12 09:00", 9.0, Days, None, "2026-11-23 17:00", "last day a Saturday"),
        ("2026-11-19 09:00", 5.0, Days, None, "2026-11-25 17:00", "last day a holiday"),
        ("2026-11-21 22:00", 24.0, Hours, None, "2026-11-22 22:00", "hours on the wall never wait"),
        ("2026-01-31 09:00", 1.0, Months, None, "2026-03-02 17:00", "no 31/2: 28/2, a Saturday"),
        ("2026-03-16 09:00", 1.0, Months, None, "2026-04-16 09:00", "the same day number"),
        ("2026-03-16 09:00", 0.5, Months, None, "2026-03-31 09:00", "half a month is 15 days"),
    ];
    let calendar = calendar();
    for (from, amount, unit, cutoff, due, why) in table {
        let answer = calendar.due(at(from), limit(amount, unit), cutoff, false);
        assert_eq!(
            answer.expect(why).at,
            at(due),
            "{from} + {amount} {unit:?}: {why}"
        );
    }
}

#[test]
fn due_on_the_same_day() {
    let calendar = calendar();
    let cut = Some(time(15, 0, 0, 0));
    let any = limit(1.0, LimitUnit::WorkingDays);
    for (from, due) in [
        ("2026-11-18 10:00", "2026-11-18 17:00"),
        ("2026-11-18 15:01", "2026-11-19 17:00"),
        ("2026-11-20 16:00", "2026-11-23 17:00"),
        ("2026-08-21 16:00", "2026-08-22 17:00"),
    ] {
        let answer = calendar.due(at(from), any, cut, true).expect("covered");
        assert_eq!(answer.at, at(due), "{from}");
    }
}

#[test]
fn the_days_counted_explain_the_date() {
    let due = calendar()
        .due(
            at("2026-02-12 08:30"),
            limit(3.0, LimitUnit::WorkingDays),
            None,
            false,
        )
        .expect("covered");
    let days = [date(2026, 2, 13), date(2026, 2, 23), date(2026, 2, 24)];
    assert_eq!(due.counted, days);
    assert!(!due.provisional);
}

#[test]
fn a_year_has_its_working_days() {
    let calendar = calendar();
    for (year, days) in [(2023, 249), (2024, 251), (2025, 250), (2026, 249)] {
        let counted = calendar.working_days(date(year, 1, 1), date(year, 12, 31));
        assert_eq!(counted, Ok(days), "{year}");
    }
}

#[test]
fn an_undecided_holiday_makes_the_date_provisional() {
    let due = calendar()
        .due(
            at("2027-01-29 09:00"),
            limit(5.0, LimitUnit::WorkingDays),
            None,
            false,
        )
        .expect("covered");
    assert!(due.provisional);
}

#[test]
fn outside_the_years_covered_it_says_so() {
    let calendar = calendar();
    let three = limit(3.0, LimitUnit::WorkingDays);
    let early = calendar.due(at("2018-12-31 09:00"), three, None, false);
    assert!(
        matches!(early, Err(CalendarFault::NotCovered { .. })),
        "{early:?}"
    );
    for unit in [
        LimitUnit::WorkingDays,
        LimitUnit::WorkingHours,
        LimitUnit::Days,
        LimitUnit::Months,
        LimitUnit::Hours,
    ] {
        let late = calendar.due(at("2027-12-31 16:00"), limit(200.0, unit), None, false);
        assert!(
            matches!(late, Err(CalendarFault::Beyond { .. })),
            "{late:?}"
        );
    }
    assert!(calendar.is_working_day(date(2028, 1, 3)).is_err());
}

#[test]
fn a_bad_file_is_refused_in_words() {
    for (from, to, word) in [
        ("offset = \"+07:00\"", "offset = \"7\"", "offset"),
        ("date = \"2026-08-22\"", "date = \"2026-08-21\"", "rest day"),
        ("to = \"11:00\"", "to = \"14:00\"", "overlap"),
        (
            "instead_of = \"2026-08-31\"",
            "instead_of = \"2026-08-28\"",
            "not off",
        ),
    ] {
        let text = VIETNAM_1.replacen(from, to, 1);
        let fault = Calendar::read(&text).expect_err(word).to_string();
        assert!(fault.contains(word), "{fault}");
    }
}

#[test]
fn a_case_keeps_its_version_and_new_ones_take_the_newest() {
    let later = VIETNAM_1.replacen("version = 1", "version = 2", 1);
    let later = Calendar::read(&later).expect("readable");
    let calendars = Calendars::new([later, calendar()]);
    assert_eq!(calendars.newest().map(Calendar::version), Some(2));
    assert_eq!(calendars.version(1).map(Calendar::version), Some(1));
    assert!(calendars.version(3).is_none());
}

#[test]
#[ignore = "measures: cargo test -p rules --test calendar measured -- --ignored --nocapture"]
fn measured() {
    let calendar = calendar();
    let three = limit(3.0, LimitUnit::WorkingDays);
    let start = at("2026-01-05 08:30");
    let times = 200_000i64;
    let clock = std::time::Instant::now();
    let mut sum = 0;
    for n in 0..times {
        let from = start + jiff::SignedDuration::from_mins(n % 300_000);
        sum += calendar
            .due(from, three, None, false)
            .expect("covered")
            .at
            .as_second();
    }
    let each = clock.elapsed() / u32::try_from(times).expect("small");
    eprintln!("due: {each:?} each ({sum})");
    assert!(each.as_nanos() < 1_000, "{each:?}");
}

/// Working seconds by walking minute by minute.
fn walked(calendar: &Calendar, from: Moment, to: Moment) -> i64 {
    let mut moment = from;
    let mut seconds = 0;
    while moment < to {
        if calendar.is_working_time(moment).expect("covered") {
            seconds += 60;
        }
        moment += jiff::SignedDuration::from_secs(60);
    }
    seconds
}

/// Day n by walking the calendar day by day.
fn nth_working_day(calendar: &Calendar, from: Date, mut days: u32) -> Date {
    let mut day = from;
    while days > 0 {
        day = day.tomorrow().expect("a day");
        days -= u32::from(calendar.is_working_day(day).expect("covered"));
    }
    day
}

fn minute() -> impl Strategy<Value = Moment> {
    // 2024-12-01 to 2026-10-01, in the city's minutes.
    (0i64..(669 * 1440))
        .prop_map(|minute| at("2024-12-01 00:00") + jiff::SignedDuration::from_secs(minute * 60))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn working_time_is_what_a_walk_counts(from in minute(), minutes in 0i64..15_000) {
        let calendar = calendar();
        let to = from + jiff::SignedDuration::from_secs(minutes * 60);
        prop_assert_eq!(calendar.working_between(from, to), Ok(walked(&calendar, from, to)));
    }

    #[test]
    fn adding_working_time_is_undone_by_measuring_it(from in minute(), seconds in -200_000i64..400_000) {
        let calendar = calendar();
        let to = calendar.add_working(from, seconds).expect("covered");
        prop_assert_eq!(calendar.working_between(from, to), Ok(seconds));
        // The earliest such moment: a second earlier is too early.
        if seconds > 0 {
            let before = to - jiff::SignedDuration::from_secs(1);
            prop_assert_eq!(calendar.working_between(from, before), Ok(seconds - 1));
        }
    }

    #[test]
    fn day_n_is_what_a_walk_finds(from in minute(), days in 0u32..60) {
        let calendar = calendar();
        let limit = Limit { thousandths: i64::from(days) * 1000, unit: LimitUnit::WorkingDays };
        let due = calendar.due(from, limit, None, false).expect("covered");
        let (first, time): (Date, Time) = calendar.local(due.from);
        let last = nth_working_day(&calendar, first, days);
        prop_assert_eq!(calendar.local(due.at), (last, time));
        prop_assert_eq!(due.counted.len(), days as usize);
        prop_assert!(due.from >= from);
        // As working time it is exactly n days, fraction or not.
        let worked = calendar.working_between(due.from, due.at);
        prop_assert_eq!(worked, Ok(i64::from(days) * calendar.day_seconds()));
    }

    #[test]
    fn a_longer_limit_never_ends_earlier(from in minute(), a in 0i64..40_000, b in 0i64..40_000) {
        let calendar = calendar();
        let due = |thousandths, unit| {
            calendar.due(from, Limit { thousandths, unit }, None, false).expect("covered").at
        };
        for unit in [LimitUnit::WorkingDays, LimitUnit::WorkingHours, LimitUnit::Hours] {
            prop_assert!(due(a.min(b), unit) <= due(a.max(b), unit), "{:?}", unit);
        }
        // A last day off ends with the next working day, another at its time of day: by the day only.
        let day = |thousandths| calendar.local(due(thousandths, LimitUnit::Days)).0;
        prop_assert!(day(a.min(b)) <= day(a.max(b)));
    }
}
