//! Whom the answers of a form are about: the first person (or organisation) that the form asks for, as far as its
//! fields say so by their kinds. Used to find somebody again and to fill in a form with what is known.

use serde_json::Value as Json;

use crate::Answers;
use crate::definition::{Definition, Field, FieldKind, Page};

/// What a form says of its applicant; absent where it was not asked or not answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    pub name: Option<String>,
    /// A personal number, or that of an organisation.
    pub number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
}

/// What a field tells of the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Name,
    Number,
    Phone,
    Email,
    Address,
}

/// The part that this field of the page tells; `None`: it is about something else. A name is a text field called so
/// beside a number: a child's or a spouse's stands on a page of its own.
pub fn part(page: &Page, field: &Field) -> Option<Part> {
    let numbered = |field: &Field| {
        matches!(
            field.kind,
            FieldKind::PersonalId | FieldKind::OrganisationId
        )
    };
    match field.kind {
        FieldKind::PersonalId | FieldKind::OrganisationId => Some(Part::Number),
        FieldKind::Phone => Some(Part::Phone),
        FieldKind::Email => Some(Part::Email),
        FieldKind::Address => Some(Part::Address),
        FieldKind::Text if field.code.ends_with("name") && page.fields.iter().any(numbered) => {
            Some(Part::Name)
        }
        _ => None,
    }
}

impl Applicant {
    /// The first answer to each part.
    pub fn of(definition: &Definition, answers: &Answers) -> Self {
        let mut found = Self::default();
        for page in &definition.form {
            for field in &page.fields {
                let Some(part) = part(page, field) else {
                    continue;
                };
                let answer = match &page.repeat {
                    Some(repeat) => answers
                        .get(&repeat.code)
                        .and_then(|rows| rows.get(0)?.get(&field.code)),
                    None => answers.get(&field.code),
                };
                let words = answer
                    .and_then(Json::as_str)
                    .map(str::trim)
                    .filter(|words| !words.is_empty());
                let place = found.place(part);
                if place.is_none() {
                    *place = words.map(str::to_owned);
                }
            }
        }
        found
    }

    fn place(&mut self, part: Part) -> &mut Option<String> {
        match part {
            Part::Name => &mut self.name,
            Part::Number => &mut self.number,
            Part::Phone => &mut self.phone,
            Part::Email => &mut self.email,
            Part::Address => &mut self.address,
        }
    }

    pub fn get(&self, part: Part) -> Option<&str> {
        match part {
            Part::Name => self.name.as_deref(),
            Part::Number => self.number.as_deref(),
            Part::Phone => self.phone.as_deref(),
            Part::Email => self.email.as_deref(),
            Part::Address => self.address.as_deref(),
        }
    }

    /// The words somebody is found by: name, number, phone. Empty: nobody is named.
    pub fn words(&self) -> String {
        let words = [&self.name, &self.number, &self.phone];
        words
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Puts what is known into a form's answers where nothing stands yet: the first field of each part.
    pub fn fill(&self, definition: &Definition, answers: &mut Answers) {
        let mut filled: Vec<Part> = Vec::new();
        for page in &definition.form {
            for field in &page.fields {
                let Some(part) = part(page, field).filter(|part| !filled.contains(part)) else {
                    continue;
                };
                filled.push(part);
                let Some(known) = self.get(part) else {
                    continue;
                };
                // A row of a group is the applicant only where the group is asked for at all.
                let target = match &page.repeat {
                    Some(repeat) => {
                        let rows = answers
                            .entry(&repeat.code)
                            .or_insert_with(|| Json::Array(vec![]));
                        if rows.as_array().is_some_and(Vec::is_empty)
                            && let Some(rows) = rows.as_array_mut()
                        {
                            rows.push(serde_json::json!({}));
                        }
                        rows.get_mut(0).and_then(Json::as_object_mut)
                    }
                    None => Some(&mut *answers),
                };
                if let Some(target) = target {
                    target.entry(&field.code).or_insert_with(|| known.into());
                }
            }
        }
    }
}
