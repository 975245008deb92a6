//! The fingerprint of a published version.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::Resolved;

/// SHA-256 of [`canonical_json`]; 64 hexadecimal digits.
pub fn hash(resolved: &Resolved) -> String {
    hex::encode(Sha256::digest(canonical_json(resolved)))
}

/// Keys sorted; what says nothing (null, false, zero, empty) left out, so that a language that
/// later grows a new key gives old files the same fingerprint.
pub fn canonical_json(resolved: &Resolved) -> String {
    // Plain data with text keys: serialising it cannot fail.
    let value = serde_json::to_value(resolved).unwrap_or_default();
    canonical(value).unwrap_or_default().to_string()
}

fn canonical(value: Value) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Number(number) if number.as_i64() == Some(0) => None,
        Value::String(text) if text.is_empty() => None,
        // Places in a list count: what says nothing there stays.
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => {
            let keep = |item: Value| canonical(item).unwrap_or(Value::Null);
            Some(Value::Array(items.into_iter().map(keep).collect()))
        }
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map
                .into_iter()
                .filter_map(|(key, value)| Some((key, canonical(value)?)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            (!entries.is_empty()).then(|| Value::Object(entries.into_iter().collect::<Map<_, _>>()))
        }
        other => Some(other),
    }
}
