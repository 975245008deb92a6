//! The frames and the small city that the fixtures live in.

use std::fs;
use std::path::{Path, PathBuf};

use service::{Frames, World};

pub fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

pub fn fixture(name: &str) -> String {
    fs::read_to_string(tests_dir().join("fixtures").join(name)).expect("a fixture")
}

pub fn frames() -> Frames {
    ["counter.frame.yaml", "town.frame.yaml"]
        .into_iter()
        .map(|name| {
            let (frame, problems) = service::read_frame(&fixture(name));
            assert_eq!(problems, [], "{name}");
            frame
        })
        .collect()
}

pub fn city() -> World {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    World {
        names_known: true,
        unit_kinds: set(&[
            "commune",
            "one-stop-desk",
            "land-office-branch",
            "tax-office",
        ]),
        units: set(&[
            "centre-1022",
            "department-of-agriculture-and-environment",
            "department-of-construction",
        ]),
        templates: set(&["permit", "certificate", "form-03", "form-04"]),
        languages: vec![],
    }
}
