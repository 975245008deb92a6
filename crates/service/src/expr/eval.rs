//! The value of a tree over answers. Total: every tree ends, no answer makes it crash.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use super::{Each, Fault, Function, Node, Op, Scope};
use crate::definition::{Channel, Who};
use crate::table;

/// Numbers beyond this are not exact in the browser, so nowhere (2^53).
const LARGEST: f64 = 9_007_199_254_740_992.0;
/// Tables asking tables asking …: the checker refuses circles, this ends them all the same.
const DEEPEST_TABLE: u8 = 8;

#[derive(Debug, Clone)]
pub enum Value<'a> {
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Record(&'a Map<String, Json>),
}

impl<'a> Value<'a> {
    /// `None` for null and for an empty text: a field left empty was not answered.
    pub fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::Null => None,
            Json::Bool(b) => Some(Value::Bool(*b)),
            Json::Number(n) => n.as_f64().map(Value::Number),
            Json::String(s) if s.is_empty() => None,
            Json::String(s) => Some(Value::Text(Cow::Borrowed(s))),
            Json::Array(all) => Some(Value::List(all.iter().filter_map(Value::of).collect())),
            Json::Object(map) => Some(Value::Record(map)),
        }
    }

    /// A cell or output of a table as written: `true`, `12`, `urgent`.
    pub fn written(text: &str) -> Value<'static> {
        match (text, text.parse::<f64>()) {
            ("true", _) => Value::Bool(true),
            ("false", _) => Value::Bool(false),
            (_, Ok(n)) if n.is_finite() => Value::Number(n),
            _ => Value::Text(Cow::Owned(text.to_owned())),
        }
    }

    pub fn into_json(self) -> Json {
        match self {
            Value::Bool(b) => json!(b),
            Value::Number(n) => number_json(n),
            Value::Text(text) => json!(text),
            Value::List(all) => Json::Array(all.into_iter().map(Value::into_json).collect()),
            Value::Record(map) => Json::Object(map.clone()),
        }
    }

    /// In Vietnamese, for sentences.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "có/không",
            Value::Number(_) => "số",
            Value::Text(_) => "chữ",
            Value::List(_) => "danh sách",
            Value::Record(_) => "bản ghi",
        }
    }

    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Value::Record(a), Value::Record(b)) => a == b,
            _ => false,
        }
    }
}

/// A whole number is written whole: 5, not 5.0.
pub(crate) fn number_json(n: f64) -> Json {
    if n.fract() == 0.0 && n.abs() <= LARGEST {
        json!(n as i64)
    } else {
        json!(n)
    }
}

/// The value; `None` where an answer is missing.
pub(super) fn value<'a>(node: &'a Node, scope: &Scope<'a>) -> Result<Option<Value<'a>>, Fault> {
    let mut eval = Eval {
        scope: *scope,
        bound: Vec::new(),
        depth: 0,
    };
    match eval.value(node) {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Missing) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

enum Stop {
    /// An answer that was not given.
    Missing,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

struct Eval<'a> {
    scope: Scope<'a>,
    bound: Vec<(&'a str, Value<'a>)>,
    depth: u8,
}

type Got<'a> = Result<Value<'a>, Stop>;

impl<'a> Eval<'a> {
    fn value(&mut self, node: &'a Node) -> Got<'a> {
        match node {
            Node::Literal(Json::String(text)) => Ok(Value::Text(Cow::Borrowed(text))),
            Node::Literal(json) => Value::of(json).ok_or(Stop::Missing),
            Node::Name(name) => self.name(name),
            Node::Get(of, field) => self.get(of, field),
            Node::At(of, at) => {
                let (of, at) = (self.value(of)?, self.number(at, "[…]")?);
                match of {
                    Value::List(mut all) => {
                        if at >= 0.0 && at.fract() == 0.0 && (at as usize) < all.len() {
                            Ok(all.swap_remove(at as usize))
                        } else {
                            Err(Stop::Missing)
                        }
                    }
                    other => Err(wrong("[…]", &other)),
                }
            }
            Node::Has(what) => match self.value(what) {
                Ok(Value::List(all)) if all.is_empty() => Ok(Value::Bool(false)),
                Ok(_) => Ok(Value::Bool(true)),
                Err(Stop::Missing) => Ok(Value::Bool(false)),
                Err(stop) => Err(stop),
            },
            Node::Not(a) => Ok(Value::Bool(!self.truth(a, "!")?)),
            Node::Minus(a) => number(-self.number(a, "-")?),
            Node::Pair(Op::And, a, b) => self.both(a, b, false),
            Node::Pair(Op::Or, a, b) => self.both(a, b, true),
            Node::Pair(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                pair(*op, a, b)
            }
            Node::Either(when, then, otherwise) => {
                if self.truth(when, "?")? {
                    self.value(then)
                } else {
                    self.value(otherwise)
                }
            }
            Node::List(all) => Ok(Value::List(
                all.iter()
                    .map(|node| self.value(node))
                    .collect::<Result<_, _>>()?,
            )),
            Node::Call(function, args) => self.call(*function, args),
            Node::Each {
                how,
                over,
                name,
                body,
            } => self.each(*how, over, name, body),
            Node::Table { table, column } => self.table(table, column.as_deref()),
        }
    }

    fn name(&mut self, name: &str) -> Got<'a> {
        if let Some((_, value)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            return Ok(value.clone());
        }
        if let Some(value) = self.row().and_then(|row| row.get(name)) {
            return Value::of(value).ok_or(Stop::Missing);
        }
        if let Some(value) = self.scope.answers.get(name) {
            return Value::of(value).ok_or(Stop::Missing);
        }
        let word = match name {
            "today" => self.scope.today.map(|day| Cow::Owned(day.to_string())),
            "channel" => self.scope.channel.map(channel_word),
            "hour" => {
                let hour = self.scope.clock.map(|(hour, _)| Value::Number(hour.into()));
                return hour.ok_or(Stop::Missing);
            }
            "office_hours" => {
                let open = self.scope.clock.map(|(_, open)| Value::Bool(open));
                return open.ok_or(Stop::Missing);
            }
            _ => None,
        };
        word.map(Value::Text).ok_or(Stop::Missing)
    }

    /// The answers of the row we stand in.
    fn row(&self) -> Option<&'a Map<String, Json>> {
        let (group, row) = self.scope.row?;
        self.scope.answers.get(group)?.get(row)?.as_object()
    }

    fn get(&mut self, of: &'a Node, field: &'a str) -> Got<'a> {
        if let Node::Name(name) = of
            && !self.bound.iter().any(|(bound, _)| bound == name)
        {
            if name == "applicant" && field == "kind" && !self.scope.answers.contains_key(name) {
                return match self.scope.applicant {
                    Some(who) => Ok(Value::Text(Cow::Borrowed(who_word(who)))),
                    None => Err(Stop::Missing),
                };
            }
            if let Some((group, _)) = self.scope.row
                && group == name
            {
                let row = self.row().ok_or(Stop::Missing)?;
                return row.get(field).and_then(Value::of).ok_or(Stop::Missing);
            }
        }
        match self.value(of)? {
            Value::Record(map) => map.get(field).and_then(Value::of).ok_or(Stop::Missing),
            Value::List(rows) => {
                let mut all = Vec::new();
                for row in rows {
                    match row {
                        Value::Record(map) => all.extend(map.get(field).and_then(Value::of)),
                        other => return Err(wrong(&format!(".{field}"), &other)),
                    }
                }
                Ok(Value::List(all))
            }
            other => Err(wrong(&format!(".{field}"), &other)),
        }
    }

    fn truth(&mut self, node: &'a Node, what: &str) -> Result<bool, Stop> {
        match self.value(node)? {
            Value::Bool(b) => Ok(b),
            other => Err(wrong(what, &other)),
        }
    }

    fn number(&mut self, node: &'a Node, what: &str) -> Result<f64, Stop> {
        match self.value(node)? {
            Value::Number(n) => Ok(n),
            other => Err(wrong(what, &other)),
        }
    }

    fn text(&mut self, node: &'a Node, what: &str) -> Result<Cow<'a, str>, Stop> {
        match self.value(node)? {
            Value::Text(text) => Ok(text),
            other => Err(wrong(what, &other)),
        }
    }

    fn date(&mut self, node: &'a Node, what: &str) -> Result<Date, Stop> {
        let text = self.text(node, what)?;
        text.parse().map_err(|_| {
            Stop::Fault(Fault::WrongKind {
                what: what.to_owned(),
                got: format!("“{text}”"),
            })
        })
    }

    /// `&&` (decided by no) and `||` (decided by yes): the side that decides wins over a side that
    /// has no value or a fault.
    fn both(&mut self, a: &'a Node, b: &'a Node, decides: bool) -> Got<'a> {
        let what = if decides { "||" } else { "&&" };
        let first = self.truth(a, what);
        if matches!(first, Ok(value) if value == decides) {
            return Ok(Value::Bool(decides));
        }
        match (first, self.truth(b, what)) {
            (_, Ok(value)) if value == decides => Ok(Value::Bool(decides)),
            (Ok(_), Ok(value)) => Ok(Value::Bool(value)),
            (Err(Stop::Fault(fault)), _) | (_, Err(Stop::Fault(fault))) => Err(Stop::Fault(fault)),
            (Err(Stop::Missing), _) | (_, Err(Stop::Missing)) => Err(Stop::Missing),
        }
    }

    fn each(&mut self, how: Each, over: &'a Node, name: &'a str, body: &'a Node) -> Got<'a> {
        let rows = match self.value(over)? {
            Value::List(rows) => rows,
            other => return Err(wrong(&format!(".{}(…)", how.word()), &other)),
        };
        let mut kept = Vec::new();
        let mut count = 0;
        let mut stopped = None;
        for row in rows {
            self.bound.push((name, row.clone()));
            let got = match how {
                Each::Map => self.value(body).map(|value| {
                    kept.push(value);
                    false
                }),
                _ => self.truth(body, how.word()),
            };
            self.bound.pop();
            match (how, got) {
                (Each::All, Ok(false)) => return Ok(Value::Bool(false)),
                (Each::Exists, Ok(true)) => return Ok(Value::Bool(true)),
                (Each::ExistsOne, Ok(true)) => count += 1,
                (Each::Filter, Ok(true)) => kept.push(row),
                (_, Ok(_)) => {}
                // A row without the answer is no reason against the others.
                (Each::Filter | Each::Map | Each::ExistsOne, Err(Stop::Missing)) => {}
                (_, Err(stop)) => stopped = Some(stop),
            }
        }
        match (how, stopped) {
            (_, Some(stop)) => Err(stop),
            (Each::All, None) => Ok(Value::Bool(true)),
            (Each::Exists, None) => Ok(Value::Bool(false)),
            (Each::ExistsOne, None) => Ok(Value::Bool(count == 1)),
            (Each::Filter | Each::Map, None) => Ok(Value::List(kept)),
        }
    }

    fn call(&mut self, function: Function, args: &'a [Node]) -> Got<'a> {
        let what = function.word();
        match (function, args) {
            (Function::Default, [a, b]) => match self.value(a) {
                Err(Stop::Missing) => self.value(b),
                got => got,
            },
            (Function::Round | Function::RoundUp | Function::RoundDown, [x, to]) => {
                let (x, to) = (self.number(x, what)?, self.number(to, what)?);
                if to <= 0.0 {
                    return Err(Stop::Fault(Fault::DividedByZero));
                }
                // The millionth forgives what binary fractions add or lose.
                let times = match function {
                    Function::RoundUp => (x / to - 1e-6).ceil(),
                    Function::RoundDown => (x / to + 1e-6).floor(),
                    _ => (x / to + 0.5 + 1e-6).floor(),
                };
                number(times * to)
            }
            (Function::Min | Function::Max, args) => {
                let mut all = Vec::new();
                for arg in args {
                    match self.value(arg)? {
                        Value::List(list) => all.extend(list),
                        value => all.push(value),
                    }
                }
                let keep = if function == Function::Min {
                    Op::Less
                } else {
                    Op::More
                };
                let mut all = all.into_iter();
                let mut best = all.next().ok_or(Stop::Missing)?;
                for value in all {
                    if let Value::Bool(true) = pair(keep, value.clone(), best.clone())? {
                        best = value;
                    }
                }
                Ok(best)
            }
            (Function::Sum, [list]) => match self.value(list)? {
                Value::List(all) => {
                    let mut total = Value::Number(0.0);
                    for value in all {
                        total = pair(Op::Plus, total, value)?;
                    }
                    Ok(total)
                }
                other => Err(wrong(what, &other)),
            },
            (Function::Size, [of]) => match self.value(of)? {
                Value::List(all) => number(all.len() as f64),
                Value::Text(text) => number(text.chars().count() as f64),
                other => Err(wrong(what, &other)),
            },
            (Function::Date, [text]) => {
                let day = self.date(text, what)?;
                Ok(Value::Text(Cow::Owned(day.to_string())))
            }
            (Function::Days, [from, to]) => {
                let (from, to) = (self.date(from, what)?, self.date(to, what)?);
                let days = from.until(to).map_err(|_| Fault::TooBig)?.get_days();
                number(f64::from(days))
            }
            (Function::Years, [from, to]) => {
                let (from, to) = (self.date(from, what)?, self.date(to, what)?);
                let years = i32::from(to.year()) - i32::from(from.year());
                let before = (to.month(), to.day()) < (from.month(), from.day());
                number(f64::from(years - i32::from(before)))
            }
            (Function::AddDays, [day, days]) => {
                let (day, days) = (self.date(day, what)?, self.number(days, what)?);
                if days.abs() > 1_000_000.0 || days.fract() != 0.0 {
                    return Err(Stop::Fault(Fault::TooBig));
                }
                let day = day
                    .checked_add(jiff::Span::new().days(days as i64))
                    .map_err(|_| Fault::TooBig)?;
                Ok(Value::Text(Cow::Owned(day.to_string())))
            }
            (Function::StartsWith | Function::EndsWith | Function::Contains, [text, part]) => {
                let (text, part) = (self.text(text, what)?, self.text(part, what)?);
                Ok(Value::Bool(match function {
                    Function::StartsWith => text.starts_with(part.as_ref()),
                    Function::EndsWith => text.ends_with(part.as_ref()),
                    _ => text.contains(part.as_ref()),
                }))
            }
            _ => unreachable!("the reader counts the arguments of {what}"),
        }
    }

    fn table(&mut self, code: &str, column: Option<&str>) -> Got<'a> {
        if self.depth >= DEEPEST_TABLE {
            return Err(Stop::Fault(Fault::TooDeep));
        }
        let definition = self
            .scope
            .definition
            .ok_or_else(|| Fault::NoTable(code.to_owned()))?;
        let table = table::find(definition, code)?;
        let mut inputs = Vec::new();
        for input in &table.inputs {
            let node = super::parse(input)?;
            let got = value_at(&node, &self.scope, self.depth + 1)?;
            inputs.push(got.map(Value::into_json));
        }
        match table::row(table, &inputs) {
            Ok(row) => {
                let at = table::column(table, column)?;
                let written = row.then.get(at).ok_or(Stop::Missing)?;
                Ok(Value::written(written))
            }
            // Not answered yet is no hole in the table.
            Err(Fault::NoRow(_)) if inputs.iter().any(Option::is_none) => Err(Stop::Missing),
            Err(fault) => Err(Stop::Fault(fault)),
        }
    }
}

fn value_at<'a>(node: &'a Node, scope: &Scope<'a>, depth: u8) -> Result<Option<Value<'a>>, Fault> {
    let mut eval = Eval {
        scope: *scope,
        bound: Vec::new(),
        depth,
    };
    match eval.value(node) {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Missing) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

fn pair<'a>(op: Op, a: Value<'a>, b: Value<'a>) -> Got<'a> {
    use Value::{Bool, List, Number, Text};
    let unfit = |other: &Value| {
        Stop::Fault(Fault::WrongKind {
            what: op.word().to_owned(),
            got: other.kind().to_owned(),
        })
    };
    match (op, a, b) {
        (Op::Equal, a, b) => Ok(Bool(a.same(&b))),
        (Op::Differs, a, b) => Ok(Bool(!a.same(&b))),
        (Op::In, a, List(all)) => Ok(Bool(all.iter().any(|b| a.same(b)))),
        (Op::Less, Number(a), Number(b)) => Ok(Bool(a < b)),
        (Op::AtMost, Number(a), Number(b)) => Ok(Bool(a <= b)),
        (Op::More, Number(a), Number(b)) => Ok(Bool(a > b)),
        (Op::AtLeast, Number(a), Number(b)) => Ok(Bool(a >= b)),
        (Op::Less, Text(a), Text(b)) => Ok(Bool(a < b)),
        (Op::AtMost, Text(a), Text(b)) => Ok(Bool(a <= b)),
        (Op::More, Text(a), Text(b)) => Ok(Bool(a > b)),
        (Op::AtLeast, Text(a), Text(b)) => Ok(Bool(a >= b)),
        (Op::Plus, Number(a), Number(b)) => number(a + b),
        (Op::Plus, Text(a), Text(b)) => {
            if a.len() + b.len() > 100_000 {
                return Err(Stop::Fault(Fault::TooBig));
            }
            Ok(Text(Cow::Owned(format!("{a}{b}"))))
        }
        (Op::Plus, List(mut a), List(b)) => {
            a.extend(b);
            Ok(List(a))
        }
        (Op::Minus, Number(a), Number(b)) => number(a - b),
        (Op::Times, Number(a), Number(b)) => number(a * b),
        (Op::Over | Op::Rest, Number(_), Number(0.0)) => Err(Stop::Fault(Fault::DividedByZero)),
        (Op::Over, Number(a), Number(b)) => number(a / b),
        (Op::Rest, Number(a), Number(b)) => number(a % b),
        (_, Number(_), b) => Err(unfit(&b)),
        (_, a, _) => Err(unfit(&a)),
    }
}

fn number<'a>(n: f64) -> Got<'a> {
    if !n.is_finite() || n.abs() > LARGEST {
        return Err(Stop::Fault(Fault::TooBig));
    }
    // A hair's breadth from a billionth is meant as it: 0.1 + 0.2 is 0.3. The browser does the same.
    let billionths = n * 1e9;
    let near = (billionths + 0.5).floor();
    let meant = if n.abs() < 4e6 && (billionths - near).abs() < 1e-3 {
        near / 1e9
    } else {
        n
    };
    // And −0 is 0.
    Ok(Value::Number(meant + 0.0))
}

fn wrong(what: &str, value: &Value) -> Stop {
    Stop::Fault(Fault::WrongKind {
        what: what.to_owned(),
        got: value.kind().to_owned(),
    })
}

pub(crate) fn who_word(who: Who) -> &'static str {
    match who {
        Who::Citizen => "citizen",
        Who::Organisation => "organisation",
        Who::Proxy => "proxy",
        Who::Guest => "guest",
        Who::Official => "official",
    }
}

fn channel_word(channel: Channel) -> Cow<'static, str> {
    Cow::Borrowed(match channel {
        Channel::Online => "online",
        Channel::Web => "web",
        Channel::Counter => "counter",
        Channel::Post => "post",
        Channel::Hotline => "hotline",
        Channel::App => "app",
        Channel::Zalo => "zalo",
        Channel::Open311 => "open311",
        Channel::Email => "email",
        Channel::Internal => "internal",
        Channel::Import => "import",
    })
}
