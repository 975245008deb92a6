//! Scores, causes of lateness, signs for an inspector, and what was paid: each rule with the dossier that shows
//! it and the one that just does not.

use rules::case::event::{FeePaid, StepDecided};
use rules::case::money::Way;
use rules::case::{Event, Task};
use rules::ids::PersonId;
use rules::index::causes::{CAUSES_1, Causes};
use rules::index::integrity::{Earlier, INTEGRITY_1, Integrity, Promised, Sign, signs};
use rules::index::lateness::{Steps, cause, late_since, waterfall};
use rules::index::measure::{Lens, Reason, Seen, four_ways, see};
use rules::index::metric;
use rules::index::scoring::{
    Kind, SCORING_1, Scoring, Tally, Whose, by_share, grade, online, points, took_part,
};
use rules::index::{At, Dossier, Name, Names, observe};
use rules::person::Actor;
use service::definition::{Channel, Ending, Post};

use crate::story::{
    Story, ZONE, accepted, at, calendar, clock_started, decided, opened, stopped, supplied, waiting,
};

fn lens() -> Lens<'static> {
    Lens {
        calendar: calendar(),
        from: At::from(at("11-01 00:00")),
        to: At::from(at("12-01 00:00")),
        zone: ZONE,
    }
}

const UNIT: &str = "land";

fn officer(n: u128) -> Actor {
    Actor::Official {
        id: PersonId(uuid::Uuid::from_u128(n)),
        unit: UNIT.into(),
        post: Post::Staff,
    }
}

fn task(step: &str, unit: Option<&str>, since: &str, due: &str) -> Task {
    Task {
        step: step.into(),
        row: None,
        role: if unit.is_some() {
            "officer"
        } else {
            "applicant"
        }
        .into(),
        unit: unit.map(Into::into),
        keeper: None,
        post: Post::Staff,
        since: at(since),
        due: Some(at(due)),
        holder: None,
        own_step: false,
        reported: None,
        warned: Vec::new(),
    }
}

/// A step that came, was due, and was decided by officer 7 (or the clock).
fn step(story: Story, code: &str, unit: Option<&str>, times: [&str; 3], who: Actor) -> Story {
    let [since, due, done] = times;
    let decided = StepDecided {
        step: code.into(),
        row: None,
        outcome: "done".into(),
        note: None,
        files: Vec::new(),
        authority: None,
    };
    story
        .then(
            since,
            Event::StepStarted {
                task: task(code, unit, since, due),
            },
        )
        .by(who, done, Event::StepDecided(Box::new(decided)))
}

/// With the numbers of its codes.
fn read(story: &Story) -> (Dossier, Names) {
    let mut names = Names::default();
    let working = |a, b| {
        let seconds = calendar().working_between(a, b).expect("covered");
        u32::try_from(seconds).expect("not before")
    };
    let dossier = observe(&story.0, "Đất đai", &mut names, &working).expect("events");
    (dossier, names)
}

#[test]
fn hops_follow_steps_and_know_who_decided() {
    let story = step(
        accepted(),
        "appraise",
        Some(UNIT),
        ["11-02 09:00", "11-03 09:00", "11-04 09:00"],
        officer(7),
    );
    let (dossier, names) = read(&story);
    let [hop] = &*dossier.hops else {
        panic!("{:?}", dossier.hops)
    };
    assert_eq!(names.word(hop.step), "appraise");
    assert_eq!(
        names.word(hop.officer),
        PersonId(uuid::Uuid::from_u128(7)).to_string()
    );
    assert_eq!(
        (hop.allowed, hop.spent, hop.over()),
        (8 * 3600, 16 * 3600, 8 * 3600)
    );
    assert!(took_part(&dossier, hop.officer) && !took_part(&dossier, Name::NONE));
    let falls = waterfall([&dossier].into_iter(), &lens());
    assert_eq!(
        (falls[0].median, falls[0].nine_of_ten, falls[0].over),
        (16 * 3600, 16 * 3600, 1)
    );
    let none = Lens {
        from: At::from(at("11-05 00:00")),
        ..lens()
    };
    assert!(waterfall([&dossier].into_iter(), &none).is_empty());
}

#[test]
fn points_of_each_indicator() {
    let worked = |done: &str| {
        step(
            accepted(),
            "appraise",
            Some(UNIT),
            ["11-02 09:00", "11-03 09:00", done],
            officer(7),
        )
    };
    let asked_once = supplied(
        waiting(accepted(), "11-03 09:00"),
        "11-04 09:00",
        Some("11-10 09:00"),
    );
    let again = waiting(asked_once.clone(), "11-05 09:00");
    let asked_twice = supplied(again, "11-05 10:00", Some("11-10 10:00"));
    let at_the_counter = opened(Channel::Counter, "11-02 08:00")
        .then("11-02 09:00", Event::Accepted)
        .then("11-02 09:00", clock_started("11-09 09:00"));
    #[rustfmt::skip]
    let table = [
        ("1 the day before", Kind::TotalTime, decided(accepted(), "11-06 16:00"), Some(2)),
        ("1 on the day, hours later", Kind::TotalTime, decided(accepted(), "11-09 16:59"), Some(1)),
        ("1 the day after", Kind::TotalTime, decided(accepted(), "11-10 08:00"), Some(0)),
        ("1 not ended in the period", Kind::TotalTime, decided(accepted(), "12-02 09:00"), None),
        ("2 sooner", Kind::UnitTime, decided(worked("11-03 08:00"), "11-06 09:00"), Some(2)),
        ("2 to the minute", Kind::UnitTime, decided(worked("11-03 09:00"), "11-06 09:00"), Some(1)),
        ("2 longer, though early in all", Kind::UnitTime, decided(worked("11-03 10:00"), "11-06 09:00"), Some(0)),
        ("2 no step with a time", Kind::UnitTime, decided(accepted(), "11-06 09:00"), None),
        ("3 never asked", Kind::Supplements, decided(accepted(), "11-06 09:00"), Some(2)),
        ("3 asked once", Kind::Supplements, decided(asked_once, "11-06 09:00"), Some(1)),
        ("3 asked twice", Kind::Supplements, decided(asked_twice, "11-06 09:00"), Some(0)),
        ("4 online", Kind::Agencies, decided(accepted(), "11-06 09:00"), Some(2)),
        ("4 at the counter", Kind::Agencies, decided(at_the_counter, "11-06 09:00"), Some(1)),
        ("5 is of units", Kind::OrganisedAtDesk, decided(accepted(), "11-06 09:00"), None),
        ("withdrawn before acceptance", Kind::TotalTime, stopped(opened(Channel::Online, "11-02 09:00"), Ending::Withdrawn, "11-03 09:00"), None),
    ];
    for (name, kind, story, wanted) in table {
        let (dossier, _) = read(&story);
        assert_eq!(
            points(kind, &dossier, Whose::Unit, &lens()),
            wanted,
            "{name}"
        );
    }
    // An officer answers for their own steps alone.
    let (dossier, names) = read(&decided(worked("11-03 10:00"), "11-06 09:00"));
    let of = |n: u128| {
        let name = names.find(&PersonId(uuid::Uuid::from_u128(n)).to_string());
        points(
            Kind::UnitTime,
            &dossier,
            Whose::Officer(name.unwrap_or(Name::NONE)),
            &lens(),
        )
    };
    assert_eq!((of(7), of(8)), (Some(0), None));
}

#[test]
fn sums_become_grades() {
    let scoring = Scoring::read(SCORING_1).expect("it reads");
    let code = |grades, sum| grade(grades, sum).map(|grade| grade.code.as_str());
    for (sum, unit) in [
        (15.0, "excellent"),
        (14.9, "good"),
        (12.0, "good"),
        (9.0, "fair"),
        (6.0, "average"),
        (5.9, "weak"),
        (0.0, "weak"),
    ] {
        assert_eq!(code(&scoring.unit_grades, sum), Some(unit), "{sum}");
    }
    for (sum, officer) in [(5.0, "full"), (4.9, "most"), (3.5, "most"), (3.4, "less")] {
        assert_eq!(code(&scoring.officer_grades, sum), Some(officer), "{sum}");
    }
    let mut tally = Tally::default();
    [2, 2, 1, 0]
        .into_iter()
        .for_each(|points| tally.add(points));
    assert_eq!((tally.dossiers(), tally.mean()), (4, Some(1.25)));
    assert_eq!(Tally::default().mean(), None);
    let petitions = scoring.of_kind(Kind::Petitions).expect("indicator 8");
    let of = |percent| by_share(petitions, percent);
    assert_eq!(
        (of(None), of(Some(100.0)), of(Some(90.0)), of(Some(89.9))),
        (2, 2, 1, 0)
    );
    let nine = scoring.of_kind(Kind::Online).expect("indicator 9");
    for (services, dossiers, overdue, wanted) in [
        (20.0, 30.0, false, 2),
        (19.9, 30.0, false, 1),
        (20.0, 29.9, false, 1),
        (0.0, 15.0, false, 1),
        (20.0, 14.9, false, 0),
        (100.0, 100.0, true, 0),
    ] {
        assert_eq!(
            online(nine, services, dossiers, overdue),
            wanted,
            "{services} {dossiers}"
        );
    }
}

#[test]
fn the_cause_is_the_strongest_sign() {
    let causes = Causes::read(CAUSES_1).expect("it reads");
    // Due Monday 9/11, ended on the 12th.
    let late = |story: Story| decided(story, "11-12 09:00");
    let slow = |code: &str, unit: Option<&str>| {
        let times = ["11-03 09:00", "11-04 09:00", "11-11 09:00"];
        step(accepted(), code, unit, times, officer(7))
    };
    let asked = waiting(accepted(), "11-06 15:00");
    let around = ["11-03 09:00", "11-04 09:00", "11-05 09:00", "11-06 09:00"]
        .iter()
        .fold(accepted(), |story, day| {
            let done = day.replace("09:00", "10:00");
            let due = day.replace("09:00", "16:00");
            step(
                story,
                "appraise",
                Some(UNIT),
                [day, &due, &done],
                officer(7),
            )
        });
    #[rustfmt::skip]
    let table = [
        ("a consulted unit", late(slow("ask", Some("tax"))), "silence"),
        ("asked in the last day", late(supplied(asked, "11-10 09:00", Some("11-11 09:00"))), "asked-late"),
        ("the applicant's own part", late(slow("confirm", None)), "applicant"),
        ("four times the same step", late(around), "handed-around"),
        ("reception", late(slow("receive", Some(UNIT))), "reception"),
        ("signature", late(slow("sign", Some(UNIT))), "signature"),
        ("another step", late(slow("appraise", Some(UNIT))), "stuck"),
        ("nothing to see", late(accepted()), "unknown"),
    ];
    for (name, story, wanted) in table {
        let (dossier, mut names) = read(&story);
        let steps = Steps {
            reception: vec![names.add("receive")],
            signing: vec![names.add("sign")],
            consulting: vec![names.add("ask")],
        };
        assert!(late_since(&dossier, &lens()).is_some(), "{name}");
        let word = |name: Name| names.word(name);
        let told = cause(&dossier, &steps, &causes, &word, &lens());
        assert_eq!((told.cause, told.given), (wanted, false), "{name}");
        assert!(causes.get(wanted).is_some(), "{wanted} is not in the list");
    }
    let (early, _) = read(&decided(accepted(), "11-09 16:00"));
    assert_eq!(
        late_since(&early, &lens()),
        None,
        "the same day is not late"
    );
    let (open, _) = read(&accepted());
    assert!(late_since(&open, &lens()).is_some(), "open past its date");
}

#[test]
fn signs_for_an_inspector() {
    let limits = Integrity::read(INTEGRITY_1).expect("it reads");
    let found = |story: &Story, earlier: &Earlier| {
        let promised = Promised { signs: true };
        signs(&read(story).0, &limits, earlier, promised, &lens())
    };
    let nobody = Earlier::default();
    let last_minute = waiting(accepted(), "11-06 15:00");
    let after = waiting(accepted(), "11-10 09:00");
    let in_time = waiting(accepted(), "11-03 09:00");
    let twice = waiting(
        supplied(in_time.clone(), "11-04 09:00", Some("11-10 09:00")),
        "11-05 09:00",
    );
    let extended = |moment: &str| {
        let (from, to) = (at("11-09 09:00"), at("11-23 09:00"));
        accepted().then(
            moment,
            Event::Extended {
                from,
                to,
                why: None,
            },
        )
    };
    #[rustfmt::skip]
    let table = [
        ("granted, unsigned, no file", decided(accepted(), "11-06 09:00"), vec![Sign::Unsigned, Sign::NoFile]),
        ("refused needs neither", stopped(accepted(), Ending::Refused, "11-06 09:00"), vec![]),
        ("done in four minutes", stopped(accepted(), Ending::Refused, "11-02 09:04"), vec![Sign::TooQuick]),
        ("the last working day", last_minute, vec![Sign::AskedAtTheLastMinute]),
        ("after the date", after, vec![Sign::AskedAfterTheDate]),
        ("early enough", in_time, vec![]),
        ("asked twice", twice, vec![Sign::AskedSeveralTimes]),
        ("extended in time", extended("11-06 09:00"), vec![]),
        ("extended too late", extended("11-10 09:00"), vec![Sign::ExtendedLate]),
    ];
    for (name, story, wanted) in table {
        assert_eq!(found(&story, &nobody), wanted, "{name}");
    }
}

#[test]
fn whoever_comes_again_soon_is_told() {
    let limits = Integrity::read(INTEGRITY_1).expect("it reads");
    let mut again = read(&opened(Channel::Online, "11-12 09:00")).0;
    again.applicant = 42;
    let found = |ending, ended: &str, applicant| {
        let mut first = read(&stopped(accepted(), ending, ended)).0;
        first.applicant = applicant;
        let earlier = Earlier::of([&first].into_iter());
        signs(&again, &limits, &earlier, Promised::default(), &lens())
    };
    assert_eq!(
        found(Ending::Refused, "11-05 09:00", 42),
        [Sign::AgainAfterRefusal]
    );
    assert_eq!(
        found(Ending::Withdrawn, "11-05 09:00", 42),
        [Sign::Reentered]
    );
    // Somebody else, somebody without an account, and after it was opened.
    assert_eq!(found(Ending::Refused, "11-05 09:00", 43), []);
    assert_eq!(found(Ending::Refused, "11-05 09:00", 0), []);
    assert_eq!(found(Ending::Refused, "11-20 09:00", 42), []);
}

#[test]
fn shares_say_for_against_and_aside() {
    let asked = |amount| Event::FeeAsked {
        fee: "fee".into(),
        amount,
        step: None,
        unit: UNIT.into(),
        claimed: false,
    };
    let paid = |way| {
        Event::FeePaid(Box::new(FeePaid {
            payment: 1,
            amount: 50_000,
            way,
            unit: UNIT.into(),
            receipt: None,
            bank: None,
        }))
    };
    let owing = || accepted().then("11-02 10:00", asked(50_000));
    let voided = Event::PaymentVoided {
        payment: 1,
        why: None,
    };
    let mut rated = decided(accepted(), "11-06 09:00");
    rated = rated.then(
        "11-07 09:00",
        Event::Rated {
            score: 2,
            note: None,
        },
    );
    #[rustfmt::skip]
    let table = [
        ("no fee at all", metric::Kind::PaidOnline, accepted(), None),
        ("free", metric::Kind::PaidOnline, accepted().then("11-02 10:00", asked(0)), Some(Seen::Aside(Reason::NothingOwed))),
        ("owing", metric::Kind::PaidOnline, owing(), Some(Seen::Against(Reason::NotPaidOnline))),
        ("in cash", metric::Kind::PaidOnline, owing().then("11-02 11:00", paid(Way::Cash)), Some(Seen::Against(Reason::NotPaidOnline))),
        ("by transfer", metric::Kind::PaidOnline, owing().then("11-02 11:00", paid(Way::Transfer)), Some(Seen::For)),
        ("voided", metric::Kind::PaidOnline, owing().then("11-02 11:00", paid(Way::Portal)).then("11-02 12:00", voided), Some(Seen::Against(Reason::NotPaidOnline))),
        ("online", metric::Kind::DossiersOnline, accepted(), Some(Seen::For)),
        ("by post", metric::Kind::DossiersOnline, opened(Channel::Post, "11-02 08:00").then("11-02 09:00", Event::Accepted), Some(Seen::Against(Reason::NotOnline))),
        ("not accepted yet", metric::Kind::DossiersOnline, opened(Channel::Online, "11-02 08:00"), None),
        ("result without a file", metric::Kind::ElectronicResult, decided(accepted(), "11-06 09:00"), Some(Seen::Against(Reason::NoElectronicResult))),
        ("refused has no result", metric::Kind::ElectronicResult, stopped(accepted(), Ending::Refused, "11-06 09:00"), Some(Seen::Aside(Reason::NoResult))),
        ("in time and liked", metric::Kind::Satisfied, decided(accepted(), "11-06 09:00"), Some(Seen::For)),
        ("in time, not liked", metric::Kind::Satisfied, rated, Some(Seen::Against(Reason::Dissatisfied))),
        ("late", metric::Kind::Satisfied, decided(accepted(), "11-12 09:00"), Some(Seen::Against(Reason::AfterTheAppointment))),
        ("never accepted", metric::Kind::OnTime, stopped(opened(Channel::Online, "11-02 09:00"), Ending::Withdrawn, "11-03 09:00"), Some(Seen::Aside(Reason::NeverAccepted))),
        ("ended before", metric::Kind::OnTime, stopped(opened(Channel::Online, "10-02 09:00"), Ending::Withdrawn, "10-03 09:00"), None),
    ];
    for (name, kind, story, wanted) in table {
        assert_eq!(see(kind, &read(&story).0, None, &lens()), wanted, "{name}");
    }
    // 08:37 promised, 16:00 the same day: by day yes, by minute no; the extension counts for the current date.
    let ways = |story: Story| four_ways(&read(&story).0, &lens());
    let same_day = decided(accepted(), "11-09 16:00");
    assert_eq!(ways(same_day), Some([false, true, false, true]));
    let (from, to) = (at("11-09 09:00"), at("11-23 09:00"));
    let extended = accepted().then(
        "11-06 09:00",
        Event::Extended {
            from,
            to,
            why: None,
        },
    );
    assert_eq!(
        ways(decided(extended, "11-20 09:00")),
        Some([false, false, true, true])
    );
}
