//! Parallel branches, one branch per row, conditions, silence of consulted units, and a directive.

use rules::case::Candidate;
use serde_json::json;
use service::definition::Post;

use crate::tale::{City, person};

/// A small definition around the steps.
fn process(steps: &str, answers: serde_json::Value) -> City {
    let head = r#"
service: made.up
name: Thử
kind: petition
frame: none/1
group: Thử
effective: 2026-01-01
agency: commune-a
applicants: {who: [citizen], identity: none, channels: [online]}
form:
  - page: Chung
    fields:
      - {code: urgent, label: Khẩn, type: yes-no}
  - page: Việc
    repeat: {code: tasks, label: Việc, min: 0, max: 9}
    fields:
      - {code: unit, label: Đơn vị, type: unit}
      - {code: day, label: Hạn, type: date}
      - {code: easy, label: Dễ, type: yes-no}
roles:
  a: {name: A, at: commune-a}
  b: {name: B, at: commune-b}
  each: {name: Mỗi, at: answer(tasks.unit), pick: least-loaded}
process:
  limit: 10 days
  clock: {starts: opened, stopped-in: [pay]}
  steps:
"#;
    City::with(&format!("{head}{steps}"), answers)
}

const BOTH: &str = "
    - {code: first, name: Nhận, by: a}
    - parallel: block
      name: Song song
      wait-for: all
      branches:
        - - {code: left, name: Trái, by: a, outcomes: {done: next, again: {to: left, at-most: 1}}}
          - {code: left2, name: Trái 2, by: a, when: urgent}
        - - {code: right, name: Phải, by: b, outcomes: {done: next, no: end(refused)}}
    - {code: last, name: Cuối, by: a, outcomes: {done: end(answered)}}
";

#[test]
fn a_block_waits_for_all_its_branches() {
    process(BOTH, json!({"urgent": true})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +left@commune-a +right@commune-b | 2
         2026-03-02T08:20 | commune-a: left.again | taken-up left.again +left@commune-a | 4
         2026-03-02T08:21 | commune-a: left.again | no: way-used-up | 4
         2026-03-02T08:30 | commune-a: left.done  | left.done +left2@commune-a | 4
         2026-03-02T08:40 | commune-b: right.done | right.done | 4
         2026-03-02T08:50 | commune-a: left2.done | left2.done +last@commune-a | 4
         2026-03-02T09:00 | commune-a: last.done  | last.done issued:answered handed:answered | 10",
    );
    process(BOTH, json!({"urgent": false})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +left@commune-a +right@commune-b | 2
         2026-03-02T08:30 | commune-a: left.done  | taken-up left.done | 4
         2026-03-02T08:40 | commune-b: right.no!  | right.no stopped:refused | 8",
    );
}

#[test]
fn a_block_that_waits_for_any_drops_the_others() {
    let any = BOTH.replace("wait-for: all", "wait-for: any");
    process(&any, json!({"urgent": false})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +left@commune-a +right@commune-b | 2
         2026-03-02T08:40 | commune-b: right.done | taken-up right.done -left +last@commune-a | 4",
    );
}

#[test]
fn one_branch_per_row_each_with_its_unit_day_and_least_loaded_person() {
    let steps = "
    - {code: first, name: Nhận, by: a}
    - each: tasks
      code: all
      name: Từng việc
      steps:
        - {code: plan, name: Lập, by: each, when: \"!tasks.easy\"}
        - {code: do, name: Làm, by: each, within: answer(tasks.day), outcomes: {done: next, again: {to: do, at-most: 1}}}
    - {code: last, name: Cuối, by: a, outcomes: {done: end(answered)}}
";
    let rows = json!({"tasks": [
        {"unit": "commune-a", "day": "2026-03-06", "easy": true},
        {"unit": "district", "day": "2026-03-09", "easy": false},
        {"unit": "commune-b", "day": "2026-03-10", "easy": true},
    ]});
    let mut city = process(steps, rows);
    city.staff = [("busy", 5), ("free", 2)]
        .map(|(name, holds)| Candidate {
            person: person(name),
            unit: "commune-b".to_owned(),
            post: Post::Staff,
            holds,
        })
        .to_vec();
    let tale = city.plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +do[0]@commune-a→03-06T17:00 +plan[1]@commune-a +do[2]@commune-b→03-10T17:00 | 2
         2026-03-02T08:20 | commune-a: do.done    | no: no-such-step | 2
         2026-03-02T08:20 | commune-a: do[0].again | taken-up do[0].again +do[0]@commune-a→03-06T17:00 | 4
         2026-03-02T08:20 | commune-a: plan[1].done | plan[1].done +do[1]@commune-a→03-09T17:00 | 4
         2026-03-02T08:21 | commune-a: do[1].again | do[1].again +do[1]@commune-a→03-09T17:00 | 4
         2026-03-02T08:22 | commune-a: do[0].again | no: way-used-up | 4
         2026-03-02T08:23 | commune-a: do[0].done | do[0].done | 4
         2026-03-02T08:24 | commune-a: do[1].done | do[1].done | 4
         2026-03-02T08:25 | commune-b: do[2].done | no: held-by-another | 4",
    );
    assert_eq!(
        tale.case().task("do", Some(2)).and_then(|task| task.holder),
        Some(person("free"))
    );
    process(steps, json!({"tasks": []})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +last@commune-a | 2",
    );
}

#[test]
fn silence_is_consent_or_the_case_takes_the_question_back() {
    let asked = |rule: &str| {
        format!(
            "
    - {{code: first, name: Nhận, by: a}}
    - {{code: ask, name: Hỏi, by: b, within: 1 day, consult: {{if-silent: {rule}}}}}
    - {{code: last, name: Cuối, by: a, outcomes: {{done: end(answered)}}}}
"
        )
    };
    process(&asked("consent"), json!({})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +ask@commune-b→03-03T08:10 | 2
         2026-03-03T08:10 | clock: tick           |  | 2
         2026-03-03T08:11 | clock: tick           | silent:ask taken-up ask.done +last@commune-a | 4
         2026-03-03T08:12 | clock: tick           |  | 4",
    );
    process(&asked("take-over"), json!({})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted +ask@commune-b→03-03T08:10 | 2
         2026-03-03T08:11 | clock: tick           | silent:ask ask→commune-a step-late:ask | 2
         2026-03-03T08:12 | clock: tick           |  | 2
         2026-03-03T08:13 | commune-a: ask.done   | taken-up ask.done +last@commune-a | 4",
    );
}

/// The clock stands as long as any branch is in a step that stops it.
#[test]
fn in_a_block_any_stopping_branch_stops_the_clock() {
    let steps = "
    - {code: first, name: Nhận, by: a}
    - parallel: block
      name: Song song
      branches:
        - - {code: pay, name: Nộp, by: applicant, wait-at-most: 5 days, outcomes: {paid: next, lapsed: end(stopped)}}
        - - {code: right, name: Phải, by: b}
    - {code: last, name: Cuối, by: a, outcomes: {done: end(answered)}}
";
    process(steps, json!({})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted stop:payment asked:payment +pay@me→03-09T17:00 +right@commune-b | 6
         2026-03-03T08:10 | me: pay.paid          | pay.paid clock→03-13T08:00 applicant-answered | 4
         2026-03-03T08:20 | commune-b: right.done | right.done +last@commune-a | 4",
    );
    process(steps, json!({})).plays(
        "2026-03-02T08:00 | open                  | opened clock→03-12T08:00 +first@commune-a | 1
         2026-03-02T08:10 | commune-a: first.done | first.done accepted stop:payment asked:payment +pay@me→03-09T17:00 +right@commune-b | 6
         2026-03-09T17:01 | clock: tick           | pay.lapsed -right stopped:stopped | 8",
    );
}

#[test]
fn a_directive_is_accepted_at_once_and_lives_row_by_row() {
    let city = City::shipped(
        "directive.task",
        json!({"what": "Dọn kênh", "priority": "urgent", "due": "2026-03-20",
            "tasks": [{"unit": "commune-a", "product": "Báo cáo", "deadline": "2026-03-13"}]}),
    );
    city.plays(
        "2026-03-02T08:00 | city: open                 | opened clock→03-20T17:00 accepted +issue@city-office→03-02T14:00 | 2
         2026-03-02T08:10 | city-office: issue.issued  | taken-up issue.issued +accept[0]@commune-a→03-03T08:10 | 4
         2026-03-02T09:00 | commune-a^: accept[0].disputed! | accept[0].disputed +review[0]@city-office→03-03T09:00 | 4
         2026-03-02T10:00 | city-office: review[0].kept | review[0].kept +accept[0]@commune-a→03-03T10:00 | 4
         2026-03-02T10:10 | commune-a^: accept[0].disputed! | no: way-used-up | 4
         2026-03-02T10:10 | commune-a^: accept[0].accepted | accept[0].accepted +work[0]@commune-a→03-13T17:00 | 4
         2026-03-09T09:00 | clock: tick                 |  | 4
         2026-03-09T10:10 | clock: tick                 | report-due:work[0] | 4
         2026-03-09T10:20 | clock: tick                 |  | 4
         2026-03-09T11:00 | city-office: note           | noted | 4
         2026-03-09T11:01 | clock: tick                 |  | 4
         2026-03-10T11:00 | commune-a: note             | noted | 4
         2026-03-12T10:10 | commune-a: work[0].completed+ | work[0].completed +verify[0]@city-office→03-13T10:10 | 4
         2026-03-12T11:00 | city-office: verify[0].verified | verify[0].verified issued:done +close@city→03-16T11:00 | 9
         2026-03-13T11:00 | city^: close.agreed        | close.agreed handed:done | 10",
    );
}
