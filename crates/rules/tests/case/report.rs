//! A report from the street, by the shipped definition in its frame.

use rules::case::state::Stopped;
use rules::clock;
use rules::notice::{Kind, Tiers, To, notices};
use serde_json::json;

use crate::tale::{City, actor, person};

fn lamp() -> City {
    City::shipped(
        "report.street-light",
        json!({"what": "tối", "problem": "out", "extent": "one", "road": "street", "where": {"area": "a"}}),
    )
}

#[test]
fn solved_with_a_photo_and_reopened_under_the_first_clock() {
    let city = lamp();
    let tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-02T09:00 | commune-a: handle.solved  | no: evidence-required | 2
         2026-03-02T09:00 | commune-a: claim handle   | claimed taken-up | 4
         2026-03-02T09:05 | commune-b: handle.solved+ | no: held-by-another | 4
         2026-03-02T15:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-03T09:00 | 4
         2026-03-02T16:00 | commune-a^: approve.redo! | approve.redo +handle@commune-a→03-05T08:00 | 4
         2026-03-02T16:10 | commune-a: handle.solved  | no: evidence-required | 4
         2026-03-02T16:20 | commune-a: attach photo-after | attached | 4
         2026-03-02T16:21 | commune-a: attach photo-after | no: already-done | 4
         2026-03-02T16:30 | commune-a: handle.solved  | handle.solved +approve@commune-a→03-03T10:30 | 4
         2026-03-03T08:00 | commune-a^: approve.approved | approve.approved issued:solved handed:solved | 10
         2026-03-03T08:30 | rate 1                    | rated | 10
         2026-03-03T08:31 | note                      | noted | 10
         2026-03-10T08:00 | reopen!                   | reopened +handle@commune-a→03-05T08:00 | 4
         2026-03-10T08:01 | reopen!                   | no: not-from-here | 4
         2026-03-10T09:00 | clock: tick               | step-late:handle late | 4
         2026-03-10T10:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-10T16:00 | 4
         2026-03-10T11:00 | commune-a^: approve.approved | approve.approved issued:solved handed:solved | 10
         2026-03-11T11:00 | reopen!                   | no: too-late-to-reopen | 10",
    );
    let case = tale.case();
    assert_eq!(case.opened, city.moment("2026-03-02T08:00"));
    assert_eq!(case.clock.first_due, Some(city.moment("2026-03-05T08:00")));
    assert_eq!(case.clock.due, case.clock.first_due);
    assert!(case.evidenced && clock::is_sound(&case.clock));
}

#[test]
fn the_window_to_reopen_closes() {
    lamp().plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.out-of-scope | triage.out-of-scope accepted issued:answered handed:answered | 10
         2026-03-12T08:11 | reopen!                   | no: too-late-to-reopen | 10
         2026-03-12T08:10 | reopen!                   | reopened +handle@commune-a→03-05T08:00 | 4",
    );
}

#[test]
fn asking_the_reporter_is_shown_but_moves_no_deadline() {
    let city = lamp();
    let tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.unclear | triage.unclear stop:question asked:question +ask@me→03-05T08:10 | 5
         2026-03-03T08:10 | me: ask.answered          | ask.answered clock→03-05T08:00 applicant-answered +triage@centre-1022→03-03T10:10 | 1
         2026-03-03T08:20 | centre-1022: triage.unclear | no: way-used-up | 1
         2026-03-03T08:20 | centre-1022: triage.duplicate | no: original-required | 1
         2026-03-03T08:20 | centre-1022: merge triage.duplicate | merged case→commune-b triage.duplicate stopped:duplicate | 8",
    );
    let stopped = tale.case().clock.intervals.iter().map(|each| each.stopped);
    let expected = [None, Some(Stopped::Question), None, Some(Stopped::Ended)];
    assert_eq!(stopped.collect::<Vec<_>>(), expected);
    assert_eq!(tale.case().supplements, 0);
}

#[test]
fn no_answer_ends_the_case() {
    lamp().plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.unclear | triage.unclear stop:question asked:question +ask@me→03-05T08:10 | 5
         2026-03-05T08:11 | clock: tick               | ask.lapsed stopped:no-answer | 8",
    );
}

/// The unit that does the work answers for a report; the head who approves is then that unit's.
#[test]
fn passed_to_another_unit_the_whole_report_goes_along_and_the_clocks_go_on() {
    let city = lamp();
    let tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-02T08:20 | commune-a: pass handle commune-b | no: reason-required | 2
         2026-03-02T08:20 | commune-a: pass! handle nowhere | no: no-unit | 2
         2026-03-02T08:20 | commune-a: pass! handle commune-b | handle→commune-b case→commune-b | 2
         2026-03-02T08:21 | commune-a: pass handle commune-b | no: already-done | 2
         2026-03-02T09:00 | commune-b: handle.solved+ | taken-up handle.solved +approve@commune-b→03-02T15:00 | 4",
    );
    assert_eq!(tale.case().stints.len(), 2);
    assert_eq!(tale.case().unit, "commune-b");
}

#[test]
fn everybody_concerned_is_told_once() {
    let city = lamp();
    let tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-02T09:00 | commune-a: claim handle   | claimed taken-up | 4
         2026-03-05T08:01 | clock: tick               | step-late:handle late | 4
         2026-03-05T09:00 | direct                    | directed | 4
         2026-03-05T09:00 | direct                    | no: already-done | 4
         2026-03-05T10:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-05T16:00 | 4
         2026-03-05T11:00 | commune-a^: approve.approved | approve.approved issued:solved handed:solved | 10",
    );
    let (holder, head) = (person("commune-a"), "commune-a".to_owned());
    let expected: [(usize, Vec<(To, Kind)>); 5] = [
        (0, vec![(To::Applicant, Kind::Received)]),
        (4, vec![(To::Applicant, Kind::Accepted)]),
        (5, vec![(To::Unit("commune-a".into()), Kind::StepArrived)]),
        (
            8,
            vec![
                (To::Holder(holder), Kind::StepLate),
                (To::HeadOfUnit(head.clone()), Kind::StepLate),
            ],
        ),
        (
            9,
            vec![
                (To::Holder(holder), Kind::Late),
                (To::HeadOfUnit(head), Kind::Late),
                (To::HeadOfCentre, Kind::Late),
                (To::Applicant, Kind::Late),
            ],
        ),
    ];
    for (index, told) in expected {
        let events = &tale.log[..=index];
        let case = rules::replay::fold(events.to_vec()).expect("a sound log");
        let notices = notices(&case, &events[index..], &Tiers::default()).into_iter();
        let notices: Vec<_> = notices.map(|notice| (notice.to, notice.kind)).collect();
        assert_eq!(notices, told, "{:?}", events[index].event);
    }
    let end: Vec<_> = notices(
        tale.case(),
        &tale.log[tale.log.len() - 3..],
        &Tiers::default(),
    );
    let kinds: Vec<_> = end.iter().map(|notice| notice.kind).collect();
    assert_eq!(
        kinds,
        [Kind::HandedOver],
        "one letter for issued and handed over"
    );
}

/// Somebody's page in the inbox: the clock knows when to look again without searching.
#[test]
fn the_clock_is_told_when_to_look_again() {
    let city = lamp();
    let clock = actor("clock");
    let mut tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2",
    );
    let mut visits = Vec::new();
    while let Some(wake) = {
        let given = city.given(city.moment("2026-03-02T08:10"), &clock);
        rules::case::wakes(tale.case(), &given).expect("on the calendar")
    } {
        let given = city.given(wake, &clock);
        let events = rules::case::decide(tale.case(), rules::case::Command::Tick, &given);
        visits.push(tale.take(wake, &clock, events.expect("no refusal")));
    }
    assert_eq!(visits, ["due-soon", "due-today", "step-late:handle late"]);
}

/// What proved the first repair does not prove the second.
#[test]
fn evidence_of_before_the_reopening_does_not_serve_again() {
    lamp().plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-02T09:00 | commune-a: handle.solved+ | taken-up handle.solved +approve@commune-a→03-02T15:00 | 4
         2026-03-02T09:10 | commune-a: attach photo-after | attached | 4
         2026-03-02T10:00 | commune-a^: approve.approved | approve.approved issued:solved handed:solved | 10
         2026-03-03T08:00 | reopen!                   | reopened +handle@commune-a→03-05T08:00 | 4
         2026-03-03T09:00 | commune-a: handle.solved  | no: evidence-required | 4",
    );
}
