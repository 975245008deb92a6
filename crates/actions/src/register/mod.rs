//! Asked once: fields of a form that a register fills in. The city's own registers are asked here; those of
//! others were asked by whoever may speak to the outside, and their answers are handed in ([`Outside`]). Every
//! look is written down with its purpose.
//!
//! A register that knows nothing blocks nobody: what it should have told is declared instead, and an official
//! sees that it is only declared. Only a record that decides where a case goes must be found while its register
//! answers.

mod fill;
mod import;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;
use rules::ids::PersonId;
use rules::origin::Origins;
use rules::person::Person;
use serde_json::{Map, Value as Json};
use service::Answers;
use service::field::FieldProblem;
use store::{Look, LookAnswer, StoreError};

use crate::city::City;
use crate::error::ActionError;

pub use fill::wanted;
pub use import::{Imported, RegisterFile, read_head};

/// A record for a register of this city.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterEntry {
    /// `land-register`, `population` …
    pub register: String,
    /// What a form asks with: a certificate's number, a personal number.
    pub key: String,
    /// The fields that `service::registers` names.
    pub record: Map<String, Json>,
}

/// Who asks a register, from where and for what.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub person: &'a Person,
    /// The address it comes from: limits those without an account.
    pub place: &'a str,
    /// `apply`, `desk`, `handling`: a member of the texts `look`.
    pub purpose: &'a str,
    pub service: &'a str,
    /// A case's code or a draft's short name.
    pub reference: &'a str,
}

impl Asker<'_> {
    fn id(&self) -> Option<PersonId> {
        match self.person {
            Person::Resident { id, .. } => Some(*id),
            Person::Official(official) => Some(official.id),
            Person::Nobody | Person::Bearer { .. } => None,
        }
    }

    /// Looks within ten minutes: enough for a long form with corrections, too few to read a register out. One
    /// address is shared by a household or a café, an official's work is many people's.
    fn most(&self) -> u32 {
        match self.person {
            Person::Official(_) => 300,
            Person::Resident { .. } => 60,
            Person::Nobody | Person::Bearer { .. } => 40,
        }
    }
}

const WINDOW_MINUTES: i64 = 10;

/// A register and what it is to be asked with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub register: &'static str,
    /// Folded: `ab 123456` and `AB123456` are the same certificate.
    pub key: String,
}

/// What a register answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Found {
        record: Map<String, Json>,
        as_of: Option<Date>,
    },
    NotFound,
    Away,
}

/// Answers of registers that others keep.
pub type Outside = BTreeMap<Wanted, Told>;

/// A page as far as registers fill it in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filled {
    pub answers: Answers,
    pub origins: Origins,
    pub problems: Vec<FieldProblem>,
    /// Keys that a register does not know, not yet said: what hangs on them is declared next.
    pub unknown: Vec<FieldProblem>,
}

impl City {
    /// Adds records to the city's registers; one with the same key is replaced.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn add_register_entries(
        &self,
        entries: Vec<RegisterEntry>,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("registers", move |tx| {
                let entries = entries.clone();
                Box::pin(async move {
                    for entry in entries {
                        let body = Json::Object(entry.record);
                        let key = folded(&entry.key);
                        tx.save_register_entry(&entry.register, &key, &body, (0, None), now)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await;
        Ok(written?)
    }

    /// Whether this asker has asked so often lately that registers stay closed to them for a while.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn asks_too_often(&self, asker: &Asker<'_>) -> Result<bool, ActionError> {
        let (person, most) = (asker.id(), asker.most());
        let place = asker.place.to_owned();
        let since = self.now() - SignedDuration::from_mins(WINDOW_MINUTES);
        let looks: Result<u32, StoreError> = self
            .writer()
            .run("looks", move |tx| {
                let place = place.clone();
                Box::pin(async move { tx.count_looks(person, Some(&place), since).await })
            })
            .await;
        Ok(looks? >= most)
    }

    /// Asks for one record: the city's own register, unless its answer was brought from outside. `None`: nobody
    /// keeps this register here, and nothing was looked at.
    ///
    /// # Errors
    /// Where the memory does not answer; then nothing may be shown.
    pub async fn ask_register(
        &self,
        wanted: &Wanted,
        asker: &Asker<'_>,
        outside: &Outside,
    ) -> Result<Option<Told>, ActionError> {
        let brought = outside.get(wanted).cloned();
        if brought.is_none() && !self.reader().has_register(wanted.register).await? {
            return Ok(None);
        }
        let look = Look {
            id: self.new_note_id(),
            register: wanted.register.to_owned(),
            key: wanted.key.clone(),
            about: None,
            person: asker.id(),
            place: (asker.id().is_none()).then(|| asker.place.to_owned()),
            service: asker.service.to_owned(),
            purpose: asker.purpose.to_owned(),
            reference: asker.reference.to_owned(),
            answer: LookAnswer::NotFound,
            at: self.now(),
        };
        let told = self
            .writer()
            .run("look", move |tx| {
                let (brought, mut look) = (brought.clone(), look.clone());
                Box::pin(async move {
                    let told = match brought {
                        Some(told) => told,
                        None => match tx.register_entry(&look.register, &look.key).await? {
                            Some(entry) => Told::Found {
                                record: entry.body.as_object().cloned().unwrap_or_default(),
                                as_of: entry.as_of,
                            },
                            None => Told::NotFound,
                        },
                    };
                    look.answer = match &told {
                        Told::Found { .. } => LookAnswer::Found,
                        Told::NotFound => LookAnswer::NotFound,
                        Told::Away => LookAnswer::Away,
                    };
                    look.about = about(&look, &told);
                    tx.save_look(&look).await?;
                    Ok::<_, ActionError>(told)
                })
            })
            .await?;
        Ok(Some(told))
    }
}

/// Whose record it is: as the record says; where nothing was found, as the key says.
fn about(look: &Look, told: &Told) -> Option<String> {
    let register = service::registers::register(&look.register)?;
    match told {
        Told::Found { record, .. } => record.get(register.about)?.as_str().map(str::to_owned),
        Told::NotFound | Told::Away => (register.key == register.about).then(|| look.key.clone()),
    }
}

/// `ab 123456` and `AB123456` are the same certificate.
pub(crate) fn folded(key: &str) -> String {
    key.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}
