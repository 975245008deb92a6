//! Form 04: a draft one working day before the date, signed by the head of the deciding unit, once.

use rules::case::apology::Standing;
use serde_json::json;

use crate::tale::City;

const REST: &str = r#"
roles:
  desk: {name: Một cửa, at: one-stop-desk by area}
  officer: {name: Chuyên viên, at: land-office by area}
process:
  limit: 5 working-days
  clock: {starts: accepted, max-extensions: 1}
  before-late: {by: 1 working-days, prepare: apology}
  when-late: {makes: apology, signed-by: head-of-unit, new-date: at-most 1}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next, refuse: refused}}
    - {code: appraise, name: Thẩm định, by: officer, within: 2 days, outcomes: {pass: next}}
    - {code: sign, name: Ký, by: officer, within: 1 day, outcomes: {signed: next}}
    - {code: hand_over, name: Trả kết quả, by: desk, outside-limit: true, outcomes: {returned: end(granted)}}
    - {code: refused, name: Trả hồ sơ, by: desk, within: 6 hours, outcomes: {done: end(refused)}}
"#;

fn city() -> City {
    City::permit(REST, json!({"area": "a"}))
}

/// Two days of appraisal and one of signing are still to come on the last day but one: the draft says so.
#[test]
fn a_draft_lies_there_one_working_day_before_and_the_head_signs_in_time() {
    let city = city();
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete   | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-06T08:59 | clock: tick                | step-late:appraise | 2
         2026-03-06T09:00 | clock: tick                | due-soon draft→03-11T17:00 | 2
         2026-03-06T09:01 | clock: tick                |  | 2
         2026-03-06T10:00 | office-a: apologise! 2026-03-11T17:00 | no: no-authority | 2
         2026-03-06T10:00 | commune-a^: apologise! 2026-03-11T17:00 | no: no-authority | 2
         2026-03-06T10:00 | office-a^: apologise 2026-03-11T17:00 | no: reason-required | 2
         2026-03-06T10:00 | office-a^: apologise! 2026-03-09T09:00 | no: not-later | 2
         2026-03-06T10:00 | office-a^: apologise! 2026-03-11T17:00 | sorry() extended→03-11T17:00 | 2
         2026-03-11T07:00 | clock: tick                | due-today | 2
         2026-03-12T09:00 | office-a^: apologise! 2026-03-16T17:00 | no: extension-used-up | 2",
    );
    let case = tale.case();
    let apology = &case.apologies[0];
    assert_eq!(
        apology.standing(case, city.moment("2026-03-12T09:00")),
        Standing::InTime
    );
    assert_eq!(case.clock.first_due, Some(city.moment("2026-03-09T09:00")));
}

#[test]
fn signed_after_the_date_it_is_late_and_unsigned_it_is_missing() {
    let city = city();
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete   | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-06T09:00 | clock: tick                | step-late:appraise due-soon draft→03-11T17:00 | 2",
    );
    let standing =
        |case: &rules::case::Case, at: &str| case.apologies[0].standing(case, city.moment(at));
    assert_eq!(standing(tale.case(), "2026-03-09T09:00"), Standing::Waiting);
    assert_eq!(standing(tale.case(), "2026-03-09T09:01"), Standing::Missing);
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete   | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-10T09:00 | clock: tick                | step-late:appraise late draft→03-13T17:00 | 2
         2026-03-10T10:00 | office-a': apologise! 2026-03-13T17:00 | sorry(KT.) extended→03-13T17:00 | 2",
    );
    assert_eq!(standing(tale.case(), "2026-03-10T11:00"), Standing::Late);
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete   | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-06T09:00 | clock: tick                | step-late:appraise due-soon draft→03-11T17:00 | 2
         2026-03-06T10:00 | office-a: appraise.pass    | taken-up appraise.pass +sign@office-a→03-09T10:00 | 4
         2026-03-06T11:00 | office-a: sign.signed      | sign.signed issued:granted +hand_over@desk-a | 9",
    );
    assert_eq!(standing(tale.case(), "2026-03-20T09:00"), Standing::Spared);
}

/// The receipt of Đồng Nai: received 08:37 on 20/11/2019, 25 working days, to be returned 08:37 on 25/12/2019.
#[test]
fn a_real_receipt_comes_out_of_the_flow_to_the_minute() {
    let text = REST.replace("limit: 5 working-days", "limit: 25 working-days");
    City::permit(&text, json!({"area": "a"})).plays(
        "2019-11-20T08:30 | open counter               | opened +receive@desk-a→11-20T14:30 | 1
         2019-11-20T08:37 | desk-a: receive.complete   | receive.complete accepted clock→12-25T08:37 +appraise@office-a→11-22T08:37 | 2",
    );
}
