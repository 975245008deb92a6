//! `GET /open/areas.json`: the communes for the map that people tap. Outlines as the city imported them, drawn with fewer
//! points; without outlines one hexagon for each commune. Where a point lies is never judged by this drawing.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rules::case::Spot;
use serde_json::{Value, json};

use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::map::Shapes;

pub async fn get(State(hall): State<Hall>) -> Result<Response, Failure> {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    Ok((headers, hall.plan()?.to_string()).into_response())
}

/// Made once for each state of the law.
pub(crate) fn plan(hall: &Hall) -> Result<String, Failure> {
    let (law, today, shapes) = (hall.law(), hall.today()?, hall.shapes()?);
    let areas: Vec<Value> = law
        .organisation
        .areas_on(today)
        .map(|area| {
            let mut one = json!({"c": area.code, "n": area.name, "p": [area.lat, area.lon]});
            match &*shapes {
                Shapes::Hexagons(cells) => {
                    if let Some((_, cell)) = cells.iter().find(|(code, _)| *code == area.code) {
                        let (x, y) = cell.centre();
                        one["h"] = json!([x, y]);
                    }
                }
                Shapes::Real { .. } => {
                    let outline = law.boundaries.iter().rev().find(|b| b.area == area.code);
                    let rings = outline.map(|outline| outline.rings.iter());
                    one["r"] = rings
                        .into_iter()
                        .flatten()
                        .map(|ring| steps(ring))
                        .collect();
                }
            }
            one
        })
        .collect();
    let mut plan = json!({ "areas": areas });
    if let Some(tiles) = &hall.parties().tiles {
        plan["tiles"] = json!(tiles.address);
        plan["credit"] = json!(tiles.credit);
    }
    Ok(plan.to_string())
}

/// Ten-thousandths of a degree (some ten metres), each as its difference from the one before.
fn steps(ring: &[Spot]) -> Value {
    let whole = |degrees: f64| (degrees * 10_000.0).round() as i64;
    let (mut lat, mut lon) = (0, 0);
    let mut steps = Vec::new();
    for spot in fewer(ring) {
        let (to_lat, to_lon) = (whole(spot.lat), whole(spot.lon));
        steps.push(to_lat - lat);
        steps.push(to_lon - lon);
        (lat, lon) = (to_lat, to_lon);
    }
    json!(steps)
}

/// How far a point may lie from the drawn line, degrees: some forty metres.
const OFF: f64 = 0.0004;

/// Douglas and Peucker: drops points that lie near the line between those kept.
fn fewer(ring: &[Spot]) -> Vec<Spot> {
    if ring.len() < 4 {
        return ring.to_vec();
    }
    let mut kept = vec![false; ring.len()];
    // A ring closes on itself: it is cut at its start and at the point farthest from there.
    let far = (0..ring.len())
        .max_by(|a, b| squared(ring[*a], ring[0]).total_cmp(&squared(ring[*b], ring[0])))
        .unwrap_or(0);
    let last = ring.len() - 1;
    kept[0] = true;
    kept[far] = true;
    kept[last] = true;
    let mut spans = vec![(0, far), (far, last)];
    while let Some((from, to)) = spans.pop() {
        let farthest = (from + 1..to)
            .map(|at| (at, off(ring[at], ring[from], ring[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, off)) = farthest
            && off > OFF
        {
            kept[at] = true;
            spans.extend([(from, at), (at, to)]);
        }
    }
    let points = ring.iter().zip(&kept).filter(|(_, kept)| **kept);
    points.map(|(spot, _)| *spot).collect()
}

fn squared(a: Spot, b: Spot) -> f64 {
    (a.lat - b.lat).powi(2) + (a.lon - b.lon).powi(2)
}

/// From a point to the line between two others.
fn off(at: Spot, from: Spot, to: Spot) -> f64 {
    let (dx, dy) = (to.lon - from.lon, to.lat - from.lat);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return squared(at, from).sqrt();
    }
    ((at.lon - from.lon) * dy - (at.lat - from.lat) * dx).abs() / length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_corners_and_loses_what_lies_between() {
        let spot = |lat: f64, lon: f64| Spot { lat, lon };
        let mut ring = Vec::new();
        for i in 0..=100 {
            ring.push(spot(10.0, 105.0 + f64::from(i) / 1000.0));
        }
        ring.push(spot(10.1, 105.1));
        ring.push(spot(10.1, 105.0));
        ring.push(spot(10.0, 105.0));
        let found = fewer(&ring);
        assert_eq!(found.len(), 5, "{found:?}");
        assert_eq!(
            steps(&found),
            json!([100_000, 1_050_000, 0, 1000, 1000, 0, 0, -1000, -1000, 0])
        );
        assert_eq!(fewer(&ring[..3]).len(), 3);
    }
}
