use super::{Desk, beside, shipped};

/// A city of one commune, brought by an import of one request.
fn city(desk: &Desk) {
    super::requests::load(desk, "id,open,unit,type\n1,2026-01-05 08:00,a,b\n");
}

#[test]
fn an_organisation_whose_names_lead_nowhere_is_refused() {
    let desk = Desk::new();
    city(&desk);
    let file = desk.write(
        "organisation.toml",
        "areas = []\nsets = []\n[[units]]\ncode = \"x\"\nname = \"X\"\nkind = \"commune\"\n\
         parent = \"y\"\nareas = [\"1\"]\nvalid_from = \"2025-07-01\"\n",
    );
    let file = file.to_str().expect("UTF-8");
    let (text, code) = desk.text(&["import", "organisation", file, "--city", "small"]);
    assert_eq!(code, 2);
    assert!(
        text.contains("the unit y") && text.contains("the area 1"),
        "{text}"
    );
}

#[test]
fn every_commune_gets_its_boundary() {
    let desk = Desk::new();
    city(&desk);
    let organisation = shipped("data/can-tho/organisation.toml");
    let answer = desk.json(&["import", "organisation", &organisation, "--city", "small"]);
    assert_eq!(answer["areas"], 107);
    let none = r#"{"type":"FeatureCollection","features":[]}"#;
    let file = desk.write("none.geojson", none);
    let file = file.to_str().expect("UTF-8");
    let (text, code) = desk.text(&["import", "areas", file, "--city", "small"]);
    assert_eq!(code, 1);
    assert!(text.starts_with("0 / 103 "), "{text}");
    assert!(
        text.contains("chưa có địa giới: 31120 Phường Cái Khế"),
        "{text}"
    );

    let Some(file) = beside("can-tho-communes.geojson") else {
        return;
    };
    let answer = desk.json(&["import", "areas", &file, "--city", "small"]);
    assert_eq!(
        (&answer["saved"], &answer["areas"]),
        (&103.into(), &103.into())
    );
    assert_eq!(
        answer["left_out"].as_array().map(Vec::len),
        Some(0),
        "{answer:#}"
    );
}
