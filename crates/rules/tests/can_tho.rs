//! The shipped city: reads as an organisation, covers every commune, and knows what a code meant when.

use jiff::civil::{Date, date};
use rules::organisation::Organisation;

const TODAY: Date = date(2026, 11, 23);

fn city() -> Organisation {
    toml::from_str(include_str!("../../../data/can-tho/organisation.toml")).expect("the data reads")
}

#[test]
fn a_code_names_another_area_before_and_after_the_merger() {
    let city = city();
    for (code, before, after) in [
        ("31120", "Phường An Hòa", "Phường Cái Khế"),
        ("31135", "Phường Tân An", "Phường Ninh Kiều"),
        ("31147", "Phường Hưng Lợi", "Phường Tân An"),
        ("31217", "Phường Thạnh Hoà", "Phường Trung Nhứt"),
    ] {
        let name = |on| city.area(code, on).map(|area| area.name.as_str());
        assert_eq!(name(date(2025, 6, 30)), Some(before), "{code}");
        assert_eq!(name(date(2025, 7, 1)), Some(after), "{code}");
    }
}

#[test]
fn a_commune_of_before_has_its_heir() {
    let city = city();
    let heirs = city.heirs("commune-31147-before-2025-07", TODAY);
    let names: Vec<&str> = heirs.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["Ủy ban nhân dân phường Tân An"]);
}

#[test]
fn every_commune_is_served_by_one_unit_of_each_kind() {
    let city = city();
    let areas: Vec<&str> = city
        .areas_on(TODAY)
        .map(|area| area.code.as_str())
        .collect();
    assert_eq!(areas.len(), 103);
    for kind in [
        "commune",
        "commune-desk",
        "land-office-branch",
        "tax-office",
    ] {
        for area in &areas {
            let serving = city
                .units_on(TODAY)
                .filter(|unit| unit.kind == kind && unit.areas.iter().any(|code| code == area));
            assert_eq!(serving.count(), 1, "{kind} of {area}");
        }
    }
}

#[test]
fn every_unit_has_an_identifier_for_its_codes() {
    let city = city();
    for (unit, identifier) in [
        ("centre-1022", "H13.03"),
        // None of its own and none above it: the city's.
        ("city-police", "H13"),
        ("nobody", "H13"),
    ] {
        assert_eq!(city.identifier(unit, TODAY), identifier, "{unit}");
    }
    for unit in city.units_on(TODAY) {
        assert!(
            !city.identifier(&unit.code, TODAY).is_empty(),
            "{}",
            unit.code
        );
    }
}

#[test]
fn nothing_in_the_data_points_at_nothing() {
    let city = city();
    for unit in &city.units {
        if let Some(parent) = &unit.parent {
            assert!(city.unit_ever(parent).is_some(), "{}: {parent}", unit.code);
        }
        for area in &unit.areas {
            assert!(
                city.areas.iter().any(|known| known.code == *area),
                "{}: {area}",
                unit.code
            );
        }
    }
    for set in &city.sets {
        assert_eq!(
            city.areas_of_set(&set.code, TODAY).len(),
            set.areas.len(),
            "{}",
            set.code
        );
    }
    let old_cantho = city.areas_of_set("former-can-tho", TODAY).len();
    let rest =
        ["former-hau-giang", "former-soc-trang"].map(|set| city.areas_of_set(set, TODAY).len());
    assert_eq!(old_cantho + rest[0] + rest[1], 103);
}
