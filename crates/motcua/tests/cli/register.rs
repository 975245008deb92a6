use serde_json::Value;

use super::{Desk, shipped};

const TABLE: &str = "\
Mã số thuế;Tên doanh nghiệp;Người đại diện;Địa chỉ trụ sở;Ngày cấp;Vốn điều lệ;Phường, xã;Ngành nghề
1801234562;Công ty A;Nguyễn Văn A;1 Hòa Bình;02/01/2020;1.000.000.000;Phường Ninh Kiều;Xây dựng
1801234563;Công ty B;Trần Văn B;;;;31135;
;Công ty không số;;;;;31135;
0300588569;Công ty C;;;32/01/2020;;31135;
0300588569;Công ty C;;;;một tỷ;31135;
0300588569;Công ty C;;;;-5;Phường Không Có;
1801234562;Công ty A lần nữa;;;;;31135;
;;;;;;;
0300588569;Công ty C
";

fn city(desk: &Desk) {
    super::requests::load(desk, "id,open,unit,type\n1,2026-01-05 08:00,a,b\n");
    let organisation = shipped("data/can-tho/organisation.toml");
    desk.json(&["import", "organisation", &organisation, "--city", "small"]);
    let calendar = shipped("data/calendar/vn-1.toml");
    desk.json(&["import", "calendar", &calendar, "--city", "small"]);
}

const IMPORT: [&str; 10] = [
    "import",
    "register",
    "enterprises",
    "table.csv",
    "--as-of",
    "2026-02-28",
    "--source",
    "Sở Tài chính",
    "--city",
    "small",
];

/// What the command says as JSON and its exit code.
fn import(desk: &Desk, more: &[&str]) -> (Value, i32) {
    let output = desk.run(&[&IMPORT[..], &["--json"], more].concat());
    let answer = serde_json::from_slice(&output.stdout);
    let answer = answer.unwrap_or_else(|error| {
        let says = [output.stdout, output.stderr].concat();
        panic!("{error}: {}", String::from_utf8_lossy(&says))
    });
    (answer, output.status.code().expect("an exit code"))
}

#[test]
fn each_row_is_taken_or_told_with_its_line_and_column() {
    let desk = Desk::new();
    city(&desk);
    desk.write("table.csv", TABLE);
    let (answer, code) = import(&desk, &[]);
    assert_eq!(code, 1, "not fine: {answer:#}");
    assert_eq!(
        (&answer["version"], &answer["entries"], &answer["unused"]),
        (&1.into(), &2.into(), &serde_json::json!(["Ngành nghề"])),
        "{answer:#}"
    );
    let flaws = answer["flaws"].as_array().expect("a list");
    let told: Vec<(u64, &str, &str)> = flaws
        .iter()
        .map(|flaw| {
            (
                flaw["line"].as_u64().expect("a line"),
                flaw["field"].as_str().expect("a field"),
                flaw["reason"]["vi"].as_str().expect("a reason"),
            )
        })
        .collect();
    let wanted = [
        (3, "organisation_id", "Mã số"),
        (4, "organisation_id", "Mã số"),
        (5, "registered", "Ngày"),
        (6, "capital", "Vốn"),
        (7, "area", "“Phường Không Có” không phải phường, xã"),
        (7, "capital", "Vốn"),
        (8, "organisation_id", "Trùng khóa với dòng 2"),
    ];
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        assert_eq!((told.0, told.1), (wanted.0, wanted.1), "{told:?}");
        assert!(told.2.contains(wanted.2), "{told:?}");
    }
    // The same for whoever reads the screen.
    let (text, code) = desk.text(&IMPORT);
    assert_eq!(code, 1);
    for says in [
        "Bản 2: 2 bản ghi",
        "Cột không dùng: Ngành nghề",
        "vì sao không nhận",
        "Trùng khóa với dòng 2",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
}

#[test]
fn a_table_with_other_heads_is_mapped_and_added() {
    let desk = Desk::new();
    city(&desk);
    desk.write("table.csv", "organisation_id,name\n0300588569,Công ty C\n");
    assert_eq!(import(&desk, &[]).1, 0);
    desk.write("table.csv", "MSDN,Đơn vị\n1801234562,Công ty A\n");
    // A file without the key's column is refused as a whole.
    let (text, code) = desk.text(&IMPORT);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("Không có cột") && text.contains("MSDN"),
        "{text}"
    );
    desk.write(
        "map.toml",
        "[columns]\norganisation_id = \"MSDN\"\nname = \"Đơn vị\"\n",
    );
    let (answer, code) = import(&desk, &["--map", "map.toml", "--add"]);
    assert_eq!(
        (code, &answer["version"], &answer["entries"]),
        (0, &2.into(), &1.into()),
        "{answer:#}"
    );
    let database = rusqlite::Connection::open(desk.path("city.db")).expect("the database");
    let kept: i64 = database
        .query_row("SELECT count(*) FROM register_entry", (), |row| row.get(0))
        .expect("counted");
    assert_eq!(kept, 2, "added, not replaced");
    desk.write("map.toml", "[columns]\ncolour = \"x\"\n");
    let (text, code) = desk.text(&[&IMPORT[..], &["--map", "map.toml"]].concat());
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("không có trường `colour`"), "{text}");
}
