//! Maps of communes, drawn by the server: hexagons made from centroids, or the real shapes where
//! boundaries were imported. Each area is a link; colour is a value in five classes and the value
//! stands in words. Knows nothing of where values come from.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::hex::{self, Cell};
use crate::text::Lang;

/// One area with the value that colours it.
pub struct Area {
    pub code: String,
    pub name: String,
    /// 0 is empty (no value), 1 to 5 from low to high.
    pub class: u8,
    /// The value in words: `96,1 %`.
    pub says: String,
    pub link: String,
}

/// Where areas stand. Made once when a city starts: the assignment costs some milliseconds.
#[derive(Debug, Clone)]
pub enum Shapes {
    /// In the order of the areas handed to [`Shapes::hexagons`].
    Hexagons(Vec<(String, Cell)>),
    /// Code of the area and its path, in a box of the given size.
    Real {
        paths: Vec<(String, String)>,
        height: f64,
        project: Projection,
    },
}

/// Longitude and latitude to the drawing, for pins.
#[derive(Debug, Clone, Copy)]
pub struct Projection {
    west: f64,
    north: f64,
    /// Drawing units per degree of latitude.
    scale: f64,
    squeeze: f64,
}

/// A ring of (longitude, latitude) pairs as GeoJSON has them.
pub type Ring = Vec<(f64, f64)>;

const WIDTH: f64 = 720.0;

impl Projection {
    pub fn at(&self, lat: f64, lon: f64) -> (f64, f64) {
        (
            (lon - self.west) * self.squeeze * self.scale,
            (self.north - lat) * self.scale,
        )
    }
}

impl Shapes {
    /// From code, latitude and longitude of each area's centroid.
    pub fn hexagons(areas: &[(String, f64, f64)]) -> Self {
        let centroids: Vec<_> = areas.iter().map(|a| (a.1, a.2)).collect();
        Shapes::Hexagons(
            areas
                .iter()
                .map(|a| a.0.clone())
                .zip(hex::assign(&centroids))
                .collect(),
        )
    }

    /// From code and rings of each area. `None` where no ring has a point.
    pub fn real(areas: &[(String, Vec<Ring>)]) -> Option<Self> {
        let points = || areas.iter().flat_map(|a| a.1.iter().flatten());
        let first = points().next()?;
        let start = (first.0, first.1, first.0, first.1);
        let (west, south, east, north) = points().fold(start, |b, p| {
            (b.0.min(p.0), b.1.min(p.1), b.2.max(p.0), b.3.max(p.1))
        });
        let squeeze = f64::midpoint(south, north).to_radians().cos();
        let scale = WIDTH / ((east - west) * squeeze).max(1e-9);
        let project = Projection {
            west,
            north,
            scale,
            squeeze,
        };
        let paths = areas
            .iter()
            .map(|(code, rings)| {
                let mut d = String::new();
                for ring in rings {
                    for (i, (lon, lat)) in ring.iter().enumerate() {
                        let (x, y) = project.at(*lat, *lon);
                        // Writing to a String cannot fail.
                        write!(d, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' })
                            .expect("a string takes what is written");
                    }
                    d.push('Z');
                }
                (code.clone(), d)
            })
            .collect();
        Some(Shapes::Real {
            paths,
            height: (north - south) * scale,
            project,
        })
    }
}

/// The map. `pins` are (latitude, longitude, words) and appear on real shapes only: hexagons have no
/// true places.
pub fn map(
    lang: Lang,
    shapes: &Shapes,
    areas: &[Area],
    pins: &[(f64, f64, String)],
    title: &str,
) -> Markup {
    let area = |code: &str| areas.iter().find(|a| a.code == code);
    match shapes {
        Shapes::Hexagons(cells) => {
            const STEP: f64 = 44.0;
            let at = |cell: &Cell| {
                let (x, y) = cell.centre();
                (x * STEP + 26.0, y * STEP + 30.0)
            };
            let (right, bottom) = cells
                .iter()
                .map(|(_, c)| at(c))
                .fold((60.0, 60.0), |b: (f64, f64), p| {
                    (b.0.max(p.0), b.1.max(p.1))
                });
            html! {
                svg.map viewBox={ "0 0 " (format!("{:.0} {:.0}", right + 26.0, bottom + 30.0)) } role="group" aria-label=(title) {
                    @for (code, cell) in cells {
                        @if let Some(area) = area(code) {
                            @let (x, y) = at(cell);
                            (one(lang, area, &html! {
                                polygon class={ "v" (area.class.min(5)) } points=(corners(x, y, STEP * 0.577)) {}
                                @for (i, line) in lines(&area.name).iter().enumerate() {
                                    text aria-hidden="true" x={ (format!("{x:.1}")) } y={ (format!("{:.1}", y + label_offset(i, lines(&area.name).len()))) } { (line) " " }
                                }
                            }))
                        }
                    }
                }
            }
        }
        Shapes::Real {
            paths,
            height,
            project,
        } => html! {
            svg.map viewBox={ "-4 -4 " (format!("{:.0} {:.0}", WIDTH + 8.0, height + 8.0)) } role="group" aria-label=(title) {
                @for (code, d) in paths {
                    @if let Some(area) = area(code) {
                        (one(lang, area, &html! { path class={ "v" (area.class.min(5)) } d=(d) {} }))
                    }
                }
                @for (lat, lon, words) in pins {
                    @let (x, y) = project.at(*lat, *lon);
                    g role="img" aria-label=(words) { title { (words) } circle.pin cx={ (format!("{x:.1}")) } cy={ (format!("{y:.1}")) } r="6" {} }
                }
            }
        },
    }
}

fn one(lang: Lang, area: &Area, shape: &Markup) -> Markup {
    let says = lang.f("map.area", &[("name", &area.name), ("value", &area.says)]);
    html! { a href=(area.link) aria-label=(says) { title { (says) } (shape) } }
}

/// A case at its place, as a link.
pub struct Pin {
    pub lat: f64,
    pub lon: f64,
    pub words: String,
    pub link: String,
    pub late: bool,
}

/// Points of a box (south, west, north, east), north up; what is late has a form of its own.
pub fn points(
    (south, west, north, east): (f64, f64, f64, f64),
    points: &[Pin],
    title: &str,
) -> Markup {
    let squeeze = f64::midpoint(south, north).to_radians().cos();
    let scale = WIDTH / ((east - west) * squeeze).max(1e-9);
    let project = Projection {
        west,
        north,
        scale,
        squeeze,
    };
    let height = (north - south) * scale;
    html! {
        svg.map.box viewBox={ "0 0 " (format!("{WIDTH:.0} {height:.0}")) } role="group" aria-label=(title) {
            rect.v0 x="0" y="0" width=(WIDTH) height={ (format!("{height:.0}")) } {}
            @for pin in points {
                @let (x, y) = project.at(pin.lat, pin.lon);
                a href=(pin.link) aria-label=(pin.words) {
                    title { (pin.words) }
                    @if pin.late { path.pin d={ (format!("M{x:.1} {:.1}l9 16h-18z", y - 10.0)) } {} }
                    @else { circle.point cx={ (format!("{x:.1}")) } cy={ (format!("{y:.1}")) } r="8" {} }
                }
            }
        }
    }
}

/// What the classes mean, from low to high, beside the map.
pub fn legend(words: &[(u8, String)]) -> Markup {
    html! {
        ul.legend {
            @for (class, says) in words {
                li { svg viewBox="0 0 14 14" aria-hidden="true" { rect class={ "v" (class) } x="0.5" y="0.5" width="13" height="13" rx="2" {} } (says) }
            }
        }
    }
}

fn corners(x: f64, y: f64, radius: f64) -> String {
    (0..6)
        .map(|i| {
            let turn = (f64::from(i) * 60.0 - 90.0).to_radians();
            format!(
                "{:.1},{:.1}",
                x + radius * turn.cos(),
                y + radius * turn.sin()
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A commune's name without its kind, on at most three short lines: `Ninh` `Kiều`.
fn lines(name: &str) -> Vec<String> {
    const MOST: usize = 7;
    let short = ["Phường ", "Xã ", "Thị trấn ", "phường ", "xã "]
        .iter()
        .find_map(|kind| name.strip_prefix(kind))
        .unwrap_or(name);
    let mut lines: Vec<String> = Vec::new();
    for word in short.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= MOST => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.truncate(3);
    lines
}

fn label_offset(line: usize, of: usize) -> f64 {
    #[allow(clippy::cast_precision_loss)] // at most three lines
    let (line, of) = (line as f64, of as f64);
    3.0 + (line - (of - 1.0) / 2.0) * 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str, name: &str) -> Area {
        Area {
            code: code.into(),
            name: name.into(),
            class: 3,
            says: "96,1 %".into(),
            link: format!("/open?area={code}"),
        }
    }

    #[test]
    fn every_area_is_a_link_that_says_its_value() {
        let shapes = Shapes::hexagons(&[("1".into(), 10.0, 105.7), ("2".into(), 10.1, 105.8)]);
        let drawn = map(
            Lang::Vi,
            &shapes,
            &[area("1", "Phường Ninh Kiều"), area("2", "Xã Phong Điền")],
            &[],
            "Bản đồ",
        )
        .into_string();
        assert!(
            drawn.contains(r#"href="/open?area=1" aria-label="Phường Ninh Kiều: 96,1 %""#),
            "{drawn}"
        );
        assert!(drawn.contains(">Ninh </text>") && drawn.contains(">Kiều </text>"));
    }

    #[test]
    fn real_shapes_keep_north_up_and_place_pins() {
        let square = |west: f64, south: f64| {
            vec![vec![
                (west, south),
                (west + 1.0, south),
                (west + 1.0, south + 1.0),
                (west, south + 1.0),
            ]]
        };
        let shapes = Shapes::real(&[
            ("1".into(), square(105.0, 9.0)),
            ("2".into(), square(105.0, 10.0)),
        ])
        .unwrap();
        let Shapes::Real {
            paths,
            height,
            project,
        } = &shapes
        else {
            panic!("real shapes")
        };
        assert!(paths[1].1.starts_with("M0.0 "), "{}", paths[1].1);
        assert!((height - 2.0 * WIDTH / 10f64.to_radians().cos()).abs() < 1.0);
        assert!(project.at(10.9, 105.5).1 < project.at(9.1, 105.5).1);
        assert!(Shapes::real(&[]).is_none());
    }

    #[test]
    fn long_names_fold() {
        assert_eq!(lines("Phường Thới An Đông"), ["Thới An", "Đông"]);
        assert_eq!(lines("Xã Mỹ Tú"), ["Mỹ Tú"]);
    }
}
