//! Why dossiers are late: the city's list (`data/causes.toml`), from which form 04 chooses.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The list that ships.
pub const CAUSES_1: &str = include_str!("../../../../data/causes.toml");

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Causes {
    pub version: u32,
    pub from: Option<Date>,
    #[serde(rename = "cause")]
    pub list: Vec<Cause>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Kept for ever: events refer to it.
    pub code: String,
    pub name: String,
    pub name_en: String,
    pub whose: Whose,
    /// May be chosen on form 04.
    pub given: bool,
    /// The rule by which it is read from events, where there is one.
    pub sign: Option<Sign>,
}

/// To whom a report counts a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    Authority,
    OtherUnit,
    Applicant,
    Law,
    System,
}

/// What can be read from the events of a late dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    Silence,
    HandedAround,
    Stuck,
    Reception,
    Signature,
    AskedLate,
    SupplementLate,
    /// The applicant's own part, while the legal clock ran.
    Applicant,
}

impl Causes {
    /// # Errors
    /// With the line that cannot be read, or the code that stands twice.
    pub fn read(text: &str) -> Result<Self, String> {
        let causes: Causes = toml::from_str(text).map_err(|error| error.to_string())?;
        for (place, cause) in causes.list.iter().enumerate() {
            if causes.list[..place]
                .iter()
                .any(|other| other.code == cause.code)
            {
                return Err(format!("the cause {} stands twice", cause.code));
            }
        }
        Ok(causes)
    }

    pub fn get(&self, code: &str) -> Option<&Cause> {
        self.list.iter().find(|cause| cause.code == code)
    }

    /// What may be chosen on form 04.
    pub fn choices(&self) -> impl Iterator<Item = &Cause> {
        self.list.iter().filter(|cause| cause.given)
    }
}
