//! What is looked up and what it costs: decision tables and fees.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Expr};
use crate::text::Text;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Fee {
    pub code: Code,
    pub label: Text,
    /// An expression of type money; `table(certificate_fee)` reads a decision table.
    pub amount: Expr,
    pub cap: Option<i64>,
    /// The step at which it is due.
    pub due: Option<Code>,
    pub when: Option<Expr>,
    /// Who answers like this claims to be exempt; an official confirms it with a proof.
    pub exempt: Option<Expr>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Table {
    pub code: Code,
    pub hit: Hit,
    /// Input columns: expressions.
    pub inputs: Vec<Expr>,
    /// Output columns: `=` (one, nameless: "") or `= level`, `= limit`.
    pub outputs: Vec<Code>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hit {
    #[default]
    First,
    Unique,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    pub when: Vec<Cell>,
    /// As written: `0`, `urgent`, `5 working-days`, `commune by where.area`.
    pub then: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// `"*"`
    Any,
    /// `poor-household | merit`, `true`, `12`
    OneOf(Vec<String>),
    /// `18..60`, `..200`, `18..`: from (inclusive) to (exclusive).
    Range {
        from: Option<String>,
        to: Option<String>,
    },
}
