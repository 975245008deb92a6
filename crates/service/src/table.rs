//! Decision tables: which row answers, and which combinations none or two answer.
//!
//! A list as input (a field of a repeating group named from outside) matches a cell when **any**
//! of its values does: under `hit: first` put the row that must win on top. An input without a
//! value matches only `*`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::definition::{Cell, Code, Definition, Hit, Limit, LimitRule, Row, Table};
use crate::expr::{Fault, Scope, Value, evaluate};

/// What the table says for these answers: output column → text as written; the nameless column
/// (`=`) under `""`.
///
/// # Errors
/// [`Fault::NoTable`], [`Fault::NoRow`], [`Fault::ManyRows`] (under `hit: unique`), and whatever
/// its inputs do wrong.
pub fn decide(
    definition: &Definition,
    code: &str,
    scope: &Scope,
) -> Result<BTreeMap<Code, String>, Fault> {
    let table = find(definition, code)?;
    let scope = Scope {
        definition: Some(definition),
        ..*scope
    };
    let inputs = table
        .inputs
        .iter()
        .map(|input| evaluate(input, &scope).map(|value| Some(value).filter(|v| !v.is_null())))
        .collect::<Result<Vec<_>, _>>()?;
    let row = row(table, &inputs)?;
    Ok(table
        .outputs
        .iter()
        .cloned()
        .zip(row.then.iter().cloned())
        .collect())
}

/// The legal time of the case. `LimitRule::Answer` is a date, not a length: it is told apart so
/// that nobody counts it on the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promised {
    Length(Limit),
    /// Until the end of this day.
    Until(jiff::civil::Date),
}

/// The limit that `rule` gives.
///
/// # Errors
/// As [`decide`]; [`Fault::NoLimit`] for a cell that is no limit or a channel that has none;
/// [`Fault::Unanswered`] where the date is not there.
pub fn limit(definition: &Definition, rule: &LimitRule, scope: &Scope) -> Result<Promised, Fault> {
    match rule {
        LimitRule::Fixed(limit) => Ok(Promised::Length(*limit)),
        LimitRule::Table { table, column } => {
            let decided = decide(definition, table, scope)?;
            let written = decided.get(column).ok_or_else(|| Fault::NoColumn {
                table: table.clone(),
                column: column.clone(),
            })?;
            written
                .parse()
                .map(Promised::Length)
                .map_err(|_| Fault::NoLimit(written.clone()))
        }
        LimitRule::ByChannel(limits) => limits
            .iter()
            .find(|(channel, _)| Some(*channel) == scope.channel)
            .map(|(_, limit)| Promised::Length(*limit))
            .ok_or_else(|| Fault::NoLimit(format!("{:?}", scope.channel))),
        LimitRule::Answer(expr) => match evaluate(expr, scope)? {
            Json::String(day) => day
                .parse()
                .map(Promised::Until)
                .map_err(|_| Fault::NoLimit(day)),
            _ => Err(Fault::Unanswered(expr.0.clone())),
        },
    }
}

/// The table of this code.
///
/// # Errors
/// [`Fault::NoTable`].
pub fn find<'a>(definition: &'a Definition, code: &str) -> Result<&'a Table, Fault> {
    definition
        .tables
        .iter()
        .find(|table| table.code == code)
        .ok_or_else(|| Fault::NoTable(code.to_owned()))
}

/// Place of an output column; without a name: the nameless one, or the only one.
pub(crate) fn column(table: &Table, name: Option<&str>) -> Result<usize, Fault> {
    let wanted = name.unwrap_or("");
    let found = table.outputs.iter().position(|output| output == wanted);
    match (found, name, table.outputs.len()) {
        (Some(at), ..) => Ok(at),
        (None, None, 1) => Ok(0),
        _ => Err(Fault::NoColumn {
            table: table.code.clone(),
            column: wanted.to_owned(),
        }),
    }
}

pub(crate) fn row<'a>(table: &'a Table, inputs: &[Option<Json>]) -> Result<&'a Row, Fault> {
    let mut matching = table.rows.iter().filter(|row| {
        row.when.len() == inputs.len()
            && row
                .when
                .iter()
                .zip(inputs)
                .all(|(cell, input)| matches(cell, input.as_ref()))
    });
    let first = matching
        .next()
        .ok_or_else(|| Fault::NoRow(table.code.clone()))?;
    if table.hit == Hit::Unique && matching.next().is_some() {
        return Err(Fault::ManyRows(table.code.clone()));
    }
    Ok(first)
}

pub(crate) fn matches(cell: &Cell, input: Option<&Json>) -> bool {
    match (cell, input.and_then(Value::of)) {
        (Cell::Any, _) => true,
        (_, None) => false,
        (cell, Some(Value::List(all))) => all.iter().any(|value| fits(cell, value)),
        (cell, Some(value)) => fits(cell, &value),
    }
}

/// A cell is typed by the value it meets: `12` is a number to a number and text to a text.
fn fits(cell: &Cell, value: &Value) -> bool {
    let same = |written: &String| match value {
        Value::Text(text) => text.as_ref() == written,
        value => Value::written(written).same(value),
    };
    match cell {
        Cell::Any => true,
        Cell::OneOf(words) => words.iter().any(same),
        Cell::Range { from, to } => match value {
            Value::Number(n) => {
                let bound = |text: &Option<String>| match text {
                    None => Some(None),
                    Some(text) => text.parse::<f64>().ok().map(Some),
                };
                match (bound(from), bound(to)) {
                    (Some(from), Some(to)) => {
                        from.is_none_or(|from| *n >= from) && to.is_none_or(|to| *n < to)
                    }
                    _ => false,
                }
            }
            // Dates are ISO text, whose order is the order of days.
            Value::Text(text) => {
                from.as_ref()
                    .is_none_or(|from| text.as_ref() >= from.as_str())
                    && to.as_ref().is_none_or(|to| text.as_ref() < to.as_str())
            }
            _ => false,
        },
    }
}
