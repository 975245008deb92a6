//! `docs/STATES.md` is written from the types: the test compares, and writes with `WRITE_DOCS=1`.

use std::fmt::Write;

use rules::Moment;
use rules::case::Life;
use service::definition::Ending;

/// The names of the national portal and what the clock does (one-stop mechanism; index 766).
const NAMES: [(&str, &str); 10] = [
    (
        "Mới đăng ký",
        "runs only where the service counts from opening (reports, directives)",
    ),
    ("Được tiếp nhận", "a procedure's clock starts"),
    ("Không được tiếp nhận", "never began, or ends"),
    ("Đang xử lý", "runs"),
    (
        "Yêu cầu bổ sung",
        "stands still where the service says so; a question to a reporter moves no deadline",
    ),
    (
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "stands still where the service says so",
    ),
    (
        "Công dân yêu cầu rút hồ sơ",
        "stands still until the answer",
    ),
    ("Dừng xử lý", "ends"),
    (
        "Đã xử lý xong",
        "stops for good: here it is told whether the promise was kept",
    ),
    ("Đã trả kết quả", "stopped at 9"),
];

fn every_state() -> [Life; 10] {
    let at = Moment::UNIX_EPOCH;
    let ending = Ending::Granted;
    [
        Life::Registered,
        Life::Accepted { at },
        Life::NotAccepted { at, why: None },
        Life::InProgress,
        Life::AwaitingSupplement { since: at },
        Life::AwaitingPayment { since: at },
        Life::WithdrawalAsked {
            since: at,
            back: Box::new(Life::InProgress),
        },
        Life::Stopped {
            ending: Ending::Withdrawn,
            at,
            why: None,
        },
        Life::Decided { ending, at },
        Life::HandedOver {
            ending,
            decided: at,
            at,
        },
    ]
}

fn document() -> String {
    let mut text = String::from(
        "# The ten states of a case\n\n\
         Written by `crates/rules/tests/states.rs` from `Life`; change the type, then run the test with \
         `WRITE_DOCS=1`.\nThe numbers are those of the national portal. Steps inside a state are data of \
         the service definition.\n\n\
         | | state | in Vietnamese | the legal clock | may become |\n|---|---|---|---|---|\n",
    );
    let mut arrows = String::new();
    for (life, (name, clock)) in every_state().iter().zip(NAMES) {
        let number = life.number();
        let json = serde_json::to_value(life).expect("serialises");
        let word = json["state"].as_str().expect("a tag");
        let next = Life::may_become(number);
        let list: Vec<String> = next.iter().map(u8::to_string).collect();
        let list = match list.is_empty() {
            true => "final".to_owned(),
            false => list.join(", "),
        };
        writeln!(text, "| {number} | {word} | {name} | {clock} | {list} |").expect("a string");
        writeln!(arrows, "    s{number}: {number} {word}").expect("a string");
        for to in next {
            writeln!(arrows, "    s{number} --> s{to}").expect("a string");
        }
        if next.is_empty() {
            writeln!(arrows, "    s{number} --> [*]").expect("a string");
        }
    }
    write!(
        text,
        "\n```mermaid\nstateDiagram-v2\n    [*] --> s1\n{arrows}    s10 --> [*]\n```\n\n\
         Out of 10 lead only reopening, within the window the service gives, under the first clock, and a recorded correction\n         of a wrong result, which leaves the first dates and figures as they were; out of 9 into 4 leads a correction too.\n"
    )
    .expect("a string");
    text
}

#[test]
fn the_document_of_states_is_the_type() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/STATES.md");
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(path, document()).expect("docs/ is there");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == document(),
        "docs/STATES.md is not what the type says; run with WRITE_DOCS=1"
    );
}

#[test]
fn numbers_are_one_to_ten_in_the_order_of_the_portal() {
    let numbers = every_state().map(|life| life.number());
    assert_eq!(numbers.to_vec(), (1..=10).collect::<Vec<u8>>());
    let ended: Vec<u8> = every_state()
        .iter()
        .filter(|life| life.ended().is_some())
        .map(Life::number)
        .collect();
    assert_eq!(ended, [3, 8, 9, 10]);
}
