//! Papers. Each national component once; what is a note, a result or a heading is reported instead.

use std::collections::BTreeMap;

use service::fold::fold;

use super::raw::{Paper, Procedure};
use super::{Doubts, clean, short};

/// A paper as the draft has it.
pub struct Component {
    pub label: String,
    /// The whole text where the label is cut, and the case it belongs to.
    pub help: String,
    pub originals: u32,
    pub copies: u32,
    pub national_code: Option<String>,
}

pub fn papers(procedure: &Procedure, doubts: &mut Doubts) -> Vec<Component> {
    let mut taken: Vec<Component> = Vec::new();
    let mut by_code: BTreeMap<String, usize> = BTreeMap::new();
    for group in &procedure.checklist_raw {
        let heading = clean(&group.group);
        let heading = heading.trim_start_matches(['*', '-', '+', ' ']);
        for paper in &group.items {
            let name = clean(&paper.name);
            let name = name.trim_start_matches(['*', '-', '+', '•', ' ']);
            if let Some(reason) = no_paper(paper, heading, name) {
                doubts.say("papers", reason, told(paper, name));
                continue;
            }
            let code = clean(&paper.code);
            if let Some(known) = by_code.get(&code).filter(|_| !code.is_empty()) {
                let before = &taken[*known];
                let same = (before.originals, before.copies)
                    == (paper.original_qty, paper.copy_qty)
                    && fold(&before.label) == fold(&short(name, 160));
                let reason = match same {
                    true => "same-paper-in-another-case",
                    false => "same-code-for-another-paper",
                };
                doubts.say(
                    "papers",
                    reason,
                    format!("{heading}: {}", told(paper, name)),
                );
                continue;
            }
            if code.is_empty() {
                doubts.say("papers", "no-national-code", told(paper, name));
            } else {
                by_code.insert(code.clone(), taken.len());
            }
            taken.push(Component {
                label: short(name, 160),
                help: help(heading, name),
                originals: paper.original_qty,
                copies: paper.copy_qty,
                national_code: (!code.is_empty()).then_some(code),
            });
        }
    }
    if !taken.is_empty() {
        let count = taken.len().to_string();
        doubts.say("papers", "whether-required-in-prose-only", count);
    }
    taken
}

/// Why an item is not a paper to be handed in.
fn no_paper(paper: &Paper, heading: &str, name: &str) -> Option<&'static str> {
    let heading = fold(heading);
    if name.is_empty() {
        Some("no-name")
    } else if heading.starts_with("luu y") || fold(name).starts_with("luu y") {
        Some("a-note-among-papers")
    } else if paper.is_processing_result == Some(true) {
        Some("a-result-among-papers")
    } else if paper.original_qty == 0 && paper.copy_qty == 0 {
        match heading.contains("xuat trinh") {
            true => Some("only-to-be-shown"),
            false => Some("neither-original-nor-copy"),
        }
    } else {
        None
    }
}

fn told(paper: &Paper, name: &str) -> String {
    format!("{} {name}", clean(&paper.code)).trim().to_owned()
}

fn help(heading: &str, name: &str) -> String {
    let whole = if short(name, 160) == name { "" } else { name };
    match (heading.trim_end_matches([':', ' ']), whole) {
        ("", whole) => whole.to_owned(),
        (heading, "") => heading.to_owned(),
        (heading, whole) => format!("{heading}: {whole}"),
    }
}
