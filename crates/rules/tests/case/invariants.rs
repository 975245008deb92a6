//! What must hold of every procedure, whatever happens to it: acceptance brings code, appointment, receipt and a first
//! hop; the parts of the time add up to the whole; an old dossier keeps its unit and its version.

use proptest::prelude::*;
use rules::calendar::Calendar;
use rules::case::state::APPLICANT;
use rules::case::{Case, Event, decide, open};
use rules::clock;
use rules::index::{Names, observe};
use rules::paper::calls;
use rules::process::branches;
use serde_json::json;
use service::definition::{LimitRule, LimitUnit, Node, Step, Within};

use crate::random::{Move, command, moves, process};
use crate::tale::{City, Tale, actor, opening};

/// Lives what chance orders; what the city refuses does not happen.
fn lived<'a>(city: &'a City, moves: &[Move]) -> Option<Tale<'a>> {
    let mut tale = Tale {
        city,
        case: None,
        log: Vec::new(),
    };
    let mut now = city.moment("2026-03-02T08:00");
    let me = actor("me");
    let events = open(&opening("open"), &city.given(now, &me)).ok()?;
    tale.take(now, &me, events);
    for one in moves {
        now += jiff::SignedDuration::from_hours(one.hours);
        let who = actor(["commune-a", "commune-b", "commune-a^", "me", "clock"][one.who]);
        let command = command(&tale, one, now);
        if let Ok(events) = decide(tale.case(), command, &city.given(now, &who)) {
            tale.take(now, &who, events);
        }
    }
    Some(tale)
}

fn procedure(process: &str) -> String {
    process
        .replace("kind: petition", "kind: procedure")
        .replace("end(answered)", "end(granted)")
}

/// One step behind another, each by chance with a desk, an agency or the applicant.
fn chain() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("applicant")], 2..7).prop_map(
        |who| {
            let steps = who.iter().enumerate().map(|(place, by)| {
                let by = if place == 0 { "a" } else { by };
                let wait = match by {
                    "applicant" => "wait-at-most: 9 days",
                    _ => "within: 1 day",
                };
                let to = match place + 1 == who.len() {
                    true => "end(granted)",
                    false => "next",
                };
                format!(
                    "    - {{code: s{place}, name: Bước, by: {by}, {wait}, outcomes: {{yes: {to}, no: {to}}}}}\n"
                )
            });
            let stops: Vec<String> = (0..who.len()).filter(|n| n % 2 == 1).map(|n| format!("s{n}")).collect();
            format!(
                "
service: made.up
name: Thử
kind: procedure
frame: none/1
group: Thử
effective: 2026-01-01
agency: commune-a
applicants: {{who: [citizen], identity: none, channels: [online]}}
form:
  - page: Chung
    fields:
      - {{code: note, label: Ghi, type: text}}
roles:
  a: {{name: A, at: commune-a}}
  b: {{name: B, at: commune-b}}
process:
  limit: 9 working-days
  clock: {{starts: accepted, stopped-in: [{}]}}
  steps:
{}",
                stops.join(", "),
                steps.collect::<String>()
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Acceptance ⇒ code, appointment, receipt of the procedure, first hop.
    #[test]
    fn acceptance_brings_code_appointment_receipt_and_hop(
        process in process(), moves in moves(), urgent: bool, receipt: bool,
    ) {
        let text = procedure(&process);
        let mut city = City::with(&text, json!({"urgent": urgent, "tasks": []}));
        city.definition.receipt = receipt.then(|| "form-01".to_owned());
        let Some(tale) = lived(&city, &moves) else { return Ok(()) };
        let accepted = tale.log.iter().find(|one| one.event == Event::Accepted);
        let Some(accepted) = accepted else {
            prop_assert_eq!(tale.case().accepted, None);
            return Ok(());
        };
        let together: Vec<_> = tale.log.iter()
            .filter(|one| one.at == accepted.at && one.actor == accepted.actor)
            .cloned()
            .collect();
        prop_assert!(!tale.case().code.is_empty());
        let appointed = together.iter().any(|one| matches!(one.event, Event::ClockStarted { .. }));
        prop_assert!(appointed && tale.case().clock.first_due.is_some());
        let called = calls(&city.definition, &tale.log);
        let receipts = called.iter().filter(|call| call.template == "form-01").count();
        prop_assert_eq!(receipts, usize::from(receipt));
        let hop = tale.log.iter().any(|one| matches!(one.event, Event::StepStarted { .. }));
        prop_assert!(hop, "nobody has it");
    }

    /// The hops of a chain lie end to end: their working time is the working time of the whole, what is left of the wall
    /// time is nights and holidays, and the legal clock's parts make the same whole.
    #[test]
    fn the_parts_of_the_time_add_up(chain in chain(), moves in moves()) {
        let city = City::with(&chain, json!({}));
        let steps: Vec<Move> = moves.into_iter().filter(|one| one.kind > 17 || one.kind < 2).collect();
        let Some(tale) = lived(&city, &steps) else { return Ok(()) };
        let calendar: &Calendar = &city.calendar;
        let working = |from, to| u32::try_from(calendar.working_between(from, to).unwrap_or(0)).unwrap_or(0);
        let mut names = Names::default();
        let counted = observe(&tale.log, "Thử", &mut names, &working);
        let counted = counted.expect("events");
        for pair in counted.hops.windows(2) {
            prop_assert_eq!(pair[0].to, Some(pair[1].from), "no gap and no overlap");
        }
        let gone: Vec<_> = counted.hops.iter().filter(|hop| hop.to.is_some()).collect();
        let (Some(first), Some(last)) = (gone.first(), gone.last()) else { return Ok(()) };
        let until = last.to.expect("gone");
        let spent: i64 = gone.iter().map(|hop| i64::from(hop.spent)).sum();
        let wall: i64 = gone.iter().map(|hop| hop.to.map_or(0, |to| to.get() - hop.from.get())).sum();
        prop_assert_eq!(wall, until.get() - first.from.get());
        let whole = calendar.working_between(first.from.moment(), until.moment());
        prop_assert_eq!(Ok(spent), whole.map_err(|_| ()));
        prop_assert!(spent <= wall);
        let case: &Case = tale.case();
        if let Some(began) = case.clock.intervals.first() {
            let parts = clock::spent(&case.clock, until.moment());
            let parts = parts.running + parts.waiting + parts.asking + parts.ended;
            prop_assert_eq!(parts, until.moment().duration_since(began.from).as_secs().max(0));
        }
    }
}

/// Working seconds of a step, where it counts into the procedure's limit.
fn counts(step: &Step, stopped: &[String]) -> i64 {
    let outside = step.outside_limit || step.by == APPLICANT || stopped.contains(&step.code);
    match &step.within {
        Some(Within::Limit(limit)) if !outside => {
            let unit = match limit.unit {
                LimitUnit::Hours | LimitUnit::WorkingHours => 1,
                LimitUnit::Days | LimitUnit::WorkingDays => 8,
                LimitUnit::Months => 8 * 22,
            };
            limit.thousandths * unit
        }
        _ => 0,
    }
}

/// Σ step limits ≤ the procedure's limit: no shipped procedure promises less than its steps may take.
#[test]
fn the_steps_of_each_shipped_procedure_fit_into_its_limit() {
    let mut seen = 0;
    for service in [
        "birth.registration",
        "construction.permit-house",
        "household-business.registration",
        "land.transfer",
        "marital-status.confirmation",
    ] {
        let city = City::shipped(service, json!({}));
        let process = &city.definition.process;
        let Some(LimitRule::Fixed(limit)) = &process.limit else {
            continue;
        };
        let hours = match limit.unit {
            LimitUnit::WorkingDays => limit.thousandths * 8,
            LimitUnit::WorkingHours => limit.thousandths,
            _ => continue,
        };
        seen += 1;
        let stopped = &process.clock.stopped_in;
        let main = rules::process::Flow::of(&city.definition).main_line();
        let longest = |node: &Node| {
            let whole = branches(node).into_iter();
            let whole =
                whole.map(|steps| steps.iter().map(|step| counts(step, stopped)).sum::<i64>());
            whole.max().unwrap_or(0)
        };
        let sum: i64 = process.steps.iter().take(main).map(longest).sum();
        assert!(
            sum <= hours,
            "{service}: {sum} thousandths of an hour, {hours} promised"
        );
    }
    assert!(seen >= 3, "only {seen} were measured");
}

/// Taken in by a district before it was dissolved: the dossier goes on as the district's under the version it began
/// with, whatever became of the unit (one-stop mechanism of two levels since 1/7/2025).
#[test]
fn a_dossier_of_a_dissolved_district_keeps_its_unit_and_version() {
    let text = r#"
service: permit
name: Giấy phép
kind: procedure
frame: none/1
group: Xây dựng
effective: 2025-01-01
agency: district
applicants: {who: [citizen], identity: none, channels: [online, counter]}
form:
  - page: Chung
    fields:
      - {code: note, label: Ghi, type: text}
roles:
  desk: {name: Một cửa, at: agency}
  officer: {name: Chuyên viên, at: agency}
process:
  limit: 9 working-days
  clock: {starts: accepted}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next}}
    - {code: appraise, name: Thẩm định, by: officer, within: 2 days, outcomes: {pass: next}}
    - {code: hand_over, name: Trả kết quả, by: desk, outside-limit: true, outcomes: {returned: end(granted)}}
"#;
    let city = City::with(text, json!({}));
    let tale = city.plays(
        "2025-06-26T08:00 | open                       | opened +receive@district→06-26T14:00 | 1
         2025-06-26T09:00 | district: receive.complete | receive.complete accepted clock→07-09T09:00 +appraise@district→06-30T09:00 | 2
         2025-07-02T09:00 | district: appraise.pass    | taken-up appraise.pass issued:granted +hand_over@district | 9
         2025-07-03T09:00 | district: hand_over.returned | hand_over.returned handed:granted | 10",
    );
    let case = tale.case();
    assert_eq!((case.unit.as_str(), case.service_version), ("district", 1));
    assert_eq!(case.stints.len(), 1, "nobody took it over");
}
