//! Calls: heard in any order, counted honestly.

use rules::Moment;
use rules::hotline::{
    Call, Direction, Outcome, Said, State, Wait, Wrap, figures, number, to_call_back,
};
use rules::ids::CallId;

fn at(second: i64) -> Moment {
    Moment::from_second(1_800_000_000 + second).expect("a moment")
}

fn call(n: u8, number: &str) -> Call {
    Call {
        id: CallId::new(at(0), [n; 10]),
        system: "tong-dai".into(),
        foreign: n.to_string(),
        direction: Direction::In,
        number: Some(number.to_owned()),
        line: None,
        line_since: None,
        operator: None,
        rang: None,
        answered: None,
        ended: None,
        transfers: 0,
        back_to: None,
        wrap: Wrap::default(),
        wrapped: None,
        followed: None,
    }
}

fn heard(n: u8, number: &str, said: &[(Said, i64)]) -> Call {
    let mut call = call(n, number);
    for (said, second) in said {
        call.hear(*said, at(*second), None);
    }
    call
}

use Said::{Answered, Ended, Missed, Ringing, Transferred};

#[test]
fn whatever_the_order_the_call_is_the_same() {
    let said = [
        (Ringing, 0, Some("101")),
        (Answered, 8, Some("101")),
        (Transferred, 60, Some("102")),
        (Ended, 200, None),
    ];
    let mut told: Vec<Call> = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let mut one = call(1, "0903");
        for i in order {
            let (said, second, line) = said[i];
            one.hear(said, at(second), line);
        }
        assert_eq!(one.state(at(300)), State::Over);
        assert_eq!((one.waited(at(300)), one.talked()), (8, Some(192)));
        assert_eq!(one.line.as_deref(), Some("102"));
        told.push(one);
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn a_call_is_missed_only_where_nobody_answered() {
    for (said, now, state) in [
        (&[(Ringing, 0)][..], 30, State::Ringing),
        (&[(Ringing, 0)], 601, State::Missed),
        (&[(Ringing, 0), (Missed, 40)], 50, State::Missed),
        (&[(Ringing, 0), (Ended, 40)], 50, State::Missed),
        (
            &[(Missed, 40), (Ringing, 0), (Answered, 20)],
            50,
            State::Over,
        ),
        (&[(Answered, 20)], 50, State::Talking),
        (&[(Answered, 20)], 20 + 4 * 3600 + 1, State::Over),
    ] {
        assert_eq!(
            heard(1, "1", said).state(at(now)),
            state,
            "{said:?} at {now}"
        );
    }
}

/// Five answered after 10, 20, 30, 40, 50 s; five hung up after 35 s. Of the answered alone half waited at most 30 s;
/// counted with those who gave up it is 40 s.
#[test]
fn who_hung_up_waited_at_least_so_long() {
    let answered = |n: u8, wait| {
        heard(
            n,
            "1",
            &[(Ringing, 0), (Answered, wait), (Ended, wait + 60)],
        )
    };
    let gone = |n: u8, wait| heard(n, "2", &[(Ringing, 0), (Missed, wait)]);
    let mut calls: Vec<Call> = (1..=5).map(|n| answered(n, i64::from(n) * 10)).collect();
    calls.extend((6..=10).map(|n| gone(n, 35)));
    let f = figures(&calls, at(1000));
    assert_eq!((f.calls_in, f.answered, f.missed, f.ringing), (10, 5, 5, 0));
    // Ŝ: 0.9, 0.8, 0.7, then two left at risk: 0.35, 0.
    assert_eq!(f.median_wait, Some(Wait::Within(40.0)));
    assert_eq!(f.nine_of_ten_wait, Some(Wait::Within(50.0)));
    assert_eq!(f.median_talk, Some(60));
    // All gave up: nothing was reached, and no number pretends otherwise.
    let f = figures(&[gone(1, 15), gone(2, 90)], at(1000));
    assert_eq!(f.median_wait, Some(Wait::MoreThan(90.0)));
    assert_eq!(figures(&[], at(0)).median_wait, None);
}

#[test]
fn outcomes_are_counted_apart() {
    let mut calls = vec![
        heard(1, "1", &[(Ringing, 0), (Answered, 5), (Ended, 50)]),
        heard(2, "2", &[(Ringing, 0), (Answered, 5), (Ended, 50)]),
        heard(3, "3", &[(Ringing, 0), (Answered, 5), (Ended, 50)]),
        heard(4, "4", &[(Ringing, 0), (Answered, 5)]),
    ];
    calls[0].wrap.outcome = Some(Outcome::AnsweredAtOnce);
    calls[1].wrap.outcome = Some(Outcome::Filed);
    calls[3].direction = Direction::Out;
    let f = figures(&calls, at(60));
    assert_eq!(f.outcome(Outcome::AnsweredAtOnce), 1);
    assert_eq!(f.outcome(Outcome::Filed), 1);
    assert_eq!(
        (f.unwrapped, f.calls_in, f.calls_out, f.reached),
        (1, 3, 1, 1)
    );
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        let word = serde_json::to_value(outcome).expect("a word");
        assert_eq!(word, outcome.code());
    }
}

#[test]
fn a_missed_call_is_owed_until_somebody_spoke_with_that_number() {
    let missed = |n, number, second| heard(n, number, &[(Ringing, second), (Missed, second + 20)]);
    let spoken = |n, number, second| heard(n, number, &[(Ringing, second), (Answered, second + 5)]);
    let owed = |calls: &[Call]| -> Vec<u8> {
        let owed = to_call_back(calls, at(5000));
        owed.iter()
            .map(|call| call.foreign.parse().expect("n"))
            .collect()
    };
    assert_eq!(
        owed(&[missed(1, "a", 0), missed(2, "b", 10), missed(3, "a", 20)]),
        [2, 3]
    );
    assert_eq!(owed(&[missed(1, "a", 0), spoken(2, "a", 100)]), [0u8; 0]);
    assert_eq!(owed(&[spoken(1, "a", 0), missed(2, "a", 100)]), [2]);
    let mut withheld = missed(1, "a", 0);
    withheld.number = None;
    assert_eq!(owed(&[withheld]), [0u8; 0]);
}

#[test]
fn numbers_are_compared_as_one_kind() {
    for (typed, kept) in [
        ("0903 123 456", Some("0903123456")),
        ("+84 903.123.456", Some("0903123456")),
        ("0084903123456", Some("0903123456")),
        ("84903123456", Some("0903123456")),
        ("0842123456", Some("0842123456")),
        ("(0292) 3820-123", Some("02923820123")),
        ("1022", Some("1022")),
        ("+1 212 555 0100", Some("12125550100")),
        ("12", None),
        ("không có", None),
        ("0903x", None),
        ("1234567890123456", None),
    ] {
        assert_eq!(number(typed).as_deref(), kept, "{typed}");
    }
}
