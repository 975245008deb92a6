//! Answers as a whole: what a person typed on a page, what they send in the end, what others see.
//!
//! Nothing typed is lost: an answer that cannot stand stays as typed and is told. Only sending
//! ([`judge_all`]) drops what is hidden.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::Answers;
use crate::definition::{Code, Definition, Document, Field, FieldKind, Kind, Page};
use crate::expr::{Scope, evaluate, holds, parse};
use crate::field::{self, FieldProblem, Wrong};
use crate::text::Text;
use crate::walk::{self, PageRef, in_row, rows};

/// What was typed on one page, put to the answers so far (`scope.answers`), and what is wrong on
/// that page. `typed` are the pairs of the form: the field's code, `code.part` for a place
/// (`where.lat`), the same code several times for several choices. A field that is not among them
/// was emptied. Page checks are judged where what they need was answered.
pub fn judge_page(
    definition: &Definition,
    at: PageRef,
    typed: &[(String, String)],
    scope: &Scope,
) -> (Answers, Vec<FieldProblem>) {
    judge_some(definition, at, |_| true, typed, scope)
}

/// As [`judge_page`], where only some fields may be typed: the others keep their answers.
pub fn judge_some(
    definition: &Definition,
    at: PageRef,
    open: impl Fn(&Field) -> bool,
    typed: &[(String, String)],
    scope: &Scope,
) -> (Answers, Vec<FieldProblem>) {
    let mut answers = scope.answers.clone();
    let Some(page) = definition.form.get(at.index) else {
        return (answers, vec![]);
    };
    let fields = page.fields.iter();
    for field in fields.filter(|field| typable(field) && open(field)) {
        let raw = typed_value(field, typed);
        let here = in_row(
            page,
            at.row,
            Scope::of(definition, scope.answers).like(scope),
        );
        // What cannot stand is kept as it was typed; the problem is told below.
        let value = field::judge(field, &raw, &here).unwrap_or(raw);
        put(&mut answers, page, at.row, &field.code, value);
    }
    let problems = judge_shown(definition, at, &Scope::of(definition, &answers).like(scope));
    (answers, problems)
}

/// Everything, as sent: the settled answers (`walk::settled`) and every problem of every page,
/// with the documents that are still missing. Send only without problems.
pub fn judge_all(
    definition: &Definition,
    scope: &Scope,
    supplied: &BTreeSet<Code>,
) -> (Answers, Vec<FieldProblem>) {
    let clean = normalised(definition, scope);
    let scope = &Scope::of(definition, &clean).like(scope);
    let mut problems = Vec::new();
    for at in walk::pages(definition, scope) {
        problems.extend(judge_shown(definition, at, scope));
    }
    let answers = walk::settled(definition, scope);
    let here = Scope::of(definition, &answers).like(scope);
    for (index, page) in definition.form.iter().enumerate() {
        if let Some(repeat) = &page.repeat
            && page
                .show_when
                .as_ref()
                .is_none_or(|when| holds(when, &here).unwrap_or(false))
        {
            let is = rows(&answers, &repeat.code);
            let wrong = if is < repeat.min as usize {
                Wrong::TooFewRows { least: repeat.min }
            } else if is > repeat.max as usize && repeat.max > 0 {
                Wrong::TooManyRows { most: repeat.max }
            } else {
                continue;
            };
            problems.push(FieldProblem {
                field: repeat.code.clone(),
                label: repeat.label.clone(),
                help: Text::default(),
                page: Some(PageRef {
                    index,
                    row: Some(0),
                }),
                wrong,
            });
        }
    }
    for (document, required) in documents(definition, &here) {
        if required && !supplied.contains(&document.code) {
            problems.push(FieldProblem {
                field: format!("documents/{}", document.code),
                label: document.label.clone(),
                help: document.help.clone(),
                page: None,
                wrong: Wrong::DocumentMissing,
            });
        }
    }
    (answers, problems)
}

/// The documents of the service and whether these answers require each.
pub fn documents<'d>(definition: &'d Definition, scope: &Scope) -> Vec<(&'d Document, bool)> {
    let settled = walk::settled(definition, scope);
    let here = Scope::of(definition, &settled).like(scope);
    definition
        .documents
        .iter()
        .map(|document| {
            let when = document.required_when.as_ref();
            let required =
                document.required || when.is_some_and(|when| holds(when, &here).unwrap_or(false));
            (document, required)
        })
        .collect()
}

/// The answers without what is hidden: what a case keeps.
pub fn strip_hidden(definition: &Definition, scope: &Scope) -> Answers {
    walk::settled(definition, scope)
}

/// What anybody may read. A field may be public (`public: true`) or not (`public: false`); where it
/// says nothing, answers of a report are public unless they are personal data, files, masked or
/// hidden, and answers of any other service are not. A place keeps its point and area, not its words.
pub fn public_view(definition: &Definition, answers: &Answers) -> Answers {
    project(definition, answers, |path, field, value| {
        if !is_open(definition, path, field) {
            return None;
        }
        match (value, field.kind == FieldKind::Place, field.public) {
            (Json::Object(place), true, None) => {
                let mut place = place.clone();
                place.remove("words");
                Some(Json::Object(place))
            }
            (value, ..) => Some(value.clone()),
        }
    })
}

fn is_open(definition: &Definition, path: &str, field: &Field) -> bool {
    field.public.unwrap_or_else(|| {
        definition.kind == Kind::Report
            && !personal(&field.kind)
            && mask_of(definition, path, field).is_none()
    })
}

/// Whether anybody may see where a case of this service lies, as [`public_view`] shows it.
pub fn shows_place(definition: &Definition) -> bool {
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let mut places = fields.filter(|field| field.kind == FieldKind::Place);
    places.all(|field| is_open(definition, &field.code, field))
}

/// Whether anybody may see the photos of a published case of this service.
pub fn shows_photos(definition: &Definition) -> bool {
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let mut photos = fields.filter(|field| field.kind == FieldKind::Photos);
    // They are drawn anew without what a camera writes: public where field and frame do not hide them.
    let open = |field: &Field| {
        let hidden = mask_of(definition, &field.code, field).is_some();
        field
            .public
            .unwrap_or(definition.kind == Kind::Report && !hidden)
    };
    photos.all(open)
}

/// What those see who do not handle the case: `last-4` keeps four signs, `hidden` and
/// `handlers-only` keep nothing (the key stays, with `•••`).
pub fn masked(definition: &Definition, answers: &Answers) -> Answers {
    project(definition, answers, |path, field, value| {
        Some(match mask_of(definition, path, field) {
            None => value.clone(),
            Some("last-4") => last_four(value),
            Some(_) => json!("•••"),
        })
    })
}

/// The stricter of the field's own mask and the service's `hide`; `none` is no mask.
fn mask_of<'d>(definition: &'d Definition, path: &str, field: &'d Field) -> Option<&'d str> {
    let hidden = definition.access.hide.iter();
    let hide = hidden
        .filter(|(hidden, _)| hidden == path)
        .map(|(_, rule)| rule.as_str());
    let rules: Vec<&str> = hide
        .chain(field.mask.as_deref())
        .filter(|rule| *rule != "none")
        .collect();
    rules
        .iter()
        .find(|rule| **rule != "last-4")
        .or(rules.first())
        .copied()
}

fn last_four(value: &Json) -> Json {
    let Json::String(text) = value else {
        return json!("•••");
    };
    let signs: Vec<char> = text.chars().collect();
    if signs.len() <= 4 {
        return json!("•••");
    }
    let last: String = signs.iter().skip(signs.len() - 4).collect();
    json!(format!("{}{last}", "•".repeat(signs.len() - 4)))
}

/// Data about a person, or possibly showing one.
fn personal(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Phone
        | FieldKind::Email
        | FieldKind::PersonalId
        | FieldKind::OrganisationId
        | FieldKind::Address
        | FieldKind::Photos
        | FieldKind::File
        | FieldKind::Record => true,
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Whole
        | FieldKind::Decimal(_)
        | FieldKind::Money
        | FieldKind::YesNo
        | FieldKind::Date
        | FieldKind::Choice(_)
        | FieldKind::Choices(_)
        | FieldKind::Place
        | FieldKind::Unit => false,
    }
}

/// The answers that the form knows, each as `keep` gives it.
fn project(
    definition: &Definition,
    answers: &Answers,
    keep: impl Fn(&str, &Field, &Json) -> Option<Json>,
) -> Answers {
    let mut view = Answers::new();
    for page in &definition.form {
        match &page.repeat {
            None => {
                for field in &page.fields {
                    if let Some(value) = answers.get(&field.code)
                        && let Some(value) = keep(&field.code, field, value)
                    {
                        view.insert(field.code.clone(), value);
                    }
                }
            }
            Some(repeat) => {
                let Some(Json::Array(all)) = answers.get(&repeat.code) else {
                    continue;
                };
                let rows = all.iter().map(|row| {
                    let kept = page.fields.iter().filter_map(|field| {
                        let path = format!("{}.{}", repeat.code, field.code);
                        let value = keep(&path, field, row.get(&field.code)?)?;
                        Some((field.code.clone(), value))
                    });
                    Json::Object(kept.collect())
                });
                view.insert(repeat.code.clone(), Json::Array(rows.collect()));
            }
        }
    }
    view
}

/// Filled in by a person (not computed, not looked up)?
fn typable(field: &Field) -> bool {
    field.value.is_none() && !field.read_only && field.kind != FieldKind::Record
}

fn typed_value(field: &Field, typed: &[(String, String)]) -> Json {
    if field.kind == FieldKind::Place {
        let mut place = Map::new();
        for (name, text) in typed {
            if let Some(part) = name.strip_prefix(&field.code)
                && let Some(part) = part.strip_prefix('.')
                && !text.trim().is_empty()
            {
                place.insert(part.to_owned(), json!(text));
            }
        }
        return if place.is_empty() {
            Json::Null
        } else {
            Json::Object(place)
        };
    }
    let mut all = typed
        .iter()
        .filter(|(name, text)| *name == field.code && !text.is_empty())
        .map(|(_, text)| json!(text))
        .collect::<Vec<_>>();
    match all.len() {
        0 => Json::Null,
        1 => all.remove(0),
        _ => Json::Array(all),
    }
}

fn put(answers: &mut Answers, page: &Page, row: Option<usize>, code: &str, value: Json) {
    let target = match (&page.repeat, row) {
        (Some(repeat), Some(row)) if row < (repeat.max as usize).max(1) => {
            let all = answers
                .entry(repeat.code.clone())
                .or_insert_with(|| json!([]));
            if !all.is_array() {
                *all = json!([]);
            }
            let Json::Array(all) = all else { return };
            while all.len() <= row {
                all.push(json!({}));
            }
            let Some(Json::Object(target)) = all.get_mut(row) else {
                return;
            };
            target
        }
        (None, None) => answers,
        _ => return,
    };
    if value.is_null() {
        target.remove(code);
    } else {
        target.insert(code.to_owned(), value);
    }
}

/// The problems of the fields shown on this page, then of its checks.
fn judge_shown(definition: &Definition, at: PageRef, scope: &Scope) -> Vec<FieldProblem> {
    let settled = walk::settled(definition, scope);
    let Some(page) = definition.form.get(at.index) else {
        return vec![];
    };
    let here = in_row(page, at.row, Scope::of(definition, &settled).like(scope));
    let path = |code: &str| match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => format!("{}/{row}/{code}", repeat.code),
        _ => code.to_owned(),
    };
    let mut problems = Vec::new();
    for field in walk::fields(definition, scope, at) {
        if field.value.is_some() {
            continue;
        }
        let raw = typed_answer(&settled, page, at.row, field);
        if let Err(wrong) = field::judge(field, &raw, &here) {
            let mut problem = FieldProblem::of(field, wrong);
            problem.field = path(&field.code);
            problem.page = Some(at);
            problems.push(problem);
        }
    }
    for check in &page.check {
        // Not answered yet is no breach; what is required says so itself.
        if evaluate(&check.must, &here) == Ok(json!(false)) {
            let field = parse(&check.must).ok().and_then(|node| {
                let reads = node.reads();
                let named = page.fields.iter();
                named
                    .filter(|field| reads.contains(&field.code.as_str()))
                    .find(|field| typable(field))
            });
            problems.push(FieldProblem {
                field: field.map_or_else(|| format!("form/{}", at.index), |f| path(&f.code)),
                label: field.map_or_else(|| page.page.clone(), |f| f.label.clone()),
                help: Text::default(),
                page: Some(at),
                wrong: Wrong::Check(check.otherwise.clone()),
            });
        }
    }
    problems
}

fn typed_answer(answers: &Answers, page: &Page, row: Option<usize>, field: &Field) -> Json {
    let found = match (&page.repeat, row) {
        (Some(repeat), Some(row)) => answers
            .get(&repeat.code)
            .and_then(|all| all.get(row))
            .and_then(|row| row.get(&field.code)),
        _ => answers.get(&field.code),
    };
    found.cloned().unwrap_or(Json::Null)
}

/// Answers that came as text (an import, an open interface) become values; what cannot stand
/// stays as it came.
fn normalised(definition: &Definition, scope: &Scope) -> Answers {
    let mut answers = scope.answers.clone();
    for page in &definition.form {
        let all: Vec<Option<usize>> = match &page.repeat {
            None => vec![None],
            Some(repeat) => (0..rows(scope.answers, &repeat.code)).map(Some).collect(),
        };
        for row in all {
            let here = in_row(page, row, Scope::of(definition, scope.answers).like(scope));
            for field in page.fields.iter().filter(|field| field.value.is_none()) {
                let raw = typed_answer(scope.answers, page, row, field);
                if let Ok(value) = field::judge(field, &raw, &here) {
                    put(&mut answers, page, row, &field.code, value);
                }
            }
        }
    }
    answers
}
