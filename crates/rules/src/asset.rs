//! What belongs to whom in the city: roads, canals, lamp posts, each with its owner, so that a report near one of them finds
//! its unit (`where.owner`, `where.road_class` in tables). Absent: reading files of them, and what follows.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::case::Spot;

/// A line or a point of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// `roads`, `lamps` …
    pub layer: String,
    pub id: String,
    /// A unit's code, or the city's word for an owner outside of it.
    pub owner: String,
    /// `national`, `provincial` … where it is a road.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub class: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// One: a point.
    pub line: Vec<Spot>,
    /// How near a report must be, in metres.
    pub within: f64,
}

/// All assets, found by place.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    all: Vec<Asset>,
    cells: HashMap<(i32, i32), Vec<u32>>,
}

/// Width of a cell in degrees: about 550 metres.
const CELL: f64 = 0.005;
/// No asset reaches farther.
pub const FARTHEST: f64 = 500.0;

fn cell(degrees: f64) -> i32 {
    // A city lies far inside of what fits.
    #[allow(clippy::cast_possible_truncation)]
    let cell = (degrees / CELL).floor() as i32;
    cell
}

impl Assets {
    pub fn new(all: Vec<Asset>) -> Self {
        let mut cells: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (at, asset) in (0u32..).zip(&all) {
            let mut touched: Vec<(i32, i32)> = Vec::new();
            for pair in asset.line.windows(2) {
                touched.extend(between(pair[0], pair[1]));
            }
            if let [only] = asset.line[..] {
                touched.push((cell(only.lat), cell(only.lon)));
            }
            touched.sort_unstable();
            touched.dedup();
            for place in touched {
                cells.entry(place).or_default().push(at);
            }
        }
        Self { all, cells }
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The nearest one within its own reach, and how far it is.
    pub fn nearest(&self, spot: Spot) -> Option<(&Asset, f64)> {
        if self.all.is_empty() {
            return None;
        }
        let (lat, lon) = (cell(spot.lat), cell(spot.lon));
        let around = (-1..=1).flat_map(|a| (-1..=1).map(move |b| (lat + a, lon + b)));
        let found = around.filter_map(|place| self.cells.get(&place)).flatten();
        found
            .filter_map(|at| {
                let asset = self.all.get(*at as usize)?;
                let far = distance(&asset.line, spot)?;
                (far <= asset.within).then_some((asset, far))
            })
            // Of two at the same place the one first by its id: the same answer every day.
            .min_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.id.cmp(&b.0.id)))
    }
}

/// Cells that a piece of a line touches, seen from its box: never one too few.
fn between(a: Spot, b: Spot) -> Vec<(i32, i32)> {
    let (south, north) = (cell(a.lat.min(b.lat)), cell(a.lat.max(b.lat)));
    let (west, east) = (cell(a.lon.min(b.lon)), cell(a.lon.max(b.lon)));
    (south..=north)
        .flat_map(|lat| (west..=east).map(move |lon| (lat, lon)))
        .collect()
}

/// Metres from the spot to the line.
fn distance(line: &[Spot], spot: Spot) -> Option<f64> {
    let pieces = line.windows(2).map(|pair| {
        let nearest = nearest_on(pair[0], pair[1], spot);
        nearest.metres_to(spot)
    });
    let nearest = pieces.min_by(f64::total_cmp);
    nearest.or_else(|| line.first().map(|only| only.metres_to(spot)))
}

/// In a small piece of the earth degrees are a plane, once east is shortened.
fn nearest_on(a: Spot, b: Spot, spot: Spot) -> Spot {
    let shorter = spot.lat.to_radians().cos();
    let (dx, dy) = ((b.lon - a.lon) * shorter, b.lat - a.lat);
    let (px, py) = ((spot.lon - a.lon) * shorter, spot.lat - a.lat);
    let length = dx * dx + dy * dy;
    let along = match length > 0.0 {
        true => ((px * dx + py * dy) / length).clamp(0.0, 1.0),
        false => 0.0,
    };
    Spot {
        lat: a.lat + along * (b.lat - a.lat),
        lon: a.lon + along * (b.lon - a.lon),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn road(id: &str, owner: &str, line: &[(f64, f64)]) -> Asset {
        Asset {
            layer: "roads".into(),
            id: id.into(),
            owner: owner.into(),
            class: String::new(),
            name: String::new(),
            line: line
                .iter()
                .map(|(lat, lon)| Spot {
                    lat: *lat,
                    lon: *lon,
                })
                .collect(),
            within: 15.0,
        }
    }

    #[test]
    fn the_nearest_within_its_reach_is_found_and_farther_away_none() {
        let assets = Assets::new(vec![
            road("n1", "national", &[(10.0, 105.70), (10.0, 105.80)]),
            road("s1", "street", &[(10.0002, 105.75), (10.01, 105.75)]),
            road("lamp", "lamps", &[(10.02, 105.76)]),
        ]);
        let owner = |lat: f64, lon: f64| {
            let found = assets.nearest(Spot { lat, lon });
            found.map(|(asset, _)| asset.owner.clone())
        };
        assert_eq!(owner(10.00005, 105.733).as_deref(), Some("national"));
        // 20 metres beside it.
        assert_eq!(owner(10.00018, 105.733), None);
        assert_eq!(owner(10.005, 105.75005).as_deref(), Some("street"));
        assert_eq!(owner(10.02, 105.76).as_deref(), Some("lamps"));
        assert_eq!(owner(11.0, 106.0), None);
        assert_eq!(
            Assets::default().nearest(Spot {
                lat: 10.0,
                lon: 105.7
            }),
            None
        );
    }

    #[test]
    fn it_finds_what_looking_at_all_of_them_finds() {
        let mut lines = Vec::new();
        for n in 0..60u32 {
            let (a, b) = (
                f64::from(n * 7 % 40) / 4000.0,
                f64::from(n * 13 % 50) / 4000.0,
            );
            lines.push(road(
                &format!("r{n:02}"),
                &format!("u{}", n % 5),
                &[(10.0 + a, 105.7 + b), (10.01 - b / 3.0, 105.71 + a)],
            ));
        }
        let assets = Assets::new(lines.clone());
        for n in 0..200u32 {
            let spot = Spot {
                lat: 10.0 + f64::from(n * 17 % 100) / 8000.0,
                lon: 105.7 + f64::from(n * 29 % 100) / 8000.0,
            };
            let all = lines.iter().filter_map(|asset| {
                let far = distance(&asset.line, spot)?;
                (far <= asset.within).then_some((asset, far))
            });
            let slow = all.min_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.id.cmp(&b.0.id)));
            assert_eq!(assets.nearest(spot), slow, "{spot:?}");
        }
    }
}
