//! Reading never fails: whatever happens to a file, there is a definition and there are sentences.

mod small_city;

use proptest::prelude::*;
use service::{check_file, format, read, read_frame, render};
use small_city::{city, fixture, frames};

const FILES: [&str; 3] = [
    "house-repair.yaml",
    "shore-lease.yaml",
    "blocked-drain.yaml",
];

/// What people and programs do to a file: cut, double, swap and change pieces of it.
#[derive(Debug, Clone)]
enum Hurt {
    Cut(usize, usize),
    Put(usize, String),
    DoubleLine(usize),
    DropLine(usize),
    SwapLines(usize, usize),
}

fn hurt() -> impl Strategy<Value = Hurt> {
    let at = any::<usize>;
    prop_oneof![
        (at(), 0usize..40).prop_map(|(at, length)| Hurt::Cut(at, length)),
        (at(), "[ -~\\n\\tàđữ{}\\[\\]:,\"'#&*!|>%@`-]{1,6}")
            .prop_map(|(at, text)| Hurt::Put(at, text)),
        at().prop_map(Hurt::DoubleLine),
        at().prop_map(Hurt::DropLine),
        (at(), at()).prop_map(|(a, b)| Hurt::SwapLines(a, b)),
    ]
}

fn apply(text: &str, hurt: &Hurt) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    if letters.is_empty() || lines.is_empty() {
        return text.to_owned();
    }
    let place = |at: usize| at % letters.len();
    let count = lines.len();
    match hurt {
        Hurt::Cut(at, length) => {
            let from = place(*at);
            let to = (from + length).min(letters.len());
            return letters[..from].iter().chain(&letters[to..]).collect();
        }
        Hurt::Put(at, piece) => {
            let at = place(*at);
            let before: String = letters[..at].iter().collect();
            let after: String = letters[at..].iter().collect();
            return before + piece + &after;
        }
        Hurt::DoubleLine(at) => lines.insert(at % count, lines[at % count]),
        Hurt::DropLine(at) => {
            lines.remove(at % count);
        }
        Hurt::SwapLines(a, b) => lines.swap(a % count, b % count),
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_hurt_file_is_read_checked_and_formatted(
        which in 0usize..3,
        hurts in proptest::collection::vec(hurt(), 1..4),
    ) {
        let whole = fixture(FILES[which]);
        let text = hurts.iter().fold(whole, |text, hurt| apply(&text, hurt));
        let found = read(&text);
        let lines = u32::try_from(text.split('\n').count()).unwrap_or(u32::MAX);
        for problem in &found.problems {
            prop_assert!(problem.line >= 1 && problem.column >= 1 && problem.line <= lines, "{problem:?}");
            prop_assert!(!problem.says.is_empty());
        }
        let problems = check_file(&text, &frames(), &city());
        prop_assert_eq!(render("a", &problems).lines().count(), problems.len());
        prop_assert!(!service::render("a", &problems).contains("\n\n"));
        service::describe(&found.definition, "vi");
        if let Ok(once) = format(&text) {
            prop_assert_eq!(&read(&once).definition, &found.definition, "{}", once);
            prop_assert_eq!(format(&once).expect("canonical"), once);
        }
    }

    #[test]
    fn anything_at_all_is_read(text in "(?s).{0,200}") {
        let found = read(&text);
        prop_assert!(!found.problems.is_empty());
        read_frame(&text);
    }
}
