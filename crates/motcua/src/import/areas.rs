//! Boundaries as GeoJSON: a collection of features with `code` (and `name`), each held against the areas
//! of the city and against geometry. Absent: saving, and any repair of a shape.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use geo::{Area as _, MapCoords as _, Validation as _, coord};
use geojson::{Feature, GeoJson};
use jiff::civil::Date;
use rules::organisation::Organisation;
use serde::Serialize;

/// What a file holds for a city.
#[derive(Debug, Default, Serialize)]
pub struct Boundaries {
    /// Sound boundaries of areas of today: code → GeoJSON geometry.
    #[serde(skip)]
    pub sound: BTreeMap<String, String>,
    pub features: usize,
    /// Code or place of a feature, and why it is not taken.
    pub left_out: Vec<About>,
    /// Taken, and worth a look.
    pub notes: Vec<About>,
    /// Areas of today without a boundary in the file.
    pub missing: Vec<String>,
    /// Areas the city has today.
    pub areas: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    pub what: String,
    pub why: String,
}

/// # Errors
/// Where the text is no GeoJSON collection of features at all.
pub fn read(text: &str, organisation: &Organisation, today: Date) -> Result<Boundaries> {
    let parsed: GeoJson = text.parse().context("not GeoJSON")?;
    let GeoJson::FeatureCollection(collection) = parsed else {
        bail!("a FeatureCollection is needed");
    };
    let mut found = Boundaries {
        features: collection.features.len(),
        areas: organisation.areas_on(today).count(),
        ..Boundaries::default()
    };
    for (place, feature) in collection.features.iter().enumerate() {
        let what = word(feature, "code").unwrap_or_else(|| format!("feature {}", place + 1));
        if let Err(why) = found.take(feature, organisation, today) {
            found.left_out.push(About { what, why });
        }
    }
    found.missing = organisation
        .areas_on(today)
        .filter(|area| !found.sound.contains_key(&area.code))
        .map(|area| format!("{} {}", area.code, area.name))
        .collect();
    Ok(found)
}

impl Boundaries {
    fn take(
        &mut self,
        feature: &Feature,
        organisation: &Organisation,
        today: Date,
    ) -> Result<(), String> {
        let code = word(feature, "code").ok_or("it has no code")?;
        let area = organisation.area(&code, today);
        let area = area.ok_or_else(|| format!("no area of this code on {today}"))?;
        if self.sound.contains_key(&code) {
            return Err("the code comes twice; the first is kept".into());
        }
        let (shape, json) = shape(feature)?;
        let mut note = |why: String| {
            let what = code.clone();
            self.notes.push(About { what, why });
        };
        if let Some(name) = word(feature, "name").filter(|name| *name != area.name) {
            note(format!("named {name}, known as {}", area.name));
        }
        let km2 = square_kilometres(&shape);
        if area.km2 > 0.0 && (km2 / area.km2 - 1.0).abs() > 0.2 {
            note(format!("{km2:.1} km² drawn, {:.1} km² known", area.km2));
        }
        self.sound.insert(code, json);
        Ok(())
    }
}

pub(super) fn word(feature: &Feature, name: &str) -> Option<String> {
    let word = match feature.property(name)? {
        serde_json::Value::String(text) => text.trim().to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!word.is_empty()).then_some(word)
}

/// The polygons of a feature, where they are sound.
fn shape(feature: &Feature) -> Result<(geo::MultiPolygon<f64>, String), String> {
    let geometry = feature.geometry.as_ref().ok_or("it has no geometry")?;
    let shape = geo::Geometry::<f64>::try_from(geometry.clone()).map_err(|why| why.to_string())?;
    let shape = match shape {
        geo::Geometry::Polygon(polygon) => geo::MultiPolygon::new(vec![polygon]),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        _ => return Err("neither a polygon nor several".into()),
    };
    let points = || shape.iter().flat_map(|polygon| polygon.exterior().coords());
    if points().next().is_none() {
        return Err("it is empty".into());
    }
    let far = |point: &&geo::Coord<f64>| {
        !((-180.0..=180.0).contains(&point.x) && (-90.0..=90.0).contains(&point.y))
    };
    if let Some(point) = points().find(far) {
        return Err(format!(
            "{} {} is no longitude and latitude",
            point.x, point.y
        ));
    }
    shape.check_validation().map_err(|why| why.to_string())?;
    Ok((shape, geometry.to_string()))
}

/// On a sphere made flat around the shape: good to a per cent for a commune.
fn square_kilometres(shape: &geo::MultiPolygon<f64>) -> f64 {
    const KM_A_DEGREE: f64 = 111.195;
    let points = shape.iter().flat_map(|polygon| polygon.exterior().coords());
    let all: Vec<f64> = points.map(|point| point.y).collect();
    let narrow = (all.iter().sum::<f64>() / all.len().max(1) as f64)
        .to_radians()
        .cos();
    let flat = |c: geo::Coord<f64>| coord! { x: c.x * KM_A_DEGREE * narrow, y: c.y * KM_A_DEGREE };
    shape.map_coords(flat).unsigned_area()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city() -> Organisation {
        let area = |code: &str, km2: f64| {
            serde_json::json!({
                "code": code, "name": format!("Phường {code}"), "kind": "phường",
                "lat": 10.0, "lon": 105.0, "km2": km2, "valid_from": "2025-07-01",
            })
        };
        let areas = [
            area("1", 122.0),
            area("2", 5.0),
            area("3", 0.0),
            area("4", 0.0),
        ];
        serde_json::from_value(serde_json::json!({ "units": [], "areas": areas, "sets": [] }))
            .expect("a city")
    }

    const SQUARE: &str = "[[[105,10],[105.1,10],[105.1,10.1],[105,10.1],[105,10]]]";
    const BOW: &str = "[[[105,10],[105.1,10.1],[105.1,10],[105,10.1],[105,10]]]";
    const SWAPPED: &str = "[[[10,105],[10.1,105],[10.1,105.1],[10,105.1],[10,105]]]";

    fn feature(properties: &str, rings: &str) -> String {
        let geometry = format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    }

    #[test]
    fn each_feature_is_held_against_city_and_geometry() {
        let point = r#"{"type":"Feature","properties":{"code":"4"},
            "geometry":{"type":"Point","coordinates":[105,10]}}"#;
        let features = [
            feature(r#"{"code":"1","name":"Phường 1"}"#, SQUARE),
            feature(r#"{"code":1,"name":"Phường 1"}"#, SQUARE),
            feature(r#"{"code":"2","name":"Xã 2"}"#, SQUARE),
            feature(r#"{"code":"3"}"#, BOW),
            feature(r#"{"code":"4"}"#, SWAPPED),
            feature(r#"{"code":"9"}"#, SQUARE),
            feature("{}", SQUARE),
            point.to_owned(),
        ];
        let features = features.join(",");
        let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        let today = jiff::civil::date(2026, 3, 1);
        let found = read(&text, &city(), today).expect("a collection");
        assert_eq!(found.sound.keys().collect::<Vec<_>>(), ["1", "2"]);
        let whats: Vec<&str> = found.left_out.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(whats, ["1", "3", "4", "9", "feature 7", "4"]);
        // Another name and another size of area 2.
        assert_eq!(found.notes.len(), 2, "{:?}", found.notes);
        assert_eq!(found.missing, ["3 Phường 3", "4 Phường 4"]);
        assert_eq!((found.features, found.areas), (8, 4));
    }

    #[test]
    fn what_is_no_collection_is_said_so() {
        let today = jiff::civil::date(2026, 3, 1);
        for text in ["", "{}", r#"{"type":"Point","coordinates":[105,10]}"#] {
            assert!(read(text, &city(), today).is_err(), "{text}");
        }
    }
}
