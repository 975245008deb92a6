//! The walk through a form: which pages and fields are there, derived from the answers so far.
//!
//! No stored "current page": go back, change an answer, and the walk is another one. Judging what
//! was typed is `answer`'s and `field`'s business.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::Answers;
use crate::definition::{Definition, Expr, Field, FieldKind, Page};
use crate::expr::{Scope, evaluate, holds, parse};

/// A page to show; of a repeating page, one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PageRef {
    /// Place in `definition.form`.
    pub index: usize,
    /// Row of the repeating group, from 0; `None` on a page that does not repeat.
    pub row: Option<usize>,
}

/// Where the walk goes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    Page(PageRef),
    Documents,
    Review,
}

/// The pages that are there, in order. A repeating page has a page for every row that was begun,
/// and at least as many as the group asks for (one, where it asks for none).
pub fn pages(definition: &Definition, scope: &Scope) -> Vec<PageRef> {
    let settled = settled(definition, scope);
    let scope = Scope::of(definition, &settled).like(scope);
    let mut pages = Vec::new();
    for (index, page) in definition.form.iter().enumerate() {
        if !shown(page.show_when.as_ref(), &scope) {
            continue;
        }
        match &page.repeat {
            None => pages.push(PageRef { index, row: None }),
            Some(repeat) => {
                let begun = rows(scope.answers, &repeat.code);
                let count = begun.max(repeat.min as usize).max(1);
                pages.extend((0..count).map(|row| PageRef {
                    index,
                    row: Some(row),
                }));
            }
        }
    }
    pages
}

/// What comes after this page (`None`: before the first): the next page that is there, then the
/// documents where the service wants any, then the review.
pub fn next(definition: &Definition, scope: &Scope, after: Option<PageRef>) -> Next {
    let following = pages(definition, scope)
        .into_iter()
        .find(|page| after.is_none_or(|after| *page > after));
    match following {
        Some(page) => Next::Page(page),
        None if definition.documents.is_empty() => Next::Review,
        None => Next::Documents,
    }
}

/// The fields shown on this page with these answers, in the order of the file.
pub fn fields<'d>(definition: &'d Definition, scope: &Scope, at: PageRef) -> Vec<&'d Field> {
    let settled = settled(definition, scope);
    let scope = Scope::of(definition, &settled).like(scope);
    let Some(page) = definition.form.get(at.index) else {
        return vec![];
    };
    if !shown(page.show_when.as_ref(), &scope) {
        return vec![];
    }
    let scope = in_row(page, at.row, scope);
    page.fields
        .iter()
        .filter(|field| shown(field.show_when.as_ref(), &scope))
        .collect()
}

/// The answers as they count: hidden fields gone, computed values filled in, a yes-no that is shown
/// and was not ticked (nor required) is no, a group that is
/// shown is a list even without rows, keys that the form does not know gone.
pub fn settled(definition: &Definition, scope: &Scope) -> Answers {
    let given = scope.answers;
    let mut settled = Answers::new();
    for page in &definition.form {
        if let Some(repeat) = &page.repeat {
            let empty = vec![json!({}); rows(given, &repeat.code)];
            settled.insert(repeat.code.clone(), Json::Array(empty));
        }
    }
    for (page, field) in in_order(definition) {
        let (page, field) = match definition.form.get(page) {
            Some(page) => match page.fields.get(field) {
                Some(field) => (page, field),
                None => continue,
            },
            None => continue,
        };
        let visible = shown(
            page.show_when.as_ref(),
            &Scope::of(definition, &settled).like(scope),
        );
        if !visible {
            continue;
        }
        match &page.repeat {
            None => {
                let here = Scope::of(definition, &settled).like(scope);
                if let Some(value) = counted(field, given, &here) {
                    settled.insert(field.code.clone(), value);
                }
            }
            Some(repeat) => {
                for row in 0..rows(given, &repeat.code) {
                    let here = Scope::of(definition, &settled)
                        .like(scope)
                        .row(&repeat.code, row);
                    let Some(Json::Object(typed)) =
                        given.get(&repeat.code).and_then(|all| all.get(row))
                    else {
                        continue;
                    };
                    if let Some(value) = counted(field, typed, &here)
                        && let Some(Json::Object(kept)) = settled
                            .get_mut(&repeat.code)
                            .and_then(|all| all.get_mut(row))
                    {
                        kept.insert(field.code.clone(), value);
                    }
                }
            }
        }
    }
    for page in &definition.form {
        let hidden = !shown(
            page.show_when.as_ref(),
            &Scope::of(definition, &settled).like(scope),
        );
        if let Some(repeat) = &page.repeat
            && hidden
        {
            settled.remove(&repeat.code);
        }
    }
    in_file_order(definition, settled)
}

/// The value a field counts with, `None` where it is hidden or has none.
fn counted(field: &Field, typed: &Map<String, Json>, scope: &Scope) -> Option<Json> {
    if !shown(field.show_when.as_ref(), scope) {
        return None;
    }
    let value = match &field.value {
        // A computed value over something mistyped has none; the mistake is told where it is.
        Some(value) => evaluate(value, scope).unwrap_or(Json::Null),
        None => typed.get(&field.code).cloned().unwrap_or(Json::Null),
    };
    match (&field.kind, value) {
        (FieldKind::YesNo, Json::Null) if !field.required && field.value.is_none() => {
            Some(json!(false))
        }
        (_, Json::Null) => None,
        (_, value) => Some(value),
    }
}

/// A condition that faults (over something mistyped) shows nothing; the check of definitions
/// refuses those that fault over good answers.
fn shown(when: Option<&Expr>, scope: &Scope) -> bool {
    when.is_none_or(|when| holds(when, scope).unwrap_or(false))
}

pub(crate) fn in_row<'a>(page: &'a Page, row: Option<usize>, scope: Scope<'a>) -> Scope<'a> {
    match (&page.repeat, row) {
        (Some(repeat), Some(row)) => scope.row(&repeat.code, row),
        _ => scope,
    }
}

pub(crate) fn rows(answers: &Answers, group: &str) -> usize {
    answers
        .get(group)
        .and_then(Json::as_array)
        .map_or(0, Vec::len)
}

/// Fields so that each comes after those it asks about (file order otherwise, and in a circle,
/// which the check of definitions refuses).
fn in_order(definition: &Definition) -> Vec<(usize, usize)> {
    struct Walk<'d> {
        definition: &'d Definition,
        seen: Vec<(usize, usize)>,
        order: Vec<(usize, usize)>,
    }
    impl Walk<'_> {
        fn visit(&mut self, at: (usize, usize)) {
            if self.seen.contains(&at) {
                return;
            }
            self.seen.push(at);
            for needed in asks(self.definition, at) {
                self.visit(needed);
            }
            self.order.push(at);
        }
    }
    let mut walk = Walk {
        definition,
        seen: Vec::new(),
        order: Vec::new(),
    };
    for (index, page) in definition.form.iter().enumerate() {
        for field in 0..page.fields.len() {
            walk.visit((index, field));
        }
    }
    walk.order
}

/// The fields whose answers decide whether this one is there and what it is worth.
pub(crate) fn asks(definition: &Definition, at: (usize, usize)) -> Vec<(usize, usize)> {
    let Some(page) = definition.form.get(at.0) else {
        return vec![];
    };
    let Some(field) = page.fields.get(at.1) else {
        return vec![];
    };
    let exprs = [&page.show_when, &field.show_when, &field.value];
    let mut found = Vec::new();
    for expr in exprs.into_iter().flatten() {
        let Ok(node) = parse(expr) else { continue };
        for name in node.reads() {
            found.extend(named(definition, at.0, name));
        }
        for (table, _) in node.tables() {
            let inputs = definition.tables.iter().filter(|t| t.code == table);
            for input in inputs.flat_map(|t| &t.inputs) {
                if let Ok(node) = parse(input) {
                    for name in node.reads() {
                        found.extend(named(definition, at.0, name));
                    }
                }
            }
        }
    }
    found
}

/// The fields that `name` means on page `here`: of its own row first, then of the form, or all
/// fields of a repeating group.
fn named(definition: &Definition, here: usize, name: &str) -> Vec<(usize, usize)> {
    let of_page = |index: usize, page: &Page| {
        let at = page.fields.iter().position(|field| field.code == name)?;
        Some((index, at))
    };
    if let Some(page) = definition.form.get(here)
        && let Some(at) = of_page(here, page)
    {
        return vec![at];
    }
    for (index, page) in definition.form.iter().enumerate() {
        match &page.repeat {
            None => {
                if let Some(at) = of_page(index, page) {
                    return vec![at];
                }
            }
            Some(repeat) if repeat.code == name => {
                return (0..page.fields.len()).map(|field| (index, field)).collect();
            }
            Some(_) => {}
        }
    }
    vec![]
}

/// As people filled it in, so that reviews, exports and hashes do not depend on the computing.
fn in_file_order(definition: &Definition, mut settled: Answers) -> Answers {
    let mut ordered = Answers::new();
    for page in &definition.form {
        match &page.repeat {
            None => {
                for field in &page.fields {
                    if let Some(value) = settled.remove(&field.code) {
                        ordered.insert(field.code.clone(), value);
                    }
                }
            }
            Some(repeat) => {
                let Some(Json::Array(rows)) = settled.remove(&repeat.code) else {
                    continue;
                };
                let rows = rows.into_iter().map(|row| match row {
                    Json::Object(mut row) => Json::Object(
                        page.fields
                            .iter()
                            .filter_map(|f| Some((f.code.clone(), row.remove(&f.code)?)))
                            .collect(),
                    ),
                    other => other,
                });
                ordered.insert(repeat.code.clone(), Json::Array(rows.collect()));
            }
        }
    }
    ordered
}
