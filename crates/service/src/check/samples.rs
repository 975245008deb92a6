//! Example applicants: enough different answers to meet every condition from both sides.

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::Answers;
use crate::definition::{Channel, Definition, Expr, Field, FieldKind, Who};
use crate::expr::Scope;

/// More combinations than this are not tried.
const MOST: usize = 4_096;

#[derive(Debug, Clone, Default)]
pub struct Sample {
    pub answers: Answers,
    pub applicant: Option<Who>,
    pub channel: Option<Channel>,
    pub today: Option<Date>,
    /// `hour`; mid-morning where none is named.
    pub hour: Option<u8>,
    /// `office_hours`; yes where nothing is said.
    pub office_hours: Option<bool>,
}

impl Sample {
    pub fn scope<'a>(&'a self, definition: &'a Definition) -> Scope<'a> {
        Scope {
            applicant: self.applicant,
            channel: self.channel,
            today: self.today,
            clock: Some((self.hour.unwrap_or(10), self.office_hours.unwrap_or(true))),
            ..Scope::of(definition, &self.answers)
        }
    }

    /// `buyers = [{"kind":"person"}], splits = true`
    pub fn says(&self) -> String {
        let mut parts: Vec<String> = self
            .answers
            .iter()
            .map(|(code, value)| format!("{code} = {value}"))
            .collect();
        if let Some(channel) = self.channel {
            parts.insert(0, format!("channel = {}", json!(channel)));
        }
        if let Some(kind) = self.applicant {
            parts.insert(0, format!("applicant.kind = {}", json!(kind)));
        }
        if parts.is_empty() {
            "mọi người nộp".into()
        } else {
            parts.join(", ")
        }
    }
}

/// Answers to every field these conditions ask about, in all combinations of the values that
/// matter: options, yes and no, the numbers and words written in the conditions and their
/// neighbours; a repeating group with each row alone and each pair of rows.
pub fn samples(definition: &Definition, conditions: &[&Expr]) -> Vec<Sample> {
    let words = Words::of(conditions);
    let mut all = vec![Sample::default()];
    if words.names.contains(&"applicant") {
        all = definition
            .applicants
            .who
            .iter()
            .map(|kind| Sample {
                applicant: Some(*kind),
                ..Sample::default()
            })
            .collect();
    }
    if words.names.contains(&"channel") {
        let channels = &definition.applicants.channels;
        let each = |sample: Sample| {
            channels.iter().map(move |channel| Sample {
                channel: Some(*channel),
                ..sample.clone()
            })
        };
        all = all.into_iter().flat_map(each).collect();
    }
    if words.names.contains(&"office_hours") {
        let each = |sample: Sample| {
            [true, false].map(|open| Sample {
                office_hours: Some(open),
                ..sample.clone()
            })
        };
        all = all.into_iter().flat_map(each).collect();
    }
    if words.names.contains(&"hour") {
        let each = |sample: Sample| {
            [3, 10, 16, 22].map(|hour| Sample {
                hour: Some(hour),
                ..sample.clone()
            })
        };
        all = all.into_iter().flat_map(each).collect();
    }
    for page in &definition.form {
        let asked: Vec<&Field> = page
            .fields
            .iter()
            .filter(|field| words.names.contains(&field.code.as_str()))
            .collect();
        match &page.repeat {
            Some(repeat) if words.names.contains(&repeat.code.as_str()) => {
                let mut rows = vec![Answers::new()];
                for field in asked {
                    rows = combined(rows, &values(field, &words), |row, value| {
                        row.insert(field.code.clone(), value);
                    });
                }
                let pairs = rows
                    .iter()
                    .enumerate()
                    .flat_map(|(at, a)| rows[at + 1..].iter().map(move |b| json!([a, b])));
                let groups: Vec<Json> = rows.iter().map(|row| json!([row])).chain(pairs).collect();
                all = combined(all, &groups, |sample, rows| {
                    sample.answers.insert(repeat.code.clone(), rows);
                });
            }
            Some(_) => {}
            None => {
                for field in asked {
                    all = combined(all, &values(field, &words), |sample, value| {
                        sample.answers.insert(field.code.clone(), value);
                    });
                }
            }
        }
    }
    all
}

fn combined<T: Clone>(all: Vec<T>, values: &[Json], put: impl Fn(&mut T, Json)) -> Vec<T> {
    let mut more = Vec::new();
    for one in all {
        for value in values {
            if more.len() >= MOST {
                return more;
            }
            let mut one = one.clone();
            put(&mut one, value.clone());
            more.push(one);
        }
    }
    more
}

fn values(field: &Field, words: &Words) -> Vec<Json> {
    match &field.kind {
        FieldKind::YesNo => vec![json!(true), json!(false)],
        FieldKind::Choice(None) => field
            .options
            .iter()
            .map(|choice| json!(choice.code))
            .collect(),
        FieldKind::Choices(None) => field
            .options
            .iter()
            .map(|choice| json!([choice.code]))
            .collect(),
        FieldKind::Whole | FieldKind::Decimal(_) | FieldKind::Money => words.numbers(),
        FieldKind::Record | FieldKind::Place => {
            let mut records = vec![Map::new()];
            for inside in words.inside(&field.code) {
                let mut known = words.texts();
                known.extend(words.numbers());
                records = combined(records, &known, |record, value| {
                    record.insert(inside.to_owned(), value);
                });
            }
            records.into_iter().map(Json::Object).collect()
        }
        FieldKind::Choices(Some(_)) => words
            .texts()
            .into_iter()
            .map(|text| json!([text]))
            .collect(),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Date
        | FieldKind::Choice(Some(_))
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::PersonalId
        | FieldKind::OrganisationId
        | FieldKind::Address
        | FieldKind::Photos
        | FieldKind::File
        | FieldKind::Unit => words.texts(),
    }
}

/// The names, texts and numbers written in conditions.
struct Words<'t> {
    names: Vec<&'t str>,
    paths: Vec<&'t str>,
    texts: Vec<&'t str>,
    numbers: Vec<f64>,
}

impl<'t> Words<'t> {
    fn of(conditions: &[&'t Expr]) -> Self {
        let mut words = Self {
            names: vec![],
            paths: vec![],
            texts: vec![],
            numbers: vec![],
        };
        for condition in conditions {
            // Odd pieces between double quotes are texts, the others are code.
            for (at, piece) in condition.0.split('"').enumerate() {
                if at % 2 == 1 {
                    words.texts.push(piece);
                    continue;
                }
                let code =
                    |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
                for word in piece
                    .split(|letter| !code(letter))
                    .filter(|word| !word.is_empty())
                {
                    match word.parse::<f64>() {
                        Ok(number) => words.numbers.push(number),
                        Err(_) => {
                            words.paths.push(word);
                            words.names.extend(word.split('.'));
                        }
                    }
                }
            }
        }
        words
    }

    fn inside(&self, code: &str) -> Vec<&'t str> {
        let mut inside: Vec<&str> = self
            .paths
            .iter()
            .filter_map(|path| {
                let (first, rest) = path.split_once('.')?;
                (first == code).then(|| rest.split('.').next())?
            })
            .collect();
        inside.sort_unstable();
        inside.dedup();
        inside
    }

    fn texts(&self) -> Vec<Json> {
        let mut texts = self.texts.clone();
        texts.sort_unstable();
        texts.dedup();
        texts
            .into_iter()
            .chain(["khác"])
            .map(|text| json!(text))
            .collect()
    }

    fn numbers(&self) -> Vec<Json> {
        let mut numbers: Vec<i64> = self
            .numbers
            .iter()
            .filter(|number| number.abs() < 1e15)
            .flat_map(|number| {
                let floor = number.floor();
                [floor - 1.0, floor, floor + 1.0]
            })
            .map(|number| format!("{number:.0}").parse().unwrap_or_default())
            .chain([0])
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| json!(number)).collect()
    }
}
