//! The description of what programs may ask, held against what they get: requests drawn from the description itself,
//! sound and unsound ones, and every answer judged by it. A bigger hammer is run by hand (docs/OPEN311.md).

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use testkit::program::{Answer, escape};
use testkit::{Program, TestCity, both_engines};

use super::open311::{a_key, sent};

both_engines!(every_call_answers_as_it_is_described);

/// Requests drawn for each call.
const DRAWN: usize = 24;

async fn every_call_answers_as_it_is_described(city: TestCity) {
    let program = city.program();
    let key = a_key(&city, "6000").await;
    let code = sent(&program, &key, "Rác ở góc chợ & <quán>").await;
    let told = program.get("/api/openapi.json").await;
    assert_eq!(told.status(200).kind(), "application/json; charset=utf-8");
    let told = told.json();
    // Where people look for it.
    for page in ["/open", "/open311"] {
        let page = program.get(page).await;
        assert!(page.status(200).body.contains("/api/openapi.json"));
    }
    let mut dice = Dice {
        runner: TestRunner::deterministic(),
        known: vec![key, code, "report.litter".to_owned(), "31135".to_owned()],
    };
    let (mut calls, mut good) = (0, 0);
    for (path, item) in told["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("calls") {
            let mut found = 0;
            for _ in 0..DRAWN {
                let answer = ask(&program, &mut dice, method, path, operation).await;
                let place = format!("{method} {path}");
                judge(&told, operation, &answer, &place);
                found += usize::from(answer.status == 200);
            }
            calls += 1;
            good += usize::from(found > 0);
        }
    }
    // Signed bodies and unknown tokens are refused always; the rest must be reachable by chance.
    assert!(good + 10 >= calls, "{good} of {calls} calls ever succeeded");
}

/// Draws values; repeats them in every run.
struct Dice {
    runner: TestRunner,
    known: Vec<String>,
}

impl Dice {
    fn draw<T: std::fmt::Debug>(&mut self, strategy: impl Strategy<Value = T>) -> T {
        let tree = strategy.new_tree(&mut self.runner);
        tree.expect("a value").current()
    }

    fn chance(&mut self, of_ten: u32) -> bool {
        self.draw(0..10u32) < of_ten
    }

    /// Mostly what the schema allows, sometimes anything.
    fn value(&mut self, schema: &Value) -> String {
        if self.chance(2) {
            return self.draw("[^\u{0}]{0,40}");
        }
        if let Some(of) = schema["enum"].as_array().filter(|of| !of.is_empty()) {
            let at = self.draw(0..of.len());
            return of[at].as_str().unwrap_or_default().to_owned();
        }
        let format = schema["format"].as_str().unwrap_or_default();
        match (schema["type"].as_str().unwrap_or_default(), format) {
            ("integer", _) => self.draw(-2..2000i64).to_string(),
            ("number", _) => self.draw(-200.0..200.0f64).to_string(),
            ("array", _) => self.value(&schema["items"]),
            (_, "date-time") => {
                let month = self.draw(1..15u8);
                let zone = self.draw(prop::sample::select(vec!["Z", "+07:00", ""]));
                format!("2026-{month:02}-02T08:00:00{zone}")
            }
            (_, "date") => "2026-03-02".to_owned(),
            _ => {
                let at = self.draw(0..self.known.len() + 2);
                let known = self.known.get(at).cloned();
                known.unwrap_or_else(|| self.draw("[A-Za-z0-9À-ỹ ,.%&<>\"'/-]{0,30}"))
            }
        }
    }
}

async fn ask(
    program: &Program,
    dice: &mut Dice,
    method: &str,
    path: &str,
    operation: &Value,
) -> Answer {
    let (mut path, mut query, mut headers) = (path.to_owned(), Vec::new(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let place = parameter["in"].as_str().expect("a place");
        match place {
            "path" => {
                let drawn = match name {
                    "format" => dice.draw(prop::sample::select(vec!["json", "xml"])).into(),
                    _ => dice.value(&parameter["schema"]),
                };
                // Nothing at all would be another address.
                let drawn = match drawn.trim_matches(['.', '/']).is_empty() {
                    true => "khong-co".to_owned(),
                    false => drawn,
                };
                path = path.replace(&format!("{{{name}}}"), &escape(&drawn));
            }
            "query" if dice.chance(3) => {
                query.push((name.to_owned(), dice.value(&parameter["schema"])));
            }
            "header" if dice.chance(3) => {
                headers.push((name.to_owned(), dice.draw("[a-z0-9-]{0,20}")));
            }
            _ => {}
        }
    }
    let pairs = |pairs: &[(String, String)]| {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        pairs.collect::<Vec<_>>().join("&")
    };
    if !query.is_empty() {
        path = format!("{path}?{}", pairs(&query));
    }
    let content = &operation["requestBody"]["content"];
    let form = &content["application/x-www-form-urlencoded"]["schema"];
    let mut body = String::new();
    if let Some(fields) = form["properties"].as_object() {
        let required = form["required"].as_array().cloned().unwrap_or_default();
        let mut typed = Vec::new();
        for (name, schema) in fields {
            let needed = required.contains(&Value::from(name.as_str()));
            if needed && dice.chance(9) || dice.chance(5) {
                let value = match name.as_str() {
                    "api_key" if dice.chance(9) => dice.known[0].clone(),
                    _ => dice.value(schema),
                };
                typed.push((name.clone(), value));
            }
        }
        body = pairs(&typed);
        headers.push((
            "content-type".into(),
            "application/x-www-form-urlencoded".into(),
        ));
    } else if content["application/json"].is_object() {
        body = dice.draw("[{}\\[\\]\":,a-z0-9 ]{0,60}");
        headers.push(("content-type".into(), "application/json".into()));
    }
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    program
        .ask(&method.to_uppercase(), &path, &headers, body)
        .await
}

fn judge(told: &Value, operation: &Value, answer: &Answer, place: &str) {
    let response = &operation["responses"][answer.status.to_string()];
    assert!(
        response.is_object(),
        "{place}: {} is not described: {}",
        answer.status,
        answer.body
    );
    let kind = answer.kind().split(';').next().unwrap_or_default();
    let content = response["content"].get(kind).unwrap_or_else(|| {
        panic!(
            "{place}: {} as {kind} is not described: {}",
            answer.status, answer.body
        )
    });
    if kind.ends_with("json") {
        let flaws = flaws(told, &content["schema"], &answer.json(), "");
        assert!(flaws.is_empty(), "{place}: {flaws:?} in {}", answer.body);
    } else if kind.ends_with("xml") {
        roxmltree::Document::parse(&answer.body)
            .unwrap_or_else(|error| panic!("{place}: {error}: {}", answer.body));
    }
}

/// What of a value does not fit its schema: as much of JSON Schema as the description uses.
fn flaws(told: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let named = told.pointer(name.trim_start_matches('#'));
        let named = named.unwrap_or_else(|| panic!("{name} is not there"));
        return flaws(told, named, value, at);
    }
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    };
    let mut found = Vec::new();
    let fits = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    if !fits {
        found.push(format!("{at}: {value} is not {}", schema["type"]));
    }
    if let Some(of) = schema["enum"].as_array()
        && !of.contains(value)
    {
        found.push(format!("{at}: {value} is none of {of:?}"));
    }
    if schema["format"] == "date-time" {
        let moment = value.as_str().map(str::parse::<jiff::Timestamp>);
        if !matches!(moment, Some(Ok(_))) {
            found.push(format!("{at}: {value} is no moment"));
        }
    }
    for row in value.as_array().into_iter().flatten() {
        found.extend(flaws(told, &schema["items"], row, &format!("{at}[]")));
    }
    let none = serde_json::Map::new();
    let known = schema["properties"].as_object().unwrap_or(&none);
    for (name, inner) in value.as_object().into_iter().flatten() {
        match known.get(name) {
            Some(schema) => found.extend(flaws(told, schema, inner, &format!("{at}.{name}"))),
            None if schema["additionalProperties"] == false => {
                found.push(format!("{at}.{name} is not described"));
            }
            None => {}
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.is_object() && value.get(name.as_str().unwrap_or_default()).is_none() {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    found
}
