//! How the city's one-stop desks serve: when they are open (which is not the calendar of deadlines), who goes
//! first, what residents come for, how dossier codes are written, who helps people hand in. All of it is data
//! of the city (`data/can-tho/counter.toml`); here it is read, checked and asked. Knows no case and no clock.

pub mod code;
pub mod opening;
pub mod parcel;
pub mod queue;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::Code;

use crate::organisation::Unit;
use code::Pattern;
use opening::{Exception, Opening};

/// Kinds of units where dossiers are received and results handed over.
const DESKS: [&str; 2] = ["commune-desk", "city-desk"];

/// Whether a unit is a one-stop desk: a centre or desk of the one-stop mechanism.
pub fn is_desk(unit: &Unit) -> bool {
    is_desk_kind(&unit.kind)
}

/// The same of the kind that a rule names.
pub fn is_desk_kind(kind: &str) -> bool {
    DESKS.contains(&kind)
}

/// The counter as the city has settled it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Counter {
    pub queue: QueueRules,
    pub opening: Vec<Opening>,
    pub exception: Vec<Exception>,
    pub priority: Vec<Priority>,
    pub purpose: Vec<Purpose>,
    pub code: Vec<CodeRule>,
    pub helper: Vec<Helper>,
    pub relation: Vec<Relation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct QueueRules {
    /// Counters (quầy) of a desk, numbered from 1.
    pub counters: u32,
    /// Minutes before opening from which numbers are given.
    pub minutes_before: u32,
    /// Numbers taken from afar that may wait at one desk at a time.
    pub most_from_afar: u32,
    /// People with priority called in a row while others wait.
    pub most_priority_in_a_row: u32,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            counters: 4,
            minutes_before: 30,
            most_from_afar: 30,
            most_priority_in_a_row: 3,
        }
    }
}

/// People who go first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Priority {
    pub code: Code,
    pub label: String,
    #[serde(default)]
    pub label_en: String,
    pub source: String,
}

/// What somebody comes for, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Purpose {
    pub code: Code,
    /// Stands before the number: `B012`.
    pub letter: String,
    pub label: String,
    #[serde(default)]
    pub label_en: String,
    /// Groups of services it leads to (`Hộ tịch`); empty: any.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Counters that call it; empty: all.
    #[serde(default)]
    pub counters: Vec<u32>,
}

/// How codes of dossiers are written by some issuers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeRule {
    pub from: Date,
    /// Issuing units; empty: all others.
    #[serde(default)]
    pub units: Vec<Code>,
    pub pattern: String,
    pub source: String,
}

/// Who helps people hand in without being a unit of the city: the post office, a hired service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Helper {
    pub code: Code,
    pub label: String,
    #[serde(default)]
    pub label_en: String,
}

/// Who may collect a result, and the paper that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Relation {
    pub code: Code,
    pub label: String,
    #[serde(default)]
    pub label_en: String,
    /// Not the person themselves: an authorisation must be seen (NĐ 61/2018 Đ.6).
    #[serde(default)]
    pub proxy: bool,
}

macro_rules! labelled {
    ($($kind:ty),*) => {$(
        impl $kind {
            /// In the language `vi` or `en`; Vietnamese where there is no other.
            pub fn label(&self, language: &str) -> &str {
                match language {
                    "en" if !self.label_en.is_empty() => &self.label_en,
                    _ => &self.label,
                }
            }
        }
    )*};
}
labelled!(Priority, Purpose, Helper, Relation);

impl Counter {
    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// A sentence in Vietnamese that says which entry is wrong and what to do.
    pub fn read(text: &str) -> Result<Self, String> {
        let counter: Self = toml::from_str(text).map_err(|fault| fault.to_string())?;
        match counter.complaint() {
            Some(complaint) => Err(complaint),
            None => Ok(counter),
        }
    }

    fn complaint(&self) -> Option<String> {
        let rules = &self.code;
        let pattern = rules.iter().find_map(|rule| {
            let flaw = Pattern::read(&rule.pattern).err()?;
            Some(format!("code “{}”: {flaw}", rule.pattern))
        });
        let hours = || {
            let stretches = self.opening.iter().map(|o| (o.from, &o.hours));
            let special = self.exception.iter().map(|e| (e.date, &e.hours));
            stretches.chain(special).find_map(|(day, hours)| {
                let flaw = opening::flaw(hours)?;
                Some(format!("giờ mở cửa từ {day}: {flaw}"))
            })
        };
        let twice = || {
            let codes = [
                ("purpose", twin(self.purpose.iter().map(|one| &one.code))),
                ("letter", twin(self.purpose.iter().map(|one| &one.letter))),
                ("priority", twin(self.priority.iter().map(|one| &one.code))),
                ("helper", twin(self.helper.iter().map(|one| &one.code))),
                ("relation", twin(self.relation.iter().map(|one| &one.code))),
            ];
            codes.into_iter().find_map(|(list, code)| {
                Some(format!(
                    "{list}: “{}” đứng hai lần; mỗi mã chỉ dùng một lần",
                    code?
                ))
            })
        };
        let queue = || {
            let nothing = self.queue.counters == 0 || self.queue.most_priority_in_a_row == 0;
            nothing
                .then(|| "queue: counters và most-priority-in-a-row phải từ 1 trở lên".to_owned())
        };
        let purpose = || {
            let none = self.purpose.is_empty();
            none.then(|| "cần ít nhất một [[purpose]]: người dân đến làm việc gì".to_owned())
        };
        pattern
            .or_else(hours)
            .or_else(twice)
            .or_else(queue)
            .or_else(purpose)
    }

    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.purpose.iter().find(|one| one.code == code)
    }

    pub fn priority(&self, code: &str) -> Option<&Priority> {
        self.priority.iter().find(|one| one.code == code)
    }

    pub fn helper(&self, code: &str) -> Option<&Helper> {
        self.helper.iter().find(|one| one.code == code)
    }

    pub fn relation(&self, code: &str) -> Option<&Relation> {
        self.relation.iter().find(|one| one.code == code)
    }

    /// `B012`; the number alone where the purpose is not known any more.
    pub fn ticket(&self, purpose: &str, number: u32) -> String {
        let letter = self.purpose(purpose).map_or("", |one| &one.letter);
        format!("{letter}{number:03}")
    }

    /// The pattern in which `issuer` writes codes on a day: its own, else that of all, the latest that holds.
    pub fn pattern(&self, issuer: &str, on: Date) -> Pattern {
        let holds = |rule: &&CodeRule| rule.from <= on;
        let latest = |own: bool| {
            let named = move |rule: &&CodeRule| match own {
                true => rule.units.iter().any(|unit| unit == issuer),
                false => rule.units.is_empty(),
            };
            self.code
                .iter()
                .filter(holds)
                .filter(named)
                .max_by_key(|rule| rule.from)
        };
        latest(true)
            .or_else(|| latest(false))
            .and_then(|rule| Pattern::read(&rule.pattern).ok())
            .unwrap_or_default()
    }
}

/// A value that stands twice.
fn twin<'a>(values: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let mut seen = Vec::new();
    for value in values {
        if seen.contains(&value) {
            return Some(value);
        }
        seen.push(value);
    }
    None
}
