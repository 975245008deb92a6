//! Small sentences inside one scalar: `10 working-days`, `commune by where.area`, `table(x.y)`.
//!
//! Each returns `None` for what it is not; the reader then says so with the place.

use crate::definition::{
    Cell, Expr, FieldKind, Limit, LimitUnit, Post, PostAt, RegisterCall, UnitRule,
};

/// Does `8 days` mean days on the calendar or working days? It depends on the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    Working,
    Calendar,
}

/// `10 working-days`, `8.5 working-days`, `4 hours`.
pub fn limit(text: &str, days: Days) -> Option<Limit> {
    let limit: Limit = text.parse().ok()?;
    let unit = match (limit.unit, days) {
        (LimitUnit::Days, Days::Working) => LimitUnit::WorkingDays,
        (LimitUnit::Hours, Days::Working) => LimitUnit::WorkingHours,
        (LimitUnit::Months, Days::Working) => return None,
        (unit, _) => unit,
    };
    Some(Limit { unit, ..limit })
}

/// `name(argument)`, the argument with balanced brackets up to the very end.
pub fn call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let inside = text
        .trim()
        .strip_prefix(name)?
        .strip_prefix('(')?
        .strip_suffix(')')?;
    let mut depth = 0i32;
    for letter in inside.chars() {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return None;
        }
    }
    (depth == 0 && !inside.trim().is_empty()).then(|| inside.trim())
}

/// `table(handler)`, `table(promise.limit)` → table and column.
pub fn table(text: &str) -> Option<(String, Option<String>)> {
    let inside = call(text, "table")?;
    let (table, column) = match inside.split_once('.') {
        Some((table, column)) => (table, Some(column)),
        None => (inside, None),
    };
    (is_code(table) && column.is_none_or(is_code))
        .then(|| (table.to_owned(), column.map(str::to_owned)))
}

pub fn unit_rule(text: &str) -> Option<UnitRule> {
    let text = text.trim();
    if text == "agency" {
        return Some(UnitRule::Agency);
    }
    if let Some((table, column)) = table(text) {
        return Some(UnitRule::Table { table, column });
    }
    if let Some(inside) = call(text, "answer") {
        return Some(UnitRule::Answer(Expr(inside.to_owned())));
    }
    if let Some((kind, area)) = text.split_once(" by ") {
        let (kind, area) = (kind.trim(), area.trim());
        return (is_code(kind) && !area.is_empty()).then(|| UnitRule::KindByArea {
            kind: kind.to_owned(),
            area: Expr(area.to_owned()),
        });
    }
    is_code(text).then(|| UnitRule::Unit(text.to_owned()))
}

/// `director of land-office-branch by parcel.area`.
pub fn post_at(text: &str) -> Option<PostAt> {
    let (title, unit) = text.trim().split_once(" of ")?;
    Some(PostAt {
        post: post(title.trim())?,
        title: title.trim().to_owned(),
        unit: unit_rule(unit)?,
    })
}

/// head, director, chairman … are the head of a unit; with `deputy-` their deputies.
pub fn post(title: &str) -> Option<Post> {
    let (deputy, title) = match title.strip_prefix("deputy-") {
        Some(title) => (true, title),
        None => (false, title),
    };
    match title {
        "head" | "director" | "chairman" | "chief" if deputy => Some(Post::DeputyHead),
        "head" | "director" | "chairman" | "chief" => Some(Post::Head),
        "staff" if !deputy => Some(Post::Staff),
        _ => None,
    }
}

/// `population(personal_id)`.
pub fn register_call(text: &str) -> Option<RegisterCall> {
    let (register, _) = text.trim().split_once('(')?;
    let key = call(text, register)?;
    is_code(register).then(|| RegisterCall {
        register: register.to_owned(),
        key: Expr(key.to_owned()),
    })
}

/// The words a field's `type` may be; `choice`, `choices` and `decimal` may take an argument.
pub const FIELD_KINDS: &[(&str, FieldKind)] = &[
    ("text", FieldKind::Text),
    ("long-text", FieldKind::LongText),
    ("whole", FieldKind::Whole),
    ("decimal(1)", FieldKind::Decimal(1)),
    ("money", FieldKind::Money),
    ("yes-no", FieldKind::YesNo),
    ("date", FieldKind::Date),
    ("choice", FieldKind::Choice(None)),
    ("choices", FieldKind::Choices(None)),
    ("phone", FieldKind::Phone),
    ("email", FieldKind::Email),
    ("personal-id", FieldKind::PersonalId),
    ("organisation-id", FieldKind::OrganisationId),
    ("address", FieldKind::Address),
    ("place", FieldKind::Place),
    ("photos", FieldKind::Photos),
    ("file", FieldKind::File),
    ("unit", FieldKind::Unit),
    ("record", FieldKind::Record),
];

pub fn field_kind(text: &str) -> Option<FieldKind> {
    let text = text.trim();
    if let Some(places) = call(text, "decimal") {
        return places
            .parse()
            .ok()
            .filter(|&n: &u8| n <= 6)
            .map(FieldKind::Decimal);
    }
    for (name, kind) in [
        (
            "choice",
            FieldKind::Choice as fn(Option<String>) -> FieldKind,
        ),
        ("choices", FieldKind::Choices),
    ] {
        if let Some(list) = call(text, name) {
            return is_code(list).then(|| kind(Some(list.to_owned())));
        }
    }
    FIELD_KINDS
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, kind)| kind.clone())
}

/// `"*"`, `a | b`, `18..60`.
pub fn cell(text: &str) -> Cell {
    let text = text.trim();
    if text == "*" {
        return Cell::Any;
    }
    if let Some((from, to)) = text.split_once("..") {
        let end = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        return Cell::Range {
            from: end(from),
            to: end(to),
        };
    }
    Cell::OneOf(text.split('|').map(|word| word.trim().to_owned()).collect())
}

/// `20 MB` → bytes.
pub fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let times = match unit.trim() {
        "KB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(times)
}

/// `100 m`, `7 days` → the number before the word.
pub fn count_of(text: &str, words: &[&str]) -> Option<u32> {
    let (number, word) = text.trim().split_once(' ')?;
    words.contains(&word.trim()).then(|| number.parse().ok())?
}

/// `10 years`, `6 months`, `30 days`, `forever`.
pub fn is_keep(text: &str) -> bool {
    text.trim() == "forever"
        || count_of(text, &["year", "years", "month", "months", "day", "days"]).is_some()
}

/// Words of ASCII letters, digits, `.`, `_`, `-`.
pub fn is_code(text: &str) -> bool {
    text.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// A code that expressions can name: `certificate_no`.
pub fn is_identifier(text: &str) -> bool {
    text.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
