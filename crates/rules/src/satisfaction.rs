//! Why somebody is or is not satisfied with how a report ended: a list of the city (`data/satisfaction.toml`).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use service::definition::Code;

/// The list that ships.
pub const SATISFACTION_1: &str = include_str!("../../../data/satisfaction.toml");

static SHIPPED: LazyLock<Reasons> =
    LazyLock::new(|| Reasons::read(SATISFACTION_1).unwrap_or_default());

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    pub version: u32,
    #[serde(rename = "reason")]
    pub list: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Kept for ever: events refer to it.
    pub code: Code,
    /// Goes with four or five points of five.
    pub good: bool,
    pub name: String,
    pub name_en: String,
}

impl Reasons {
    /// # Errors
    /// With the line that cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    pub fn get(&self, code: &str) -> Option<&Reason> {
        self.list.iter().find(|reason| reason.code == code)
    }

    /// Of what was ticked, what goes with so many points; each once, in the order of the list.
    pub fn fitting(&self, score: u8, ticked: &[Code]) -> Vec<Code> {
        let fits = |reason: &&Reason| reason.good == (score >= 4) && ticked.contains(&reason.code);
        let list = self.list.iter().filter(fits);
        list.map(|reason| reason.code.clone()).collect()
    }
}

impl Reason {
    pub fn name(&self, language: &str) -> &str {
        match language {
            "en" => &self.name_en,
            _ => &self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_and_blame_do_not_mix() {
        let reasons = Reasons::read(SATISFACTION_1).expect("the list that ships");
        let ticked = ["slow", "quick", "quick", "nothing"].map(str::to_owned);
        assert_eq!(reasons.fitting(5, &ticked), ["quick"]);
        assert_eq!(reasons.fitting(3, &ticked), ["slow"]);
        assert!(reasons.list.iter().any(|reason| reason.good));
    }
}
