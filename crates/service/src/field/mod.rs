//! What a field accepts, and nowhere else: text as typed (or JSON as stored) to value, and back.
//!
//! Judging a value that was judged before gives the same value. Whether a field is shown at all is
//! `walk`'s question; several fields together are `answer`'s.

mod html;
pub mod ids;
pub mod number;
mod problem;

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::{Value as Json, json};
use unicode_normalization::UnicodeNormalization;

use crate::definition::{Choice, Field, FieldKind};
use crate::expr::{Scope, holds, number_json};
use crate::registers;

pub use html::{HtmlHints, html};
pub(crate) use number::date as date_of;
pub use problem::{FieldProblem, Wrong};

/// Characters in a line, where the field says nothing.
pub const LINE: usize = 500;
/// Characters in a long text, where the field says nothing.
pub const LONG: usize = 10_000;
/// Files or photos, where the field says nothing.
pub const FILES: usize = 20;

/// The value of what was typed; null for nothing typed where nothing is required.
///
/// # Errors
/// The first thing wrong with it; [`FieldProblem::of`] makes a sentence of it.
pub fn judge(field: &Field, raw: &Json, scope: &Scope) -> Result<Json, Wrong> {
    let raw = unwrapped(field, raw);
    let value = if empty(&raw) {
        Json::Null
    } else {
        accept(field, &raw, scope)?
    };
    if value.is_null() && required(field, scope) {
        return Err(Wrong::Required);
    }
    Ok(value)
}

/// Must it be answered, here and now?
pub fn required(field: &Field, scope: &Scope) -> bool {
    field.required
        || field
            .required_when
            .as_ref()
            // A condition over something mistyped is no reason to ask; the mistake is told itself.
            .is_some_and(|when| holds(when, scope).unwrap_or(false))
}

/// The options of a choice, its own or those of the list it names.
pub fn options(field: &Field) -> Cow<'_, [Choice]> {
    match &field.kind {
        FieldKind::Choice(Some(list)) | FieldKind::Choices(Some(list))
            if field.options.is_empty() =>
        {
            Cow::Owned(registers::list(list).unwrap_or_default())
        }
        _ => Cow::Borrowed(&field.options),
    }
}

/// A value as a person writes it: `1.250.000`, `12,5`, `31/12/2026`. Judging it again gives the
/// value. Lists and places have no such text: their JSON.
pub fn written(field: &Field, value: &Json) -> String {
    match (&field.kind, value) {
        (_, Json::Null) => String::new(),
        (FieldKind::Money | FieldKind::Whole, Json::Number(n)) => {
            n.as_i64().map_or_else(|| n.to_string(), number::grouped)
        }
        (FieldKind::Decimal(places), Json::Number(n)) => n
            .as_f64()
            .map_or_else(|| n.to_string(), |n| number::decimal_text(n, *places)),
        (FieldKind::Date, Json::String(day)) => match day.parse::<Date>() {
            Ok(day) => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
            Err(_) => day.clone(),
        },
        (_, Json::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

fn accept(field: &Field, raw: &Json, scope: &Scope) -> Result<Json, Wrong> {
    match &field.kind {
        FieldKind::Text | FieldKind::Address => text(field, raw, LINE),
        FieldKind::LongText => text(field, raw, LONG),
        FieldKind::Whole => {
            let n = whole(raw, true).ok_or(Wrong::NotWhole)?;
            between(field, n as f64)?;
            Ok(json!(n))
        }
        FieldKind::Money => {
            let n = whole(raw, false).ok_or(Wrong::NotMoney)?;
            between(field, n as f64)?;
            Ok(json!(n))
        }
        FieldKind::Decimal(places) => {
            let n = match raw {
                Json::Number(n) => n.as_f64(),
                Json::String(text) => number::decimal(text),
                _ => None,
            }
            .ok_or(Wrong::NotDecimal(*places))?;
            if !number::has_places(n, *places) {
                return Err(Wrong::NotDecimal(*places));
            }
            between(field, n)?;
            Ok(number_json(n))
        }
        FieldKind::YesNo => match raw {
            Json::Bool(b) => Ok(json!(b)),
            Json::String(text) => match text.trim().to_lowercase().as_str() {
                "true" | "on" | "yes" | "1" | "có" => Ok(json!(true)),
                "false" | "off" | "no" | "0" | "không" => Ok(json!(false)),
                _ => Err(Wrong::NotYesNo),
            },
            _ => Err(Wrong::NotYesNo),
        },
        FieldKind::Date => date(field, raw, scope),
        FieldKind::Choice(_) => {
            let code = raw.as_str().ok_or(Wrong::NotAChoice)?;
            let options = options(field);
            if options.iter().any(|option| option.code == code) {
                Ok(json!(code))
            } else {
                Err(Wrong::NotAChoice)
            }
        }
        FieldKind::Choices(_) => choices(field, raw),
        FieldKind::Phone => raw
            .as_str()
            .and_then(ids::phone)
            .map(Json::from)
            .ok_or(Wrong::NotPhone),
        FieldKind::Email => raw
            .as_str()
            .and_then(ids::email)
            .map(Json::from)
            .ok_or(Wrong::NotEmail),
        FieldKind::PersonalId => raw
            .as_str()
            .and_then(|text| ids::personal_id(text, scope.today))
            .map(Json::from)
            .ok_or(Wrong::NotPersonalId),
        FieldKind::OrganisationId => raw
            .as_str()
            .and_then(|text| ids::organisation_id(text, scope.today))
            .map(Json::from)
            .ok_or(Wrong::NotOrganisationId),
        FieldKind::Place => place(raw),
        FieldKind::Photos | FieldKind::File => files(field, raw),
        FieldKind::Unit => match raw.as_str().map(str::trim) {
            Some(code) if ids::is_code(code) => Ok(json!(code)),
            _ => Err(Wrong::NotAUnit),
        },
        FieldKind::Record => match raw {
            Json::Object(_) => Ok(raw.clone()),
            _ => Err(Wrong::NotARecord),
        },
    }
}

/// A form sends one text or a list of one for the same thing.
fn unwrapped(field: &Field, raw: &Json) -> Json {
    let many = matches!(
        field.kind,
        FieldKind::Choices(_) | FieldKind::Photos | FieldKind::File
    );
    match raw {
        Json::Array(all) if !many && all.len() <= 1 => all.first().cloned().unwrap_or(Json::Null),
        other => other.clone(),
    }
}

fn empty(raw: &Json) -> bool {
    match raw {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(all) => all.iter().all(empty),
        Json::Object(map) => map.values().all(empty),
        _ => false,
    }
}

fn text(field: &Field, raw: &Json, longest: usize) -> Result<Json, Wrong> {
    let raw = match raw {
        Json::String(text) => Cow::Borrowed(text.as_str()),
        Json::Number(n) => Cow::Owned(n.to_string()),
        _ => return Err(Wrong::NotText),
    };
    let lines = matches!(field.kind, FieldKind::LongText);
    let text: String = raw.replace("\r\n", "\n").nfc().collect();
    let text: String = if lines {
        text.chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect()
    } else {
        text.split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Ok(Json::Null);
    }
    let length = text.chars().count();
    let bound = |bound: &Option<String>| bound.as_ref().and_then(|b| b.parse::<usize>().ok());
    let most = bound(&field.max).unwrap_or(longest);
    if length > most {
        return Err(Wrong::TooLong { most, is: length });
    }
    if let Some(least) = bound(&field.min)
        && length < least
    {
        return Err(Wrong::TooShort { least });
    }
    match &field.pattern {
        Some(pattern) if !matches_whole(pattern, &text) => Err(Wrong::Pattern),
        _ => Ok(json!(text)),
    }
}

/// Does the whole text match? A pattern that cannot be read accepts everything: the check of the
/// definition refuses it before anybody meets it.
fn matches_whole(pattern: &str, text: &str) -> bool {
    pattern_of(pattern).map_or(true, |pattern| pattern.is_match(text))
}

/// The pattern, held to the whole text as HTML does.
///
/// # Errors
/// What is no regular expression, or a monstrous one.
pub(crate) fn pattern_of(pattern: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(1 << 20)
        .build()
}

fn whole(raw: &Json, negative: bool) -> Option<i64> {
    let n = match raw {
        Json::Number(n) => n.as_i64().or_else(|| {
            let n = n.as_f64()?;
            (n.fract() == 0.0 && n.abs() < 9e15).then_some(n as i64)
        }),
        Json::String(text) => number::whole(text),
        _ => None,
    }?;
    ((negative || n >= 0) && n.unsigned_abs() < (1 << 53)).then_some(n)
}

fn between(field: &Field, n: f64) -> Result<(), Wrong> {
    let bound = |bound: &Option<String>| {
        bound
            .as_ref()
            .and_then(|text| Some((text.parse::<f64>().ok()?, text.clone())))
    };
    match (bound(&field.min), bound(&field.max)) {
        (Some((least, text)), _) if n < least => Err(Wrong::TooSmall { least: text }),
        (_, Some((most, text))) if n > most => Err(Wrong::TooLarge { most: text }),
        _ => Ok(()),
    }
}

fn date(field: &Field, raw: &Json, scope: &Scope) -> Result<Json, Wrong> {
    let day = raw
        .as_str()
        .and_then(|text| number::date(text.trim()))
        .ok_or(Wrong::NotDate)?;
    let bound = |bound: &Option<String>| match bound.as_deref() {
        Some("today") => scope.today,
        Some(text) => number::date(text),
        None => None,
    };
    match (bound(&field.min), bound(&field.max)) {
        (Some(first), _) if day < first => Err(Wrong::TooEarly { first }),
        (_, Some(last)) if day > last => Err(Wrong::TooLate { last }),
        _ => Ok(json!(day.to_string())),
    }
}

fn strings(raw: &Json) -> Option<Vec<&str>> {
    match raw {
        Json::String(one) => Some(vec![one]),
        Json::Array(all) => all
            .iter()
            .filter(|one| !empty(one))
            .map(Json::as_str)
            .collect(),
        _ => None,
    }
}

fn count(field: &Field, is: usize, most: usize) -> Result<(), Wrong> {
    let bound = |bound: &Option<String>| bound.as_ref().and_then(|b| b.parse::<usize>().ok());
    let most = bound(&field.max).unwrap_or(most);
    let least = bound(&field.min).unwrap_or(0);
    if is > most {
        Err(Wrong::TooMany { most })
    } else if is < least {
        Err(Wrong::TooFew { least })
    } else {
        Ok(())
    }
}

fn choices(field: &Field, raw: &Json) -> Result<Json, Wrong> {
    let chosen = strings(raw).ok_or(Wrong::NotAChoice)?;
    let options = options(field);
    if !chosen
        .iter()
        .all(|code| options.iter().any(|option| option.code == *code))
    {
        return Err(Wrong::NotAChoice);
    }
    // In the order of the file, so that the same choice is the same value.
    let kept: Vec<&str> = options
        .iter()
        .map(|option| option.code.as_str())
        .filter(|code| chosen.contains(code))
        .collect();
    count(field, kept.len(), options.len())?;
    Ok(json!(kept))
}

fn files(field: &Field, raw: &Json) -> Result<Json, Wrong> {
    let files = strings(raw).ok_or(Wrong::NotAFile)?;
    if !files.iter().all(|file| ids::is_code(file)) {
        return Err(Wrong::NotAFile);
    }
    count(field, files.len(), FILES)?;
    Ok(json!(files))
}

fn place(raw: &Json) -> Result<Json, Wrong> {
    let Json::Object(map) = raw else {
        return Err(Wrong::NotAPlace);
    };
    let degrees = |key: &str, most: f64| match map.get(key) {
        None => Ok(None),
        Some(value) if empty(value) => Ok(None),
        Some(value) => {
            let n = match value {
                Json::Number(n) => n.as_f64(),
                // A point of the map is written with a point in every language.
                Json::String(text) => text.trim().parse().ok(),
                _ => None,
            };
            n.filter(|n| n.is_finite() && n.abs() <= most)
                .map(Some)
                .ok_or(Wrong::NotAPlace)
        }
    };
    let (lat, lon) = (degrees("lat", 90.0)?, degrees("lon", 180.0)?);
    let mut place = serde_json::Map::new();
    match (lat, lon) {
        (Some(lat), Some(lon)) => {
            place.insert("lat".to_owned(), json!(lat));
            place.insert("lon".to_owned(), json!(lon));
        }
        (None, None) => {}
        _ => return Err(Wrong::NotAPlace),
    }
    for key in ["area", "words", "road_class", "owner"] {
        if let Some(Json::String(text)) = map.get(key) {
            let text: String = text.trim().nfc().collect();
            if text.chars().count() > LINE {
                return Err(Wrong::TooLong {
                    most: LINE,
                    is: text.chars().count(),
                });
            }
            if !text.is_empty() {
                place.insert(key.to_owned(), json!(text));
            }
        }
    }
    if place.is_empty() {
        return Err(Wrong::NotAPlace);
    }
    Ok(Json::Object(place))
}
