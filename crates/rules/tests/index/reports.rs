//! Reports of residents: how often one was handed around, who closed it, each sign with the report that shows it and
//! the one that just does not, and hot spots.

use rules::case::event::{Opened, StepDecided};
use rules::case::{Event, Spot, Task};
use rules::ids::{CaseId, PersonId};
use rules::index::reports::hot::{cell, spots};
use rules::index::reports::signs::{Around, Sign, Standing, signs, standing};
use rules::index::reports::{REPORTS_1, Report, Reports, observe};
use rules::index::{At, Ledger, Names};
use rules::person::Actor;
use service::definition::{Channel, Ending, Kind, Post};

use crate::story::{Story, at, clock_started, stopped};

const HERE: Spot = Spot {
    lat: 10.034,
    lon: 105.779,
};

/// So many metres north of [`HERE`].
fn north(metres: f64) -> Spot {
    Spot {
        lat: HERE.lat + metres / Spot::DEGREE,
        ..HERE
    }
}

fn limits() -> Reports {
    Reports::read(REPORTS_1).expect("it reads")
}

fn reported(service: &str, moment: &str, place: Option<Spot>) -> Story {
    let opened = Opened {
        code: "H13-1".into(),
        service: service.into(),
        service_version: 1,
        kind: Kind::Report,
        channel: Channel::Web,
        applicant: None,
        applicant_kind: None,
        unit: "ward".into(),
        received_at: None,
        area: None,
        place,
        public: true,
        about: None,
    };
    Story(Vec::new()).then(moment, Event::Opened(Box::new(opened)))
}

/// Reported on Monday 2/11 at 9, promised for Thursday at 9.
fn lamp() -> Story {
    reported("lamp", "11-02 09:00", Some(HERE)).then("11-02 09:00", clock_started("11-05 09:00"))
}

fn staff(unit: &str) -> Actor {
    Actor::Official {
        id: PersonId(uuid::Uuid::from_u128(7)),
        unit: unit.into(),
        post: Post::Staff,
    }
}

fn comes(story: Story, step: &str, unit: &str, moment: &str) -> Story {
    let task = Task {
        step: step.into(),
        row: None,
        role: "handler".into(),
        unit: Some(unit.into()),
        keeper: None,
        post: Post::Staff,
        since: at(moment),
        due: None,
        holder: None,
        own_step: false,
        reported: None,
        warned: Vec::new(),
    };
    story.then(moment, Event::StepStarted { task })
}

fn decides(story: Story, step: &str, unit: &str, outcome: &str, moment: &str) -> Story {
    let decided = StepDecided {
        step: step.into(),
        row: None,
        outcome: outcome.into(),
        note: None,
        files: Vec::new(),
        authority: None,
    };
    story.by(staff(unit), moment, Event::StepDecided(Box::new(decided)))
}

fn read(story: &Story, names: &mut Names) -> Report {
    observe(&story.0, names).expect("events")
}

/// The report and others around it, told apart.
fn found(story: &Story, others: &[Story], as_of: &str) -> Vec<Sign> {
    let mut names = Names::default();
    let all: Vec<Report> = std::iter::once(story)
        .chain(others)
        .zip(1..)
        .map(|(story, n)| Report {
            id: CaseId(uuid::Uuid::from_u128(n)),
            ..read(story, &mut names)
        })
        .collect();
    let close = all[0].closed().expect("closed");
    let around = Around::of(&all, &limits());
    let as_of = At::from(at(as_of));
    signs(&all[0], close, &limits(), &around, &names, as_of)
}

#[test]
fn each_sign_and_what_just_misses_it() {
    let ends = |ending, moment: &str| stopped(lamp(), ending, moment);
    let solved = |moment: &str| ends(Ending::Solved, moment);
    let after = |service: &str, moment: &str, metres: f64, due: &str| {
        reported(service, moment, Some(north(metres))).then(moment, clock_started(due))
    };
    let again = |moment: &str, metres| vec![after("lamp", moment, metres, "12-20 09:00")];
    let long = |moment: &str, due: &str| vec![after("road", moment, 10.0, due)];
    let out_of_scope = decides(lamp(), "triage", "centre", "out-of-scope", "11-03 09:00");
    let answered = decides(lamp(), "triage", "centre", "told", "11-03 09:00");
    let answer = |story: Story| stopped(story, Ending::Answered, "11-03 09:00");
    let (from, to) = (at("11-05 09:00"), at("11-09 09:00"));
    let why = None;
    let extended = lamp().then("11-04 09:00", Event::Extended { from, to, why });
    let nothing = Vec::new;
    #[rustfmt::skip]
    let table = [
        ("in time", solved("11-04 09:00"), nothing(), vec![]),
        ("in four minutes", solved("11-02 09:04"), nothing(), vec![Sign::TooQuick]),
        ("in five", solved("11-02 09:05"), nothing(), vec![]),
        ("an hour before", solved("11-05 08:00"), nothing(), vec![Sign::LastHour]),
        ("earlier than that", solved("11-05 07:59"), nothing(), vec![]),
        ("at the very moment", solved("11-05 09:00"), nothing(), vec![Sign::LastHour]),
        ("late", solved("11-05 09:01"), nothing(), vec![]),
        ("again at the same place", solved("11-04 09:00"), again("11-20 09:00", 49.0), vec![Sign::Again]),
        ("again too far away", solved("11-04 09:00"), again("11-20 09:00", 51.0), vec![]),
        ("again too late", solved("11-04 09:00"), again("12-05 09:00", 10.0), vec![]),
        ("reported before it was closed", solved("11-04 09:00"), again("11-03 09:00", 10.0), vec![]),
        ("nobody knows yet", solved("11-04 09:00"), again("12-01 09:00", 10.0), vec![]),
        ("another kind there", solved("11-04 09:00"), long("11-05 09:00", "12-20 09:00"), vec![]),
        ("refused", ends(Ending::Refused, "11-03 09:00"), nothing(), vec![Sign::Refused]),
        ("out of scope", answer(out_of_scope.clone()), nothing(), vec![Sign::Refused]),
        ("answered", answer(answered), nothing(), vec![]),
        ("comes back as a longer kind", answer(out_of_scope.clone()), long("11-05 09:00", "11-20 09:00"), vec![Sign::Refused, Sign::LongerPromise]),
        ("comes back with no longer promise", answer(out_of_scope.clone()), long("11-05 09:00", "11-08 09:00"), vec![Sign::Refused]),
        ("comes back too late", answer(out_of_scope), long("11-11 09:00", "11-30 09:00"), vec![Sign::Refused]),
        ("a duplicate of nothing", ends(Ending::Duplicate, "11-03 09:00"), nothing(), vec![Sign::FarDuplicate]),
        ("of one within reach", ends(Ending::Duplicate, "11-03 09:00"), vec![reported("lamp", "10-20 09:00", Some(north(199.0)))], vec![]),
        ("of one beyond", ends(Ending::Duplicate, "11-03 09:00"), vec![reported("lamp", "10-20 09:00", Some(north(201.0)))], vec![Sign::FarDuplicate]),
        ("of another kind", ends(Ending::Duplicate, "11-03 09:00"), vec![reported("road", "10-20 09:00", Some(HERE))], vec![Sign::FarDuplicate]),
        ("of one long ago", ends(Ending::Duplicate, "11-03 09:00"), vec![reported("lamp", "06-20 09:00", Some(HERE))], vec![Sign::FarDuplicate]),
        ("of one that came later", ends(Ending::Duplicate, "11-03 09:00"), again("11-03 08:00", 1.0), vec![Sign::FarDuplicate]),
        ("extended", stopped(extended, Ending::Solved, "11-06 09:00"), nothing(), vec![Sign::Extended]),
    ];
    for (name, story, others, wanted) in table {
        assert_eq!(found(&story, &others, "11-30 09:00"), wanted, "{name}");
    }
    let nowhere = stopped(
        reported("lamp", "11-02 09:00", None),
        Ending::Duplicate,
        "11-03 09:00",
    );
    assert_eq!(found(&nowhere, &[], "11-30 09:00"), [], "no place to judge");
}

#[test]
fn work_that_comes_back_is_counted_and_whoever_decides_has_closed() {
    let triaged = comes(lamp(), "triage", "centre", "11-02 09:00");
    let handed = comes(
        decides(triaged, "triage", "centre", "accept", "11-02 10:00"),
        "handle",
        "ward",
        "11-02 10:00",
    );
    let straight = decides(handed.clone(), "handle", "ward", "solved", "11-03 09:00");
    let approved = comes(straight.clone(), "approve", "ward", "11-03 09:00");
    let approved = decides(approved, "approve", "ward", "approved", "11-03 10:00");
    let back = comes(
        decides(handed, "handle", "ward", "wrong-unit", "11-03 09:00"),
        "triage",
        "centre",
        "11-03 09:00",
    );
    let there_again = comes(
        decides(back.clone(), "triage", "centre", "accept", "11-03 10:00"),
        "handle",
        "ward",
        "11-03 10:00",
    );
    let reopened = comes(
        stopped(approved.clone(), Ending::Solved, "11-03 10:00")
            .then("11-05 09:00", Event::Reopened { why: None }),
        "triage",
        "centre",
        "11-05 09:00",
    );
    for (name, story, wanted) in [
        ("straight through", approved, 0),
        ("back to the centre", back, 1),
        ("and to the ward once more", there_again, 2),
        ("reopened is not handed around", reopened, 0),
    ] {
        assert_eq!(
            read(&story, &mut Names::default()).returns,
            wanted,
            "{name}"
        );
    }
    let mut names = Names::default();
    let by = |actor: Actor, names: &mut Names| {
        let ending = Ending::Answered;
        let story = lamp().by(actor, "11-03 09:00", Event::Stopped { ending, why: None });
        let close = read(&story, names).closed().expect("closed");
        names.word(close.by).to_owned()
    };
    assert_eq!(by(staff("centre"), &mut names), "centre");
    assert_eq!(by(Actor::Clock, &mut names), "ward");
    for ending in [Ending::Withdrawn, Ending::NoAnswer] {
        let story = stopped(lamp(), ending, "11-03 09:00");
        assert_eq!(read(&story, &mut names).closed(), None, "{ending:?}");
    }
}

#[test]
fn a_ledger_keeps_reports_and_procedures_apart() {
    let mut ledger = Ledger::default();
    let working = |_, _| 0;
    ledger.put(3, "", &lamp().0, &working);
    ledger.put(1, "", &crate::story::accepted().0, &working);
    assert_eq!((ledger.rows().len(), ledger.reports().len()), (1, 1));
    let closed = stopped(lamp(), Ending::Solved, "11-03 09:00");
    ledger.put(3, "", &closed.0, &working);
    ledger.put(3, "", &lamp().0, &working);
    assert_eq!(ledger.reports().len(), 1);
    assert!(
        ledger.reports()[0].closed().is_some(),
        "the newer one stays"
    );
}

#[test]
fn a_unit_is_above_the_city_only_when_that_is_sure() {
    let limits = limits();
    for (own, city, wanted) in [
        ((29, 29), (100, 1000), Standing::TooFew),
        ((15, 30), (100, 1000), Standing::Above),
        ((5, 30), (100, 1000), Standing::NotAbove),
        ((0, 30), (0, 1000), Standing::NotAbove),
        ((0, 0), (0, 0), Standing::TooFew),
    ] {
        assert_eq!(standing(own, city, &limits), wanted, "{own:?} of {city:?}");
    }
}

#[test]
fn a_cell_grows_hot_with_one_kind_in_few_days() {
    let limits = limits();
    let least = limits.hot.at_least;
    let mut names = Names::default();
    let mut some = |service: &str, day: &str, spot: Option<Spot>, n: usize| -> Vec<Report> {
        let story = reported(service, day, spot);
        (0..n).map(|_| read(&story, &mut names)).collect()
    };
    // The middle of a cell: a step of twenty metres stays in it.
    let near = {
        let south = (HERE.lat * Spot::DEGREE / limits.hot.metres).floor() * limits.hot.metres;
        Spot {
            lat: (south + limits.hot.metres / 2.0) / Spot::DEGREE,
            ..HERE
        }
    };
    let beside = Spot {
        lat: near.lat + 20.0 / Spot::DEGREE,
        ..near
    };
    let far = Spot {
        lat: near.lat + 200.0 / Spot::DEGREE,
        ..near
    };
    let monday = "11-02 09:00";
    let mut spam = some("lamp", monday, Some(near), 1);
    let nonsense = stopped(
        reported("lamp", monday, Some(near)),
        Ending::Spam,
        "11-02 10:00",
    );
    spam[0].close = read(&nonsense, &mut Names::default()).close;
    let table = [
        ("enough", vec![some("lamp", monday, Some(near), least)], 1),
        (
            "one less",
            vec![some("lamp", monday, Some(near), least - 1)],
            0,
        ),
        (
            "of two kinds",
            vec![
                some("lamp", monday, Some(near), least - 1),
                some("road", monday, Some(near), 1),
            ],
            0,
        ),
        (
            "two kinds, both hot",
            vec![
                some("lamp", monday, Some(near), least),
                some("road", monday, Some(near), least + 1),
            ],
            2,
        ),
        (
            "spread over the cell",
            vec![
                some("lamp", monday, Some(near), 1),
                some("lamp", monday, Some(beside), least - 1),
            ],
            1,
        ),
        (
            "another cell",
            vec![
                some("lamp", monday, Some(near), 1),
                some("lamp", monday, Some(far), least - 1),
            ],
            0,
        ),
        (
            "one of them long ago",
            vec![
                some("lamp", monday, Some(near), least - 1),
                some("lamp", "10-26 08:59", Some(near), 1),
            ],
            0,
        ),
        (
            "one of them not yet",
            vec![
                some("lamp", monday, Some(near), least - 1),
                some("lamp", "11-02 12:00", Some(near), 1),
            ],
            0,
        ),
        (
            "one of them nonsense",
            vec![some("lamp", monday, Some(near), least - 1), spam],
            0,
        ),
        ("nowhere", vec![some("lamp", monday, None, least)], 0),
    ];
    for (name, reports, wanted) in table {
        let reports = reports.concat();
        let hot = spots(&reports, &limits, At::from(at("11-02 10:00")));
        assert_eq!(hot.len(), wanted, "{name}");
        // The hottest first.
        assert!(
            hot.is_sorted_by_key(|one| std::cmp::Reverse(one.reports.len())),
            "{name}"
        );
    }
    assert_ne!(cell(near, 150.0), cell(far, 150.0));
    let boston = Spot {
        lat: 42.36,
        lon: -71.06,
    };
    let east = Spot {
        lon: boston.lon + 151.0 / (Spot::DEGREE * 42.36f64.to_radians().cos()),
        ..boston
    };
    let (one, other) = (cell(boston, 150.0), cell(east, 150.0));
    assert_eq!((one.0, one.1 + 1), other, "cells are square elsewhere too");
}

#[test]
fn limits_that_are_none_are_refused() {
    for broken in [
        "metres = 150",
        "same_place_metres = 50",
        "duplicate_metres = 200",
    ] {
        let name = broken.split(' ').next().expect("a name");
        let text = REPORTS_1.replacen(broken, &format!("{name} = 0"), 1);
        let error = Reports::read(&text).expect_err(name);
        assert!(error.contains(name), "{error}");
    }
}
