//! What a case costs: asked by itself, taken at a desk or by a bank, waived with a proof, given back by two.

use rules::case::money::Standing;
use serde_json::json;

use crate::tale::{City, Tale};

const REST: &str = r#"
      - {code: size, label: Cỡ, type: whole}
      - {code: poor, label: Hộ nghèo, type: yes-no}
      - {code: copies, label: Bản sao, type: whole}
fees:
  - {code: fee, label: Lệ phí, amount: size * 1000, due: receive, exempt: poor}
  - {code: copy, label: Phí bản sao, amount: copies * 8000, due: receive, when: copies > 0}
  - {code: late, label: Phí cấp giấy, amount: "20000", due: pay}
roles:
  desk: {name: Một cửa, at: one-stop-desk by area}
process:
  limit: 5 working-days
  clock: {starts: accepted, stopped-in: [pay], supplement: pause}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next, refuse: end(refused)}}
    - {code: pay, name: Nộp phí cấp giấy, by: applicant, wait-at-most: 30 days, outcomes: {paid: next, lapsed: end(stopped)}}
    - {code: hand, name: Trả kết quả, by: desk, within: 1 day, outside-limit: true, outcomes: {returned: end(granted)}}
"#;

fn permit(size: i64, poor: bool, copies: i64) -> City {
    let answers = json!({"area": "a", "size": size, "poor": poor, "copies": copies});
    City::permit(REST, answers)
}

/// Owed, paid, left, surplus.
fn sums(tale: &Tale<'_>) -> [i64; 4] {
    let money = &tale.case().money;
    [money.owed(), money.paid(), money.left(), money.surplus()]
}

#[test]
fn a_fee_is_asked_with_its_step_and_blocks_it_until_paid() {
    let city = permit(50, false, 2);
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 ask:fee=50000 ask:copy=16000 | 1
         2026-03-02T09:00 | desk-a: receive.complete   | no: unpaid | 1
         2026-03-02T09:00 | desk-a: take 0 cash        | no: no-amount | 1
         2026-03-02T09:00 | desk-a: take 66001 cash    | no: more-than-due | 1
         2026-03-02T09:00 | desk-a: take 50000 cash    | paid:50000 | 1
         2026-03-02T09:01 | desk-a: receive.complete   | no: unpaid | 1
         2026-03-02T09:02 | desk-a: take 16000 card    | paid:16000 | 1
         2026-03-02T09:03 | desk-a: take 1 cash        | no: more-than-due | 1
         2026-03-02T09:03 | desk-a: receive.complete   | receive.complete accepted clock→03-09T09:03 stop:payment asked:payment +pay@me→04-01T09:03 ask:late=20000 | 6
         2026-03-03T09:00 | bank: take 20000 transfer  | paid:20000 pay.paid issued:granted +hand@desk-a→03-04T09:00 | 9
         2026-03-04T09:00 | desk-a: hand.returned      | hand.returned handed:granted | 10",
    );
    assert_eq!(sums(&tale), [86_000, 86_000, 0, 0]);
}

#[test]
fn an_unpaid_fee_blocks_no_refusal() {
    permit(50, false, 0).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 ask:fee=50000 | 1
         2026-03-02T09:00 | desk-a: receive.refuse!  | receive.refuse not-accepted | 3
         2026-03-02T09:00 | desk-a: take 50000 cash  | no: ended | 3",
    );
}

#[test]
fn what_a_bank_brings_is_what_it_is() {
    let city = permit(50, false, 0);
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 ask:fee=50000 | 1
         2026-03-02T08:01 | bank: take 30000 transfer  | paid:30000 | 1
         2026-03-02T08:02 | bank: take 30000 transfer  | paid:30000 | 1
         2026-03-02T08:03 | bank: take 50000 transfer  | paid:50000 | 1
         2026-03-02T08:04 | desk-a': void! 3           | no: not-from-here | 1
         2026-03-02T09:00 | desk-a: refund 60001! surplus | no: more-than-paid | 1
         2026-03-02T09:00 | desk-a: refund 60000 surplus | no: reason-required | 1
         2026-03-02T09:00 | desk-a: refund 60000! surplus | back?60000 | 1
         2026-03-02T09:01 | desk-a: refund 1! surplus  | no: more-than-paid | 1
         2026-03-02T09:01 | desk-a': pay-out 1         | no: not-from-here | 1
         2026-03-02T09:02 | desk-a: approve 1          | no: same-hand | 1
         2026-03-02T09:03 | desk-a': approve 1         | back:true | 1
         2026-03-02T09:03 | desk-a': approve 1         | no: already-done | 1
         2026-03-02T09:04 | desk-a: pay-out 1          | refunded | 1
         2026-03-02T09:04 | desk-a: pay-out 1          | no: already-done | 1",
    );
    assert_eq!(sums(&tale), [50_000, 50_000, 0, 0]);
}

#[test]
fn a_claim_is_proven_or_paid() {
    permit(50, true, 0).plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 ask:fee=50000? | 1
         2026-03-02T09:00 | desk-a: receive.complete | no: claim-unproven | 1
         2026-03-02T09:00 | desk-a: take 50000 cash  | no: more-than-due | 1
         2026-03-02T09:00 | desk-a: waive fee -      | no: evidence-required | 1
         2026-03-02T09:00 | desk-a: waive copy poor  | no: no-such-fee | 1
         2026-03-02T09:01 | desk-a: no-waiver fee    | no: reason-required | 1
         2026-03-02T09:01 | desk-a: no-waiver! fee   | waiver-rejected | 1
         2026-03-02T09:02 | desk-a: receive.complete | no: unpaid | 1
         2026-03-02T09:03 | desk-a: waive fee poor   | waived:fee | 1
         2026-03-02T09:03 | desk-a: waive fee poor   | no: already-done | 1
         2026-03-02T09:04 | desk-a: receive.complete | receive.complete accepted clock→03-09T09:04 stop:payment asked:payment +pay@me→04-01T09:04 ask:late=20000 | 6",
    );
}

#[test]
fn an_exemption_shown_only_at_the_desk_counts_too() {
    let city = permit(50, false, 0);
    let tale = city.plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 ask:fee=50000 | 1
         2026-03-02T08:01 | bank: take 50000 transfer | paid:50000 | 1
         2026-03-02T09:00 | desk-a: waive fee merit  | waived:fee | 1",
    );
    assert_eq!(sums(&tale), [0, 50_000, 0, 50_000]);
}

#[test]
fn a_receipt_written_in_error_is_cancelled_and_the_fee_is_due_again() {
    let city = permit(50, false, 0);
    let tale = city.plays(
        "2026-03-02T08:00 | open                     | opened +receive@desk-a→03-02T14:00 ask:fee=50000 | 1
         2026-03-02T09:00 | desk-a: take 50000 cash  | paid:50000 | 1
         2026-03-02T09:01 | desk-a': void 1          | no: reason-required | 1
         2026-03-02T09:01 | desk-a': void! 2         | no: no-such-money | 1
         2026-03-02T09:01 | desk-a': void! 1         | payment-voided | 1
         2026-03-02T09:02 | desk-a': void! 1         | no: already-done | 1
         2026-03-02T09:03 | desk-a: receive.complete | no: unpaid | 1",
    );
    assert_eq!(sums(&tale), [50_000, 0, 50_000, 0]);
}

#[test]
fn a_fee_that_was_not_due_goes_back_and_is_not_asked_again() {
    let city = permit(50, false, 1);
    let tale = city.plays(
        "2026-03-02T08:00 | open                       | opened +receive@desk-a→03-02T14:00 ask:fee=50000 ask:copy=8000 | 1
         2026-03-02T08:01 | bank: take 58000 transfer  | paid:58000 | 1
         2026-03-02T09:00 | desk-a: refund 9000! copy  | no: more-than-paid | 1
         2026-03-02T09:00 | desk-a: refund 8000! other | no: no-such-fee | 1
         2026-03-02T09:00 | desk-a: refund 8000! copy  | back?8000 | 1
         2026-03-02T09:01 | desk-a': disapprove 1      | no: reason-required | 1
         2026-03-02T09:01 | desk-a': approve 1         | back:true | 1
         2026-03-02T09:02 | desk-a: pay-out 1          | refunded | 1",
    );
    assert_eq!(sums(&tale), [50_000, 50_000, 0, 0]);
    assert_eq!(tale.case().money.standing("copy"), Standing::Settled);
}
