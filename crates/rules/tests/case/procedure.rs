//! A procedure at the one-stop desk: reception, supplement, payment, signature, handing over.

use serde_json::json;

use crate::tale::City;

const REST: &str = r#"
      - {code: splits, label: Tách thửa, type: yes-no}
roles:
  desk: {name: Một cửa, at: one-stop-desk by area}
  officer: {name: Chuyên viên, at: land-office by area}
  tax: {name: Thuế, at: tax-office, outside: true}
  signer:
    name: Người ký
    authority: director of department
    delegations:
      - {to: director of land-office by area, when: "!splits", basis: QĐ 1, prefix: TUQ., from: 2026-01-01, until: 2026-12-31}
    acting: {post: deputy-director, prefix: KT.}
process:
  limit: 5 working-days
  clock: {starts: accepted, cutoff: "15:00", stopped-in: [supplement, pay], supplement: pause, max-supplements: 1, max-extensions: 1}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next, incomplete: supplement, refuse: refused}}
    - {code: appraise, name: Thẩm định, by: officer, within: 2 days, outcomes: {pass: next, incomplete: supplement, fail: refused}}
    - {code: notice, name: Thuế, by: tax, within: 1 day, consult: {if-silent: remind-then-escalate}, when: splits}
    - {code: pay, name: Nộp thuế, by: applicant, wait-at-most: 30 days, when: splits, outcomes: {paid: next, lapsed: refused}}
    - {code: sign, name: Ký, by: signer, within: 1 day, signs: certificate, outcomes: {signed: next, returned: {to: appraise, at-most: 1}}}
    - {code: hand, name: Trả kết quả, by: desk, within: 1 day, outside-limit: true, outcomes: {returned: end(granted)}}
    - {code: supplement, name: Bổ sung, by: applicant, wait-at-most: 30 days, outcomes: {supplied: appraise, lapsed: refused}}
    - {code: refused, name: Trả hồ sơ, by: desk, within: 4 hours, outcomes: {done: end(refused)}}
papers:
  certificate: {name: Giấy phép, template: certificate, signed-by: signer, keep: forever}
"#;

fn permit(splits: bool) -> City {
    City::permit(REST, json!({"area": "a", "splits": splits}))
}

#[test]
fn straight_through_with_a_delegate_signing() {
    permit(false).plays(
        "2026-03-02T08:00 | open                   | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T08:10 | desk-a: claim receive  | claimed | 1
         2026-03-02T08:11 | desk-a: claim receive  | no: already-done | 1
         2026-03-02T08:30 | desk-a: receive.complete | receive.complete accepted clock→03-09T08:30 +appraise@office-a→03-04T08:30 | 2
         2026-03-02T08:31 | desk-a: receive.complete | no: no-such-step | 2
         2026-03-02T09:00 | office-a: claim appraise | claimed taken-up | 4
         2026-03-03T09:00 | office-a: appraise.pass | appraise.pass +sign@office-a→03-04T09:00 | 4
         2026-03-03T09:30 | office-a: sign.signed | no: no-authority | 4
         2026-03-03T10:00 | office-a^: sign.signed | sign.signed(TUQ.office-a) issued:granted +hand@desk-a→03-04T10:00 | 9
         2026-03-03T10:30 | withdraw | no: not-from-here | 9
         2026-03-04T08:00 | desk-a: hand.returned | hand.returned handed:granted | 10
         2026-03-04T08:01 | desk-a: hand.returned | no: ended | 10
         2026-03-04T09:00 | withdraw | no: ended | 10
         2026-03-04T09:00 | reopen! | no: not-from-here | 10
         2026-03-05T09:00 | rate 6 | no: bad-score | 10
         2026-03-05T09:00 | rate 5 | rated | 10
         2026-03-05T09:00 | rate 5 | no: already-done | 10",
    );
}

#[test]
fn a_supplement_before_acceptance_starts_no_clock_and_the_applicant_is_asked_once() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.incomplete | no: reason-required | 1
         2026-03-02T09:00 | desk-a: receive.incomplete! | receive.incomplete asked:supplement +supplement@me→04-01T09:00 | 5
         2026-03-02T09:01 | visitor: supplement.lapsed | no: no-such-outcome | 5
         2026-03-03T16:00 | me: supplement.supplied  | supplement.supplied accepted clock→03-11T07:00 +appraise@office-a→03-05T16:00 | 2
         2026-03-04T09:00 | office-a: appraise.incomplete! | no: supplement-used-up | 2
         2026-03-04T09:00 | office-a: appraise.fail! | taken-up appraise.fail +refused@desk-a→03-04T15:00 | 4
         2026-03-04T10:00 | desk-a: refused.done     | refused.done stopped:refused | 8
         2026-03-04T10:00 | clock: tick              |  | 8",
    );
}

#[test]
fn a_supplement_pauses_the_clock_and_silence_lapses() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete stop:supplement asked:supplement +supplement@me→04-02T09:00 | 5
         2026-04-02T09:00 | clock: tick              |  | 5
         2026-04-02T09:01 | clock: tick              | supplement.lapsed clock→04-08T09:01 applicant-answered +refused@desk-a→04-02T15:01 | 4
         2026-04-02T09:30 | desk-a: refused.done     | refused.done stopped:refused | 8",
    );
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete stop:supplement asked:supplement +supplement@me→04-02T09:00 | 5
         2026-03-05T09:00 | desk-a: supplement.supplied | supplement.supplied clock→03-11T09:00 applicant-answered +appraise@office-a→03-09T09:00 | 4",
    );
}

#[test]
fn refused_at_reception_is_state_3_and_needs_its_reason() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.refuse   | no: reason-required | 1
         2026-03-02T09:00 | desk-a: receive.refuse!  | receive.refuse +refused@desk-a→03-02T15:00 | 1
         2026-03-02T09:30 | desk-a: refused.done     | refused.done not-accepted | 3
         2026-03-02T10:00 | withdraw                 | no: ended | 3",
    );
}

#[test]
fn payment_is_state_6_and_the_office_outside_is_reminded_then_its_superiors() {
    permit(true).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: appraise.pass  | taken-up appraise.pass +notice@office-a→03-04T09:00 | 4
         2026-03-04T09:00 | clock: tick              |  | 4
         2026-03-04T10:00 | clock: tick              | step-late:notice | 4
         2026-03-04T10:05 | clock: tick              |  | 4
         2026-03-05T09:30 | clock: tick              | escalated:notice | 4
         2026-03-05T10:00 | office-a: notice.done    | notice.done stop:payment asked:payment +pay@me→04-06T17:00 | 6
         2026-03-06T10:00 | clock: tick              |  | 6
         2026-03-10T10:00 | visitor: pay.paid        | pay.paid clock→03-12T09:00 applicant-answered +sign@department→03-11T10:00 | 4
         2026-03-10T11:00 | office-a^: sign.signed   | no: no-authority | 4
         2026-03-10T11:00 | department': sign.signed | sign.signed(KT.department) issued:granted +hand@desk-a→03-11T11:00 | 9",
    );
}

#[test]
fn the_way_back_is_bounded() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | office-a: appraise.pass  | taken-up appraise.pass +sign@office-a→03-04T09:00 | 4
         2026-03-03T10:00 | office-a^: sign.returned | sign.returned +appraise@office-a→03-05T10:00 | 4
         2026-03-03T11:00 | office-a: appraise.pass  | appraise.pass +sign@office-a→03-04T11:00 | 4
         2026-03-03T13:00 | office-a^: sign.returned | no: way-used-up | 4",
    );
}

#[test]
fn warnings_come_once_each_and_a_new_date_forgets_them() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-05T08:00 | clock: tick              | step-late:appraise | 2
         2026-03-06T09:00 | clock: tick              | due-soon | 2
         2026-03-06T16:00 | clock: tick              |  | 2
         2026-03-06T16:00 | office-a: extend 2026-03-09T08:00 | no: not-later | 2
         2026-03-06T16:00 | office-a^: extend 2026-03-12T09:00 | no: reason-required | 2
         2026-03-06T16:00 | office-a^: extend! 2026-03-12T09:00 | extended→03-12T09:00 | 2
         2026-03-06T16:30 | office-a^: extend! 2026-03-20T09:00 | no: extension-used-up | 2
         2026-03-09T08:00 | clock: tick              |  | 2
         2026-03-11T10:00 | clock: tick              | due-soon | 2
         2026-03-12T08:00 | clock: tick              | due-today | 2
         2026-03-12T09:01 | clock: tick              | late | 2
         2026-03-13T09:00 | clock: tick              |  | 2",
    );
}

#[test]
fn withdrawal_waits_for_an_answer_and_goes_back_where_it_stood() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T08:30 | withdraw                 | withdrawal-asked | 7
         2026-03-02T08:40 | withdraw                 | no: already-done | 7
         2026-03-02T08:45 | desk-a: receive.complete | no: not-from-here | 7
         2026-03-02T08:50 | desk-a': keep            | no: reason-required | 7
         2026-03-02T08:50 | desk-a': keep!           | withdrawal-refused | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-03T09:00 | withdraw                 | withdrawal-asked stop:withdrawal | 7
         2026-03-03T11:00 | desk-a': keep!           | withdrawal-refused clock→03-09T11:00 | 2
         2026-03-04T09:00 | withdraw                 | withdrawal-asked stop:withdrawal | 7
         2026-03-04T10:00 | desk-a': let-go          | -appraise stopped:withdrawn | 8
         2026-03-04T10:00 | desk-a': let-go          | no: ended | 8",
    );
}

#[test]
fn a_delegation_that_ended_is_no_grant_on_the_day_of_signing() {
    permit(false).plays(
        "2026-12-30T08:00 | open                     | opened +receive@desk-a→12-30T14:00 | 1
         2026-12-30T09:00 | desk-a: receive.complete | receive.complete accepted clock→01-07T09:00 +appraise@office-a→01-04T09:00 | 2
         2026-12-31T09:00 | office-a: appraise.pass  | taken-up appraise.pass +sign@office-a→01-04T09:00 | 4
         2027-01-04T08:00 | office-a^: sign.signed   | no: mandate-over | 4
         2027-01-04T08:00 | office-a^: pass! sign department | sign→department | 4
         2027-01-04T09:00 | department^: sign.signed | sign.signed(department) issued:granted +hand@desk-a→01-05T09:00 | 9",
    );
}

#[test]
fn whoever_holds_a_step_decides_it_or_a_post_above() {
    permit(false).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T08:10 | me: claim receive        | no: not-yours | 1
         2026-03-02T08:10 | me: receive.complete     | no: not-yours | 1
         2026-03-02T08:10 | desk-a: release receive  | no: already-done | 1
         2026-03-02T08:10 | desk-a: claim receive    | claimed | 1
         2026-03-02T08:20 | desk-b: release receive  | no: held-by-another | 1
         2026-03-02T08:20 | desk-b^: receive.complete | no: held-by-another | 1
         2026-03-02T08:30 | desk-a: release receive  | released | 1
         2026-03-02T08:31 | desk-a: claim receive    | claimed | 1
         2026-03-02T08:40 | desk-a': receive.complete | receive.complete accepted clock→03-09T08:40 +appraise@office-a→03-04T08:40 | 2
         2026-03-02T09:00 | office-a: appraise.wrong | no: no-such-outcome | 2
         2026-03-02T09:00 | office-a: pass! appraise office | appraise→office | 2
         2026-03-02T09:10 | office: appraise.pass    | taken-up appraise.pass +sign@office-a→03-03T09:10 | 4",
    );
}

/// NĐ 61/2018 Đ.19.4: counted again from zero once the file is complete. The first promise stays on record.
#[test]
fn where_the_service_restarts_a_supplement_gives_the_whole_limit_again() {
    let mut city = permit(false);
    let text = REST.replace("supplement: pause", "supplement: restart");
    city.definition = City::permit(&text, json!({})).definition;
    let tale = city.plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
         2026-03-04T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete stop:supplement asked:supplement +supplement@me→04-03T09:00 | 5
         2026-03-05T09:00 | me: supplement.supplied  | supplement.supplied clock→03-12T09:00 applicant-answered +appraise@office-a→03-09T09:00 | 4",
    );
    assert_eq!(
        tale.case().clock.first_due,
        Some(city.moment("2026-03-09T09:00"))
    );
}

#[test]
fn each_channel_has_its_limit_and_a_forgotten_one_the_first() {
    let cases = [
        (
            "counter: 2 working-days, post: 4 working-days",
            "open counter",
            "03-04T09:00",
        ),
        (
            "counter: 2 working-days, post: 4 working-days",
            "open",
            "03-04T09:00",
        ),
        (
            "post: 4 working-days, counter: 2 working-days",
            "open counter",
            "03-04T09:00",
        ),
        (
            "post: 4 working-days, counter: 2 working-days",
            "open",
            "03-06T09:00",
        ),
    ];
    for (limits, open, due) in cases {
        let text = REST.replace("limit: 5 working-days", &format!("limit: {{{limits}}}"));
        let mut city = permit(false);
        city.definition = City::permit(&text, json!({})).definition;
        city.plays(&format!(
            "2026-03-02T08:00 | {open} | opened +receive@desk-a→03-02T14:00 | 1
             2026-03-02T09:00 | desk-a: receive.complete | receive.complete accepted clock→{due} +appraise@office-a→03-04T09:00 | 2",
        ));
    }
}

/// After 15:00 the promise counts from the next working morning (NĐ 61/2018 Đ.18).
#[test]
fn accepted_after_the_cutoff_counts_from_the_next_morning() {
    permit(false).plays(
        "2026-03-06T14:00 | open                     | opened +receive@desk-a→03-09T08:00 | 1
         2026-03-06T15:01 | desk-a: receive.complete | receive.complete accepted clock→03-16T07:00 +appraise@office-a→03-10T15:01 | 2",
    );
}

#[test]
fn no_unit_for_the_place_no_case() {
    let mut city = permit(false);
    city.answers.insert("area".to_owned(), json!("z"));
    city.plays("2026-03-02T08:00 | open | no: no-unit | 0");
    city.answers.remove("area");
    city.plays("2026-03-02T08:00 | open | no: answer-missing | 0");
}
