//! Fees. An amount is taken where one figure is given and all channels agree on it; anything else is told
//! in prose and reported.

use std::collections::{BTreeMap, BTreeSet};

use super::raw::{Fee, Procedure};
use super::{Doubts, clean, short};

/// Below this no fee is meant: the record has thousands of đồng where đồng were asked.
const LEAST: i64 = 1000;

/// A fee that is certain.
pub struct Amount {
    pub label: String,
    pub amount: i64,
}

pub fn fees(procedure: &Procedure, doubts: &mut Doubts) -> Vec<Amount> {
    let mut amounts = Vec::new();
    for (kind, label) in [
        ("FEE", "Phí"),
        ("SERVICE_FEE", "Lệ phí"),
        ("PRICE_LEVEL", "Mức giá"),
    ] {
        let channels: Vec<Vec<&Fee>> = procedure
            .channels
            .iter()
            .map(|channel| channel.fees.iter().filter(|fee| fee.kind == kind).collect())
            .collect();
        match one(&channels) {
            Ok(None) => {}
            Ok(Some((text, amount))) => amounts.push(Amount {
                label: match text.is_empty() {
                    true => label.to_owned(),
                    false => short(&text, 160),
                },
                amount,
            }),
            Err((reason, value)) => doubts.say("fees", reason, format!("{label}: {value}")),
        }
    }
    for channel in &procedure.channels {
        for fee in &channel.fees {
            if !matches!(fee.kind.as_str(), "FEE" | "SERVICE_FEE" | "PRICE_LEVEL") {
                doubts.say("fees", "kind-not-known", fee.kind.clone());
            }
        }
    }
    amounts
}

/// The one fee of a kind, by channel; `None`: the kind is not there.
fn one(channels: &[Vec<&Fee>]) -> Result<Option<(String, i64)>, (&'static str, String)> {
    let all = || channels.iter().flatten();
    if all().next().is_none() {
        return Ok(None);
    }
    let mut figures: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for fee in all() {
        let amount = fee.value_vnd.unwrap_or(0);
        figures.entry(amount).or_default().insert(clean(&fee.text));
    }
    let said = || {
        let figure = |(amount, texts): (&i64, &BTreeSet<String>)| {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            format!("{amount}: {}", texts.join(" / "))
        };
        figures.iter().map(figure).collect::<Vec<_>>().join(" | ")
    };
    let given: Vec<i64> = figures
        .keys()
        .copied()
        .filter(|amount| *amount != 0)
        .collect();
    match given.as_slice() {
        [] => Err(("amount-in-prose", said())),
        [amount] if *amount < LEAST => Err(("amount-not-plausible", said())),
        [amount] => {
            let everywhere = channels
                .iter()
                .all(|fees| fees.len() == 1 && fees[0].value_vnd == Some(*amount));
            let texts = &figures[amount];
            match everywhere && figures.len() == 1 && texts.len() == 1 {
                true => Ok(Some((texts.first().cloned().unwrap_or_default(), *amount))),
                false => Err(("amount-not-in-every-channel", said())),
            }
        }
        // Variants by case, or channels that contradict each other.
        _ => Err(("several-amounts", said())),
    }
}
