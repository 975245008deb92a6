//! The heat map: how many reports came in each cell of the city in a period, of one kind or of all. Every cell opens its
//! reports, and a unit is directed from the busiest. Where many report is not where most is wrong, and the page says so.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::case::Spot;
use rules::index::measure::Lens;
use rules::index::period::Length;
use rules::index::reports::Report;
use rules::index::reports::hot::cell;
use service::definition::{Ending, Kind};

use super::asked::{Ask, Asked, period_words};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::map::legend;
use crate::ui::parts::{Tone, empty, note};
use crate::visit::Visit;

/// Sides of a cell, metres; the third where none is chosen.
const SIDES: [u32; 4] = [500, 1000, 2000, 5000];
/// Cells that are drawn, and those that are named.
const DRAWN: usize = 400;
const NAMED: usize = 10;

type Cell = (i64, i64);

fn side(asked: &Asked) -> u32 {
    let asked = asked.by.parse().ok();
    asked
        .filter(|side| SIDES.contains(side))
        .unwrap_or(SIDES[2])
}

/// Reports with a point that came in the period, of the kind and for the units asked about; nonsense does not count.
fn received<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
) -> impl Iterator<Item = (&'a Report, Spot)> + 'a {
    let spam = |one: &Report| one.close.is_some_and(|close| close.ending == Ending::Spam);
    let service = counted.ask.asked.service.as_str();
    let all = counted.ledger.reports().iter();
    all.filter(move |one| lens.holds(one.opened) && counted.in_scope(one.unit) && !spam(one))
        .filter(move |one| service.is_empty() || counted.word(one.service) == service)
        .filter_map(|one| Some((one, one.spot?)))
}

fn key(cell: Cell, side: u32) -> String {
    format!("{}|{}|{side}", cell.0, cell.1)
}

/// Where a cell's corner to the south and west is, and how far it reaches, in degrees.
#[expect(clippy::cast_precision_loss, reason = "rows of the earth")]
fn corner((row, column): Cell, side: u32) -> (f64, f64, f64, f64) {
    let north = f64::from(side) / Spot::DEGREE;
    let south = row as f64 * north;
    let east = north / (south + north / 2.0).to_radians().cos().max(0.01);
    (south, column as f64 * east, north, east)
}

/// The reports behind a cell; `None`: there is no such figure.
pub fn behind<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
    member: &str,
) -> Option<Vec<&'a Report>> {
    let asked = counted.ask.asked.key.as_str();
    let side: u32 = asked.rsplit('|').next()?.parse().ok()?;
    if member != "cell" || !SIDES.contains(&side) {
        return None;
    }
    let here = received(counted, lens)
        .filter(|(_, spot)| key(cell(*spot, f64::from(side)), side) == asked)
        .map(|(one, _)| one);
    Some(here.collect())
}

/// A cell in words.
struct Warm {
    cell: Cell,
    count: u64,
    area: String,
    /// The commonest kind, and who answers for most.
    service: String,
    unit: String,
}

fn most(names: &BTreeMap<String, u64>) -> String {
    let most = names
        .iter()
        .max_by_key(|(name, n)| (**n, std::cmp::Reverse((*name).clone())));
    most.map(|(name, _)| name.clone()).unwrap_or_default()
}

fn cells(counted: &Counted<'_>, lens: Lens<'_>, side: u32) -> Vec<Warm> {
    #[derive(Default)]
    struct Found {
        count: u64,
        areas: BTreeMap<String, u64>,
        services: BTreeMap<String, u64>,
        units: BTreeMap<String, u64>,
    }
    let mut found: BTreeMap<Cell, Found> = BTreeMap::new();
    for (one, spot) in received(counted, lens) {
        let at = found.entry(cell(spot, f64::from(side))).or_default();
        at.count += 1;
        for (names, name) in [
            (&mut at.areas, one.area),
            (&mut at.services, one.service),
            (&mut at.units, one.unit),
        ] {
            *names.entry(counted.word(name).to_owned()).or_default() += 1;
        }
    }
    let mut all: Vec<Warm> = found
        .into_iter()
        .map(|(cell, found)| Warm {
            cell,
            count: found.count,
            area: most(&found.areas),
            service: most(&found.services),
            unit: most(&found.units),
        })
        .collect();
    all.sort_by(|a, b| b.count.cmp(&a.count).then(a.cell.cmp(&b.cell)));
    all
}

/// Lower bounds of classes two to five: a hundredth of the cells is the hottest class, whatever the numbers.
fn bounds(cells: &[Warm]) -> [u64; 4] {
    let at = |share: f64| {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a list"
        )]
        let place = (cells.len() as f64 * share) as usize;
        cells.get(place).map_or(1, |one| one.count)
    };
    let mut bounds = [at(0.5), at(0.25), at(0.1), at(0.03)];
    // Each class holds more than the one below it.
    let mut least = 2;
    for bound in &mut bounds {
        *bound = (*bound).max(least);
        least = *bound + 1;
    }
    bounds
}

fn class(bounds: [u64; 4], count: u64) -> usize {
    1 + bounds.iter().filter(|bound| count >= **bound).count()
}

/// `GET /numbers/heat`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let (lens, side) = (lens(&law, &ask)?, side(&ask.asked));
    let (cells, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        (cells(&counted, lens, side), ledger.is_ready())
    };
    let all = law.catalogue.all(ask.today).map(|one| &one.definition);
    let mut kinds: Vec<_> = all.filter(|d| d.kind == Kind::Report).collect();
    kinds.sort_by(|a, b| a.service.cmp(&b.service));
    let head = Head {
        path: "/numbers/heat",
        title: l.t("numbers.heat-title"),
        says: l.t("numbers.heat-says").to_owned(),
        more: html! {
            label { (l.t("league.service")) select name="service" {
                option value="" { (l.t("numbers.heat-every")) }
                @for d in &kinds { option value=(d.service) selected[ask.asked.service == d.service] { (d.name.get(l.code())) } }
            } }
            label { (l.t("numbers.heat-side")) select name="by" { @for one in SIDES { option value=(one) selected[one == side] { (l.f("numbers.heat-metres", &[("n", &one)])) } } } }
        },
        ready,
    };
    let total: u64 = cells.iter().map(|one| one.count).sum();
    let bounds = bounds(&cells);
    let middles: Vec<(f64, f64)> = law
        .organisation
        .areas_on(ask.today)
        .map(|area| (area.lat, area.lon))
        .collect();
    let body = html! {
        (note(Tone::Soon, &html! { p.flush { (l.t("numbers.communes-caveat")) } }))
        @if cells.is_empty() { (empty(l.t("numbers.heat-none"), &html! {})) }
        @else {
            p { (l.f("numbers.heat-count", &[("n", &words::count(l, total)), ("cells", &words::count(l, cells.len() as u64))])) }
            (drawn(l, &ask, side, &cells, bounds, &middles))
            (legend(&key_words(l, bounds, cells[0].count)))
            @if cells.len() > DRAWN { p.small.muted { (l.f("numbers.heat-first", &[("n", &DRAWN)])) } }
            h2 { (l.t("numbers.heat-busiest")) }
            ol.list { @for one in cells.iter().take(NAMED).filter(|one| one.count > 1 || cells[0].count == 1) { li { (line(l, &law, &ask, side, one)) } } }
        }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn key_words(l: Lang, bounds: [u64; 4], most: u64) -> Vec<(u8, String)> {
    let starts = [1, bounds[0], bounds[1], bounds[2], bounds[3]];
    let ends = [
        bounds[0] - 1,
        bounds[1] - 1,
        bounds[2] - 1,
        bounds[3] - 1,
        most,
    ];
    (1u8..)
        .zip(starts.into_iter().zip(ends))
        .filter(|(_, (from, to))| from <= to && *from <= most)
        .map(|(class, (from, to))| {
            let to = to.min(most);
            let words = match from == to {
                true => words::count(l, from),
                false => format!("{}–{}", words::count(l, from), words::count(l, to)),
            };
            (class, words)
        })
        .collect()
}

fn line(l: Lang, law: &actions::Law, ask: &Ask, side: u32, one: &Warm) -> Markup {
    let key = key(one.cell, side);
    let area = match one.area.as_str() {
        "" => l.t("league.no-place").to_owned(),
        area => words::area(law, area),
    };
    let service = words::service(l, law, ask.today, &one.service);
    let hot = format!(
        "heat|{}|{}|{}|{key}",
        ask.period, ask.asked.service, one.count
    );
    html! {
        p.flush {
            a.big href=(ask.cases("heat.cell", &key)) { (words::count(l, one.count)) }
            " " (l.f("numbers.heat-line", &[("area", &area), ("service", &service), ("unit", &words::unit(law, &one.unit))]))
        }
        p.flush { a.btn.quiet href={ "/direct?unit=" (encode(&one.unit)) "&hot=" (encode(&hot)) "&area=" (encode(&one.area)) } { (l.t("direct.give")) span.hidden-words { " " (area) ", " (service) } } }
    }
}

/// What a directive about a cell says: `heat|period|service|count|row|column|side`.
pub fn task(l: Lang, hall: &Hall, key: &str) -> Option<String> {
    let mut parts = key.split('|').skip(1);
    let (period, service, count) = (parts.next()?, parts.next()?, parts.next()?);
    let (row, column, side): (i64, i64, u32) = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    let (count, period) = (count.parse::<u64>().ok()?, period.parse().ok()?);
    if !SIDES.contains(&side) {
        return None;
    }
    let (south, west, north, east) = corner((row, column), side);
    let (law, today) = (hall.law(), hall.today().ok()?);
    let kind = match service {
        "" => l.t("numbers.heat-every").to_owned(),
        service => words::service(l, &law, today, service),
    };
    let middle = Spot {
        lat: south + north / 2.0,
        lon: west + east / 2.0,
    };
    let area = law.organisation.area_at(middle, today, &law.boundaries);
    let place = format!("{:.4}, {:.4}", middle.lat, middle.lon);
    let args: [(&str, &dyn std::fmt::Display); 5] = [
        ("n", &words::count(l, count)),
        ("service", &kind),
        ("area", &area.map_or("–", |area| area.name.as_str())),
        ("place", &place),
        ("period", &period_words(l, period)),
    ];
    Some(l.f("numbers.heat-task", &args))
}

fn drawn(
    l: Lang,
    ask: &Ask,
    side: u32,
    cells: &[Warm],
    bounds: [u64; 4],
    middles: &[(f64, f64)],
) -> Markup {
    const WIDTH: f64 = 720.0;
    let shown = &cells[..cells.len().min(DRAWN)];
    let boxes: Vec<(f64, f64, f64, f64)> = shown.iter().map(|one| corner(one.cell, side)).collect();
    let first = boxes.first().copied().unwrap_or_default();
    let all = (first.0, first.1, first.0 + first.2, first.1 + first.3);
    let (south, west, north, east) = boxes.iter().fold(all, |all, one| {
        (
            all.0.min(one.0),
            all.1.min(one.1),
            all.2.max(one.0 + one.2),
            all.3.max(one.1 + one.3),
        )
    });
    let squeeze = f64::midpoint(south, north).to_radians().cos();
    // Never less than a few cells across: one cell alone is no picture.
    let wide = ((east - west) * squeeze).max(6.0 * first.2);
    let high = (north - south).max(4.0 * first.2);
    let scale = WIDTH / wide;
    html! {
        svg.map.heat viewBox={ "-2 -2 " (format!("{:.0} {:.0}", WIDTH + 4.0, high * scale + 4.0)) } role="group" aria-label=(l.t("numbers.heat-title")) {
            // Middles of communes, for the eye to find its way.
            @for (lat, lon) in middles {
                @let (x, y) = ((lon - west) * squeeze * scale, (north - lat) * scale);
                @if (0.0..=WIDTH).contains(&x) && (0.0..=high * scale).contains(&y) { circle.v0 aria-hidden="true" cx={ (format!("{x:.0}")) } cy={ (format!("{y:.0}")) } r="3" {} }
            }
            @for (place, (one, (s, w, h, e))) in shown.iter().zip(&boxes).enumerate() {
                @let named = place < NAMED && one.count > 1;
                @let n = say::whole(l, i64::try_from(one.count).unwrap_or(i64::MAX));
                // What is heard begins with what is seen.
                @let says = match named {
                    true => l.f("numbers.heat-cell-nth", &[("place", &(place + 1)), ("n", &n)]),
                    false => l.f("numbers.heat-cell", &[("n", &n)]),
                };
                @let (x, y) = ((w - west) * squeeze * scale, (north - s - h) * scale);
                @let (across, down) = ((e * squeeze * scale).max(8.0), (h * scale).max(8.0));
                a href=(ask.cases("heat.cell", &key(one.cell, side))) aria-label=(says) {
                    rect class={ "v" (class(bounds, one.count)) } x={ (format!("{x:.1}")) } y={ (format!("{y:.1}")) } width={ (format!("{across:.1}")) } height={ (format!("{down:.1}")) } { title { (says) } }
                    @if named { text aria-hidden="true" x={ (format!("{:.1}", x + across / 2.0)) } y={ (format!("{:.1}", y - 3.0)) } { (place + 1) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_lies_where_its_points_lie() {
        for (lat, lon) in [(10.0341, 105.7876), (9.5, 105.1), (42.3, -71.06)] {
            for side in SIDES {
                let at = cell(Spot { lat, lon }, f64::from(side));
                let (south, west, north, east) = corner(at, side);
                assert!(
                    south <= lat && lat <= south + north,
                    "{lat} in {south}+{north}"
                );
                assert!(
                    west <= lon && lon <= west + east + 1e-9,
                    "{lon} in {west}+{east}"
                );
            }
        }
    }

    #[test]
    fn classes_grow_and_each_number_has_one() {
        let warm = |count| Warm {
            cell: (0, 0),
            count,
            area: String::new(),
            service: String::new(),
            unit: String::new(),
        };
        for counts in [
            vec![1],
            vec![5, 5, 5],
            vec![900, 30, 9, 5, 2, 2, 1, 1, 1, 1],
        ] {
            let cells: Vec<Warm> = counts.iter().map(|n| warm(*n)).collect();
            let bounds = bounds(&cells);
            assert!(bounds.is_sorted_by(|a, b| a < b), "{bounds:?}");
            assert_eq!(class(bounds, 1), 1);
            let words = key_words(Lang::Vi, bounds, counts[0]);
            assert!(words.len() <= 5 && !words.is_empty(), "{words:?}");
        }
    }
}
