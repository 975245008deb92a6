//! The JSON Schema of the file language, for editors that complete and check while typing.
//!
//! Generated from types shaped like the file ([`file`]), because the definition in memory is shaped
//! otherwise in places (`label.en`, outcomes as a map, columns with `=`). A test holds their keys
//! against the shapes that reading uses.

mod file;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

use crate::read::shape::{self, Layout, Shape};

/// The part of the schema and the shape it must agree with.
pub const PARTS: &[(&str, &Shape)] = &[
    ("Owner", &shape::OWNER),
    ("LinkedPart", &shape::LINKED_PART),
    ("LegalBasis", &shape::LEGAL_BASIS),
    ("Applicants", &shape::APPLICANTS),
    ("Page", &shape::PAGE),
    ("Repeat", &shape::REPEAT),
    ("PageCheck", &shape::PAGE_CHECK),
    ("Duplicates", &shape::DUPLICATES),
    ("Field", &shape::FIELD),
    ("Document", &shape::DOCUMENT),
    ("Fee", &shape::FEE),
    ("Table", &shape::TABLE),
    ("Role", &shape::ROLE),
    ("Delegation", &shape::DELEGATION),
    ("Acting", &shape::ACTING),
    ("Process", &shape::PROCESS),
    ("Clock", &shape::CLOCK),
    ("Step", &shape::STEP),
    ("Consult", &shape::CONSULT),
    ("Outcome", &shape::OUTCOME),
    ("Parallel", &shape::PARALLEL),
    ("Each", &shape::EACH),
    ("BeforeLate", &shape::BEFORE_LATE),
    ("WhenLate", &shape::WHEN_LATE),
    ("After", &shape::AFTER),
    ("Paper", &shape::PAPER),
    ("Access", &shape::ACCESS),
    ("Test", &shape::TEST),
    ("Privacy", &shape::PRIVACY),
];

/// The schema of a service file (JSON Schema 2020-12).
pub fn schema() -> Value {
    finished(schemars::schema_for!(file::Service), &shape::SERVICE)
}

/// The schema of a frame file.
pub fn frame_schema() -> Value {
    finished(schemars::schema_for!(file::Frame), &shape::FRAME)
}

/// Adds the translations (`label.en`) that types cannot say.
fn finished(schema: Schema, root: &Shape) -> Value {
    let mut schema = schema.to_value();
    if let Some(object) = schema.as_object_mut() {
        translations(object, root);
    }
    for (name, shape) in PARTS {
        if let Some(part) = schema["$defs"]
            .get_mut(*name)
            .and_then(Value::as_object_mut)
        {
            translations(part, shape);
        }
    }
    schema
}

fn translations(part: &mut Map<String, Value>, shape: &Shape) {
    let patterns: Map<String, Value> = shape
        .keys
        .iter()
        .filter_map(|(key, layout)| match layout {
            Layout::Text => Some((key, json!({"$ref": "#/$defs/Word"}))),
            Layout::Texts => Some((key, json!({"type": "object"}))),
            _ => None,
        })
        .map(|(key, value)| (format!("^{key}\\.[a-z]{{2,3}}$"), value))
        .collect();
    if !patterns.is_empty() {
        part.insert("patternProperties".into(), Value::Object(patterns));
    }
}

/// One word or sentence. An editor's YAML may see a number or a yes-no in it; for us it is text.
pub struct Word;

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "number", "boolean"]})
    }
}
