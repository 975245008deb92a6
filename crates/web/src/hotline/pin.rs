//! A pin on the map by keyboard: arrows move it, with script on the drawing and without it by buttons that send the form. The
//! drawing shows what was reported around.

use maud::{Markup, html};
use rules::case::Spot;

use crate::say;
use crate::text::Lang;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 200.0;
/// Metres of one unit of the drawing.
const SCALE: f64 = 4.0;
/// Metres of one press.
const STEP: f64 = 50.0;

/// The four ways, as buttons send them.
const WAYS: [(&str, &str, f64, f64); 4] = [
    ("north", "↑", 1.0, 0.0),
    ("west", "←", 0.0, -1.0),
    ("east", "→", 0.0, 1.0),
    ("south", "↓", -1.0, 0.0),
];

/// `10.030000, 105.780000`
pub fn written(spot: Spot) -> String {
    format!("{:.6}, {:.6}", spot.lat, spot.lon)
}

/// As people type or paste it; `None` where it is no place of the globe.
pub fn read(text: &str) -> Option<Spot> {
    let (lat, lon) = text
        .split_once([',', ';'])
        .or_else(|| text.trim().split_once(' '))?;
    let number = |part: &str| part.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let (lat, lon) = (number(lat)?, number(lon)?);
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Spot { lat, lon })
}

/// The spot one press further.
pub fn moved(spot: Spot, way: &str) -> Spot {
    let found = WAYS.iter().find(|(name, ..)| *name == way);
    let (north, east) = found.map_or((0.0, 0.0), |(.., north, east)| (*north, *east));
    Spot {
        lat: spot.lat + north * STEP / Spot::DEGREE,
        lon: spot.lon + east * STEP / (Spot::DEGREE * spot.lat.to_radians().cos().max(0.01)),
    }
}

/// Where a spot lies in a drawing around another.
fn at(around: Spot, spot: Spot) -> (f64, f64) {
    let north = (spot.lat - around.lat) * Spot::DEGREE;
    let east = (spot.lon - around.lon) * Spot::DEGREE * around.lat.to_radians().cos();
    (WIDTH / 2.0 + east / SCALE, HEIGHT / 2.0 - north / SCALE)
}

/// The drawing with its buttons. `around`: places of known reports with their words.
pub fn draw(l: Lang, spot: Spot, around: &[(Spot, String)]) -> Markup {
    let lines =
        |upto: f64| (0..=((upto / 50.0) as u32)).map(|n| format!("{}", f64::from(n) * 50.0));
    html! {
        div.pin data-pin data-lat=(format!("{:.6}", spot.lat)) data-lon=(format!("{:.6}", spot.lon)) data-scale=(SCALE) data-step=(STEP)
            tabindex="0" role="group" aria-label=(l.t("hotline.pin-map")) aria-describedby="pin-help" {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-hidden="true" {
                @for x in lines(WIDTH) { line.grid x1=(x) y1="0" x2=(x) y2=(HEIGHT) {} }
                @for y in lines(HEIGHT) { line.grid x1="0" y1=(y) x2=(WIDTH) y2=(y) {} }
                @for (place, words) in around {
                    @let (x, y) = at(spot, *place);
                    @if (0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y) { circle.known cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="5" { title { (words) } } }
                }
                g data-pin-mark { path.here d={ "M" (WIDTH / 2.0) " " (HEIGHT / 2.0) "l-8 -20a8.6 8.6 0 1 1 16 0z" } {} circle.hole cx=(WIDTH / 2.0) cy=(HEIGHT / 2.0 - 22.0) r="3" {} }
            }
        }
        p.help #pin-help { (l.f("hotline.pin-help", &[("step", &say::decimal(l, STEP, 0)), ("square", &say::decimal(l, 50.0 * SCALE, 0))])) }
        div.row role="group" aria-label=(l.t("hotline.pin-move")) {
            @for (way, sign, ..) in WAYS {
                button.btn.quiet type="submit" name="_go" value={ "pin:" (way) } formnovalidate aria-label=(l.of("hotline-way", way, &[])) { (sign) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_people_paste_it() {
        for (text, known) in [
            ("10.03, 105.78", true),
            ("10.03;105.78", true),
            ("10.03 105.78", true),
            ("91, 105", false),
            ("10.03", false),
            ("mười, năm", false),
            ("NaN, 1", false),
            ("", false),
        ] {
            assert_eq!(read(text).is_some(), known, "{text}");
        }
    }

    #[test]
    fn a_press_moves_fifty_metres_and_back() {
        let start = Spot {
            lat: 10.03,
            lon: 105.78,
        };
        for (way, back) in [("north", "south"), ("east", "west")] {
            let there = moved(start, way);
            assert!((start.metres_to(there) - STEP).abs() < 0.01, "{way}");
            assert!(start.metres_to(moved(there, back)) < 0.01, "{way}");
        }
        assert_eq!(moved(start, "up"), start);
    }
}
