//! Small rules of the house that neither the compiler nor clippy keeps. Each finding is a sentence.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file tells one story; past this many lines it tells two.
const LONGEST: usize = 640;

/// Words that belong to one room: (word, folders that may hold it).
const WORDS: &[(&str, &[&str])] = &[
    (
        "SELECT ",
        &["crates/store/", "xtask/", "crates/motcua/src/bench"],
    ),
    (
        "INSERT INTO",
        &["crates/store/", "xtask/", "crates/motcua/src/bench"],
    ),
    (
        "Timestamp::now",
        &["crates/motcua/src/shell.rs", "xtask/", "clippy.toml"],
    ),
];

pub fn findings(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for path in rust_files(root)? {
        let shown = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        let text = fs::read_to_string(&path).with_context(|| shown.clone())?;
        let lines = text.lines().count();
        if lines > LONGEST {
            found.push(format!("{shown}: {lines} lines, more than one story"));
        }
        let test_file = shown.contains("/tests") || shown.contains("testkit");
        if !test_file && !text.trim_start().starts_with("//!") {
            found.push(format!("{shown}: begins without saying what it is (`//!`)"));
        }
        for (word, rooms) in WORDS {
            if text.contains(word)
                && !test_file
                && !rooms.iter().any(|room| shown.starts_with(room))
            {
                found.push(format!("{shown}: `{}` belongs to {rooms:?}", word.trim()));
            }
        }
    }
    Ok(found)
}

fn rust_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut waiting = vec![root.join("crates"), root.join("xtask")];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "target" && name != "node_modules" {
                waiting.push(path);
            } else if name.ends_with(".rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    assert_eq!(
        findings(root).expect("readable sources"),
        Vec::<String>::new()
    );
}
