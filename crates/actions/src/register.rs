//! Asked once: fields of a form that a register fills in. The look-up happens here, on the server, and
//! every look is written down.
//!
//! A register of which this city keeps no record is not asked: its fields stay empty, and an official
//! fills in at the counter what the city does not know yet.

use rules::person::Person;
use serde_json::{Map, Value as Json};
use service::definition::{Definition, Field, FieldKind, Page, RegisterCall};
use service::expr::{Scope, evaluate, parse};
use service::field::{FieldProblem, Wrong};
use service::registers::{Register, register};
use service::walk::{self, PageRef};
use service::{Answers, Text};
use store::{Look, StoreError};

use crate::city::City;
use crate::error::ActionError;

/// A record for a register of this city.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterEntry {
    /// `land-register`, `population` …
    pub register: String,
    /// What a form asks with: a certificate's number, a personal number.
    pub key: String,
    /// The fields that `service::registers` names.
    pub record: Map<String, Json>,
}

impl City {
    /// Adds records to the city's registers; one with the same key is replaced.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn add_register_entries(
        &self,
        entries: Vec<RegisterEntry>,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("registers", move |tx| {
                let entries = entries.clone();
                Box::pin(async move {
                    for entry in entries {
                        let body = Json::Object(entry.record);
                        let key = folded(&entry.key);
                        tx.save_register_entry(&entry.register, &key, &body, now)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await;
        Ok(written?)
    }

    /// Fills in the fields of a page that registers know, and tells which keys are unknown to them. What
    /// was filled in from an earlier key is taken out. `scope.answers` are the answers so far.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn fill_in(
        &self,
        definition: &Definition,
        at: PageRef,
        scope: &Scope<'_>,
        person: &Person,
    ) -> Result<(Answers, Vec<FieldProblem>), ActionError> {
        let mut answers = scope.answers.clone();
        let mut problems = Vec::new();
        let Some(page) = definition.form.get(at.index) else {
            return Ok((answers, problems));
        };
        let settled = walk::settled(definition, scope);
        let here = Scope::of(definition, &settled).like(scope);
        let here = match (&page.repeat, at.row) {
            (Some(repeat), Some(row)) => here.row(&repeat.code, row),
            _ => here,
        };
        for (field, call) in page
            .fields
            .iter()
            .filter_map(|field| Some((field, field.from.as_ref()?)))
        {
            let Some(register) = register(&call.register) else {
                continue;
            };
            let key = match evaluate(&call.key, &here) {
                Ok(Json::String(key)) => key,
                Ok(Json::Number(key)) => key.to_string(),
                _ => {
                    put(&mut answers, page, at.row, field, None);
                    continue;
                }
            };
            if !self.reader().has_register(register.code).await? {
                continue;
            }
            let found = self
                .ask(register.code, &key, &definition.service, person)
                .await?;
            if found.is_none() && wanted(page, call, &here) {
                problems.push(unknown(page, at, field, call, &register));
            }
            let value = found.and_then(|record| of_record(field, &register, record));
            put(&mut answers, page, at.row, field, value);
        }
        Ok((answers, problems))
    }

    async fn ask(
        &self,
        register: &'static str,
        key: &str,
        service: &str,
        person: &Person,
    ) -> Result<Option<Json>, ActionError> {
        let (key, service) = (folded(key), service.to_owned());
        let (id, at) = (self.new_note_id(), self.now());
        let person = match person {
            Person::Resident { id, .. } => Some(*id),
            Person::Official(official) => Some(official.id),
            Person::Nobody | Person::Bearer { .. } => None,
        };
        self.writer()
            .run("look", move |tx| {
                let (key, service) = (key.clone(), service.clone());
                Box::pin(async move {
                    let found = tx.register_entry(register, &key).await?;
                    let look = Look {
                        id,
                        register: register.to_owned(),
                        key,
                        person,
                        service,
                        found: found.is_some(),
                        at,
                    };
                    tx.save_look(&look).await?;
                    Ok(found)
                })
            })
            .await
    }
}

/// `ab 123456` and `AB123456` are the same certificate.
fn folded(key: &str) -> String {
    key.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

/// The field is shown with these answers; what is hidden asks nothing.
fn wanted(page: &Page, call: &RegisterCall, here: &Scope<'_>) -> bool {
    key_field(page, call).is_none_or(|field| {
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

fn of_record(field: &Field, register: &Register, record: Json) -> Option<Json> {
    match field.kind {
        FieldKind::Record => Some(record),
        _ => record.get(register.fills(&field.code)?).cloned(),
    }
}

/// Said at the field whose answer was the key.
fn unknown(
    page: &Page,
    at: PageRef,
    field: &Field,
    call: &RegisterCall,
    register: &Register,
) -> FieldProblem {
    let asked = key_field(page, call).unwrap_or(field);
    let mut problem = FieldProblem::of(asked, Wrong::Check(not_found(register.code)));
    if let (Some(repeat), Some(row)) = (&page.repeat, at.row) {
        problem.field = format!("{}/{row}/{}", repeat.code, asked.code);
    }
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
        "Không tìm thấy số này trong {vi}. Xem lại từng chữ, từng số; nếu đúng mà vẫn không có, xin nộp tại một cửa"
    ))
    .and(
        "en",
        format!("This number is not in {en}. Check each letter and digit; if it is right, apply at the counter"),
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
