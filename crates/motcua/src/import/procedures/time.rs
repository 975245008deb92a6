//! Limits by channel. A figure with a unit is understood; `OTHER`, 0, a sentence and a contradiction are
//! not.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{Procedure, Time};
use super::{Doubts, clean};

/// Methods of the national record and what the language calls them.
pub const METHODS: &[(&str, &str)] = &[
    ("ONLINE", "online"),
    ("DIRECT", "counter"),
    ("POSTAL", "post"),
];

/// As written in a file: `10 working-days`, or `{online: 3 working-days, counter: 5 working-days}`.
pub fn limit(procedure: &Procedure, doubts: &mut Doubts) -> Option<String> {
    let mut by_channel = BTreeMap::new();
    let mut understood = true;
    for (method, channel) in METHODS {
        let times = procedure
            .channels
            .iter()
            .filter(|one| one.method == *method);
        let times: Vec<&Time> = times.map(|one| &one.processing).collect();
        match one_limit(&times) {
            Ok(Some(limit)) => {
                by_channel.insert(*channel, limit);
            }
            Ok(None) => {}
            Err((reason, value)) => {
                understood = false;
                doubts.say("limit", reason, format!("{method}: {value}"));
            }
        }
    }
    let known: BTreeSet<&String> = by_channel.values().collect();
    cases(procedure, &known, doubts);
    match (known.len(), understood) {
        (0, _) => None,
        (1, true) => known.first().map(|limit| (*limit).clone()),
        _ => {
            let each = METHODS.iter().filter_map(|(_, channel)| {
                let limit = by_channel.get(channel)?;
                Some(format!("{channel}: {limit}"))
            });
            Some(format!("{{{}}}", each.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// The limit on which all records of one channel agree.
fn one_limit(times: &[&Time]) -> Result<Option<String>, (&'static str, String)> {
    let mut limits = BTreeSet::new();
    for time in times {
        limits.insert(read(time)?);
    }
    match limits.len() {
        0 | 1 => Ok(limits.pop_first()),
        _ => {
            let all: Vec<String> = limits.into_iter().collect();
            Err(("several-limits", all.join(" | ")))
        }
    }
}

/// `{"qty": 7.5, "unit": "WORKING_DAY"}` → `7.5 working-days`.
fn read(time: &Time) -> Result<String, (&'static str, String)> {
    let unit = match time.unit.as_str() {
        "WORKING_DAY" => "working-days",
        "DAY" => "days",
        "HOUR" => "hours",
        "MONTH" => "months",
        _ => return Err(("unit-not-known", said(time))),
    };
    let Some(quantity) = time.qty.as_f64() else {
        return Err(("no-figure", said(time)));
    };
    if quantity <= 0.0 {
        return Err(("zero", said(time)));
    }
    let text = format!("{quantity} {unit}");
    match text.parse::<service::definition::Limit>() {
        Ok(limit) => Ok(limit.to_string()),
        Err(_) => Err(("no-figure", said(time))),
    }
}

fn said(time: &Time) -> String {
    let quantity = match &time.qty {
        serde_json::Value::String(text) => clean(text),
        other => other.to_string(),
    };
    format!("{quantity} {}", time.unit)
}

/// Limits of sub-cases that no channel has: their conditions stand in prose.
fn cases(procedure: &Procedure, known: &BTreeSet<&String>, doubts: &mut Doubts) {
    for case in &procedure.processing_cases {
        let fits = read(case).is_ok_and(|limit| known.contains(&limit));
        if !fits {
            let code = case.case_code.as_deref().unwrap_or("?");
            doubts.say(
                "limit",
                "case-with-another-limit",
                format!("{code}: {}", said(case)),
            );
        }
    }
}
