//! The counter's rules as tables: opening hours, who is called next, how long people waited, codes by pattern.

use jiff::civil::{Date, Time, date, time};
use rules::Moment;
use rules::counter::queue::{Figures, Measured, State, Waiting, ahead, figures, next};
use rules::counter::{Counter, opening};

fn city() -> Counter {
    Counter::read(include_str!("../../../data/can-tho/counter.toml")).expect("the shipped file")
}

fn open(day: Date, working: bool, at: Time) -> bool {
    let city = city();
    opening::serves(city.hours("desk-31135", "commune-desk", day, working), at)
}

#[test]
fn a_desk_follows_the_calendar_save_where_its_own_data_says_otherwise() {
    let monday = date(2026, 3, 2);
    for (day, working, at, expected) in [
        (monday, true, time(8, 0, 0, 0), true),
        (monday, true, time(6, 59, 59, 0), false),
        (monday, true, time(12, 0, 0, 0), false),
        (monday, true, time(16, 59, 0, 0), true),
        (monday, true, time(17, 0, 0, 0), false),
        (date(2026, 3, 1), false, time(8, 0, 0, 0), false),
        // Worked in exchange for another day.
        (date(2026, 8, 22), true, time(8, 0, 0, 0), true),
    ] {
        assert_eq!(open(day, working, at), expected, "{day} {at}");
    }
}

#[test]
fn an_exception_of_one_desk_wins_over_all() {
    let text = r#"
        [[purpose]]
        code = "any"
        letter = "A"
        label = "Việc khác"
        [[opening]]
        from = "2025-07-01"
        hours = [{ from = "07:00", to = "11:00" }]
        source = "thử"
        [[opening]]
        from = "2026-01-01"
        units = ["commune-desk"]
        follows-calendar = false
        days = ["saturday"]
        hours = [{ from = "08:00", to = "10:00" }]
        source = "thử"
        [[exception]]
        date = "2026-02-21"
        hours = []
        why = "nghỉ Tết"
        [[exception]]
        date = "2026-02-21"
        units = ["desk-1"]
        hours = [{ from = "09:00", to = "10:00" }]
        why = "mở cửa mùng 5 Tết"
    "#;
    let counter = Counter::read(text).expect("reads");
    let hours = |desk, kind, day| counter.hours(desk, kind, day, true).len();
    let tet = date(2026, 2, 21);
    assert_eq!(hours("desk-1", "commune-desk", tet), 1);
    assert_eq!(hours("desk-2", "commune-desk", tet), 0);
    let (friday, saturday) = (date(2026, 3, 6), date(2026, 3, 7));
    assert_eq!(hours("desk-2", "commune-desk", friday), 0, "Saturdays only");
    assert_eq!(hours("desk-2", "commune-desk", saturday), 1);
    assert_eq!(hours("city-desk", "city-desk", friday), 1);
    assert_eq!(
        hours("city-desk", "city-desk", date(2025, 6, 30)),
        0,
        "before it holds"
    );
}

#[test]
fn numbers_are_given_half_an_hour_before_and_not_after_closing() {
    let city = city();
    let hours = city.hours("desk-31135", "commune-desk", date(2026, 3, 2), true);
    for (at, expected) in [
        (time(6, 29, 59, 0), false),
        (time(6, 30, 0, 0), true),
        (time(10, 59, 0, 0), true),
        (time(11, 0, 0, 0), false),
        (time(12, 30, 0, 0), true),
        (time(17, 0, 0, 0), false),
    ] {
        assert_eq!(city.gives_numbers(hours, at), expected, "{at}");
    }
    assert_eq!(
        opening::next(hours, time(11, 30, 0, 0)),
        Some(time(13, 0, 0, 0))
    );
    assert_eq!(opening::next(hours, time(18, 0, 0, 0)), None);
}

fn waiting(number: u32, priority: bool) -> Waiting {
    Waiting {
        number,
        purpose: "papers".into(),
        priority,
        sent_on: false,
        counter: None,
        since: Moment::from_second(1_770_000_000 + i64::from(number)).expect("a moment"),
    }
}

fn called(waiting: &[Waiting], in_a_row: u32) -> Option<u32> {
    next(waiting, 1, |_| true, in_a_row, 3).map(|place| waiting[place].number)
}

#[test]
fn priority_goes_first_but_not_for_ever() {
    let queue = [
        waiting(1, false),
        waiting(2, true),
        waiting(3, false),
        waiting(4, true),
    ];
    assert_eq!(called(&queue, 0), Some(2));
    assert_eq!(called(&queue, 2), Some(2));
    assert_eq!(called(&queue, 3), Some(1), "three in a row are enough");
    assert_eq!(called(&queue[1..2], 3), Some(2), "nobody else waits");
    assert_eq!(called(&[], 0), None);
}

#[test]
fn whoever_was_sent_on_goes_first_and_to_the_counter_named() {
    let sent = Waiting {
        sent_on: true,
        counter: Some(2),
        ..waiting(9, false)
    };
    let queue = [waiting(1, true), sent];
    assert_eq!(called(&queue, 0), Some(1), "sent to counter 2, not to 1");
    assert_eq!(next(&queue, 2, |_| true, 0, 3), Some(1));
    assert_eq!(
        next(&queue, 2, |_| false, 0, 3),
        Some(1),
        "sent there whatever it serves"
    );
    assert_eq!(
        next(&queue[..1], 2, |_| false, 0, 3),
        None,
        "serves another purpose"
    );
}

#[test]
fn how_many_come_before_counts_those_with_priority() {
    let queue = [waiting(1, false), waiting(2, true), waiting(3, false)];
    assert_eq!(ahead(&queue, 2, 0, 3), Some(0));
    assert_eq!(ahead(&queue, 1, 0, 3), Some(1));
    assert_eq!(ahead(&queue, 3, 0, 3), Some(2));
    assert_eq!(ahead(&queue, 7, 0, 3), None);
}

#[test]
fn waiting_is_measured_over_all_who_were_called() {
    let one = |state, waited, served, called| Measured {
        state,
        waited,
        served,
        called,
    };
    let mut numbers: Vec<Measured> = (1..=8)
        .map(|n| one(State::Done, n * 60, 300, true))
        .collect();
    numbers.push(one(State::Absent, 3600, 0, true));
    numbers.push(one(State::Left, 0, 0, false));
    numbers.push(one(State::Waiting, 0, 0, false));
    assert_eq!(
        figures(&numbers),
        Figures {
            taken: 11,
            done: 8,
            waiting: 1,
            abandoned: 2,
            median_wait: Some(300),
            nine_of_ten_wait: Some(3600),
            median_service: Some(300),
            nine_of_ten_service: Some(300),
        }
    );
    assert_eq!(figures(&[]), Figures::default());
}

#[test]
fn codes_follow_the_pattern_of_their_issuer() {
    let counter = |pattern: &str| {
        Counter::read(&format!(
            "[[purpose]]\ncode = \"a\"\nletter = \"A\"\nlabel = \"A\"\n[[code]]\nfrom = \"2025-07-01\"\npattern = \"{pattern}\"\nsource = \"thử\"\n"
        ))
    };
    let (day, later) = (date(2026, 11, 16), date(2026, 11, 17));
    for (pattern, code, since) in [
        ("{identifier}-{yymmdd}-{n:4}", "H13.18-261116-0042", day),
        (
            "{identifier}-{yyyymmdd}-{n:7}",
            "H13.18-20261116-0000042",
            day,
        ),
        (
            "{identifier}/{yyyy}/{n:5}",
            "H13.18/2026/00042",
            date(2026, 1, 1),
        ),
        (
            "{identifier}.{n:6}",
            "H13.18.000042",
            Date::constant(1, 1, 1),
        ),
    ] {
        let pattern = counter(pattern).expect("reads").pattern("desk-1", day);
        assert_eq!(pattern.write("H13.18", day, 42), code);
        assert_eq!(pattern.since(day), since);
    }
    let daily = city().pattern("desk-31135", day);
    assert_eq!(
        daily.write("H13.102.01", day, 12_345),
        "H13.102.01-261116-12345"
    );
    assert_ne!(daily.write("X", day, 1), daily.write("X", later, 1));
    for (pattern, says) in [
        ("{identifier}-{yymmdd}", "{n:4}"),
        ("{yymmdd}-{n:4}", "{identifier}"),
        ("{identifier}-{year}-{n:4}", "{year}"),
        ("{identifier}-{n:4", "}"),
        ("mã {identifier}-{n:4}", "in hoa"),
    ] {
        let flaw = counter(pattern).expect_err(pattern);
        assert!(flaw.contains(says), "{pattern}: {flaw}");
    }
}

#[test]
fn an_issuer_with_its_own_pattern_uses_it_from_its_day() {
    let text = r#"
        [[purpose]]
        code = "a"
        letter = "A"
        label = "A"
        [[code]]
        from = "2025-07-01"
        pattern = "{identifier}-{yymmdd}-{n:4}"
        source = "thử"
        [[code]]
        from = "2026-06-01"
        units = ["land"]
        pattern = "{identifier}-{yyyymmdd}-{n:6}"
        source = "thử"
    "#;
    let counter = Counter::read(text).expect("reads");
    let code = |issuer, day| counter.pattern(issuer, day).write("X", day, 7);
    assert_eq!(code("land", date(2026, 5, 31)), "X-260531-0007");
    assert_eq!(code("land", date(2026, 6, 1)), "X-20260601-000007");
    assert_eq!(code("desk", date(2026, 6, 1)), "X-260601-0007");
}

#[test]
fn a_flaw_of_the_file_is_told_with_its_place() {
    for (change, says) in [
        ("code = \"land\"", "đứng hai lần"),
        (
            "from = \"07:00\", to = \"06:00\"",
            "không phải một khoảng giờ",
        ),
        ("unknown = 1", "unknown"),
    ] {
        let text = include_str!("../../../data/can-tho/counter.toml");
        let text = match change {
            "unknown = 1" => format!("unknown = 1\n{text}"),
            code if code.starts_with("code") => text.replace("code = \"civil\"", code),
            hours => text.replacen("from = \"07:00\", to = \"11:00\"", hours, 1),
        };
        let flaw = Counter::read(&text).expect_err(change);
        assert!(flaw.contains(says), "{change}: {flaw}");
    }
}
