use super::{Desk, beside, shipped};

#[test]
fn all_that_ships_is_clean_and_canonical() {
    let desk = Desk::new();
    let services = shipped("services");
    let answer = desk.json(&["check", &services]);
    assert_eq!(answer["errors"], 0, "{answer:#}");
    assert!(answer["files"].as_u64() >= Some(20), "{answer:#}");
    let (text, code) = desk.text(&["fmt", "--check", &services]);
    assert_eq!((text.as_str(), code), ("", 0));
}

#[test]
fn a_flaw_has_its_place_and_ends_with_one() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(shipped("services/report.litter.yaml")).expect("a service");
    let broken = text.replacen("kind: report", "kynd: report", 1);
    assert_ne!(broken, text);
    let file = desk.write("broken.yaml", &broken);
    let file = file.to_str().expect("UTF-8");
    let (said, code) = desk.text(&["check", file]);
    assert_eq!(code, 1);
    let line = broken
        .lines()
        .position(|line| line.starts_with("kynd"))
        .expect("there")
        + 1;
    assert!(said.contains(&format!("{file}:{line}:1: lỗi: ")), "{said}");
    assert!(said.contains("kind"), "{said}");
    let (said, code) = desk.text(&["fmt", file]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(std::fs::read_to_string(file).expect("still there"), broken);
}

#[test]
fn fmt_writes_and_check_only_tells() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(shipped("services/report.litter.yaml")).expect("a service");
    let loose = text.replacen("kind: report", "kind:    report", 1);
    let file = desk.write("report.litter.yaml", &loose);
    let file = file.to_str().expect("UTF-8");
    let (said, code) = desk.text(&["fmt", "--check", file]);
    assert_eq!((said.trim(), code), (file, 1));
    assert_eq!(std::fs::read_to_string(file).expect("there"), loose);
    assert_eq!(desk.text(&["fmt", file]).1, 0);
    assert_eq!(std::fs::read_to_string(file).expect("there"), text);
}

#[test]
fn the_schema_is_json_schema() {
    let schema = Desk::new().json(&["schema"]);
    assert!(schema["$schema"].is_string(), "{schema:#}");
    assert!(
        schema["properties"]["legal-basis"].is_object(),
        "{schema:#}"
    );
}

#[test]
fn wrong_settings_are_named() {
    let desk = Desk::new();
    for (words, named) in [
        (&["league", "--city", "Cần Thơ"][..], "city"),
        (&["league", "--database", "mysql://x"], "database"),
        (&["league", "--language", "fr"], "language"),
        (&["league", "--config", "nowhere.toml"], "config"),
        (&["league"], "city.db"),
    ] {
        let (text, code) = desk.text(words);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(named), "{words:?}: {text}");
    }
}

#[test]
fn national_procedures_become_drafts() {
    let Some(file) = beside("national-procedures.jsonl.gz") else {
        return;
    };
    let desk = Desk::new();
    let words = [
        "import",
        "procedures",
        &file,
        "--out",
        "drafts",
        "--effective",
        "2026-08-01",
    ];
    let answer = desk.json(&words);
    assert_eq!(answer["drafts"], 502);
    let files = std::fs::read_dir(desk.path("drafts"))
        .expect("the folder")
        .count();
    assert_eq!(files, 503, "the drafts and the report");
    let (said, code) = desk.text(&["fmt", "--check", "drafts"]);
    assert_eq!((said.as_str(), code), ("", 0));
}
