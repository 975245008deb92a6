//! "Your document has a flaw": one sentence with its place and what to write instead.

use serde::Serialize;

/// A flaw in a definition file. Lines and columns count from 1 in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub severity: Severity,
    /// The gate check that found it (1–12; `design` of the publish gate).
    pub check: u8,
    pub line: u32,
    pub column: u32,
    /// What is wrong, in Vietnamese.
    pub says: String,
    /// What to write instead, where that is known.
    pub instead: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Error,
    Warning,
}
