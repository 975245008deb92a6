//! The table against the obvious version: whatever is put, in whatever order, and whatever is asked.

use facts::{
    CaseFact, Cohort, Dimension, EndingSet, Every, Facts, Figure, Filter, Meaning, Query, State,
    obvious,
};
use proptest::prelude::*;

const DAY: i64 = 86_400;
/// 1 January 2016.
const START: i64 = 1_451_606_400;
const HANOI: i32 = 7 * 3600;

fn meaning() -> Meaning {
    Meaning {
        finished: EndingSet::of(&[0, 1, 2, 3, 4]),
        apart: EndingSet::of(&[5]),
        void: EndingSet::of(&[7]),
    }
}

/// Small round numbers, so that moments coincide, and now and then large ones.
fn seconds(days: i64) -> impl Strategy<Value = i64> {
    prop_oneof![4 => (0..days).prop_map(|day| day * DAY), 1 => 0..days * DAY, 1 => 0..200i64]
}

fn case() -> impl Strategy<Value = CaseFact> {
    let place = (0..5u8, 0..4u8, prop::option::of(0..4u8), 0..11u8);
    let times = (
        seconds(900),
        prop::option::weighted(0.8, seconds(60)),
        prop::option::weighted(0.7, (seconds(400), 0..10u8)),
    );
    let traits = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(1..=5u8),
        any::<bool>(),
    );
    (place, times, traits, 1..400u32).prop_map(
        |((unit, service, area, channel), (opened, due, ended), traits, version)| {
            let (reopened, verified, rating, public) = traits;
            let opened = START + opened;
            CaseFact {
                version,
                unit: format!("unit-{unit}"),
                service: format!("service-{service}"),
                group: format!("group-{}", service % 2),
                kind: service % 3,
                area: area.map(|area| area.to_string()),
                channel,
                opened,
                due: due.map(|promised| opened + promised),
                state: ended.map_or(State::Open, |(after, ending)| State::Ended {
                    at: opened + after,
                    ending,
                }),
                reopened,
                verified,
                rating,
                public,
            }
        },
    )
}

fn cohort() -> impl Strategy<Value = Cohort> {
    (0..4, seconds(900), seconds(400)).prop_map(|(which, from, length)| {
        let (from, to) = (START + from, START + from + length);
        match which {
            0 => Cohort::All,
            1 => Cohort::Opened { from, to },
            2 => Cohort::Due { from, to },
            _ => Cohort::Live { from, to },
        }
    })
}

fn dimension() -> impl Strategy<Value = Dimension> {
    use Dimension::*;
    prop::sample::select(vec![
        Unit, Service, Group, Kind, Area, Channel, Ending, Month,
    ])
}

fn filter() -> impl Strategy<Value = Filter> {
    use Figure::*;
    let figures = vec![
        Cases, Open, Finished, Passed, OnTime, Late, Overdue, BeforeDue, NoDeadline, LeftEarly,
        Apart, Void,
    ];
    let names = |what: &'static str| {
        prop::collection::vec((0..6u8).prop_map(move |n| format!("{what}-{n}")), 0..4)
    };
    prop_oneof![
        names("unit").prop_map(Filter::Unit),
        names("service").prop_map(Filter::Service),
        names("group").prop_map(Filter::Group),
        prop::collection::vec(0..3u8, 0..3).prop_map(Filter::Kind),
        prop::collection::vec(prop::option::of((0..5u8).prop_map(|n| n.to_string())), 0..4)
            .prop_map(Filter::Area),
        prop::collection::vec(0..11u8, 0..6).prop_map(Filter::Channel),
        any::<bool>().prop_map(Filter::Public),
        any::<bool>().prop_map(Filter::Reopened),
        any::<bool>().prop_map(Filter::Verified),
        prop::collection::vec(1..=5u8, 0..4).prop_map(Filter::Rating),
        prop::collection::vec(prop::option::of(0..10u8), 0..8).prop_map(Filter::Ending),
        prop::sample::select(figures).prop_map(Filter::Is),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    let now = prop_oneof![seconds(1500), Just(5000 * DAY)];
    let zone = prop::sample::select(vec![0, HANOI, -5 * 3600]);
    let wants = (any::<bool>(), any::<bool>());
    let lists = (
        prop::collection::vec(filter(), 0..3),
        prop::collection::vec(dimension(), 0..=2),
    );
    (now, cohort(), lists, zone, wants).prop_map(
        |(now, cohort, (filters, by), zone, (durations, quality))| Query {
            as_of: START + now,
            cohort,
            meaning: meaning(),
            filters,
            by,
            zone,
            durations,
            quality,
        },
    )
}

/// A series does not know periods of work.
fn series_moment(query: &Query) -> i64 {
    query.as_of
}

fn table(cases: &[CaseFact]) -> Facts {
    let mut facts = Facts::new();
    for (slot, case) in (0..).zip(cases) {
        facts.put(slot, case).expect("a case that can be");
    }
    facts
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn answers_are_those_of_the_obvious_version(
        cases in prop::collection::vec(case(), 0..60),
        query in query(),
    ) {
        let mut facts = table(&cases);
        let expected = obvious::ask(&cases, &query);
        prop_assert_eq!(facts.ask(&query), expected.clone());
        facts.pack();
        prop_assert_eq!(facts.ask(&query), expected, "packed");
    }

    #[test]
    fn the_cases_behind_a_figure_are_those_it_counts(
        cases in prop::collection::vec(case(), 0..60),
        query in query(),
        limit in 1..80usize,
    ) {
        let mut expected: Vec<u32> =
            (0..).zip(&cases).filter(|(_, case)| obvious::belongs(case, &query)).map(|(slot, _)| slot).collect();
        expected.reverse();
        expected.truncate(limit);
        let mut facts = table(&cases);
        prop_assert_eq!(&facts.select(&query, limit), &expected);
        facts.pack();
        prop_assert_eq!(&facts.select(&query, limit), &expected, "packed");
    }

    #[test]
    fn series_and_today_are_those_of_the_obvious_version(
        cases in prop::collection::vec(case(), 0..40),
        query in query(),
        every in prop::sample::select(vec![Every::Day, Every::Week, Every::Month]),
        (from, days) in (seconds(900), 0..200i64),
        packed in any::<bool>(),
    ) {
        let mut facts = table(&cases);
        if packed {
            facts.pack();
        }
        let (from, to) = (START + from, START + from + days * DAY);
        let points = facts.series(&query, every, from, to);
        prop_assert_eq!(&points, &obvious::series(&cases, &query, every, &points));
        // No gap, and no period missing at either end.
        let last = to.min(series_moment(&query) + 1);
        let exist = cases.iter().any(|case| case.opened <= series_moment(&query));
        if exist && last > from {
            prop_assert!(points[0].from <= from);
            prop_assert!(points.windows(2).all(|two| obvious::next(two[0].from, every, query.zone) == two[1].from));
            prop_assert!(obvious::next(points[points.len() - 1].from, every, query.zone) >= last);
        } else {
            prop_assert!(points.is_empty());
        }
        prop_assert_eq!(facts.today(&query), obvious::today(&cases, &query));
    }

    #[test]
    fn a_snapshot_brings_everything_back_and_a_damaged_one_is_refused(
        cases in prop::collection::vec(case(), 0..40),
        position in any::<u64>(),
        packed in any::<bool>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8u8,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("facts");
        let mut facts = table(&cases);
        facts.set_position(position);
        if packed {
            facts.pack();
        }
        facts.save(&path).expect("saved");
        let loaded = Facts::load(&path).expect("loaded");
        prop_assert_eq!(loaded.position(), position);
        prop_assert!(loaded.rows().eq(facts.rows()));
        prop_assert_eq!(loaded.len(), facts.len());
        prop_assert_eq!(loaded.ask(&Query::default()), facts.ask(&Query::default()));

        let whole = std::fs::read(&path).expect("read");
        let place = at.index(whole.len());
        std::fs::write(&path, &whole[..place]).expect("torn");
        prop_assert!(Facts::load(&path).is_err(), "torn at {}", place);
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << bit;
        std::fs::write(&path, &flipped).expect("flipped");
        prop_assert!(Facts::load(&path).is_err(), "bit {} of byte {} flipped", bit, place);
        std::fs::write(&path, [&whole[..], b"x"].concat()).expect("longer");
        prop_assert!(Facts::load(&path).is_err(), "longer by one");
    }

    /// Every version of a few cases arrives, some twice, in any order: the highest remain.
    #[test]
    fn the_order_of_rows_does_not_matter(
        puts in prop::collection::vec((0..8u32, case(), any::<bool>()), 1..40).prop_shuffle(),
        query in query(),
    ) {
        let mut newest: std::collections::BTreeMap<u32, CaseFact> = Default::default();
        let mut facts = Facts::new();
        let mut seen = std::collections::BTreeSet::new();
        for (slot, case, pack) in puts {
            if pack {
                facts.pack();
            }
            let version = case.version % 255;
            // One version of a case has one content.
            if !seen.insert((slot, version)) {
                continue;
            }
            let case = CaseFact { version, ..case };
            let newer = newest.get(&slot).is_none_or(|old| old.version < version);
            prop_assert_eq!(facts.put(slot, &case).expect("a case that can be"), newer);
            if newer {
                newest.insert(slot, case.clone());
                prop_assert_eq!(facts.get(slot), Some(case.clone()));
                prop_assert!(facts.put(slot, &case).expect("the same again"));
            }
        }
        prop_assert_eq!(facts.len(), newest.len());
        let rows: std::collections::BTreeMap<u32, CaseFact> = facts.rows().collect();
        prop_assert_eq!(&rows, &newest);
        prop_assert_eq!(facts.ask(&query), obvious::ask(newest.values(), &query));
    }
}

/// Several chunks, many months and units: whole chunks are skipped or settled, groups come in stretches.
#[test]
fn large_tables_answer_the_same() {
    let mut chance = 7u64;
    let mut draw = move |below: u64| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        (chance >> 11) % below
    };
    let cases: Vec<CaseFact> = (0..200_000i64)
        .map(|number| {
            let opened = START + number * 1_500 + draw(3_000) as i64;
            let due = (draw(10) > 0).then(|| opened + draw(30 * 86_400) as i64);
            let state = if draw(20) == 0 {
                State::Open
            } else {
                let days = if draw(5_000) == 0 { 2_000 } else { 40 };
                State::Ended {
                    at: opened + draw(days * 86_400) as i64,
                    ending: draw(10) as u8,
                }
            };
            CaseFact {
                version: 1,
                unit: format!("unit-{}", draw(70)),
                service: format!("service-{}", draw(300)),
                group: format!("group-{}", draw(5)),
                kind: 1,
                area: (draw(9) > 0).then(|| draw(280).to_string()),
                channel: draw(11) as u8,
                opened,
                due,
                state,
                reopened: draw(30) == 0,
                verified: draw(3) == 0,
                rating: (draw(4) == 0).then(|| draw(5) as u8 + 1),
                public: draw(2) == 0,
            }
        })
        .collect();
    let facts = table(&cases);
    let end = START + 200_000 * 1_500;
    let year = |year: i64| (START + year * 365 * DAY, START + (year + 1) * 365 * DAY);
    use Dimension::*;
    for by in [
        vec![],
        vec![Unit],
        vec![Area],
        vec![Month],
        vec![Unit, Month],
        vec![Month, Area],
        vec![Service, Area],
    ] {
        for cohort in [
            Cohort::All,
            Cohort::Opened {
                from: year(3).0,
                to: year(3).1,
            },
            Cohort::Due {
                from: year(5).0,
                to: year(5).1,
            },
            Cohort::Live {
                from: year(8).0,
                to: year(8).1,
            },
        ] {
            for as_of in [end + 100 * DAY, START + 6 * 365 * DAY] {
                let query = Query {
                    as_of,
                    cohort,
                    meaning: meaning(),
                    by: by.clone(),
                    zone: HANOI,
                    durations: true,
                    quality: true,
                    ..Query::default()
                };
                // Not assert_eq: the two answers would be printed whole.
                assert!(
                    facts.ask(&query) == obvious::ask(&cases, &query),
                    "differs: {by:?} {cohort:?} as of {as_of}"
                );
            }
        }
    }
}

/// Counters of bins are narrow: what goes past them is not lost.
#[test]
fn many_cases_of_one_duration_are_all_counted() {
    let case = CaseFact {
        version: 1,
        unit: "unit".into(),
        service: "service".into(),
        group: "group".into(),
        kind: 0,
        area: None,
        channel: 0,
        opened: START,
        due: None,
        state: State::Ended {
            at: START + DAY,
            ending: 0,
        },
        reopened: false,
        verified: false,
        rating: None,
        public: true,
    };
    let mut facts = Facts::new();
    for slot in 0..400_000 {
        facts.put(slot, &case).expect("a case that can be");
    }
    let query = Query {
        as_of: START + 2 * DAY,
        meaning: meaning(),
        durations: true,
        ..Query::default()
    };
    let answer = facts.ask(&query);
    let spans = answer.groups[0].survival();
    assert_eq!(
        spans.iter().map(|(_, closed, _)| closed).sum::<u64>(),
        400_000
    );
    assert_eq!(spans.len(), 1);
}
