//! Where an answer came from that nobody had to type, and why one was typed after all. Kept beside the answers
//! of a draft and of a case, so that an official sees what is proven and what is only declared.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Moment;

/// By the path of the field: `full_name`, `buyers/0/full_name`.
pub type Origins = BTreeMap<String, Origin>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `account`, or a register's code.
    pub source: String,
    /// What the register was asked with; empty for the account.
    #[serde(default)]
    pub key: String,
    pub at: Moment,
    /// The day that the register's data is of, where it tells.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// `None`: it is what the source says. Else why a person declared it instead.
    #[serde(default)]
    pub declared: Option<Why>,
}

/// Why a register did not fill in what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It has no such record, or the record lacks this.
    NotFound,
    /// It did not answer.
    Away,
    /// It was asked too often from there.
    TooOften,
}

impl Why {
    pub fn code(self) -> &'static str {
        match self {
            Why::NotFound => "not-found",
            Why::Away => "away",
            Why::TooOften => "too-often",
        }
    }
}

/// The name of the account as a source.
pub const ACCOUNT: &str = "account";

/// A row of a repeating group is gone: what came after it moves up.
pub fn without_row(origins: &mut Origins, group: &str, row: usize) {
    let moved = std::mem::take(origins)
        .into_iter()
        .filter_map(|(path, origin)| {
            let mut steps = path.splitn(3, '/');
            let (Some(at), Some(n), Some(field)) = (steps.next(), steps.next(), steps.next())
            else {
                return Some((path, origin));
            };
            let n: usize = match n.parse() {
                Ok(n) if at == group => n,
                _ => return Some((path, origin)),
            };
            match n.cmp(&row) {
                std::cmp::Ordering::Less => Some((path, origin)),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some((format!("{group}/{}/{field}", n - 1), origin)),
            }
        });
    *origins = moved.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_goes_takes_its_origins_along() {
        let origin = |key: &str| Origin {
            source: "population".into(),
            key: key.into(),
            at: Moment::UNIX_EPOCH,
            as_of: None,
            declared: None,
        };
        let mut origins: Origins = [
            ("name", "a"),
            ("buyers/0/name", "b"),
            ("buyers/1/name", "c"),
        ]
        .map(|(path, key)| (path.to_owned(), origin(key)))
        .into();
        without_row(&mut origins, "buyers", 0);
        let left: Vec<_> = origins
            .iter()
            .map(|(p, o)| (p.as_str(), o.key.as_str()))
            .collect();
        assert_eq!(left, [("buyers/0/name", "c"), ("name", "a")]);
    }
}
