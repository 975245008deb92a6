use serde_json::Value;

use super::{Desk, beside, shipped};

const MAP: &str = r#"
name = "Small city"
zone = "Asia/Ho_Chi_Minh"
kind = "report"
date-format = "%Y-%m-%d %H:%M"
channels = { phone = "hotline" }
[columns]
code = "id"
opened = "open"
unit = "unit"
service = "type"
[outcomes]
otherwise = "solved"
"#;

/// With every column there is.
const FULL: &str = r#"
due = "due"
closed = "closed"
status = "status"
outcome = "why"
area = "area"
lat = "lat"
lon = "lon"
channel = "by"
"#;

pub fn load(desk: &Desk, table: &str) -> Value {
    desk.write("map.toml", MAP);
    desk.write("table.csv", table);
    import(desk)
}

fn import(desk: &Desk) -> Value {
    let words = [
        "import",
        "requests",
        "table.csv",
        "--map",
        "map.toml",
        "--city",
        "small",
    ];
    desk.json(&[&words[..], &["--report", "dirt.csv"]].concat())
}

fn full(desk: &Desk, rows: &str) -> Value {
    let columns = format!("service = \"type\"{FULL}");
    let outcomes = "otherwise = \"solved\"\nrules = [{ contains = \"twice\", ending = \"duplicate\" }]\n\
        [status]\nopen = [\"Open\"]\nclosed = [\"Closed\"]\n\
        [place]\nsouth = 9\nnorth = 11\nwest = 105\neast = 106\n";
    let map = MAP
        .replace("service = \"type\"", &columns)
        .replace("otherwise = \"solved\"\n", outcomes);
    desk.write("map.toml", &map);
    let head = "id,open,due,closed,status,why,unit,type,area,lat,lon,by\n";
    desk.write("table.csv", &format!("{head}{rows}"));
    import(desk)
}

const ROWS: &str = "\
a1,2026-01-05 08:00,2026-01-10 08:00,2026-01-06 08:00,Closed,done,Works,Light,North,10.0,105.5,phone
a2,2026-01-05 08:00,2026-01-10 08:00,2026-01-12 08:00,Closed,done,Works,Light,North,10.0,105.5,phone
a3,2026-01-05 08:00,2026-01-10 08:00,,Open,,Works,Light,,,,phone
a4,2026-01-05 08:00,,2026-01-05 09:00,Closed,told Twice,Parks,Tree,South,10.1,105.6,phone
b1,2026-01-05 08:00,,2026-01-04 08:00,Closed,,Works,Light,North,10.0,105.5,phone
b2,,,,Open,,Works,Light,North,10.0,105.5,phone
b3,yesterday,,,Open,,Works,Light,North,10.0,105.5,phone
b4,2026-01-05 08:00,soon,,Open,,Works,Light,North,10.0,105.5,phone
b5,2026-01-05 08:00,,,Closed,,Works,Light,North,10.0,105.5,phone
b6,2026-01-05 08:00,,2026-01-06 08:00,Open,,Works,Light,North,10.0,105.5,phone
b7,2026-01-05 08:00,,,Lost,,Works,Light,North,10.0,105.5,phone
a1,2026-01-05 08:00,,,Open,,Works,Light,North,10.0,105.5,phone
,2026-01-05 08:00,,,Open,,Works,Light,North,10.0,105.5,phone
b8,2026-01-05 08:00,,,Open,,,Light,North,10.0,105.5,phone
b9,2026-01-05 08:00,too few
c1,2026-01-05 08:00,,,Open,,Works,Light,North,50.0,105.5,phone
c2,2026-01-05 08:00,2026-01-01 08:00,,Open,,Works,Light,North,here,105.5,pigeon
";

#[test]
fn every_row_is_accounted_for() {
    let desk = Desk::new();
    let answer = full(&desk, ROWS);
    assert_eq!(answer["rows"], 17);
    assert_eq!(
        (&answer["loaded"], &answer["set_aside"]),
        (&6.into(), &11.into())
    );
    let reasons = answer["reasons"].as_array().expect("a list");
    let said = |fate: &str| -> Vec<(&str, u64)> {
        let of = reasons.iter().filter(|reason| reason["fate"] == fate);
        of.map(|reason| {
            let count = reason["count"].as_u64().expect("a count");
            (reason["reason"].as_str().expect("a word"), count)
        })
        .collect()
    };
    assert_eq!(
        said("set-aside"),
        [
            ("closed-without-a-date", 1),
            ("closes-before-it-opens", 1),
            ("duplicate-code", 1),
            ("no-code", 1),
            ("no-opening-date", 1),
            ("no-unit", 1),
            ("open-with-a-closing-date", 1),
            ("unknown-status", 1),
            ("unreadable-due-date", 1),
            ("unreadable-opening-date", 1),
            ("unreadable-row", 1),
        ]
    );
    assert_eq!(
        said("noted"),
        [
            ("due-before-it-opens", 1),
            ("no-area", 1),
            ("no-place", 1),
            ("outside-the-city", 1),
            ("unknown-channel", 1),
            ("unreadable-place", 1),
        ]
    );
    let report = std::fs::read_to_string(desk.path("dirt.csv")).expect("the report");
    assert!(
        report
            .contains("6,b1,set-aside,closes-before-it-opens,2026-01-04 08:00 < 2026-01-05 08:00"),
        "{report}"
    );
    assert_eq!(report.lines().count(), 1 + 11 + 6);
}

#[test]
fn loading_again_changes_nothing_and_tells_what_differs() {
    let desk = Desk::new();
    full(&desk, ROWS);
    let again = full(&desk, ROWS);
    assert_eq!(
        (&again["loaded"], &again["already_there"]),
        (&0.into(), &6.into())
    );
    let changed = ROWS.replace(
        "a3,2026-01-05 08:00,2026-01-10",
        "a3,2026-01-05 08:00,2026-01-11",
    );
    let third = full(
        &desk,
        &format!("{changed}d1,2026-01-07 08:00,,,Open,,Works,Light,,,,phone\n"),
    );
    assert_eq!(
        (&third["loaded"], &third["already_there"]),
        (&1.into(), &6.into())
    );
    let differs = third["reasons"].as_array().expect("a list").iter();
    let mut differs = differs.filter(|reason| reason["reason"] == "there-already-and-differs");
    assert_eq!(differs.next().expect("told")["count"], 1);
}

#[test]
fn the_league_counts_what_was_loaded() {
    let desk = Desk::new();
    full(&desk, ROWS);
    let words = [
        "league",
        "--city",
        "small",
        "--as-of",
        "2026-01-20T00:00:00",
    ];
    let league = desk.json(&words);
    // a1 kept its promise, a2 and a3 did not, c2 was late before it began; a4 is a duplicate.
    let all = &league["all"]["on_time"];
    assert_eq!(
        (&all["n"], &all["of_them"]),
        (&4.into(), &1.into()),
        "{league:#}"
    );
    let names: Vec<&Value> = league["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["name"])
        .collect();
    assert_eq!(names, ["Parks", "Works"]);
    assert_eq!(league["rows"][0]["received"], 0);
    let earlier = [
        "league",
        "--city",
        "small",
        "--as-of",
        "2026-01-10T07:59:59",
    ];
    assert_eq!(desk.json(&earlier)["all"]["on_time"]["n"], 1);
    for (by, rows) in [
        ("area", 3),
        ("channel", 2),
        ("service", 2),
        ("month", 1),
        ("group", 1),
    ] {
        let league = desk.json(&[&words[..], &["--by", by]].concat());
        assert_eq!(
            league["rows"].as_array().expect("rows").len(),
            rows,
            "{by}: {league:#}"
        );
    }
    let only = desk.json(&[&words[..], &["--area", "-"]].concat());
    assert_eq!(only["all"]["received"], 1);
    let (text, code) = desk.text(&words);
    assert_eq!(code, 0);
    assert!(
        text.contains("Works") && text.contains("Toàn thành phố"),
        "{text}"
    );
    let recount = desk.json(&["recount", "--city", "small"]);
    assert_eq!(
        (&recount["equal"], &recount["cases"]),
        (&true.into(), &6.into())
    );
}

#[test]
fn a_case_tells_its_timeline_and_clocks() {
    let desk = Desk::new();
    full(&desk, ROWS);
    let case = desk.json(&["case", "a2", "--city", "small"]);
    assert_eq!(case["case"]["unit"], "works");
    assert_eq!(case["kept"]["first_by_minute"], false);
    assert_eq!(case["timeline"].as_array().expect("a list").len(), 1);
    assert_eq!(case["spent"]["running_seconds"], 7 * 86_400);
    let (text, _) = desk.text(&["case", "a2", "--city", "small"]);
    assert!(
        text.contains("Đồng hồ pháp lý") && text.contains("2026-01-10 08:00:00"),
        "{text}"
    );
    let (text, code) = desk.text(&["case", "zz", "--city", "small"]);
    assert_eq!(code, 2);
    assert!(text.contains("zz"), "{text}");
}

#[test]
fn a_city_with_another_clock_takes_no_requests() {
    let desk = Desk::new();
    full(&desk, ROWS);
    let map = MAP.replace("Asia/Ho_Chi_Minh", "America/New_York");
    desk.write("map.toml", &map);
    let words = [
        "import",
        "requests",
        "table.csv",
        "--map",
        "map.toml",
        "--city",
        "small",
    ];
    let (text, code) = desk.text(&words);
    assert_eq!(code, 2);
    assert!(text.contains("America/New_York"), "{text}");
}

/// Boston's requests of 2015, against figures worked out elsewhere with other tools.
#[test]
fn boston_as_it_was_worked_out_elsewhere() {
    let Some(file) = beside("boston-311-2015.csv.gz") else {
        return;
    };
    let desk = Desk::new();
    let map = shipped("data/import/boston-311.toml");
    let words = [
        "import", "requests", &file, "--map", &map, "--city", "boston",
    ];
    let answer = desk.json(&words);
    assert_eq!(answer["rows"], 121_145);
    assert_eq!(
        (&answer["loaded"], &answer["set_aside"]),
        (&120_948.into(), &197.into())
    );

    let as_of = [
        "league",
        "--city",
        "boston",
        "--as-of",
        "2016-01-12T22:22:40",
        "--by",
        "unit",
    ];
    let league = desk.json(&as_of);
    let all = &league["all"]["on_time"];
    assert_eq!(
        (&all["of_them"], &all["n"]),
        (&52_536.into(), &83_134.into())
    );
    let row = |name: &str| -> &Value {
        let mut rows = league["rows"].as_array().expect("rows").iter();
        rows.find(|row| row["name"] == name).expect("the unit")
    };
    let works = row("Public Works Department");
    for (figure, wanted) in [("median", 1.28), ("p90", 62.6)] {
        let days = works[figure]["days"].as_f64().expect("reached");
        assert!((days / wanted - 1.0).abs() < 0.01, "{figure}: {days}");
    }
    assert_eq!(row("Animal Control")["median"]["reached"], false);
    assert_eq!(row("Animal Control")["p90"]["reached"], false);
}
