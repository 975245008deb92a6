//! The one request to complete a dossier (form 02): what an official may mark, what the applicant may then
//! change and nothing beside it, and what has become different afterwards.
//!
//! A field is named `fields/full_name`, in a row of a repeating group `fields/buyers/0/full_name`; a paper
//! `documents/contract`. Absent: how often and by whom it is asked (`rules`), how it looks (`web`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::Answers;
use crate::definition::{Code, Definition, Document, Field, FieldKind, Move, Node, Page, Step};
use crate::expr::{Scope, parse};
use crate::walk::{self, PageRef};

/// One line of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// `fields/…` or `documents/…`
    pub what: String,
    /// What is wrong with it or missing, in the official's words.
    pub why: String,
}

/// Characters of one `why`.
pub const LONGEST: usize = 500;

/// The applicant's step in which papers and answers are completed.
pub fn is_supplement(step: &Step) -> bool {
    step.by == "applicant"
        && (step.code.contains("supplement")
            || step.outcomes.iter().any(|way| way.code == "supplied"))
}

/// Whether going this way asks the applicant for a supplement: at once, or by a step of the desk whose only
/// work it is to send the request on (NĐ 61/2018 Đ.5.1.đ: officials ask through the one-stop desk alone).
pub fn asks(definition: &Definition, to: &Move) -> bool {
    let Move::Step(code) = to else { return false };
    step_of(definition, code).is_some_and(|step| is_supplement(step) || sends(definition, step))
}

/// A step off the main line by the role of `supplement-through` that leads to a supplement.
pub fn sends(definition: &Definition, step: &Step) -> bool {
    let through = definition.process.clock.supplement_through.as_ref();
    let first = definition.process.steps.first();
    let reception = matches!(first, Some(Node::Step(first)) if first.code == step.code);
    !reception
        && through == Some(&step.by)
        && step.outcomes.iter().any(|way| match &way.to {
            Move::Step(code) => step_of(definition, code).is_some_and(is_supplement),
            Move::Next | Move::End(_) => false,
        })
}

fn step_of<'d>(definition: &'d Definition, code: &str) -> Option<&'d Step> {
    let nodes = definition.process.steps.iter();
    nodes
        .flat_map(|node| match node {
            Node::Step(step) => vec![step],
            Node::Parallel { branches, .. } => branches.iter().flatten().collect(),
            Node::Each { steps, .. } => steps.iter().collect(),
        })
        .find(|step| step.code == code)
}

/// A field of these answers by its name.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'d> {
    pub at: PageRef,
    pub page: &'d Page,
    pub field: &'d Field,
}

impl Spot<'_> {
    pub fn name(&self) -> String {
        match (&self.page.repeat, self.at.row) {
            (Some(repeat), Some(row)) => {
                format!("fields/{}/{row}/{}", repeat.code, self.field.code)
            }
            _ => format!("fields/{}", self.field.code),
        }
    }

    /// The answer that stands there.
    pub fn value<'a>(&self, answers: &'a Answers) -> Option<&'a Json> {
        match (&self.page.repeat, self.at.row) {
            (Some(repeat), Some(row)) => answers.get(&repeat.code)?.get(row)?.get(&self.field.code),
            _ => answers.get(&self.field.code),
        }
    }
}

/// What can be marked: every question that these answers were asked and a person typed the answer to.
pub fn spots<'d>(definition: &'d Definition, scope: &Scope) -> Vec<Spot<'d>> {
    let mut spots = Vec::new();
    for at in walk::pages(definition, scope) {
        let Some(page) = definition.form.get(at.index) else {
            continue;
        };
        let typed = |field: &&Field| {
            let files = matches!(field.kind, FieldKind::Photos | FieldKind::File);
            field.value.is_none() && !field.read_only && !files && field.kind != FieldKind::Record
        };
        let fields = walk::fields(definition, scope, at);
        spots.extend(
            fields
                .into_iter()
                .filter(typed)
                .map(|field| Spot { at, page, field }),
        );
    }
    spots
}

/// Marks that name nothing of this dossier, or say nothing, or too much; empty where all are sound.
pub fn unsound<'m>(definition: &Definition, scope: &Scope, marks: &'m [Mark]) -> Vec<&'m Mark> {
    let known: BTreeSet<String> = spots(definition, scope)
        .iter()
        .map(Spot::name)
        .chain(definition.documents.iter().map(document_name))
        .collect();
    let wrong = |mark: &&Mark| {
        let why = mark.why.trim();
        !known.contains(&mark.what) || why.is_empty() || why.chars().count() > LONGEST
    };
    marks.iter().filter(wrong).collect()
}

pub fn document_name(document: &Document) -> String {
    format!("documents/{}", document.code)
}

/// The label of what a mark names, in a language; the name itself where the definition lost it.
pub fn label(definition: &Definition, what: &str, language: &str) -> String {
    if let Some(code) = what.strip_prefix("documents/") {
        let document = definition.documents.iter().find(|d| d.code == code);
        return document.map_or(what, |d| d.label.get(language)).to_owned();
    }
    let path: Vec<&str> = what.trim_start_matches("fields/").split('/').collect();
    let (group, row, code) = match path[..] {
        [code] => (None, None, code),
        [group, row, code] => (Some(group), row.parse::<usize>().ok(), code),
        _ => return what.to_owned(),
    };
    for page in &definition.form {
        let here = page.repeat.as_ref().map(|repeat| repeat.code.as_str()) == group;
        let field = page.fields.iter().find(|field| field.code == code);
        if let (true, Some(field)) = (here, field) {
            let name = field.label.get(language);
            return match (&page.repeat, row) {
                (Some(repeat), Some(row)) => {
                    format!("{} {}: {name}", repeat.label.get(language), row + 1)
                }
                _ => name.to_owned(),
            };
        }
    }
    what.to_owned()
}

/// What the applicant may change after the request: what was marked, and what only appears or becomes
/// required because of a marked answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    marked: BTreeSet<String>,
    /// Codes of fields whose conditions ask a field that is open.
    follow: BTreeSet<Code>,
    documents: BTreeSet<Code>,
}

impl Open {
    pub fn of(definition: &Definition, marks: &[Mark]) -> Self {
        let marked: BTreeSet<String> = marks.iter().map(|mark| mark.what.clone()).collect();
        let mut open: BTreeSet<Code> = marked
            .iter()
            .filter(|what| what.starts_with("fields/"))
            .filter_map(|what| what.rsplit('/').next())
            .map(str::to_owned)
            .collect();
        let mut follow = BTreeSet::new();
        loop {
            let asks = |when: &Option<crate::definition::Expr>| {
                let node = when.as_ref().and_then(|when| parse(when).ok());
                node.is_some_and(|node| node.reads().iter().any(|name| open.contains(*name)))
            };
            let mut grown = BTreeSet::new();
            for page in &definition.form {
                for field in &page.fields {
                    if !open.contains(&field.code)
                        && (asks(&page.show_when) || asks(&field.show_when))
                    {
                        grown.insert(field.code.clone());
                    }
                }
            }
            if grown.is_empty() {
                break;
            }
            open.extend(grown.iter().cloned());
            follow.extend(grown);
        }
        let reads = |document: &&Document| {
            let when = document.required_when.as_ref();
            let node = when.and_then(|when| parse(when).ok());
            node.is_some_and(|node| node.reads().iter().any(|name| open.contains(*name)))
        };
        let documents = definition.documents.iter();
        let documents = documents
            .filter(|d| marked.contains(&document_name(d)) || reads(d))
            .map(|d| d.code.clone())
            .collect();
        Self {
            marked,
            follow,
            documents,
        }
    }

    pub fn field(&self, spot: &Spot) -> bool {
        self.marked.contains(&spot.name()) || self.follow.contains(&spot.field.code)
    }

    /// By the name a form posts it under.
    pub fn named(&self, what: &str) -> bool {
        self.marked.contains(what)
            || what
                .rsplit('/')
                .next()
                .is_some_and(|code| self.follow.contains(code))
    }

    pub fn document(&self, code: &str) -> bool {
        self.documents.contains(code)
    }
}

/// An answer that became another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// As [`Mark::what`].
    pub what: String,
    pub old: Option<Json>,
    pub new: Option<Json>,
}

/// What differs between two versions of the answers, in the order of the form. Computed and looked-up
/// fields are told too: they follow from what was typed.
pub fn differences(definition: &Definition, old: &Answers, new: &Answers) -> Vec<Difference> {
    let mut found = Vec::new();
    for (index, page) in definition.form.iter().enumerate() {
        let rows = page
            .repeat
            .as_ref()
            .map(|repeat| walk::rows(old, &repeat.code).max(walk::rows(new, &repeat.code)));
        let places: Vec<Option<usize>> = match rows {
            None => vec![None],
            Some(count) => (0..count).map(Some).collect(),
        };
        for row in places {
            for field in &page.fields {
                let spot = Spot {
                    at: PageRef { index, row },
                    page,
                    field,
                };
                let (was, is) = (spot.value(old), spot.value(new));
                if was != is {
                    found.push(Difference {
                        what: spot.name(),
                        old: was.cloned(),
                        new: is.cloned(),
                    });
                }
            }
        }
    }
    found
}

/// The first change beside what may be changed; `None` where the applicant kept to the request. What is
/// computed or looked up may follow a marked answer.
pub fn beside(
    definition: &Definition,
    open: &Open,
    old: &Answers,
    new: &Answers,
) -> Option<String> {
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let follows: BTreeSet<&str> = fields
        .filter(|field| field.value.is_some() || field.from.is_some())
        .map(|field| field.code.as_str())
        .collect();
    let changed = differences(definition, old, new).into_iter();
    changed.map(|difference| difference.what).find(|what| {
        let code = what.rsplit('/').next().unwrap_or(what);
        !open.named(what) && !follows.contains(code)
    })
}
