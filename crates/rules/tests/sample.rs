//! Looking again: the draw against fixed values, that no order and no name favours anybody, who may not look, what counts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use rules::ids::CaseId;
use rules::index::period::Period;
use rules::league::{Z_95, share::wilson};
use rules::organisation::{Organisation, Unit};
use rules::person::Seat;
use rules::sample::draw::{Line, draw, hash, tag, ticket};
use rules::sample::tally::Tally;
use rules::sample::{Found, SAMPLE_1, Sample, SampleLaw, of_one_line};
use service::definition::Post;

fn law(per_month: u32, least: u32, most: u32) -> Sample {
    Sample {
        per_month,
        unit_at_least: least,
        unit_at_most: most,
        ..Sample::read(SAMPLE_1).expect("what ships is read")
    }
}

/// `sizes`: reports of each unit.
fn list(sizes: &[(&str, u128)]) -> Vec<Line> {
    let mut all = Vec::new();
    for (unit, size) in sizes {
        for _ in 0..*size {
            let id = CaseId(uuid::Uuid::from_u128(all.len() as u128 + 1));
            all.push(Line {
                tag: tag(id),
                unit: (*unit).to_owned(),
            });
        }
    }
    all
}

fn by_unit(list: &[Line], drawn: &[String]) -> BTreeMap<String, usize> {
    let mut units = BTreeMap::new();
    for line in list.iter().filter(|line| drawn.contains(&line.tag)) {
        *units.entry(line.unit.clone()).or_default() += 1;
    }
    units
}

/// Worked out by another program (Python's hashlib): who repeats the draw by hand gets these.
#[test]
fn the_draw_is_what_anybody_works_out() {
    assert_eq!(
        tag(CaseId(uuid::Uuid::from_u128(1))),
        "7fdd7737c9bd7572f4926b6a9eb378d8"
    );
    assert_eq!(
        ticket("2026-10", "012345", "7fdd7737c9bd7572f4926b6a9eb378d8"),
        "167c75e0838b6a713d7b1e26e4367dfd4e13bd01a59741ee5e6550d935462e2b"
    );
    let list = list(&[("a", 3), ("b", 2)]);
    assert_eq!(
        hash(&list),
        "be683d734bf7880789909aa8e8c4a7715faf3f30858a27ec78d7223aca680527"
    );
    let drawn = draw(&list, "2026-10", "012345", &law(3, 1, 2));
    assert_eq!(
        drawn,
        [
            "7fdd7737c9bd7572f4926b6a9eb378d8",
            "074245937618a0f8cf70866b9a5c56bf",
            "d6d6b763f151b2ef5adf903983b167ee"
        ]
    );
}

#[test]
fn the_same_number_draws_the_same_in_whatever_order_and_another_draws_others() {
    let mut lines = list(&[("a", 40), ("b", 7), ("c", 1)]);
    let law = law(12, 1, 8);
    let (first, sum) = (draw(&lines, "2026-10", "000001", &law), hash(&lines));
    lines.reverse();
    lines.rotate_left(13);
    assert_eq!(draw(&lines, "2026-10", "000001", &law), first);
    assert_eq!(hash(&lines), sum);
    assert_ne!(draw(&lines, "2026-10", "000002", &law), first);
    assert_ne!(draw(&lines, "2026-11", "000001", &law), first);
    lines.pop();
    assert_ne!(hash(&lines), sum, "a line that is taken away shows");
}

#[test]
fn least_and_most_hold_for_every_number() {
    let lines = list(&[("a", 60), ("b", 9), ("c", 2), ("d", 1)]);
    for n in 0..200 {
        let drawn = draw(&lines, "2026-10", &format!("{n:06}"), &law(12, 2, 5));
        let units = by_unit(&lines, &drawn);
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
        assert_eq!((units["c"], units["d"]), (2, 1), "as many as there are");
        assert!((2..=5).contains(&units["a"]) && (2..=5).contains(&units["b"]));
        assert!(drawn.len() <= 12);
    }
    // A month that has no room for all ends where it is full.
    assert_eq!(draw(&lines, "2026-10", "1", &law(3, 2, 3)).len(), 3);
    assert!(draw(&[], "2026-10", "1", &law(3, 1, 2)).is_empty());
}

/// Over many numbers each line of a unit is drawn as often as its neighbours, whatever its unit is called.
#[test]
fn nobody_is_favoured() {
    let (rounds, lines) = (3_000_u32, list(&[("aaa", 10), ("zzz", 10)]));
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    let mut units: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..rounds {
        let drawn = draw(&lines, "2026-10", &format!("{n:06}"), &law(8, 1, 8));
        for (unit, count) in by_unit(&lines, &drawn) {
            *units.entry(unit).or_default() += count;
        }
        for tag in drawn {
            *times.entry(tag).or_default() += 1;
        }
    }
    // 8 of 20: 1,200 times each, a standard deviation of 27.
    for (tag, times) in &times {
        assert!((1_065..=1_335).contains(times), "{tag}: {times}");
    }
    assert_eq!(times.len(), 20);
    assert!(units["aaa"].abs_diff(units["zzz"]) < 600, "{units:?}");
    // Names do not count: with the units' names exchanged the very same lines are drawn.
    let exchanged: Vec<Line> = lines
        .iter()
        .map(|line| Line {
            tag: line.tag.clone(),
            unit: if line.unit == "aaa" { "zzz" } else { "aaa" }.to_owned(),
        })
        .collect();
    for n in 0..50 {
        let n = format!("{n:06}");
        let law = law(8, 2, 5);
        assert_eq!(
            draw(&lines, "2026-10", &n, &law),
            draw(&exchanged, "2026-10", &n, &law)
        );
    }
}

#[test]
fn the_number_comes_after_the_list_and_is_digits() {
    let law = law(60, 2, 8);
    for (closed, day) in [
        (date(2026, 11, 1), date(2026, 11, 4)),
        (date(2026, 11, 3), date(2026, 11, 4)),
        // A Wednesday itself is too late: its number may be known.
        (date(2026, 11, 4), date(2026, 11, 11)),
    ] {
        assert_eq!(law.seed_day(closed), day);
    }
    for (typed, seed) in [
        ("012345", Some("012345")),
        ("012.345", Some("012345")),
        (" 01 23 45", Some("012345")),
        ("12345", None),
        ("0123456", None),
        ("01234a", None),
        ("", None),
    ] {
        assert_eq!(law.seed(typed).as_deref(), seed, "{typed}");
    }
}

#[test]
fn nobody_changes_the_rules_of_a_month_that_has_begun() {
    let month = |n| Period::Month {
        year: 2026,
        month: n,
    };
    let begins = |n: i8| {
        let text = format!("2026-{n:02}-01T00:00:00+07:00");
        text.parse::<rules::Moment>().expect("a moment")
    };
    let mut law = SampleLaw::default();
    let mut own = Sample::read(SAMPLE_1).expect("read");
    (own.version, own.per_month, own.from) = (2, 90, Some(date(2026, 1, 1)));
    // Written in the middle of March, dated back to January.
    law.put(
        "2026-03-15T00:00:00+07:00".parse().expect("a moment"),
        own.clone(),
    );
    assert_eq!(law.of_month(month(3), begins(3)).version, 1);
    assert_eq!(law.of_month(month(4), begins(4)).version, 2);
    (own.version, own.from) = (3, Some(date(2026, 6, 1)));
    law.put("2026-03-16T00:00:00+07:00".parse().expect("a moment"), own);
    assert_eq!(law.of_month(month(5), begins(5)).version, 2);
    assert_eq!(law.of_month(month(6), begins(6)).version, 3);
    for (line, instead) in [
        ("per_month = 60", "per_month = 0"),
        ("unit_at_least = 2", "unit_at_least = 9"),
        ("smallest = 30", "smallest = 5"),
        ("endings = [\"solved\"]", "endings = []"),
        ("weekday = 3", "weekday = 8"),
        ("digits = 6", "digits = 2"),
        ("days = 14", "days = 0"),
    ] {
        assert!(SAMPLE_1.contains(line), "{line}");
        assert!(
            Sample::read(&SAMPLE_1.replace(line, instead)).is_err(),
            "{instead}"
        );
    }
}

#[test]
fn whoever_stands_on_the_line_of_the_unit_does_not_look() {
    let unit = |code: &str, kind: &str, parent: Option<&str>| Unit {
        code: code.into(),
        name: code.into(),
        kind: kind.into(),
        parent: parent.map(Into::into),
        areas: Vec::new(),
        identifier: String::new(),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        successors: Vec::new(),
    };
    let organisation = Organisation {
        units: vec![
            unit("city", "city", None),
            unit("commune", "commune", Some("city")),
            unit("desk", "commune-desk", Some("commune")),
            unit("other", "commune", Some("city")),
            unit("office", "city-office", Some("city")),
            unit("1022", "centre-1022", Some("office")),
        ],
        ..Organisation::default()
    };
    for (seat, closed_by, own) in [
        ("commune", "commune", true),
        ("desk", "commune", true),
        ("commune", "desk", true),
        ("other", "commune", false),
        ("1022", "commune", false),
        ("1022", "1022", true),
        ("office", "1022", true),
        ("city", "commune", false),
        ("gone", "gone", true),
        ("gone", "commune", false),
    ] {
        let seats = [Seat {
            unit: seat.into(),
            post: Post::Staff,
        }];
        let found = of_one_line(&seats, closed_by, &organisation);
        assert_eq!(found, own, "{seat} looks at {closed_by}");
    }
}

#[test]
fn what_could_not_be_judged_counts_neither_way() {
    let mut tally = Tally::default();
    for (found, overdue, times) in [
        (Some(Found::Holds), false, 24),
        (Some(Found::DoesNotHold), true, 6),
        (Some(Found::CannotTell), false, 5),
        (None, true, 2),
        (None, false, 3),
    ] {
        (0..times).for_each(|_| tally.add(found, overdue));
    }
    assert_eq!((tally.drawn, tally.judged()), (40, 30));
    assert_eq!((tally.waiting(), tally.overdue), (5, 2));
    assert_eq!(tally.held(), wilson(24, 30, Z_95));
    assert!(tally.tells(30) && !tally.tells(31) && tally.tells(0));
    tally.holds -= 1;
    assert!(!tally.tells(0), "never below 30");
    tally.holds += 1;
    let adjusted = tally.adjusted(90, 100).expect("looked at");
    assert!((adjusted.claimed - 0.9).abs() < 1e-9 && (adjusted.share - 0.72).abs() < 1e-9);
    assert!(adjusted.low < adjusted.share && adjusted.share < adjusted.high);
    assert!(adjusted.high <= adjusted.claimed);
    assert_eq!(tally.adjusted(0, 0), None);
    assert_eq!(Tally::default().adjusted(1, 1), None);
}
