//! A report beside its steps: a duplicate and its original, another kind, somebody outside, another unit.

use rules::Moment;
use rules::case::merge::Original;
use rules::case::{Case, Command, Event, Refusal, decide};
use rules::clock;
use rules::ids::{CaseId, NoteId};
use rules::notice::{Kind, Tiers, To, notices};
use serde_json::json;
use service::definition::Ending;

use crate::tale::{City, Tale, actor, original};

fn lamp() -> City {
    City::shipped(
        "report.street-light",
        json!({"what": "tối", "problem": "out", "extent": "one", "road": "street", "where": {"area": "a"}}),
    )
}

const OPENED: &str =
    "2026-03-02T08:00 | open | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1\n";
const MERGED: &str = "2026-03-02T09:00 | centre-1022: merge triage.duplicate | merged case→commune-b triage.duplicate stopped:duplicate | 8\n";

fn merged(city: &City) -> Tale<'_> {
    city.plays(&format!("{OPENED}{MERGED}"))
}

/// What somebody does to the case as it stands, taken into the tale.
fn does(tale: &mut Tale<'_>, at: &str, who: &str, command: Command) -> Result<String, Refusal> {
    let (now, who) = (tale.city.moment(at), actor(who));
    let events = decide(tale.case(), command, &tale.city.given(now, &who))?;
    Ok(tale.take(now, &who, events))
}

fn fate(ended: Option<(Ending, Moment)>) -> Command {
    Command::HearOriginal {
        ended,
        evidenced: ended.is_some(),
    }
}

#[test]
fn a_duplicate_has_the_fate_of_its_original() {
    let city = lamp();
    let mut tale = merged(&city);
    assert_eq!(tale.case().fate(), None, "open with its original");
    assert_eq!(tale.case().unit, "commune-b", "who works answers for it");
    let solved = Some((Ending::Solved, city.moment("2026-03-04T08:00")));
    let told = does(&mut tale, "2026-03-04T08:00", "clock", fate(solved));
    assert_eq!(told, Ok("original-said".to_owned()));
    assert_eq!(tale.case().fate(), solved);
    assert!(tale.case().evidenced, "a photo of the original proves both");
    let again = does(&mut tale, "2026-03-04T09:00", "clock", fate(solved));
    assert_eq!(again, Ok(String::new()), "told once");
    let told = does(&mut tale, "2026-03-06T08:00", "clock", fate(None));
    assert_eq!(told, Ok("original-said".to_owned()), "it was opened again");
    assert_eq!(tale.case().fate(), None);
    let by_hand = does(&mut tale, "2026-03-06T08:00", "centre-1022", fate(solved));
    assert_eq!(by_hand, Err(Refusal::NotYours));
}

#[test]
fn what_cannot_be_an_original() {
    let city = lamp();
    let at = |text| city.moment(text);
    let table = [
        (
            Original {
                id: CaseId(uuid::Uuid::from_u128(1)),
                ..original()
            },
            Refusal::OwnOriginal,
        ),
        (
            Original {
                merged: true,
                ..original()
            },
            Refusal::NoOriginal,
        ),
        (
            Original {
                kind: service::definition::Kind::Procedure,
                ..original()
            },
            Refusal::NoOriginal,
        ),
        // It was over before this was seen.
        (
            Original {
                ended: Some((Ending::Solved, at("2026-03-01T08:00"))),
                ..original()
            },
            Refusal::OriginalOver {
                ending: Ending::Solved,
            },
        ),
        (
            Original {
                ended: Some((Ending::Spam, at("2026-03-02T08:30"))),
                ..original()
            },
            Refusal::OriginalOver {
                ending: Ending::Spam,
            },
        ),
    ];
    for (original, expected) in table {
        let mut tale = city.plays(OPENED);
        let command = Command::Merge {
            step: "triage".to_owned(),
            row: None,
            outcome: "duplicate".to_owned(),
            note: None,
            original: Box::new(original),
        };
        let told = does(&mut tale, "2026-03-02T09:00", "centre-1022", command);
        assert_eq!(told, Err(expected));
    }
    // One that ended meanwhile tells its fate at once.
    let mut tale = city.plays(OPENED);
    let solved = (Ending::Solved, at("2026-03-02T08:30"));
    let command = Command::Merge {
        step: "triage".to_owned(),
        row: None,
        outcome: "duplicate".to_owned(),
        note: None,
        original: Box::new(Original {
            ended: Some(solved),
            ..original()
        }),
    };
    does(&mut tale, "2026-03-02T09:00", "centre-1022", command).expect("merged");
    assert_eq!(tale.case().fate(), Some(solved));
}

#[test]
fn taken_out_again_under_the_first_clock() {
    let city = lamp();
    let tale = city.plays(&format!(
        "{OPENED}{MERGED}
         2026-03-03T08:00 | centre-1022: unmerge  | no: reason-required | 8
         2026-03-03T08:00 | centre-1022: unmerge! | unmerged case→commune-a +triage@centre-1022→03-03T10:00 | 1
         2026-03-03T08:30 | centre-1022: unmerge! | no: not-from-here | 1
         2026-03-03T09:00 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-03T10:00 | commune-a: handle.wrong-unit! | taken-up handle.wrong-unit +triage@centre-1022→03-03T14:00 | 4
         2026-03-03T10:30 | centre-1022: merge triage.duplicate | merged case→commune-b triage.duplicate stopped:duplicate | 8
         2026-03-03T11:00 | visitor: unmerge      | no: too-late-to-reopen | 8"
    ));
    let case = tale.case();
    assert_eq!(case.opened, city.moment("2026-03-02T08:00"));
    assert_eq!(case.clock.first_due, Some(city.moment("2026-03-05T08:00")));
    assert!(clock::is_sound(&case.clock), "{:?}", case.clock);
    // The reporter says so once, within the window.
    let early = format!(
        "{OPENED}{MERGED}2026-03-03T08:00 | visitor: unmerge | unmerged case→commune-a +triage@centre-1022→03-03T10:00 | 1"
    );
    city.plays(&early);
    let late =
        format!("{OPENED}{MERGED}2026-03-12T09:01 | visitor: unmerge | no: too-late-to-reopen | 8");
    city.plays(&late);
}

#[test]
fn followers_are_told_once_of_each() {
    let city = lamp();
    let mut tale = merged(&city);
    let told = |tale: &Tale<'_>, from: usize| -> Vec<(To, Kind)> {
        let told = notices(tale.case(), &tale.log[from..], &Tiers::default());
        told.into_iter().map(|one| (one.to, one.kind)).collect()
    };
    assert_eq!(told(&tale, 3), [(To::Applicant, Kind::Merged)]);
    let from = tale.log.len();
    let solved = Some((Ending::Solved, city.moment("2026-03-04T08:00")));
    does(&mut tale, "2026-03-04T08:00", "clock", fate(solved)).expect("told");
    assert_eq!(told(&tale, from), [(To::Applicant, Kind::OriginalSaid)]);
}

/// The lamp is a tree: other unit, other promise, the same first contact.
fn tree(answers: serde_json::Value) -> City {
    City::shipped("report.tree", answers)
}

fn becomes(
    from: &City,
    before: &str,
    to: &City,
    at: &str,
    step: &str,
    why: bool,
) -> Result<Case, Refusal> {
    let mut tale = from.plays(before);
    let unit = tale
        .case()
        .task(step, None)
        .and_then(|task| task.unit.clone());
    let (now, who) = (from.moment(at), actor(&unit.expect("a unit")));
    let command = Command::Recategorise {
        step: step.to_owned(),
        row: None,
        missing: Vec::new(),
        answers: 2,
        why: why.then(|| NoteId(uuid::Uuid::from_u128(7))),
    };
    let events = decide(tale.case(), command, &to.given(now, &who))?;
    let kept = events
        .iter()
        .any(|event| matches!(event, Event::Recategorised(_)));
    assert!(kept, "{events:?}");
    tale.take(now, &who, events);
    Ok(tale.case().clone())
}

#[test]
fn another_kind_never_resets_the_clock() {
    let lamp = lamp();
    let danger = json!({"what": "đổ", "problem": "fallen", "blocking": true, "road": "street", "where": {"area": "a"}});
    let urgent = tree(danger);
    let first = lamp.moment("2026-03-05T08:00");
    let sorted =
        becomes(&lamp, OPENED, &urgent, "2026-03-02T09:00", "triage", true).expect("another kind");
    assert_eq!(sorted.service, "report.tree");
    assert_eq!(sorted.opened, lamp.moment("2026-03-02T08:00"));
    let promised = sorted.clock.due.expect("a promise");
    assert!(promised < first, "shorter: it holds, also for figures");
    assert_eq!(sorted.clock.first_due, Some(promised));
    assert!(!sorted.was[0].lengthened);
    let task = sorted.task("triage", None).expect("still being sorted");
    assert_eq!(
        task.since,
        lamp.moment("2026-03-02T08:00"),
        "the step's time goes on"
    );
    // Back again is longer: the first promise stays for figures, the reporter sees the day that holds.
    let after = becomes(
        &urgent,
        "2026-03-02T08:00 | open | opened clock→03-03T08:00 +triage@centre-1022→03-02T10:00 | 1",
        &lamp,
        "2026-03-02T09:00",
        "triage",
        true,
    );
    let longer = after.expect("another kind");
    assert_eq!(
        longer.clock.first_due,
        Some(lamp.moment("2026-03-03T08:00"))
    );
    assert_eq!(longer.clock.due, Some(first));
    assert!(longer.was[0].lengthened);
    let unsaid = becomes(&lamp, OPENED, &urgent, "2026-03-02T09:00", "triage", false);
    assert_eq!(unsaid.err(), Some(Refusal::ReasonRequired));
    let same = becomes(
        &lamp,
        OPENED,
        &self::lamp(),
        "2026-03-02T09:00",
        "triage",
        true,
    );
    assert_eq!(same.err(), Some(Refusal::AlreadyDone));
}

#[test]
fn from_the_handler_it_goes_back_to_be_sorted() {
    let lamp = lamp();
    let tree = tree(
        json!({"what": "đổ", "problem": "fallen", "blocking": false, "road": "street", "where": {"area": "b"}}),
    );
    let before = format!(
        "{OPENED}2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2"
    );
    let case =
        becomes(&lamp, &before, &tree, "2026-03-02T09:00", "handle", true).expect("another kind");
    let tasks: Vec<&str> = case.tasks.iter().map(|task| task.step.as_str()).collect();
    assert_eq!(tasks, ["triage"]);
    assert_eq!(case.unit, "commune-b", "the unit of the new kind");
    assert_eq!(case.stints.len(), 2);
}

#[test]
fn somebody_outside_answers_by_a_link_and_no_clock_waits() {
    let city = lamp();
    let tale = city.plays(&format!(
        "{OPENED}
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2
         2026-03-02T09:00 | commune-a: forward handle | taken-up forwarded | 4
         2026-03-02T09:01 | commune-a: forward handle | no: already-done | 4
         2026-03-02T10:00 | visitor: outside taken-up | no: reason-required | 4
         2026-03-02T10:00 | commune-a: outside taken-up! | no: not-yours | 4
         2026-03-02T10:00 | visitor: outside taken-up! | outside-said | 4
         2026-03-03T10:00 | visitor: outside finished! | outside-said | 4
         2026-03-03T10:01 | visitor: outside finished! | no: already-done | 4
         2026-03-03T11:00 | commune-a: take-back | no: already-done | 4
         2026-03-03T12:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-03T17:00 | 4"
    ));
    assert!(tale.case().clock.running());
    city.plays(&format!(
        "{OPENED}
         2026-03-02T08:30 | centre-1022: forward triage | forwarded | 1
         2026-03-02T08:40 | centre-1022: take-back | taken-back | 1
         2026-03-02T08:41 | visitor: outside finished! | no: already-done | 1
         2026-03-02T08:42 | centre-1022: forward triage | forwarded | 1"
    ));
    // A week: the link is over.
    city.plays(&format!(
        "{OPENED}
         2026-03-02T08:30 | centre-1022: forward triage | forwarded | 1
         2026-03-10T08:41 | visitor: outside finished! | no: already-done | 1"
    ));
}

#[test]
fn a_report_waits_for_the_work_of_others_where_that_was_said() {
    let accepted = format!(
        "{OPENED}2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2\n"
    );
    let city = lamp();
    city.plays(&format!(
        "{accepted}
         2026-03-02T09:00 | commune-a: share handle works waits | taken-up work-shared | 4
         2026-03-02T09:01 | commune-a: share handle works waits | no: already-done | 4
         2026-03-02T09:02 | commune-a: share handle nowhere waits | no: no-unit | 4
         2026-03-02T10:00 | commune-a: handle.solved+ | no: waits-for-others | 4
         2026-03-02T10:00 | works: through | no: not-yours | 4
         2026-03-02T11:00 | clock: through | shared-work-ended | 4
         2026-03-02T12:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-02T17:00 | 4"
    ));
    city.plays(&format!(
        "{accepted}
         2026-03-02T09:00 | commune-a: share handle works beside | taken-up work-shared | 4
         2026-03-02T10:00 | commune-a: handle.solved+ | handle.solved +approve@commune-a→03-02T16:00 | 4"
    ));
}
