//! Where each thing stands in the file: path → line and column.

use std::collections::BTreeMap;

use crate::yaml::{Mark, Node, Value};

/// Paths are keys and indexes as in the file, joined by `/`: `process/steps/2/within`,
/// `tables/certificate_fee/rows/3`, `roles/signer/delegations/0/when`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Mark>);

impl Places {
    pub fn of(root: &Node) -> Self {
        let mut places = Self::default();
        places.enter(root, root.mark, String::new());
        places
    }

    /// The place of `path`, or of the nearest thing around it; the file's beginning at worst.
    pub fn find(&self, path: &str) -> Mark {
        let mut path = path;
        loop {
            if let Some(mark) = self.0.get(path) {
                return *mark;
            }
            match path.rfind('/') {
                Some(at) => path = &path[..at],
                None => return Mark { line: 1, column: 1 },
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Mark)> {
        self.0.iter().map(|(path, mark)| (path.as_str(), *mark))
    }

    fn enter(&mut self, node: &Node, mark: Mark, path: String) {
        let below = |key: &str| {
            if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}/{key}")
            }
        };
        match &node.value {
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.enter(item, item.mark, below(&index.to_string()));
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    // A word is pointed at; what holds more is pointed at by its name.
                    let at = match entry.value.value {
                        Value::Text(_) => entry.value.mark,
                        _ => entry.mark,
                    };
                    self.enter(&entry.value, at, below(&entry.key));
                }
            }
            Value::Text(_) | Value::Empty => {}
        }
        self.0.insert(path, mark);
    }
}
