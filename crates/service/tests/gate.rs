//! The publish gate on whole files: sound ones pass, each broken one is told its own sentences.

mod small_city;

use std::fmt::Write as _;
use std::fs;

use service::{Severity, check_file, render};
use small_city::{city, fixture, frames, tests_dir};

const SOUND: [&str; 3] = [
    "house-repair.yaml",
    "shore-lease.yaml",
    "blocked-drain.yaml",
];

#[test]
fn sound_services_have_no_error() {
    for name in SOUND {
        let mut problems = check_file(&fixture(name), &frames(), &city());
        problems.retain(|problem| problem.severity == Severity::Error);
        assert!(problems.is_empty(), "{}", render(name, &problems));
    }
}

/// `NAME.yaml` has exactly the problems of `NAME.expected`. With `ACCEPT=1` in the environment the
/// expectations are written anew, to be read before they are committed.
#[test]
fn broken_services_are_told_why() {
    let accept = std::env::var_os("ACCEPT").is_some();
    let (frames, city) = (frames(), city());
    let mut files: Vec<_> = fs::read_dir(tests_dir().join("broken"))
        .expect("the corpus")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() >= 45, "only {} broken services", files.len());
    let mut differences = String::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("readable");
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let got = render(&name, &check_file(&text, &frames, &city));
        let expected = path.with_extension("expected");
        if accept {
            fs::write(&expected, &got).expect("writable");
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        if got != wanted || got.is_empty() {
            write!(
                differences,
                "--- {name}: expected\n{wanted}+++ got\n{got}\n"
            )
            .expect("text");
        }
    }
    assert!(differences.is_empty(), "\n{differences}");
}
