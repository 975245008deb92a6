//! The JSON Schema: has the keys that reading knows, and accepts what is shipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use service::read::shape::{FRAME, SERVICE, Shape};
use service::schema::{PARTS, frame_schema, schema};
use service::yaml::{self, Node};

#[test]
fn the_schema_has_the_keys_that_reading_knows() {
    let keys = |part: &Value| -> BTreeSet<String> {
        let properties = part["properties"].as_object().expect("properties");
        properties.keys().cloned().collect()
    };
    let shape = |shape: &Shape| -> BTreeSet<String> {
        shape
            .keys
            .iter()
            .map(|(key, _)| (*key).to_owned())
            .collect()
    };
    let (service, frame) = (schema(), frame_schema());
    assert_eq!(keys(&service), shape(&SERVICE));
    assert_eq!(keys(&frame), shape(&FRAME));
    for (name, part) in PARTS {
        let found = service["$defs"]
            .get(*name)
            .or_else(|| frame["$defs"].get(*name));
        assert_eq!(keys(found.unwrap_or(&Value::Null)), shape(part), "{name}");
    }
}

#[test]
fn shipped_files_fit_the_schema() {
    for (below, schema) in [(".", schema()), ("frames", frame_schema())] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../services")
            .join(below);
        for entry in fs::read_dir(root).expect("services") {
            let path = entry.expect("entry").path();
            if path.extension().is_none_or(|end| end != "yaml") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("readable");
            let file = as_editors_see(&yaml::parse(&text).root.expect("not empty"));
            if let Err(why) = fits(&schema, &schema, &file, "") {
                panic!("{}: {why}", path.display());
            }
        }
    }
}

#[test]
fn what_the_language_refuses_the_schema_refuses() {
    let schema = schema();
    let text = "service: x.y\nname: X\nkind: report\nframe: feedback/1\neffective: 2026-01-01\n\
        applicants: {who: [citizen], channels: [web]}\nform: []\nroles: {}\nprocess: {steps: []}\n";
    let file = as_editors_see(&yaml::parse(text).root.expect("not empty"));
    assert_eq!(fits(&schema, &schema, &file, ""), Ok(()));
    for (key, value) in [
        ("kind", json!("reports")),
        ("form", json!([{"page": "A"}])),
        ("lable", json!("x")),
        ("demonstration", json!("yes")),
        (
            "applicants",
            json!({"who": ["nobody"], "channels": ["web"]}),
        ),
        (
            "form",
            json!([{"page": "A", "fields": [{"code": "a", "label": "A", "type": "txt"}]}]),
        ),
        (
            "process",
            json!({"steps": [{"code": "a", "name": "A", "by": "x", "withn": "1 day"}]}),
        ),
    ] {
        let mut broken = file.clone();
        broken[key] = value;
        assert!(
            fits(&schema, &schema, &broken, "").is_err(),
            "{key}: {broken}"
        );
    }
}

/// An editor's YAML types plain words; ours does not.
fn as_editors_see(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Empty => Value::Null,
        yaml::Value::Text(text) => match (text.as_str(), text.parse::<i64>()) {
            ("true", _) => json!(true),
            ("false", _) => json!(false),
            (_, Ok(number)) => json!(number),
            (text, _) => json!(text),
        },
        yaml::Value::List(items) => items.iter().map(as_editors_see).collect(),
        yaml::Value::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.clone(), as_editors_see(&entry.value)))
            .collect(),
    }
}

/// As much of JSON Schema as ours uses.
fn fits(root: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let part = &root["$defs"][name.trim_start_matches("#/$defs/")];
        fits(root, part, value, path)?;
    }
    if let Some(any) = schema["anyOf"]
        .as_array()
        .or_else(|| schema["oneOf"].as_array())
    {
        let fitting = any.iter().map(|schema| fits(root, schema, value, path));
        let wrong: Vec<String> = fitting.clone().filter_map(Result::err).collect();
        if wrong.len() == any.len() {
            return Err(wrong.join(" / "));
        }
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        return Err(format!("{path}: {value} is none of {known:?}"));
    }
    if !schema["const"].is_null() && schema["const"] != *value {
        return Err(format!("{path}: {value} is not {}", schema["const"]));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        // Only the closed list of field types has a pattern: a word of it must be the beginning.
        let word = value.as_str().unwrap_or_default();
        let head = word
            .split('(')
            .next()
            .unwrap_or_default()
            .trim_end_matches('s');
        let list = pattern.trim_start_matches("^(").trim_end_matches(")$");
        let heads: Vec<&str> = list
            .split('|')
            .map(|w| w.split(['\\', '?', '(']).next().unwrap_or(w))
            .collect();
        if !heads
            .iter()
            .any(|known| known.trim_end_matches('s') == head)
        {
            return Err(format!("{path}: {word} does not match {pattern}"));
        }
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_empty()
        && !types
            .iter()
            .any(|t| *t == kind || (*t == "integer" && kind == "number"))
    {
        return Err(format!("{path}: a {kind} where {types:?} was expected"));
    }
    if let Some(items) = value.as_array() {
        for (at, item) in items.iter().enumerate() {
            if !schema["items"].is_null() {
                fits(root, &schema["items"], item, &format!("{path}/{at}"))?;
            }
        }
    }
    let Some(object) = value.as_object() else {
        return Ok(());
    };
    for key in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !object.contains_key(key) {
            return Err(format!("{path}: {key} is missing"));
        }
    }
    for (key, inner) in object {
        let path = format!("{path}/{key}");
        let translation = key.split_once('.').map(|(base, _)| format!("^{base}\\."));
        let pattern = schema["patternProperties"]
            .as_object()
            .and_then(|patterns| {
                patterns.iter().find(|(pattern, _)| {
                    translation.as_ref().is_some_and(|t| pattern.starts_with(t))
                })
            });
        if let Some(known) = schema["properties"].get(key) {
            fits(root, known, inner, &path)?;
        } else if let Some((_, known)) = pattern {
            fits(root, known, inner, &path)?;
        } else if schema["additionalProperties"] == json!(false) {
            return Err(format!("{path}: unknown key"));
        } else if schema["additionalProperties"].is_object() {
            fits(root, &schema["additionalProperties"], inner, &path)?;
        }
    }
    Ok(())
}
