//! Titles, numbers and symbols of official papers as dated data: a circular replaced by another changes what is
//! printed from its first day on, and nothing that was printed before.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::{Code, Post};

/// The file that ships.
pub const VIETNAM_1: &str = include_str!("../../../../data/papers/vn-1.toml");

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperLaw {
    /// 1, 2, 3 …: a later file replaces the earlier.
    pub version: u32,
    pub regimes: Vec<Regime>,
    /// What no regime names: results, notices.
    #[serde(default)]
    pub others: Vec<Form>,
    /// The word of a definition (`chairman`) → the title on paper.
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
    /// Kind of unit → its head and its deputy head.
    #[serde(default)]
    pub heads: BTreeMap<String, (String, String)>,
}

/// A circular and the forms it prescribes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// As cited on paper: `Thông tư số 03/2025/TT-VPCP`.
    pub name: String,
    pub from: Date,
    /// The last day, inclusive.
    #[serde(default)]
    pub until: Option<Date>,
    pub source: String,
    pub forms: Vec<Form>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// As a definition names it: `form-01`, `construction-permit`.
    pub template: Code,
    /// `01`; empty where no law numbers it.
    #[serde(default)]
    pub number: String,
    pub title: String,
    /// Behind the number of a paper: `Số: 123/TNHS`.
    #[serde(default)]
    pub symbol: String,
    /// Layout and symbol are made up; the paper says so.
    #[serde(default)]
    pub demonstration: bool,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PaperLawFault {
    #[error("{0}")]
    Unreadable(String),
    #[error("regimes `{0}` and `{1}` hold on the same day")]
    Overlap(String, String),
    #[error("regime `{0}` ends before it begins")]
    Backwards(String),
    #[error("regime `{0}` names the template `{1}` twice")]
    Twice(String, String),
}

impl PaperLaw {
    /// # Errors
    /// [`PaperLawFault`]: what in the file does not fit.
    pub fn read(text: &str) -> Result<Self, PaperLawFault> {
        let law: Self =
            toml::from_str(text).map_err(|flaw| PaperLawFault::Unreadable(flaw.to_string()))?;
        law.fits()?;
        Ok(law)
    }

    fn fits(&self) -> Result<(), PaperLawFault> {
        for (at, regime) in self.regimes.iter().enumerate() {
            if regime.until.is_some_and(|until| until < regime.from) {
                return Err(PaperLawFault::Backwards(regime.name.clone()));
            }
            let earlier = self.regimes.get(..at).unwrap_or_default();
            if let Some(other) = earlier.iter().find(|other| other.meets(regime)) {
                let (a, b) = (other.name.clone(), regime.name.clone());
                return Err(PaperLawFault::Overlap(a, b));
            }
            for (at, form) in regime.forms.iter().enumerate() {
                let earlier = regime.forms.get(..at).unwrap_or_default();
                if earlier.iter().any(|other| other.template == form.template) {
                    let (name, template) = (regime.name.clone(), form.template.clone());
                    return Err(PaperLawFault::Twice(name, template));
                }
            }
        }
        Ok(())
    }

    /// The file that ships.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn shipped() -> Self {
        Self::read(VIETNAM_1).expect("the shipped file fits")
    }

    pub fn regime(&self, day: Date) -> Option<&Regime> {
        self.regimes.iter().find(|regime| regime.holds(day))
    }

    /// What a template is called on that day, and the circular that says so. `None`: nobody names it.
    pub fn form(&self, template: &str, day: Date) -> Option<(&Form, Option<&Regime>)> {
        let named = self.regime(day).and_then(|regime| {
            let form = regime.forms.iter().find(|form| form.template == template)?;
            Some((form, Some(regime)))
        });
        let other = || {
            let form = self.others.iter().find(|form| form.template == template)?;
            Some((form, None))
        };
        named.or_else(other)
    }

    /// `Mẫu số 01 – Thông tư số 03/2025/TT-VPCP`; empty where the law of the day knows no such form.
    pub fn citation(&self, template: &str, day: Date) -> String {
        match self.form(template, day) {
            Some((form, Some(regime))) => format!("Mẫu số {} – {}", form.number, regime.name),
            Some((_, None)) | None => String::new(),
        }
    }

    /// The title of a definition's word; the word itself where nobody translated it.
    pub fn title<'a>(&'a self, word: &'a str) -> &'a str {
        self.titles.get(word).map_or(word, String::as_str)
    }

    /// How the head or deputy head of a kind of unit is called; empty for staff.
    pub fn post(&self, kind: &str, post: Post) -> &str {
        let found = self.heads.get(kind);
        match (post, found) {
            (Post::Staff, _) => "",
            (Post::Head, Some((head, _))) => head,
            (Post::DeputyHead, Some((_, deputy))) => deputy,
            (Post::Head, None) => self.title("head"),
            (Post::DeputyHead, None) => self.title("deputy-head"),
        }
    }
}

impl Regime {
    fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    fn meets(&self, other: &Self) -> bool {
        other.holds(self.from) || self.holds(other.from)
    }
}
