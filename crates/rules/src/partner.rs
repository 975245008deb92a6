//! Reports that are handed on to another system by Open311: which, under which of its codes, with which of its
//! questions answered. A mapping for each partner, kept by the city. Absent: how it is reached and how it answers (`links`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::Answers;
use service::definition::{Code, Kind};

use crate::case::{Case, Spot};
use crate::ids::{AreaCode, UnitCode};
use crate::message::Unreadable;

/// What the city keeps of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Partner {
    /// As people call it.
    pub name: String,
    /// `jurisdiction_id`, where its server asks for one.
    #[serde(default)]
    pub jurisdiction: String,
    #[serde(default)]
    pub format: Format,
    #[serde(default)]
    pub news: News,
    /// Our communes → what they call them (`address_id`).
    #[serde(default)]
    pub areas: BTreeMap<AreaCode, String>,
    /// In their order; the first that fits is taken.
    #[serde(rename = "service")]
    pub services: Vec<Handed>,
}

/// What is asked of it and read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    #[default]
    Json,
    Xml,
}

/// How its news are asked for: nothing of it is in the frozen specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// The requests themselves, by their ids: every server has this.
    #[default]
    Requests,
    /// Requests changed since the last time (`updated_after`).
    Changed,
    /// `servicerequestupdates`, an extension of mySociety.
    Updates,
}

/// A kind of report that is handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Handed {
    /// Ours, or a kind with all under it: `report.street`.
    pub service: Code,
    /// Theirs.
    pub code: String,
    /// Empty: of all communes.
    #[serde(default)]
    pub areas: Vec<AreaCode>,
    /// Where one of these has it; empty: whoever has it.
    #[serde(default)]
    pub units: Vec<UnitCode>,
    /// Reports that their senders keep from the public too.
    #[serde(default)]
    pub private: bool,
    /// Their questions.
    #[serde(default)]
    pub attributes: BTreeMap<String, Source>,
}

/// Where the answer to a question of theirs is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Always this.
    #[serde(default)]
    pub fixed: String,
    /// An answer of our form.
    #[serde(default)]
    pub answer: Code,
    /// Our value → theirs; a value that is not here goes as it is.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Without it they do not take the report.
    #[serde(default)]
    pub required: bool,
}

/// A report as it goes to a partner. No person is in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outgoing {
    pub service_code: String,
    pub place: Option<Spot>,
    pub address: String,
    pub address_id: String,
    pub description: String,
    /// A public photo.
    pub media_url: Option<String>,
    pub attributes: Vec<(String, Vec<String>)>,
}

/// A question of theirs that must be answered and is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("attribute[{0}]: there is no answer to it in the report")]
pub struct Unanswered(pub String);

impl Partner {
    /// # Errors
    /// [`Unreadable`] with the place and what is wrong.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let partner: Self = toml::from_str(text)?;
        if partner.name.trim().is_empty() {
            return Err(Unreadable("name is missing".into()));
        }
        for (at, handed) in partner.services.iter().enumerate() {
            let place = at + 1;
            if handed.service.trim().is_empty() || handed.code.trim().is_empty() {
                return Err(Unreadable(format!(
                    "service {place}: service and code are needed"
                )));
            }
            for (code, source) in &handed.attributes {
                if source.fixed.is_empty() == source.answer.is_empty() {
                    return Err(Unreadable(format!(
                        "service {place}, attribute {code}: either fixed or answer"
                    )));
                }
            }
        }
        Ok(partner)
    }

    /// Under what this case is handed on now; `None`: it is not.
    pub fn takes(&self, case: &Case) -> Option<&Handed> {
        if case.kind != Kind::Report || case.life.ended().is_some() {
            return None;
        }
        let has = |unit: &UnitCode| {
            case.unit == *unit
                || case
                    .tasks
                    .iter()
                    .any(|task| task.unit.as_ref() == Some(unit))
        };
        self.services.iter().find(|handed| {
            under(&case.service, &handed.service)
                && (case.public || handed.private)
                && (handed.areas.is_empty()
                    || case
                        .area
                        .as_ref()
                        .is_some_and(|area| handed.areas.contains(area)))
                && (handed.units.is_empty() || handed.units.iter().any(has))
        })
    }
}

/// The kind itself, or one under it.
fn under(service: &str, kind: &str) -> bool {
    let rest = service.strip_prefix(kind);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Handed {
    /// Their questions, answered from ours.
    ///
    /// # Errors
    /// [`Unanswered`]: they would not take it.
    pub fn answered(&self, answers: &Answers) -> Result<Vec<(String, Vec<String>)>, Unanswered> {
        let mut all = Vec::new();
        for (code, source) in &self.attributes {
            let values = source.values_of(answers);
            if !values.is_empty() {
                all.push((code.clone(), values));
            } else if source.required {
                return Err(Unanswered(code.clone()));
            }
        }
        Ok(all)
    }
}

impl Source {
    fn values_of(&self, answers: &Answers) -> Vec<String> {
        if !self.fixed.is_empty() {
            return vec![self.fixed.clone()];
        }
        let theirs = |value: &Value| {
            let ours = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Null => return None,
                other => other.to_string(),
            };
            let theirs = self.values.get(&ours).cloned().unwrap_or(ours);
            (!theirs.is_empty()).then_some(theirs)
        };
        match answers.get(&self.answer) {
            Some(Value::Array(many)) => many.iter().filter_map(theirs).collect(),
            Some(one) => theirs(one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
        name = "Điện lực (minh họa)"
        jurisdiction = "power.example"
        news = "updates"
        [[service]]
        service = "report.street-light"
        code = "LIGHT"
        areas = ["31135"]
        [service.attributes]
        kind = { answer = "fault", values = { dark = "1" }, required = true }
        source = { fixed = "1022" }
        times = { answer = "when" }
    "#;

    #[test]
    fn a_mapping_is_read_and_a_flawed_one_is_told_with_its_place() {
        let partner = Partner::read(FILE).expect("reads");
        assert_eq!(
            (partner.news, partner.format),
            (News::Updates, Format::Json)
        );
        for (good, bad, says) in [
            ("code = \"LIGHT\"", "code = \"\"", "service 1"),
            ("fixed = \"1022\"", "fixed = \"\"", "either fixed or answer"),
            ("jurisdiction", "jurisdikshun", "jurisdikshun"),
        ] {
            let wrong = Partner::read(&FILE.replace(good, bad)).expect_err(bad);
            assert!(wrong.to_string().contains(says), "{wrong}");
        }
    }

    #[test]
    fn their_questions_are_answered_from_ours() {
        let partner = Partner::read(FILE).expect("reads");
        let handed = &partner.services[0];
        let answers = |value: Value| serde_json::from_value::<Answers>(value).expect("answers");
        let told = handed.answered(&answers(
            json!({"fault": "dark", "when": ["night", "dawn"]}),
        ));
        let pair = |code: &str, values: &[&str]| {
            (
                code.to_owned(),
                values.iter().map(|v| (*v).to_owned()).collect(),
            )
        };
        assert_eq!(
            told,
            Ok(vec![
                pair("kind", &["1"]),
                pair("source", &["1022"]),
                pair("times", &["night", "dawn"])
            ])
        );
        let missing = handed.answered(&answers(json!({"fault": null})));
        assert_eq!(missing, Err(Unanswered("kind".into())));
    }

    #[test]
    fn a_kind_holds_all_under_it_and_nothing_that_only_sounds_like_it() {
        assert!(under("report.street-light", "report.street-light"));
        assert!(under("report.street.light", "report.street"));
        assert!(!under("report.street-light", "report.street"));
    }
}
