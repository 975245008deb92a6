//! What the demonstration city is called and says: the data file, read.

use std::collections::BTreeMap;

use rules::resident::Proven;
use serde::Deserialize;

use super::dice::Dice;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub password: String,
    /// Cases a year by service code.
    pub volume: BTreeMap<String, u32>,
    pub names: Names,
    pub places: Places,
    pub reports: BTreeMap<String, Vec<String>>,
    pub answers: BTreeMap<String, Vec<String>>,
    pub directives: Directives,
    /// What the registers hold, by the register's code.
    #[serde(default)]
    pub registers: BTreeMap<String, Vec<Entry>>,
    /// Who may sign in with the demonstration's electronic identity.
    #[serde(default)]
    pub residents: Vec<Resident>,
    /// The dossier that always waits for a letter of apology.
    pub waiting: Option<Waiting>,
}

/// Whose dossier it is, and what they asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    pub service: String,
    /// The subject of one of the residents.
    pub resident: String,
    pub area: String,
    pub answers: serde_json::Map<String, serde_json::Value>,
}

/// An invented resident.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resident {
    /// What there is to try as this person.
    pub says: String,
    pub proven: Proven,
}

/// A record that a newcomer may ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub key: String,
    /// What it is, in a few words.
    pub says: String,
    pub record: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub family: Vec<String>,
    pub middle: Vec<String>,
    pub given: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    pub urban: Vec<String>,
    pub rural: Vec<String>,
    pub spots: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directives {
    pub tasks: Vec<String>,
}

impl Script {
    pub fn read(text: &str) -> anyhow::Result<Self> {
        Ok(toml::from_str(text)?)
    }

    pub fn person(&self, dice: &mut Dice) -> String {
        let [family, middle, given] = [&self.names.family, &self.names.middle, &self.names.given]
            .map(|list| word(list, dice));
        format!("{family} {middle} {given}")
    }

    /// Whose dossier waits.
    pub fn waits(&self) -> Option<Proven> {
        let waiting = self.waiting.as_ref()?;
        let mut residents = self.residents.iter();
        let one = residents.find(|one| one.proven.subject == waiting.resident);
        one.map(|one| one.proven.clone())
    }

    /// A street or a landmark, as people name it there.
    pub fn street(&self, urban: bool, dice: &mut Dice) -> String {
        word(
            if urban {
                &self.places.urban
            } else {
                &self.places.rural
            },
            dice,
        )
    }

    /// The words of a report at `street`; of a service without sentences, its own name.
    pub fn report(&self, service: &str, name: &str, street: &str, dice: &mut Dice) -> String {
        let spot =
            word(&self.places.spots, dice).replace("{n}", &(dice.below(280) + 1).to_string());
        match self.reports.get(service).and_then(|list| dice.pick(list)) {
            Some(sentence) => sentence
                .replace("{street}", street)
                .replace("{spot}", &spot),
            None => name.to_owned(),
        }
    }

    pub fn answer(&self, kind: &str, dice: &mut Dice) -> String {
        self.answers
            .get(kind)
            .map(|list| word(list, dice))
            .unwrap_or_default()
    }
}

fn word(list: &[String], dice: &mut Dice) -> String {
    dice.pick(list).cloned().unwrap_or_default()
}
