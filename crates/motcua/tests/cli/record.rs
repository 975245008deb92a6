use super::{Desk, shipped};

fn city(desk: &Desk) {
    let rows: String = (1..=20)
        .map(|n| format!("r{n},2026-01-05 08:{n:02},Works,Light\n"))
        .collect();
    super::requests::load(desk, &format!("id,open,unit,type\n{rows}"));
}

/// Changes the database behind the city's back.
fn alter(desk: &Desk, sql: &str) {
    let database = rusqlite::Connection::open(desk.path("city.db")).expect("the database");
    assert_eq!(database.execute(sql, ()).expect("the change"), 1);
}

#[test]
fn a_record_that_was_not_altered_holds() {
    let desk = Desk::new();
    city(&desk);
    let verified = desk.json(&["verify", "--city", "small"]);
    assert_eq!(
        (
            &verified["holds"],
            &verified["events"],
            &verified["waiting"]
        ),
        (&true.into(), &20.into(), &0.into())
    );
    let replayed = desk.json(&["replay", "--city", "small"]);
    assert_eq!(
        (&replayed["equal"], &replayed["cases"]),
        (&true.into(), &20.into())
    );
}

#[test]
fn an_altered_event_breaks_the_chain() {
    let desk = Desk::new();
    city(&desk);
    alter(
        &desk,
        "UPDATE event SET payload = replace(payload, '\"r7\"', '\"x7\"')
         WHERE payload LIKE '%\"r7\"%'",
    );
    let (text, code) = desk.text(&["verify", "--city", "small"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("CHUỖI BỊ ĐỨT"), "{text}");
}

#[test]
fn an_altered_row_differs_from_its_events() {
    let desk = Desk::new();
    city(&desk);
    alter(&desk, "UPDATE cases SET unit = 'parks' WHERE code = 'r7'");
    assert_eq!(desk.text(&["verify", "--city", "small"]).1, 0);
    let (text, code) = desk.text(&["replay", "--city", "small"]);
    assert_eq!(code, 1, "{text}");
}

#[test]
fn a_backup_restored_elsewhere_is_the_same_record() {
    let desk = Desk::new();
    city(&desk);
    let before = desk.json(&["verify", "--city", "small"]);
    desk.json(&["backup", "copy"]);
    assert_eq!(
        desk.text(&["backup", "copy"]).1,
        2,
        "nothing is overwritten"
    );
    let there = ["--database", "sqlite:other/city.db", "--city", "small"];
    desk.json(&[&["restore", "copy"], &there[..2]].concat());
    assert_eq!(desk.json(&[&["verify"], &there[..]].concat()), before);
    let (text, code) = desk.text(&["restore", "nowhere"]);
    assert_eq!(code, 2);
    assert!(text.contains("manifest.json"), "{text}");
}

#[test]
fn definitions_go_live_once() {
    let desk = Desk::new();
    city(&desk);
    let words = ["publish", &shipped("services"), "--city", "small"];
    let answer = desk.json(&words);
    let published = answer["published"].as_array().expect("a list");
    assert!(published.len() >= 16, "{answer:#}");
    assert!(published.iter().all(|one| one["version"] == 1));
    let again = desk.json(&words);
    assert_eq!(again["published"].as_array().map(Vec::len), Some(0));
    let unchanged = again["unchanged"].as_array().map(Vec::len);
    assert_eq!(unchanged, Some(published.len()));
}
