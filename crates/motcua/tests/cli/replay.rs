//! Rows lived again by commands count as rows loaded in one event: every column of the league.

use serde_json::Value;

use super::{Desk, beside, shipped};

/// One row in so many: enough to fill every column, and done in seconds.
const EVERY: usize = 160;

/// What may differ, and why: nothing else does.
const LAWFUL: [&str; 0] = [];

fn league(desk: &Desk, city: &str, by: &str) -> Value {
    desk.json(&[
        "league",
        "--city",
        city,
        "--as-of",
        "2016-01-12T22:22:40",
        "--by",
        by,
    ])
}

fn compare(at: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for (name, value) in a {
                compare(
                    &format!("{at}.{name}"),
                    value,
                    b.get(name).unwrap_or(&Value::Null),
                    found,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{at}[{n}]"), a, b, found);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(0.0), b.as_f64().unwrap_or(0.0));
            if (a - b).abs() > 1e-9 * a.abs().max(1.0) {
                found.push(format!("{at}: {a} loaded, {b} lived"));
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{at}: {a} loaded, {b} lived")),
    }
}

/// Every so manyth row of the table.
fn sample(table: &str, path: &std::path::Path) {
    let file = std::fs::File::open(table).expect("the table opens");
    let mut table = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file));
    let mut sample = csv::Writer::from_path(path).expect("a file");
    let head = table.headers().expect("a head").clone();
    sample.write_record(&head).expect("written");
    for row in table.records().step_by(EVERY) {
        sample.write_record(&row.expect("a row")).expect("written");
    }
    sample.flush().expect("written");
}

#[test]
fn what_is_lived_counts_as_what_is_loaded() {
    let Some(table) = beside("boston-311-2015.csv.gz") else {
        return;
    };
    let desk = Desk::new();
    let map = shipped("data/import/boston-311.toml");
    let rows = desk.path("sample.csv");
    sample(&table, &rows);
    let rows = rows.display().to_string();
    let words = ["import", "requests", &rows, "--map", &map];
    let loaded = desk.json(&[&words[..], &["--city", "loaded", "--whole-days"]].concat());
    let lived = desk.json(&[&words[..], &["--city", "lived", "--replay"]].concat());
    assert_eq!(loaded["loaded"], lived["opened"]);
    assert!(lived["closed"].as_u64() > Some(500), "{lived}");
    for by in ["unit", "service", "area"] {
        let (a, b) = (league(&desk, "loaded", by), league(&desk, "lived", by));
        let mut found = Vec::new();
        compare(by, &a["all"], &b["all"], &mut found);
        for (one, other, city) in [(&a, &b, "lived"), (&b, &a, "loaded")] {
            for row in one["rows"].as_array().expect("rows") {
                let twin = other["rows"].as_array().expect("rows");
                let at = format!("{by} {}", row["key"]);
                match twin.iter().find(|twin| twin["key"] == row["key"]) {
                    Some(_) if city == "loaded" => {}
                    Some(twin) => compare(&at, row, twin, &mut found),
                    None => found.push(format!("{at} ({} received): not {city}", row["received"])),
                }
            }
        }
        found.retain(|one| LAWFUL.iter().all(|lawful| !one.contains(lawful)));
        assert!(found.is_empty(), "{found:#?}");
        assert!(a["rows"].as_array().is_some_and(|rows| rows.len() > 5));
    }
    // By the day a few more were in time: those closed after their hour on their day, and no other.
    let exact = desk.json(&[&words[..], &["--city", "exact"]].concat());
    assert_eq!(exact["loaded"], loaded["loaded"]);
    let share = |city: &str| league(&desk, city, "unit")["all"]["on_time"].clone();
    let (exact, by_day) = (share("exact"), share("loaded"));
    assert!(by_day["of_them"].as_u64() >= exact["of_them"].as_u64());
}
