//! Does a table answer every combination, and every row some? Shown by examples.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::types::Type;
use crate::definition::{Cell, Hit, Table};
use crate::expr::number_json;
use crate::table::matches;

/// A value that stands for all that no cell tells apart; `None`: not answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub value: Option<Json>,
    pub label: String,
}

/// What an input column may be.
pub struct Domain {
    pub is: Type,
    pub may_miss: bool,
    /// Bounds that the field itself keeps.
    pub least: Option<f64>,
    pub most: Option<f64>,
}

#[derive(Debug, Default)]
pub struct Cover {
    /// One value per input.
    pub missing: Option<Vec<String>>,
    /// Rows that no combination reaches.
    pub never: Vec<usize>,
    /// Two rows for one combination, where only one may be.
    pub both: Option<(usize, usize, Vec<String>)>,
    /// More combinations than were tried.
    pub too_many: bool,
}

/// Combinations tried at most; values that no row tells apart count once.
const MOST: usize = 200_000;

pub fn cover(table: &Table, domains: &[Domain]) -> Cover {
    let columns: Vec<Vec<(Sample, Vec<bool>)>> = domains
        .iter()
        .enumerate()
        .map(|(at, domain)| told_apart(table, at, samples(table, at, domain)))
        .collect();
    let mut search = Search {
        table,
        columns: &columns,
        chosen: Vec::new(),
        reached: BTreeSet::new(),
        cover: Cover::default(),
        tried: 0,
    };
    search.down((0..table.rows.len()).collect());
    let Search {
        reached, mut cover, ..
    } = search;
    if !cover.too_many {
        cover.never = (0..table.rows.len())
            .filter(|row| !reached.contains(row))
            .collect();
    }
    cover
}

struct Search<'a> {
    table: &'a Table,
    columns: &'a [Vec<(Sample, Vec<bool>)>],
    chosen: Vec<&'a str>,
    reached: BTreeSet<usize>,
    cover: Cover,
    tried: usize,
}

impl Search<'_> {
    fn down(&mut self, rows: Vec<usize>) {
        self.tried += 1;
        if self.tried > MOST {
            self.cover.too_many = true;
            return;
        }
        let example = |here: &Self| {
            here.chosen
                .iter()
                .map(|label| (*label).to_owned())
                .collect()
        };
        let Some(column) = self.columns.get(self.chosen.len()) else {
            match rows.as_slice() {
                [] => {
                    if self.cover.missing.is_none() {
                        self.cover.missing = Some(example(self));
                    }
                }
                [first, second, ..] if self.table.hit == Hit::Unique => {
                    if self.cover.both.is_none() {
                        self.cover.both = Some((*first, *second, example(self)));
                    }
                    self.reached.extend(&rows);
                }
                [first, ..] => {
                    self.reached.insert(*first);
                }
            }
            return;
        };
        for (sample, fits) in column {
            let left = rows.iter().copied().filter(|row| fits[*row]).collect();
            self.chosen.push(&sample.label);
            self.down(left);
            self.chosen.pop();
        }
    }
}

/// One sample for each set of rows that it fits.
fn told_apart(table: &Table, at: usize, samples: Vec<Sample>) -> Vec<(Sample, Vec<bool>)> {
    let mut apart: Vec<(Sample, Vec<bool>)> = Vec::new();
    for sample in samples {
        let fits: Vec<bool> = table
            .rows
            .iter()
            .map(|row| {
                let cell = row.when.get(at).unwrap_or(&Cell::Any);
                matches(cell, sample.value.as_ref())
            })
            .collect();
        if !apart.iter().any(|(_, known)| *known == fits) {
            apart.push((sample, fits));
        }
    }
    apart
}

fn samples(table: &Table, at: usize, domain: &Domain) -> Vec<Sample> {
    let cells = || table.rows.iter().filter_map(|row| row.when.get(at));
    let words = || -> Vec<&str> {
        let mut all: Vec<&str> = cells()
            .flat_map(|cell| match cell {
                Cell::Any => vec![],
                Cell::OneOf(words) => words.iter().map(String::as_str).collect(),
                Cell::Range { from, to } => from.iter().chain(to).map(String::as_str).collect(),
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut samples: Vec<Sample> = match &domain.is {
        Type::YesNo => vec![said(json!(true), "có"), said(json!(false), "không")],
        Type::Choice(options) if !options.is_empty() => options
            .iter()
            .map(|option| said(json!(option), option))
            .collect(),
        Type::List(of) => {
            let one = Domain {
                is: (**of).clone(),
                may_miss: false,
                least: None,
                most: None,
            };
            return with_missing(crate::expr::cover::samples(table, at, &one), true);
        }
        Type::Whole | Type::Decimal | Type::Money => numbers(&words(), domain),
        Type::Date => days(&words()),
        _ => words()
            .into_iter()
            .map(|word| said(json!(word), word))
            .chain([said(json!("\u{1}"), "giá trị khác")])
            .collect(),
    };
    samples = with_missing(samples, domain.may_miss);
    samples
}

fn with_missing(mut samples: Vec<Sample>, may_miss: bool) -> Vec<Sample> {
    if may_miss {
        samples.push(Sample {
            value: None,
            label: "chưa trả lời".to_owned(),
        });
    }
    samples
}

fn said(value: Json, label: &str) -> Sample {
    Sample {
        value: Some(value),
        label: label.to_owned(),
    }
}

/// Each bound, and a number between any two and beyond the last.
fn numbers(words: &[&str], domain: &Domain) -> Vec<Sample> {
    let mut bounds: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    bounds.extend(domain.least);
    bounds.extend(domain.most);
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let whole = domain.is != Type::Decimal;
    let mut all = Vec::new();
    match (bounds.first(), bounds.last()) {
        (Some(first), Some(last)) => {
            all.push(first - 1.0);
            for pair in bounds.windows(2) {
                all.push(pair[0]);
                let between = f64::midpoint(pair[0], pair[1]);
                all.push(if whole { between.floor() } else { between });
            }
            all.push(*last);
            all.push(last + 1.0);
        }
        _ => all.push(0.0),
    }
    let least = domain.least.unwrap_or(if domain.is == Type::Money {
        0.0
    } else {
        f64::MIN
    });
    let most = domain.most.unwrap_or(f64::MAX);
    all.retain(|n| *n >= least && *n <= most);
    all.into_iter()
        .map(|n| {
            said(
                number_json(n),
                &number_json(n).to_string().replace('.', ","),
            )
        })
        .collect()
}

fn days(words: &[&str]) -> Vec<Sample> {
    let bounds: Vec<Date> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if bounds.is_empty() {
        return vec![said(json!("2026-01-01"), "ngày bất kỳ")];
    }
    let mut all: Vec<Date> = bounds
        .into_iter()
        .flat_map(|day| {
            let before = day.checked_sub(1.day()).ok();
            let after = day.checked_add(1.day()).ok();
            [before, Some(day), after].into_iter().flatten()
        })
        .collect();
    all.sort();
    all.dedup();
    all.into_iter()
        .map(|day| said(json!(day.to_string()), &day.to_string()))
        .collect()
}
