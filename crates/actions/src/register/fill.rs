//! A page of a form and what registers say to it.

use rules::origin::{Origin, Origins, Why};
use serde_json::{Map, Value as Json, json};
use service::definition::{Definition, Field, FieldKind, Page, RegisterCall};
use service::expr::{Scope, evaluate, parse};
use service::field::{FieldProblem, Wrong, judge};
use service::registers::{Register, register};
use service::walk::{self, PageRef};
use service::{Answers, Text};

use super::{Asker, Filled, Outside, Told, Wanted, folded};
use crate::city::City;
use crate::error::ActionError;

/// A field that a register fills in.
struct Asked<'d> {
    field: &'d Field,
    call: &'d RegisterCall,
    register: Register,
    path: String,
    /// `None`: what it is asked with was not answered yet.
    wanted: Option<Wanted>,
}

/// What is to be asked for this page: answers that were given already with the same key are not asked again.
pub fn wanted(
    definition: &Definition,
    at: PageRef,
    scope: &Scope<'_>,
    origins: &Origins,
) -> Vec<Wanted> {
    let Some(page) = definition.form.get(at.index) else {
        return Vec::new();
    };
    let asked = asked(definition, page, at, scope).into_iter();
    let mut wanted: Vec<Wanted> = asked
        .filter(|asked| !stands(asked, origins))
        .filter_map(|asked| asked.wanted)
        .collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

impl City {
    /// Fills in the fields of a page that registers know. What they do not know is taken from `typed`, the pairs
    /// of the form, and marked as declared. `scope.answers` are the answers so far, with what was typed into
    /// the other fields.
    ///
    /// # Errors
    /// Where the memory does not answer.
    #[expect(
        clippy::too_many_arguments,
        reason = "a page, who asks, what was typed and what was told meet here"
    )]
    pub async fn fill_in(
        &self,
        definition: &Definition,
        at: PageRef,
        scope: &Scope<'_>,
        asker: &Asker<'_>,
        typed: &[(String, String)],
        origins: &Origins,
        outside: &Outside,
    ) -> Result<Filled, ActionError> {
        let mut filled = Filled {
            answers: scope.answers.clone(),
            origins: origins.clone(),
            problems: Vec::new(),
            unknown: Vec::new(),
        };
        let Some(page) = definition.form.get(at.index) else {
            return Ok(filled);
        };
        let all = asked(definition, page, at, scope);
        let mut told: Vec<(Wanted, Option<Told>)> = Vec::new();
        let mut often = None;
        for wanted in wanted(definition, at, scope, origins) {
            let closed = match often {
                Some(closed) => closed,
                None => *often.insert(self.asks_too_often(asker).await?),
            };
            let answer = match closed {
                true => None,
                false => self.ask_register(&wanted, asker, outside).await?,
            };
            told.push((wanted, answer));
        }
        for asked in &all {
            if stands(asked, origins) {
                continue;
            }
            let here = in_page(definition, page, at, scope);
            let answer = asked.wanted.as_ref().and_then(|wanted| {
                let found = told.iter().find(|(one, _)| one == wanted);
                found.and_then(|(_, told)| told.clone())
            });
            let origin = |declared, as_of| Origin {
                source: asked.register.code.to_owned(),
                key: asked
                    .wanted
                    .as_ref()
                    .map_or_else(String::new, |w| w.key.clone()),
                at: self.now(),
                as_of,
                declared,
            };
            // A value of a key that was typed over says nothing of the new one.
            let of_other = origins.get(&asked.path).is_some_and(|origin| {
                origin.declared.is_none() && origin.source == asked.register.code
            });
            let mut unsaid = false;
            let why = match answer {
                Some(Told::Found { record, as_of }) => {
                    match of_record(asked.field, &asked.register, &record) {
                        Some(value) => {
                            put(&mut filled.answers, page, at.row, asked.field, Some(value));
                            filled
                                .origins
                                .insert(asked.path.clone(), origin(None, as_of));
                            continue;
                        }
                        None => Some(Why::NotFound),
                    }
                }
                Some(Told::NotFound) => {
                    // Said once for a key; whoever sends it again declares.
                    unsaid = shown(page, asked, &here) && !was_told(asked, origins);
                    let problem = unknown(page, at, asked);
                    let said = match asked.field.kind {
                        FieldKind::Record => &mut filled.problems,
                        _ => &mut filled.unknown,
                    };
                    if unsaid && !said.iter().any(|one| one.field == problem.field) {
                        said.push(problem);
                    }
                    Some(Why::NotFound)
                }
                Some(Told::Away) => Some(Why::Away),
                None if often == Some(true) && asked.wanted.is_some() => Some(Why::TooOften),
                // Where a case goes hangs on a record: without its register it is declared.
                None if asked.field.kind == FieldKind::Record && asked.wanted.is_some() => {
                    Some(Why::Away)
                }
                // Nobody keeps this register here, or there was nothing to ask with.
                None => None,
            };
            // What the form did not show stays as it was.
            let sent = typed.iter().any(|(name, _)| names(name, &asked.field.code));
            let (value, problems) = match sent {
                _ if of_other && why.is_some() => (None, Vec::new()),
                true => declared(asked, at, typed, &here),
                false => (before(page, at, asked.field, scope), Vec::new()),
            };
            filled.problems.extend(problems);
            let record = asked.field.kind == FieldKind::Record;
            if let Some(why) = why
                && record
                && value.is_none()
                && !unsaid
                && shown(page, asked, &here)
            {
                filled.problems.push(declare(at, asked, why));
            }
            put(&mut filled.answers, page, at.row, asked.field, value);
            match why {
                Some(why) => {
                    filled
                        .origins
                        .insert(asked.path.clone(), origin(Some(why), None));
                }
                None => {
                    filled.origins.remove(&asked.path);
                }
            }
        }
        Ok(filled)
    }
}

/// `parcel.area_m2` is a part of `parcel`.
fn names(name: &str, code: &str) -> bool {
    let rest = name.strip_prefix(code);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn before(page: &Page, at: PageRef, field: &Field, scope: &Scope<'_>) -> Option<Json> {
    match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => scope.answers.get(&repeat.code)?.get(row)?.get(&field.code),
        _ => scope.answers.get(&field.code),
    }
    .cloned()
}

fn asked<'d>(
    definition: &'d Definition,
    page: &'d Page,
    at: PageRef,
    scope: &Scope<'_>,
) -> Vec<Asked<'d>> {
    let settled = walk::settled(definition, scope);
    let here = Scope::of(definition, &settled).like(scope);
    let here = match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => here.row(&repeat.code, row),
        _ => here,
    };
    let fields = page.fields.iter();
    fields
        .filter_map(|field| {
            let call = field.from.as_ref()?;
            let register = register(&call.register)?;
            let key = match evaluate(&call.key, &here) {
                Ok(Json::String(key)) if !key.trim().is_empty() => Some(folded(&key)),
                Ok(Json::Number(key)) => Some(key.to_string()),
                _ => None,
            };
            Some(Asked {
                field,
                call,
                path: path(page, at, &field.code),
                wanted: key.map(|key| Wanted {
                    register: register.code,
                    key,
                }),
                register,
            })
        })
        .collect()
}

fn in_page<'a>(
    definition: &'a Definition,
    page: &'a Page,
    at: PageRef,
    scope: &Scope<'a>,
) -> Scope<'a> {
    let here = Scope::of(definition, scope.answers).like(scope);
    match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => here.row(&repeat.code, row),
        _ => here,
    }
}

/// `buyers/0/full_name`
fn path(page: &Page, at: PageRef, code: &str) -> String {
    match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => format!("{}/{row}/{code}", repeat.code),
        _ => code.to_owned(),
    }
}

/// A register, or the account, said so already, asked with the same key.
fn stands(asked: &Asked<'_>, origins: &Origins) -> bool {
    let key = asked.wanted.as_ref().map(|wanted| wanted.key.as_str());
    origins.get(&asked.path).is_some_and(|origin| {
        origin.declared.is_none()
            && origin.source == asked.register.code
            && Some(origin.key.as_str()) == key
    })
}

/// The register did not know this key, and the person was told so.
fn was_told(asked: &Asked<'_>, origins: &Origins) -> bool {
    let key = asked.wanted.as_ref().map(|wanted| wanted.key.as_str());
    origins.get(&asked.path).is_some_and(|origin| {
        origin.declared == Some(Why::NotFound) && Some(origin.key.as_str()) == key
    })
}

/// The field is shown with these answers; what is hidden asks nothing.
fn shown(page: &Page, asked: &Asked<'_>, here: &Scope<'_>) -> bool {
    key_field(page, asked.call).is_none_or(|field| {
        field
            .show_when
            .as_ref()
            .is_none_or(|when| service::expr::holds(when, here).unwrap_or(false))
    })
}

fn key_field<'p>(page: &'p Page, call: &RegisterCall) -> Option<&'p Field> {
    let node = parse(&call.key).ok()?;
    let reads = node.reads();
    page.fields
        .iter()
        .find(|field| reads.contains(&field.code.as_str()))
}

/// What a form gets of a record: the part it asks for, or the parts that forms may show.
fn of_record(field: &Field, register: &Register, record: &Map<String, Json>) -> Option<Json> {
    match field.kind {
        FieldKind::Record => {
            let parts = register.fields.iter();
            let parts: Map<String, Json> = parts
                .filter_map(|(name, _)| Some(((*name).to_owned(), record.get(*name)?.clone())))
                .collect();
            Some(Json::Object(parts))
        }
        _ => record.get(register.fills(&field.code)?).cloned(),
    }
    .filter(|value| !value.is_null())
}

/// What a person typed where the register did not say: judged like any answer. Of a record each part
/// (`parcel.area_m2`).
fn declared(
    asked: &Asked<'_>,
    at: PageRef,
    typed: &[(String, String)],
    here: &Scope<'_>,
) -> (Option<Json>, Vec<FieldProblem>) {
    let text = |name: &str| {
        let found = typed
            .iter()
            .find(|(one, text)| one == name && !text.trim().is_empty());
        found.map_or(Json::Null, |(_, text)| json!(text))
    };
    let field = asked.field;
    if field.kind != FieldKind::Record {
        let open = Field {
            read_only: false,
            ..field.clone()
        };
        let raw = text(&field.code);
        return match judge(&open, &raw, here) {
            Ok(Json::Null) => (None, Vec::new()),
            Ok(value) => (Some(value), Vec::new()),
            Err(wrong) => {
                let mut problem = FieldProblem::of(field, wrong);
                problem.field.clone_from(&asked.path);
                problem.page = Some(at);
                ((!raw.is_null()).then_some(raw), vec![problem])
            }
        };
    }
    let (mut record, mut problems) = (Map::new(), Vec::new());
    for (name, _) in &asked.register.fields {
        let place = format!("{}.{name}", field.code);
        let raw = match (*name == asked.register.key, &asked.wanted) {
            // What it was asked with is answered already.
            (true, Some(wanted)) => json!(wanted.key),
            _ => text(&place),
        };
        let Some(part) = asked.register.asks(name, field.label.clone()) else {
            continue;
        };
        match judge(&part, &raw, here) {
            Ok(Json::Null) => {}
            Ok(value) => {
                record.insert((*name).to_owned(), value);
            }
            Err(wrong) => {
                let mut problem = FieldProblem::of(&part, wrong);
                problem.field = place;
                problem.page = Some(at);
                problems.push(problem);
                record.insert((*name).to_owned(), raw);
            }
        }
    }
    // The key alone declares nothing.
    let says = record.keys().any(|name| name != asked.register.key);
    (says.then_some(Json::Object(record)), problems)
}

/// Said at the field whose answer was the key.
fn unknown(page: &Page, at: PageRef, asked: &Asked<'_>) -> FieldProblem {
    let field = key_field(page, asked.call).unwrap_or(asked.field);
    let mut problem = FieldProblem::of(field, Wrong::Check(not_found(asked.register.code)));
    problem.field = path(page, at, &field.code);
    problem.page = Some(at);
    problem
}

/// Said at a record that must be declared because its register does not answer, or does not know the key.
fn declare(at: PageRef, asked: &Asked<'_>, why: Why) -> FieldProblem {
    let (vi, en) = match why {
        Why::NotFound => ("Chưa có trong sổ", "It is not in the register"),
        Why::Away | Why::TooOften => ("Chưa tra được lúc này", "It cannot be looked up now"),
    };
    let says = Text::vi(format!(
        "{vi}. Xin tự khai các mục dưới đây và đính kèm giấy tờ; cán bộ sẽ đối chiếu"
    ))
    .and(
        "en",
        format!(
            "{en}. Please declare the parts below and attach the papers; an official will compare"
        ),
    );
    let mut problem = FieldProblem::of(asked.field, Wrong::Check(says));
    problem.field.clone_from(&asked.path);
    problem.page = Some(at);
    problem
}

fn not_found(register: &str) -> Text {
    let (vi, en) = match register {
        "population" => ("dữ liệu dân cư", "the population register"),
        "land-register" => ("sổ địa chính", "the land register"),
        "enterprises" => ("dữ liệu doanh nghiệp", "the register of enterprises"),
        _ => ("sổ hộ tịch", "the register of civil status"),
    };
    Text::vi(format!(
        "Không tìm thấy số này trong {vi}. Xem lại từng chữ, từng số; nếu đúng, xin tự khai các mục liên quan rồi gửi lại, cán bộ sẽ đối chiếu"
    ))
    .and(
        "en",
        format!("This number is not in {en}. Check each letter and digit; if it is right, declare the parts that hang on it and send again; an official will compare"),
    )
}

fn put(answers: &mut Answers, page: &Page, row: Option<usize>, field: &Field, value: Option<Json>) {
    let target = match (&page.repeat, row) {
        (Some(repeat), Some(row)) => answers
            .get_mut(&repeat.code)
            .and_then(|rows| rows.get_mut(row))
            .and_then(Json::as_object_mut),
        _ => Some(answers),
    };
    let Some(target) = target else { return };
    match value {
        Some(value) => target.insert(field.code.clone(), value),
        None => target.remove(&field.code),
    };
}
