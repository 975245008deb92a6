//! Check 12: the file's own tests. `given` answers or a `walk` along outcomes, then `expect`.

mod walk;

use serde_json::{Value as Json, json};

use super::Found;
use super::flow::Flow;
use super::samples::Sample;
use crate::definition::{Definition, Ending, Fee, FieldKind, PostAt, Role, Test, UnitRule};
use crate::expr::{evaluate, holds};
use crate::fees;
use crate::read::meant::meant;
use crate::table::decide;
use walk::{Walked, walk};

pub fn tests(definition: &Definition, flow: &Flow) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, test) in definition.tests.iter().enumerate() {
        let path = format!("tests/{at}");
        let failed = |says: String| {
            Found::error(
                &path,
                format!("Phép thử “{}” không đạt: {says}.", test.name),
            )
        };
        match run(definition, flow, test) {
            Ok(wrong) => found.extend(wrong.into_iter().map(failed)),
            Err(says) => found.push(failed(says)),
        }
    }
    found
}

/// What differs from what was expected; an error where the test itself cannot run.
fn run(definition: &Definition, flow: &Flow, test: &Test) -> Result<Vec<String>, String> {
    let sample = given(definition, test)?;
    let walked = walk(definition, flow, &sample, &test.walk)?;
    let mut wrong = Vec::new();
    for (key, expected) in &test.expect {
        let got = actual(definition, &sample, &walked, key)?;
        let one_of = key == "step" && walked.at.contains(expected);
        if !one_of && !same(&got, expected) {
            wrong.push(format!("{key} là “{got}”, mong đợi “{expected}”"));
        }
    }
    Ok(wrong)
}

fn same(got: &str, expected: &str) -> bool {
    match (got.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(got), Ok(expected)) => (got - expected).abs() < 1e-9,
        _ => got.split_whitespace().eq(expected.split_whitespace()),
    }
}

fn given(definition: &Definition, test: &Test) -> Result<Sample, String> {
    let mut sample = Sample::default();
    for (path, written) in &test.given {
        let (first, inside) = match path.split_once('.') {
            Some((first, inside)) => (first, Some(inside)),
            None => (path.as_str(), None),
        };
        match path.as_str() {
            "applicant.kind" => {
                let kind = serde_json::from_value(json!(written));
                let kind = kind.map_err(|_| format!("không có loại người nộp “{written}”"))?;
                sample.applicant = Some(kind);
                continue;
            }
            "channel" => {
                let channel = serde_json::from_value(json!(written));
                let channel = channel.map_err(|_| format!("không có kênh “{written}”"))?;
                sample.channel = Some(channel);
                continue;
            }
            "today" => {
                let today = written.parse();
                sample.today = Some(today.map_err(|_| format!("“{written}” không phải là ngày"))?);
                continue;
            }
            "hour" => {
                let hour = written.parse().ok().filter(|hour| *hour < 24);
                sample.hour =
                    Some(hour.ok_or(format!("“{written}” không phải là giờ từ 0 đến 23"))?);
                continue;
            }
            "office_hours" => {
                let open = written.parse();
                sample.office_hours =
                    Some(open.map_err(|_| format!("“{written}” không phải là true hay false"))?);
                continue;
            }
            _ => {}
        }
        let group = definition.form.iter().find(|page| {
            page.repeat
                .as_ref()
                .is_some_and(|repeat| repeat.code == first)
        });
        let top = definition.form.iter().filter(|page| page.repeat.is_none());
        let field = top
            .flat_map(|page| &page.fields)
            .find(|field| field.code == first);
        match (group, field, inside) {
            (Some(page), _, Some(inside)) => {
                let field = page.fields.iter().find(|field| field.code == inside);
                let field = field.ok_or_else(|| format!("không có ô “{path}”"))?;
                let rows = sample.answers.entry(first).or_insert_with(|| json!([{}]));
                rows[0][inside] = typed(&field.kind, written);
            }
            (_, Some(_), Some(inside)) => {
                let record = sample.answers.entry(first).or_insert_with(|| json!({}));
                record[inside] = guessed(written);
            }
            (_, Some(field), None) => {
                sample
                    .answers
                    .insert(first.to_owned(), typed(&field.kind, written));
            }
            _ => {
                let known = definition.form.iter().flat_map(|page| &page.fields);
                let meant = meant(first, known.map(|field| field.code.as_str()));
                let meant = meant.map_or(String::new(), |word| format!(" (có phải “{word}”?)"));
                return Err(format!("không có ô “{path}”{meant}"));
            }
        }
    }
    Ok(sample)
}

fn typed(kind: &FieldKind, written: &str) -> Json {
    match kind {
        FieldKind::YesNo | FieldKind::Whole | FieldKind::Decimal(_) | FieldKind::Money => {
            guessed(written)
        }
        FieldKind::Choices(_) => written.split('|').map(str::trim).collect(),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Date
        | FieldKind::Choice(_)
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::PersonalId
        | FieldKind::OrganisationId
        | FieldKind::Address
        | FieldKind::Place
        | FieldKind::Photos
        | FieldKind::File
        | FieldKind::Unit
        | FieldKind::Record => json!(written),
    }
}

/// What stands inside a record has no declared kind: numbers and yes-no look like themselves.
fn guessed(written: &str) -> Json {
    match written {
        "true" => json!(true),
        "false" => json!(false),
        _ => match (written.parse::<i64>(), written.parse::<f64>()) {
            (Ok(whole), _) => json!(whole),
            (_, Ok(number)) => json!(number),
            _ => json!(written),
        },
    }
}

/// What the service says of the thing named in `expect`.
fn actual(
    definition: &Definition,
    sample: &Sample,
    walked: &Walked,
    key: &str,
) -> Result<String, String> {
    let scope = sample.scope(definition);
    let (first, column) = key.split_once('.').unwrap_or((key, ""));
    match key {
        "step" => return Ok(walked.at.join(" | ")),
        "end" => return Ok(walked.end.map_or("chưa kết thúc".into(), word)),
        _ => {}
    }
    if let Some(fee) = definition.fees.iter().find(|fee| fee.code == key) {
        return amount(fee, definition, sample);
    }
    if let Some(table) = definition.tables.iter().find(|table| table.code == first) {
        let decided = decide(definition, first, &scope).map_err(|fault| fault.to_string())?;
        let only = (column.is_empty() && table.outputs.len() == 1).then(|| decided.values().next());
        let cell = decided.get(column).or(only.flatten());
        return cell
            .cloned()
            .ok_or_else(|| format!("bảng “{first}” không có cột “{column}”"));
    }
    if let Some(role) = definition.roles.iter().find(|role| role.code == key) {
        return holder(role, definition, sample);
    }
    if let Some(document) = definition
        .documents
        .iter()
        .find(|document| document.code == key)
    {
        let required = match &document.required_when {
            Some(when) => holds(when, &scope).map_err(|fault| fault.to_string())?,
            None => document.required,
        };
        return Ok(required.to_string());
    }
    let field = definition
        .form
        .iter()
        .flat_map(|page| &page.fields)
        .find(|field| field.code == key);
    if let Some(value) = field.and_then(|field| field.value.as_ref()) {
        return evaluate(value, &scope)
            .map(as_text)
            .map_err(|fault| fault.to_string());
    }
    Err(format!(
        "không biết “{key}” là gì (phí, bảng, vai trò, giấy tờ, ô được tính, step hay end)"
    ))
}

/// The amount of one fee: the others may need answers this test does not give.
fn amount(fee: &Fee, definition: &Definition, sample: &Sample) -> Result<String, String> {
    let alone = Definition {
        fees: vec![fee.clone()],
        ..definition.clone()
    };
    let dues = fees::due(&alone, &sample.scope(&alone)).map_err(|fault| fault.to_string())?;
    Ok(dues.first().map_or(0, fees::FeeDue::owed).to_string())
}

/// The unit or post that a role means for these answers, as written in the file.
fn holder(role: &Role, definition: &Definition, sample: &Sample) -> Result<String, String> {
    let scope = sample.scope(definition);
    let delegated = role
        .delegations
        .iter()
        .find(|delegation| match &delegation.when {
            Some(when) => holds(when, &scope).unwrap_or(false),
            None => true,
        });
    if let Some(post) = delegated
        .map(|delegation| &delegation.to)
        .or(role.authority.as_ref())
    {
        let PostAt { title, unit, .. } = post;
        return Ok(format!("{title} of {}", unit_text(unit)));
    }
    match &role.at {
        Some(UnitRule::Table { table, column }) => {
            let decided = decide(definition, table, &scope).map_err(|fault| fault.to_string())?;
            let cell = decided
                .get(column.as_deref().unwrap_or(""))
                .or_else(|| decided.values().next());
            Ok(cell.cloned().unwrap_or_default())
        }
        Some(rule) => Ok(unit_text(rule)),
        None => Ok(String::new()),
    }
}

/// A unit rule as it is written in the file.
pub fn unit_text(rule: &UnitRule) -> String {
    match rule {
        UnitRule::Unit(unit) => unit.clone(),
        UnitRule::KindByArea { kind, area } => format!("{kind} by {}", area.0),
        UnitRule::Table {
            table,
            column: Some(column),
        } => format!("table({table}.{column})"),
        UnitRule::Table {
            table,
            column: None,
        } => format!("table({table})"),
        UnitRule::Answer(expr) => format!("answer({})", expr.0),
        UnitRule::Agency => "agency".into(),
    }
}

fn as_text(value: Json) -> String {
    match value {
        Json::String(text) => text,
        Json::Null => "chưa có giá trị".into(),
        other => other.to_string(),
    }
}

fn word(ending: Ending) -> String {
    json!(ending).as_str().unwrap_or_default().to_owned()
}
