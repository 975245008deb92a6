//! Units and areas of a city with their validity. Communes merge, split and even inherit another's
//! code, so nothing here is looked up without a date.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::definition::Post;

use crate::case::Spot;
use crate::ids::{AreaCode, UnitCode};
use crate::person::Seat;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    pub units: Vec<Unit>,
    pub areas: Vec<Area>,
    /// Named sets of areas: the old districts, for people who still think in them.
    pub sets: Vec<AreaSet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: UnitCode,
    pub name: String,
    /// `commune`, `one-stop-desk`, `land-office-branch`, `department`, `centre-1022`, `tax-office` …
    pub kind: String,
    pub parent: Option<UnitCode>,
    /// The areas it serves; empty: the whole city.
    #[serde(default)]
    pub areas: Vec<AreaCode>,
    /// Identifier for dossier codes (`H13.26.107`).
    #[serde(default)]
    pub identifier: String,
    pub valid_from: Date,
    /// The last day, inclusive.
    #[serde(default)]
    pub valid_to: Option<Date>,
    #[serde(default)]
    pub successors: Vec<UnitCode>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    pub code: AreaCode,
    pub name: String,
    /// `phường`, `xã`
    pub kind: String,
    /// WGS 84
    pub lat: f64,
    pub lon: f64,
    pub km2: f64,
    pub valid_from: Date,
    #[serde(default)]
    pub valid_to: Option<Date>,
    #[serde(default)]
    pub predecessors: Vec<Predecessor>,
}

/// `part`: only a part of the old commune went here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    pub name: String,
    #[serde(default)]
    pub code: Option<AreaCode>,
    #[serde(default)]
    pub part: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaSet {
    pub code: String,
    pub name: String,
    pub areas: Vec<AreaCode>,
}

impl Organisation {
    /// The unit that bore this code on that day.
    pub fn unit(&self, code: &str, on: Date) -> Option<&Unit> {
        self.units_on(on).find(|unit| unit.code == code)
    }

    /// The identifier that stands before codes of this unit's cases: its own, else that of the nearest unit above it that has
    /// one, else the city's (a unit at the top). Empty where nobody has one.
    pub fn identifier(&self, code: &str, on: Date) -> &str {
        let mut at = self.unit(code, on);
        // As many steps as units: data that runs in a circle ends too.
        for _ in 0..self.units.len() {
            match at {
                Some(unit) if unit.identifier.is_empty() => {
                    at = unit
                        .parent
                        .as_deref()
                        .and_then(|above| self.unit(above, on));
                }
                Some(unit) => return &unit.identifier,
                None => break,
            }
        }
        let mut tops = self.units_on(on).filter(|unit| unit.parent.is_none());
        tops.find(|unit| !unit.identifier.is_empty())
            .map_or("", |unit| &unit.identifier)
    }

    /// The latest unit that ever bore this code: for names on old cases.
    pub fn unit_ever(&self, code: &str) -> Option<&Unit> {
        self.units
            .iter()
            .filter(|unit| unit.code == code)
            .max_by_key(|unit| unit.valid_from)
    }

    pub fn units_on(&self, on: Date) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(move |unit| valid(on, unit.valid_from, unit.valid_to))
    }

    /// Units directly below, in the order of the data.
    pub fn children<'a>(&'a self, parent: &'a str, on: Date) -> impl Iterator<Item = &'a Unit> {
        self.units_on(on)
            .filter(move |unit| unit.parent.as_deref() == Some(parent))
    }

    /// The unit and everything below it.
    pub fn tree<'a>(&'a self, root: &str, on: Date) -> Vec<&'a Unit> {
        let mut found: Vec<&Unit> = self.unit(root, on).into_iter().collect();
        let mut read = 0;
        while let Some(unit) = found.get(read).copied() {
            for child in self.children(&unit.code, on) {
                // Data may name a unit its own ancestor; each is taken once.
                if !found.iter().any(|known| known.code == child.code) {
                    found.push(child);
                }
            }
            read += 1;
        }
        found
    }

    /// Who carries on after a unit is gone: follows successors to units valid on that day.
    pub fn heirs<'a>(&'a self, code: &'a str, on: Date) -> Vec<&'a Unit> {
        let mut waiting = vec![code];
        let mut seen: Vec<&str> = Vec::new();
        let mut heirs = Vec::new();
        while let Some(code) = waiting.pop() {
            if seen.contains(&code) {
                continue;
            }
            seen.push(code);
            match self.unit(code, on) {
                Some(unit) => heirs.push(unit),
                None => {
                    let gone = self.unit_ever(code).into_iter();
                    waiting
                        .extend(gone.flat_map(|unit| unit.successors.iter().map(String::as_str)));
                }
            }
        }
        heirs.sort_by(|a, b| a.code.cmp(&b.code));
        heirs
    }

    pub fn area(&self, code: &str, on: Date) -> Option<&Area> {
        self.areas_on(on).find(|area| area.code == code)
    }

    pub fn areas_on(&self, on: Date) -> impl Iterator<Item = &Area> {
        self.areas
            .iter()
            .filter(move |area| valid(on, area.valid_from, area.valid_to))
    }

    /// The areas of a named set (an old district) that exist on that day.
    pub fn areas_of_set<'a>(&'a self, set: &str, on: Date) -> Vec<&'a Area> {
        let set = self.sets.iter().find(|known| known.code == set);
        let codes = set.map_or(&[][..], |set| &set.areas);
        self.areas_on(on)
            .filter(|area| codes.contains(&area.code))
            .collect()
    }

    /// The area whose centre is nearest to a point, where no boundaries are known: good to about a
    /// commune's radius, so a page that uses it lets the person correct it.
    pub fn nearest_area(&self, spot: Spot, on: Date) -> Option<&Area> {
        self.areas_on(on)
            .map(|area| (square_distance(spot, area), area))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, area)| area)
    }

    /// The area that holds a point by its boundary; by the nearest centre where none does.
    pub fn area_at<'a>(
        &'a self,
        spot: Spot,
        on: Date,
        boundaries: &[Boundary],
    ) -> Option<&'a Area> {
        boundaries
            .iter()
            .filter(|boundary| boundary.holds(spot))
            .find_map(|boundary| self.area(&boundary.area, on))
            .or_else(|| self.nearest_area(spot, on))
    }

    /// The areas that hold a point or have their outline within so many metres of it: two or more near a border, where
    /// maps and phones are not exact enough to tell. None where the city has no outlines.
    pub fn areas_about<'a>(
        &'a self,
        spot: Spot,
        on: Date,
        boundaries: &[Boundary],
        metres: f64,
    ) -> Vec<&'a Area> {
        let mut found: Vec<&Area> = Vec::new();
        for boundary in boundaries {
            let Some(area) = self.area(&boundary.area, on) else {
                continue;
            };
            let known = found.iter().any(|one| one.code == area.code);
            if !known && (boundary.metres_to(spot) <= metres || boundary.holds(spot)) {
                found.push(area);
            }
        }
        found
    }

    /// The seats with which a person acts: their own, and for heads and deputy heads the same post in
    /// every unit directly below. A chairman answers for the one-stop desk of the commune; staff act
    /// for their own unit only, and nobody reaches down two levels.
    pub fn reach(&self, seats: &[Seat], on: Date) -> Vec<Seat> {
        let below = seats
            .iter()
            .filter(|seat| seat.post > Post::Staff)
            .flat_map(|seat| {
                self.children(&seat.unit, on).map(|child| Seat {
                    unit: child.code.clone(),
                    post: seat.post,
                })
            });
        let mut reach: Vec<Seat> = Vec::new();
        for seat in seats.iter().cloned().chain(below) {
            if !reach.contains(&seat) {
                reach.push(seat);
            }
        }
        reach
    }
}

/// An area's outline in WGS 84: rings of points, outer and holes alike (even-odd rule).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    pub area: AreaCode,
    pub rings: Vec<Vec<Spot>>,
}

impl Boundary {
    /// From a point to the outline, on a plane that is good over some kilometres; infinite where there is none.
    pub fn metres_to(&self, spot: Spot) -> f64 {
        let east = Spot::DEGREE * spot.lat.to_radians().cos();
        let flat = |at: &Spot| {
            (
                (at.lon - spot.lon) * east,
                (at.lat - spot.lat) * Spot::DEGREE,
            )
        };
        let sides = self.rings.iter().flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next)
        });
        sides
            .map(|(a, b)| {
                let ((ax, ay), (bx, by)) = (flat(a), flat(b));
                let (dx, dy) = (bx - ax, by - ay);
                let length = dx * dx + dy * dy;
                let along = if length > 0.0 {
                    (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                (ax + along * dx).hypot(ay + along * dy)
            })
            .fold(f64::INFINITY, f64::min)
    }

    /// Counts how often a ray to the east crosses the outline; an odd number is inside.
    pub fn holds(&self, spot: Spot) -> bool {
        let crossed = self.rings.iter().flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next)
        });
        crossed
            .filter(|(a, b)| {
                (a.lat > spot.lat) != (b.lat > spot.lat)
                    && spot.lon < (b.lon - a.lon) * (spot.lat - a.lat) / (b.lat - a.lat) + a.lon
            })
            .count()
            % 2
            == 1
    }
}

fn valid(on: Date, from: Date, to: Option<Date>) -> bool {
    from <= on && to.is_none_or(|to| on <= to)
}

/// In squared degrees of latitude; a degree of longitude is shorter by the cosine of the latitude.
fn square_distance(spot: Spot, area: &Area) -> f64 {
    let north = area.lat - spot.lat;
    let east = (area.lon - spot.lon) * spot.lat.to_radians().cos();
    north * north + east * east
}
