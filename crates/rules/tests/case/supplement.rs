//! The one request to complete a dossier, through the desk, with a list of what is wrong.

use serde_json::json;

use crate::tale::City;

const REST: &str = r#"
roles:
  desk: {name: Một cửa, at: one-stop-desk by area}
  officer: {name: Chuyên viên, at: land-office by area}
process:
  limit: 5 working-days
  clock: {starts: accepted, stopped-in: [supplement], supplement: pause, max-supplements: 1, supplement-through: desk}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next, incomplete: supplement, refuse: refused}}
    - {code: appraise, name: Thẩm định, by: officer, within: 2 days, outcomes: {pass: next, incomplete: send_supplement, fail: refused}}
    - {code: hand_over, name: Trả kết quả, by: desk, outside-limit: true, outcomes: {returned: end(granted)}}
    - {code: send_supplement, name: Gửi yêu cầu, by: desk, within: 2 hours, outcomes: {sent: supplement, unclear: {to: appraise, at-most: 1}}}
    - {code: supplement, name: Bổ sung, by: applicant, wait-at-most: 30 days, outcomes: {supplied: appraise, lapsed: refused}}
    - {code: refused, name: Trả hồ sơ, by: desk, within: 6 hours, outcomes: {done: end(refused)}}
"#;

fn city() -> City {
    City::permit(REST, json!({"area": "a"}))
}

/// The clock runs while the desk has the list on its table, and stands from the moment it is sent.
#[test]
fn the_agency_proposes_the_desk_sends_and_no_second_request_is_even_proposed() {
    city().plays(
        "2026-03-02T08:00 | open                        | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete    | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: appraise.incomplete! | no: nothing-marked | 2
         2026-03-03T09:00 | office-a: mark              | supplement-marked | 2
         2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete +send_supplement@desk-a→03-03T11:00 | 4
         2026-03-03T10:00 | desk-a: send_supplement.sent! | send_supplement.sent stop:supplement asked:supplement +supplement@me→04-02T10:00 | 5
         2026-03-05T10:00 | me: supplement.supplied     | supplement.supplied clock→03-11T09:00 applicant-answered +appraise@office-a→03-09T10:00 | 4
         2026-03-05T11:00 | office-a: mark              | supplement-marked | 4
         2026-03-05T11:00 | office-a: appraise.incomplete! | no: supplement-used-up | 4",
    );
}

#[test]
fn the_desk_gives_an_unclear_list_back_and_a_new_one_replaces_it() {
    let city = city();
    let tale = city.plays(
        "2026-03-02T08:00 | open                        | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete    | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: mark              | supplement-marked | 2
         2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete +send_supplement@desk-a→03-03T11:00 | 4
         2026-03-03T10:00 | desk-a: send_supplement.unclear! | send_supplement.unclear +appraise@office-a→03-05T10:00 | 4
         2026-03-03T11:00 | office-a: mark              | supplement-marked | 4
         2026-03-03T11:00 | office-a: appraise.incomplete! | appraise.incomplete +send_supplement@desk-a→03-03T15:00 | 4
         2026-03-03T14:00 | desk-a: send_supplement.unclear! | no: way-used-up | 4
         2026-03-03T14:00 | desk-a: send_supplement.sent! | send_supplement.sent stop:supplement asked:supplement +supplement@me→04-02T14:00 | 5",
    );
    assert_eq!(tale.case().supplements, 1, "given back is not asked");
    assert!(tale.case().requested.is_some() && tale.case().marked.is_none());
}

/// At reception the desk asks by itself, with a list too; no clock has begun.
#[test]
fn the_desk_asks_at_reception_with_a_list() {
    city().plays(
        "2026-03-02T08:00 | open                        | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.incomplete! | no: nothing-marked | 1
         2026-03-02T09:00 | desk-a: mark                | supplement-marked | 1
         2026-03-02T09:00 | desk-a: receive.incomplete! | receive.incomplete asked:supplement +supplement@me→04-01T09:00 | 5",
    );
}
