//! A text people read, in Vietnamese first and in whatever other languages the file brings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Vietnamese is always there; others (`en`, `km`) stand beside it (`label.en:` in the file).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    pub vi: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, String>,
}

impl Text {
    pub fn vi(text: impl Into<String>) -> Self {
        Self {
            vi: text.into(),
            others: BTreeMap::new(),
        }
    }

    /// The same text in one more language.
    #[must_use]
    pub fn and(mut self, language: &str, text: impl Into<String>) -> Self {
        self.others.insert(language.to_owned(), text.into());
        self
    }

    /// The text in `language`, or the Vietnamese one where it was not translated.
    pub fn get(&self, language: &str) -> &str {
        self.others.get(language).map_or(&self.vi, String::as_str)
    }
}
