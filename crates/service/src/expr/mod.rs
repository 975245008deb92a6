//! What an expression means. CEL is the language and its parser ours to use; the profile is smaller.
//!
//! Three rules differ from the published CEL, on purpose, in server and browser alike:
//! 1. **A number is a number.** Whole and decimal mix; `/` is exact; rounding is always written
//!    (`round(price * 15 / 10000, 1000)`). Up to ±2^53; beyond that is a fault.
//! 2. **No answer, no value.** What was not answered (or is hidden) has no value. An expression
//!    that needs it has none either: [`evaluate`] gives null, [`holds`] gives no. `has(x)` asks for
//!    it, `default(x, y)` fills it in; `&&`, `||`, `all`, `exists` look past it where the other
//!    side decides, as CEL does with errors.
//! 3. **A field of a repeating group** named from outside its rows (`buyers.category`) is the list
//!    of the answers given in all rows; inside a row ([`Scope::row`]) it is that row's.
//!
//! A date is its ISO text. No clock: `today` is what the caller says it is, or has no value.

mod check;
mod cover;
mod eval;
mod infer;
mod json;
mod reach;
mod tree;
mod types;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value as Json;

use crate::Answers;
use crate::definition::{Channel, Code, Definition, Expr, Who};

pub use check::check_definition;
pub use eval::Value;
pub(crate) use eval::number_json;
pub use json::to_json;
pub use tree::{DEEPEST, DEEPEST_LOOP, Each, Function, LONGEST, Node, Op, parse};

/// Everything an expression may ask.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// As stored; hidden fields should be gone and computed ones filled in (`walk::settled`).
    pub answers: &'a Answers,
    /// For `table(…)`; without it such an expression is a fault.
    pub definition: Option<&'a Definition>,
    /// The row of a repeating group we stand in: its code, and the row counted from 0.
    pub row: Option<(&'a str, usize)>,
    /// `applicant.kind`
    pub applicant: Option<Who>,
    /// `channel`
    pub channel: Option<Channel>,
    /// `today`
    pub today: Option<Date>,
    /// `hour` of the day in the city, and `office_hours`: whether the calendar's working time runs.
    pub clock: Option<(u8, bool)>,
}

impl<'a> Scope<'a> {
    pub fn new(answers: &'a Answers) -> Self {
        Self {
            answers,
            definition: None,
            row: None,
            applicant: None,
            channel: None,
            today: None,
            clock: None,
        }
    }

    pub fn of(definition: &'a Definition, answers: &'a Answers) -> Self {
        Self {
            definition: Some(definition),
            ..Self::new(answers)
        }
    }

    #[must_use]
    pub fn row(mut self, group: &'a str, row: usize) -> Self {
        self.row = Some((group, row));
        self
    }

    #[must_use]
    pub fn applicant(mut self, kind: Who) -> Self {
        self.applicant = Some(kind);
        self
    }

    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    #[must_use]
    pub fn clock(mut self, hour: u8, office_hours: bool) -> Self {
        self.clock = Some((hour, office_hours));
        self
    }

    /// Who asks, by which way and when, as in `other`.
    #[must_use]
    pub fn like(mut self, other: &Scope) -> Self {
        self.applicant = other.applicant;
        self.channel = other.channel;
        self.today = other.today;
        self.clock = other.clock;
        self
    }
}

/// Why an expression gave nothing. The static checker keeps published services free of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Unreadable(String),
    #[error("biểu thức quá dài hoặc lồng quá sâu")]
    TooDeep,
    #[error("không có hàm {0}(…)")]
    NoFunction(String),
    #[error("{what} không dùng được với {got}")]
    WrongKind { what: String, got: String },
    #[error("chia cho 0")]
    DividedByZero,
    #[error("số quá lớn")]
    TooBig,
    #[error("không có bảng {0}")]
    NoTable(Code),
    #[error("bảng {table} không có cột {column}")]
    NoColumn { table: Code, column: Code },
    #[error("bảng {0} không có dòng nào khớp")]
    NoRow(Code),
    #[error("bảng {0} có nhiều dòng cùng khớp")]
    ManyRows(Code),
    #[error("không đọc được thời hạn: {0}")]
    NoLimit(String),
    #[error("{0} chưa có giá trị")]
    Unanswered(String),
}

impl Fault {
    pub(crate) fn unreadable(says: impl Into<String>) -> Self {
        Fault::Unreadable(says.into())
    }
}

/// The value of `expr`; null where an answer it needs was not given (rule 2).
///
/// # Errors
/// What the expression itself does wrong ([`Fault`]); never for a missing answer.
pub fn evaluate(expr: &Expr, scope: &Scope) -> Result<Json, Fault> {
    let node = parse(expr)?;
    Ok(eval::value(&node, scope)?.map_or(Json::Null, Value::into_json))
}

/// Does the condition hold? Not where an answer it needs was not given (rule 2).
///
/// # Errors
/// As [`evaluate`], and when the value is neither yes nor no.
pub fn holds(expr: &Expr, scope: &Scope) -> Result<bool, Fault> {
    let node = parse(expr)?;
    match eval::value(&node, scope)? {
        None => Ok(false),
        Some(Value::Bool(b)) => Ok(b),
        Some(other) => Err(Fault::WrongKind {
            what: expr.0.clone(),
            got: other.kind().to_owned(),
        }),
    }
}

/// A condition or value and the parts it came from, outermost first: the answer to "why is this
/// asked?". `value` is null where an answer is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    pub expr: String,
    pub value: Json,
    pub parts: Vec<Trace>,
}

/// [`evaluate`], telling every step.
///
/// # Errors
/// As [`evaluate`].
pub fn explain(expr: &Expr, scope: &Scope) -> Result<Trace, Fault> {
    fn trace(node: &Node, scope: &Scope) -> Result<Trace, Fault> {
        let parts = match node {
            // A path and a loop are one step for a reader; their inside means nothing alone.
            Node::Literal(_) | Node::Name(_) | Node::Get(..) | Node::Has(_) => vec![],
            Node::Each { over, .. } => vec![trace(over, scope)?],
            _ => node
                .parts()
                .into_iter()
                .filter(|part| !matches!(part, Node::Literal(_)))
                .map(|part| trace(part, scope))
                .collect::<Result<_, _>>()?,
        };
        Ok(Trace {
            expr: node.to_string(),
            value: eval::value(node, scope)?.map_or(Json::Null, Value::into_json),
            parts,
        })
    }
    let node = parse(expr)?;
    eval::value(&node, scope)?;
    // A part may fault where the whole does not (`||` looks past it); then the whole is told alone.
    trace(&node, scope).or_else(|_| {
        Ok(Trace {
            expr: node.to_string(),
            value: eval::value(&node, scope)?.map_or(Json::Null, Value::into_json),
            parts: vec![],
        })
    })
}
