//! Strict YAML: text → a small tree in which every scalar is still text and knows its place.
//!
//! Only the subset of YAML 1.2 that means one thing to everybody: no anchors, tags, merge keys,
//! duplicate keys or tabs, `{…}` on one line. What is outside gets a sentence, never a panic. What
//! a text means (number, yes-no, date) is said by [`crate::read`], not here.

mod comments;
mod flaw;
mod parse;

pub use comments::{Comments, comments};
pub use parse::{Parsed, parse};

/// A place in a file; lines and columns count from 1 in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    pub line: u32,
    pub column: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub mark: Mark,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `key:` with nothing behind it.
    Empty,
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    pub mark: Mark,
    pub value: Node,
}

impl Node {
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value under `key`, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|e| e.key == key).map(|e| &e.value),
            _ => None,
        }
    }
}
