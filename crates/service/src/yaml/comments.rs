//! Which remarks (`# …`) stand before which line, so that the formatter can keep them.

use std::collections::BTreeMap;

/// Line (from 1) → the remarks that belong to what stands on that line, without their `#`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    pub before: BTreeMap<u32, Vec<String>>,
    /// Remarks after the last line.
    pub last: Vec<String>,
}

/// Collects the remarks of a file. A remark at the end of a line moves before that line.
/// `multiline` says which lines are the inside of a text over several lines (there `#` is text).
pub fn comments(text: &str, multiline: &[(u32, u32)]) -> Comments {
    let mut found = Comments::default();
    let mut waiting = Vec::new();
    for (line, content) in (1u32..).zip(text.lines()) {
        if multiline
            .iter()
            .any(|&(from, to)| line > from && line <= to)
        {
            continue;
        }
        let trimmed = content.trim();
        if let Some(remark) = trimmed.strip_prefix('#') {
            waiting.push(remark.trim_end().to_owned());
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        if let Some(remark) = remark_at_end(content) {
            waiting.push(remark);
        }
        if !waiting.is_empty() {
            found.before.insert(line, std::mem::take(&mut waiting));
        }
    }
    found.last = waiting;
    found
}

/// The remark behind the content of a line: ` #` outside quotes.
fn remark_at_end(line: &str) -> Option<String> {
    let mut quote = None;
    let mut before = ' ';
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            // A quote opens a text only where a value may begin; inside words it is a letter.
            None if matches!(letter, '"' | '\'') && matches!(before, ' ' | '[' | '{' | ',') => {
                quote = opens_value(&line[..at]).then_some(letter);
            }
            None if letter == '#' && before == ' ' => {
                return Some(line[at + 1..].trim_end().to_owned());
            }
            None => {}
        }
        before = letter;
    }
    None
}

/// Is the next character the first one of a value (and not in the middle of a plain text)?
fn opens_value(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with([':', '-', '[', '{', ',']) || before.ends_with("- -")
}
