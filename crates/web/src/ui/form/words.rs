//! An answer as people say it: on review pages, beside a case, in a list.

use super::*;

/// An answer as a person reads it on the review page; `None` where nothing was answered.
pub fn answer_words(sheet: &Sheet<'_>, field: &Field) -> Option<String> {
    let l = sheet.lang;
    let value = sheet.value(&field.code)?;
    let options = field::options(field);
    let label = |code: &str| {
        options
            .iter()
            .find(|c| c.code == code)
            .map_or_else(|| code.to_owned(), |c| c.label.get(l.code()).to_owned())
    };
    let words = match (&field.kind, value) {
        (FieldKind::YesNo, Value::Bool(yes)) => (if *yes {
            l.t("form.yes")
        } else {
            l.t("form.no")
        })
        .to_owned(),
        (FieldKind::Money, Value::Number(n)) => say::money(l, n.as_i64()?),
        (FieldKind::Choice(_), Value::String(code)) => label(code),
        (FieldKind::Choices(_), Value::Array(all)) => all
            .iter()
            .filter_map(Value::as_str)
            .map(label)
            .collect::<Vec<_>>()
            .join(", "),
        (FieldKind::Unit, Value::String(code)) => sheet
            .units
            .iter()
            .find(|u| &u.0 == code)
            .map_or_else(|| code.clone(), |u| u.1.clone()),
        (FieldKind::Place, Value::Object(parts)) => {
            let text = |name: &str| {
                parts
                    .get(name)
                    .and_then(Value::as_str)
                    .filter(|t| !t.is_empty())
            };
            let area = text("area")
                .and_then(|code| sheet.areas.iter().find(|a| a.0 == code))
                .map(|a| a.1.as_str());
            [text("words"), area]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", ")
        }
        (FieldKind::Photos | FieldKind::File, Value::Array(all)) => l.n(
            "form.files",
            i64::try_from(all.len()).unwrap_or(i64::MAX),
            &[],
        ),
        (FieldKind::Photos | FieldKind::File, Value::String(_)) => l.n("form.files", 1, &[]),
        (FieldKind::Record, Value::Object(parts)) => record_words(sheet, field, parts),
        (FieldKind::Record, value) => plain(l, value),
        (_, value) => field::written(field, value),
    };
    (!words.is_empty()).then_some(words)
}

/// A register's record in the order of the register, each part with what it is.
fn record_words(sheet: &Sheet<'_>, field: &Field, parts: &Map<String, Value>) -> String {
    let register = field.from.as_ref();
    let register = register.and_then(|call| service::registers::register(&call.register));
    let fields = register.map(|register| register.fields).unwrap_or_default();
    let place = |name: &str| fields.iter().position(|(field, _)| *field == name);
    let mut parts: Vec<_> = parts.iter().collect();
    parts.sort_by_key(|(name, _)| place(name).unwrap_or(fields.len()));
    let words = parts.into_iter().filter_map(|(name, value)| {
        let value = part_words(sheet, name, value);
        match sheet.lang.perhaps("record", name) {
            _ if value.is_empty() => None,
            Some(label) => Some(format!("{label}: {value}")),
            None => Some(value),
        }
    });
    words.collect::<Vec<_>>().join("; ")
}

/// A part of a register's record: codes of communes and of lists become words.
pub(super) fn part_words(sheet: &Sheet<'_>, name: &str, value: &Value) -> String {
    let Value::String(text) = value else {
        return plain(sheet.lang, value);
    };
    if name == "area"
        && let Some((_, area)) = sheet.areas.iter().find(|(code, _)| code == text)
    {
        return area.clone();
    }
    let list = match name {
        "zone" => "land-zone",
        "purpose" => "land-purpose",
        "sex" => "sex",
        "marital_status" => "marital-status",
        _ => return text.clone(),
    };
    let options = service::registers::list(list).unwrap_or_default();
    options
        .iter()
        .find(|option| option.code == *text)
        .map_or_else(
            || text.clone(),
            |o| o.label.get(sheet.lang.code()).to_owned(),
        )
}

pub(super) fn plain(lang: Lang, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => (if *yes {
            lang.t("form.yes")
        } else {
            lang.t("form.no")
        })
        .to_owned(),
        Value::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(whole), _) => say::whole(lang, whole),
            (None, Some(number)) if number.fract() == 0.0 => say::decimal(lang, number, 0),
            (None, Some(number)) => say::decimal(lang, number, 1),
            (None, None) => n.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(all) => all
            .iter()
            .map(|v| plain(lang, v))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(parts) => parts
            .values()
            .map(|v| plain(lang, v))
            .filter(|v| !v.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
    }
}
