//! Random commands against random small processes: nothing panics, and what must always hold, holds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rules::case::event::Silence;
use rules::case::state::Stopped;
use rules::case::{Case, Command, Event, Life, decide, evolve, open, wakes};
use rules::ids::{CaseId, NoteId};
use rules::person::Actor;
use rules::{clock, replay};
use serde_json::json;
use service::definition::{Limit, LimitUnit};

use crate::tale::{City, Tale, actor, opening, shipped};

const CODES: [&str; 7] = ["s0", "s1", "s2", "b0", "b1", "r0", "supplement"];

/// A process made of chance: not one the publish gate would pass, but one that must not break us.
pub(crate) fn process() -> impl Strategy<Value = String> {
    let to = prop_oneof![
        3 => Just("next".to_owned()),
        2 => (0..CODES.len()).prop_map(|code| CODES[code].to_owned()),
        1 => Just("end(answered)".to_owned()),
        1 => Just("end(refused)".to_owned()),
        1 => Just("end(duplicate)".to_owned()),
    ];
    let step = (
        prop_oneof![Just("a"), Just("b"), Just("out"), Just("applicant")],
        to.clone(),
        to,
        prop::option::of(1..3u32),
        prop_oneof![
            5 => Just(""),
            1 => Just(", outside-limit: true"),
            1 => Just(", when: urgent"),
            1 => Just(", evidence: [photo]"),
            1 => Just(", signs: letter"),
            1 => Just(", consult: {if-silent: consent}"),
            1 => Just(", consult: {if-silent: take-over}"),
        ],
    );
    prop::collection::vec(step, CODES.len()).prop_map(|steps| {
        let lines: Vec<String> = CODES
            .iter()
            .zip(steps)
            .map(|(code, (by, yes, no, most, more))| {
                let most = most.map_or(String::new(), |most| format!(", at-most: {most}"));
                let wait = match by {
                    "applicant" => "wait-at-most: 2 days",
                    _ => "within: 1 day",
                };
                format!(
                    "{{code: {code}, name: Bước, by: {by}, {wait}, \
                     outcomes: {{yes: {yes}, no: {{to: {no}{most}}}, lapsed: {no}}}{more}}}"
                )
            })
            .collect();
        let [s0, s1, s2, b0, b1, r0, x] = &lines[..] else {
            unreachable!("one line per code")
        };
        format!(
            "
service: made.up
name: Thử
kind: petition
frame: none/1
group: Thử
effective: 2026-01-01
agency: commune-a
applicants: {{who: [citizen], identity: none, channels: [online]}}
form:
  - page: Chung
    fields:
      - {{code: urgent, label: Khẩn, type: yes-no}}
  - page: Việc
    repeat: {{code: tasks, label: Việc, min: 0, max: 9}}
    fields:
      - {{code: note, label: Ghi, type: text}}
fees:
  - {{code: fee, label: Phí, amount: \"0\", due: s1}}
roles:
  a: {{name: A, at: commune-a}}
  b: {{name: B, at: commune-b}}
  out: {{name: Ngoài, at: tax-office, outside: true}}
process:
  limit: 3 working-days
  clock: {{starts: accepted, stopped-in: [s1, b1, supplement], supplement: restart, max-supplements: 1, max-extensions: 1}}
  steps:
    - {s0}
    - {s1}
    - parallel: block
      name: Song song
      wait-for: any
      branches:
        - - {b0}
        - - {b1}
    - each: tasks
      code: rows
      name: Từng việc
      steps:
        - {r0}
    - {s2}
    - {x}
  after: {{reopen-within: 5 days, reopen-at-most: 1}}
papers:
  letter: {{name: Thư, template: notice, keep: 1 years}}
"
        )
    })
}

#[derive(Debug, Clone)]
pub(crate) struct Move {
    pub(crate) hours: i64,
    pub(crate) kind: u8,
    /// Which of the steps under way, which outcome, who.
    pick: usize,
    yes: bool,
    pub(crate) who: usize,
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0..60i64, 0..24u8, 0..3usize, any::<bool>(), 0..5usize).prop_map(
        |(hours, kind, pick, yes, who)| Move {
            hours,
            kind,
            pick,
            yes,
            who,
        },
    );
    prop::collection::vec(one, 1..40)
}

pub(crate) fn command(tale: &Tale<'_>, one: &Move, now: rules::Moment) -> Command {
    let why = Some(NoteId(uuid::Uuid::from_u128(5)));
    let tasks = &tale.case().tasks;
    let task = tasks.get(one.pick % tasks.len().max(1));
    let step = task.map_or("s0".to_owned(), |task| task.step.clone());
    let row = task.and_then(|task| task.row);
    match one.kind {
        0 => Command::Claim { step, row },
        1 => Command::Release { step, row },
        2 => Command::Pass {
            step,
            row,
            unit: if one.yes { "works" } else { "commune-b" }.to_owned(),
            to: None,
            why,
        },
        3 => Command::AskWithdrawal { why },
        4 => Command::AnswerWithdrawal {
            accept: one.yes && one.pick == 0,
            why,
        },
        5 => Command::Extend {
            to: now + jiff::SignedDuration::from_hours(90),
            why,
        },
        6 => Command::Reopen { why },
        7 => Command::Rate {
            reasons: Vec::new(),
            score: u8::try_from(one.pick).unwrap_or(0) + 1,
            note: None,
        },
        8 => Command::Note {
            note: NoteId(uuid::Uuid::from_u128(6)),
            public: one.yes,
        },
        9 => Command::Attach {
            file: format!("{:064}", one.hours),
            what: "photo".to_owned(),
            public: false,
        },
        10 => Command::Direct {
            directive: CaseId(uuid::Uuid::from_u128(one.pick as u128)),
        },
        11..=14 => Command::Tick,
        15 => Command::Stop {
            ground: shipped(["authority", "no-supplement", "no-payment"][one.pick]),
            why,
        },
        16 => Command::Correct {
            step: ["s0", "s1", "s2"][one.pick].to_owned(),
            why,
        },
        17 => Command::Consult {
            step,
            row,
            unit: "works".to_owned(),
            within: Limit {
                thousandths: 1000,
                unit: LimitUnit::WorkingDays,
            },
            if_silent: if one.yes {
                Silence::Consent
            } else {
                Silence::Remind
            },
            question: NoteId(uuid::Uuid::from_u128(11)),
        },
        _ => Command::Decide {
            step,
            row,
            outcome: if one.yes { "yes" } else { "no" }.to_owned(),
            note: why,
            files: vec!["f".repeat(64)],
            answers: None,
        },
    }
}

/// No event moves a finished case but reopening it and putting its result right; the rest only adds to its file.
fn may_follow_the_end(event: &Event) -> bool {
    matches!(
        event,
        Event::Reopened { .. }
            | Event::CorrectionBegun { .. }
            | Event::Rated { .. }
            | Event::Noted { .. }
            | Event::Directed { .. }
    )
}

/// Plays one sample of chance and checks after every command what must always hold. Answers with
/// the changes of state the case went through.
fn sound(
    process: &str,
    moves: &[Move],
    rows: usize,
    urgent: bool,
) -> Result<BTreeSet<(u8, u8)>, TestCaseError> {
    let rows = vec![json!({"note": "x"}); rows];
    let city = City::with(process, json!({"urgent": urgent, "tasks": rows}));
    let mut tale = Tale {
        city: &city,
        case: None,
        log: Vec::new(),
    };
    let mut now = city.moment("2026-03-02T08:00");
    let me = actor("me");
    let Ok(events) = open(&opening("open"), &city.given(now, &me)) else {
        return Ok(BTreeSet::new());
    };
    tale.take(now, &me, events);
    for one in moves {
        now += jiff::SignedDuration::from_hours(one.hours);
        let command = command(&tale, one, now);
        let ticks = command == Command::Tick;
        let who = ["commune-a", "commune-b", "commune-a^", "me", "works"][one.who];
        let who = if ticks { Actor::Clock } else { actor(who) };
        let before = tale.case().clone();
        let events = match decide(&before, command, &city.given(now, &who)) {
            Ok(events) => events,
            Err(refusal) => {
                prop_assert!(!ticks, "the clock is refused: {refusal} {before:?}");
                continue;
            }
        };
        if let (true, Some(first)) = (closed(&before.life), events.first()) {
            prop_assert!(
                may_follow_the_end(first),
                "{first:?} after {:?}",
                before.life
            );
        }
        tale.take(now, &who, events);
        holds(&tale, &before, now)?;
        if ticks {
            let again = decide(tale.case(), Command::Tick, &city.given(now, &who));
            prop_assert_eq!(again, Ok(Vec::new()), "the same moment says nothing new");
            sleeps(&tale, &who, now)?;
        }
    }
    let again = replay::fold(tale.log.clone());
    prop_assert_eq!(again.as_ref().ok(), tale.case.as_ref());
    let mut changes = BTreeSet::new();
    let mut case: Option<Case> = None;
    for recorded in &tale.log {
        let before = case.as_ref().map(|case| case.life.number());
        let after = evolve(case, recorded);
        let change = before.map(|before| (before, after.life.number()));
        changes.extend(change.filter(|(from, to)| from != to));
        case = Some(after);
    }
    for (from, to) in &changes {
        prop_assert!(Life::may_become(*from).contains(to), "{from} became {to}");
    }
    Ok(changes)
}

/// Between two wakings nothing would have happened: the clock need not look at sleeping cases.
fn sleeps(tale: &Tale<'_>, who: &Actor, now: rules::Moment) -> Result<(), TestCaseError> {
    let wakes = wakes(tale.case(), &tale.city.given(now, who));
    let Some(wake) = wakes.expect("days of the calendar") else {
        return Ok(());
    };
    prop_assert!(wake > now, "{wake} is not after {now}");
    let just_before = wake - jiff::SignedDuration::from_nanos(1);
    let early = decide(
        tale.case(),
        Command::Tick,
        &tale.city.given(just_before, who),
    );
    prop_assert_eq!(early, Ok(Vec::new()), "it slept too long");
    let due = decide(tale.case(), Command::Tick, &tale.city.given(wake, who));
    prop_assert!(
        due.is_ok_and(|events| !events.is_empty()),
        "woken for nothing"
    );
    Ok(())
}

fn holds(tale: &Tale<'_>, before: &Case, now: rules::Moment) -> Result<(), TestCaseError> {
    let case = tale.case();
    prop_assert_eq!(case.version as usize, tale.log.len());
    prop_assert!(clock::is_sound(&case.clock), "{:?}", case.clock);
    if let Some(first) = case.clock.intervals.first() {
        let spent = clock::spent(&case.clock, now);
        let parts = spent.running + spent.waiting + spent.asking + spent.ended;
        prop_assert_eq!(parts, now.duration_since(first.from).as_secs());
    }
    prop_assert_eq!(case.opened, before.opened);
    if before.clock.first_due.is_some() {
        prop_assert_eq!(case.clock.first_due, before.clock.first_due);
    }
    prop_assert!(case.supplements <= 1 && case.reopened <= 1);
    prop_assert!(case.clock.extensions.len() <= 1);
    let applicant = case.tasks.iter().any(|task| task.by_applicant());
    match &case.life {
        Life::Registered | Life::NotAccepted { .. } => prop_assert_eq!(case.accepted, None),
        Life::Accepted { .. } | Life::InProgress => {
            prop_assert!(case.accepted.is_some() && !applicant);
        }
        Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. } => prop_assert!(applicant),
        Life::WithdrawalAsked { .. } | Life::Decided { .. } | Life::Correcting { .. } => {}
        Life::Stopped { .. } | Life::HandedOver { .. } => {}
    }
    let ended = closed(&case.life);
    prop_assert_eq!(
        ended,
        case.tasks.is_empty(),
        "somebody must act, until the end"
    );
    let standing = clock::standing(&case.clock);
    let begun = !case.clock.intervals.is_empty();
    let over = ended || matches!(case.life, Life::Decided { .. } | Life::Correcting { .. });
    prop_assert_eq!(over && begun, standing == Some(Stopped::Ended));
    Ok(())
}

fn closed(life: &Life) -> bool {
    matches!(
        life,
        Life::NotAccepted { .. } | Life::Stopped { .. } | Life::HandedOver { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_happens_the_case_stays_sound(
        process in process(), moves in moves(), rows in 0..3usize, urgent: bool,
    ) {
        sound(&process, &moves, rows, urgent)?;
    }
}

/// Chance that never leaves the entrance would prove nothing: together the samples take every way the
/// table of states names, and so none of them stands there in vain.
#[test]
fn the_random_cases_take_every_way_between_states() {
    let mut runner = TestRunner::deterministic();
    let samples = (process(), moves(), 0..3usize, any::<bool>());
    let named = (1..=10).flat_map(|from| Life::may_become(from).iter().map(move |to| (from, *to)));
    // The way back of a duplicate is told by `handling`: chance knows no original.
    let named = named.filter(|(from, _)| *from != 8);
    let mut missing: BTreeSet<(u8, u8)> = named.collect();
    for _ in 0..4_000 {
        let sample = samples.new_tree(&mut runner).expect("a sample").current();
        let (process, moves, rows, urgent) = sample;
        for change in sound(&process, &moves, rows, urgent).expect("a sound case") {
            missing.remove(&change);
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("never taken: {missing:?}");
}
