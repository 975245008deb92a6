//! The map: communes coloured by a figure, and the points of recent public reports in a box. Drawn by
//! the server; a table with the same values stands beside it.

use axum::extract::{Query, State};
use facts::Key;
use maud::{Markup, html};
use rules::case::Spot;
use rules::league::UnitRow;
use service::answer::shows_place;
use service::fold::place_key;
use store::{CaseLine, Extent, Narrow, Page};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::ask;
use crate::leader::league::count;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::map::{Area, Pin, legend, map, points};
use crate::ui::page;
use crate::ui::parts::{Column, crumbs, empty, table};
use crate::visit::Visit;

/// Half the height of the box around a place, metres.
const REACH: f64 = 3_000.0;
/// Points in a box.
const MOST: u32 = 200;

#[derive(Debug, Default, Clone, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `on-time`, `overdue`, `open`, `received`.
    figure: String,
    /// `lat,lon` in the middle of the box of points.
    at: String,
    /// Or the commune whose centre it is.
    area: String,
    service: String,
    period: String,
}

/// `GET /open/map`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let ask = ask::Asked {
        service: asked.service.clone(),
        period: asked.period.clone(),
        by: "area".to_owned(),
        ..ask::Asked::default()
    }
    .understood(&law, hall.now());
    let (keys, league) = count(&hall, &ask);
    let figure = match asked.figure.as_str() {
        known @ ("overdue" | "open" | "received") => known,
        _ => "on-time",
    };
    let mut values: Vec<(String, String, Option<f64>)> = law
        .organisation
        .areas_on(today)
        .map(|area| {
            let key = Key::from(area.code.as_str());
            let row = keys
                .iter()
                .position(|known| *known == key)
                .map(|at| &league.rows[at]);
            (area.code.clone(), area.name.clone(), value(figure, row))
        })
        .collect();
    let most = values.iter().filter_map(|v| v.2).fold(0.0, f64::max);
    let areas: Vec<Area> = values
        .iter()
        .map(|(code, name, value)| Area {
            code: code.clone(),
            name: name.clone(),
            class: class(figure, *value, most),
            says: says(l, figure, *value),
            link: format!("/open/map?area={}&figure={figure}", encode(code)),
        })
        .collect();
    values.sort_by_key(|(_, name, _)| place_key(name));
    let middle = middle(&asked, &law.organisation, today);
    let near = match middle {
        Some((spot, _)) => near(&hall, &asked, spot).await?,
        None => Vec::new(),
    };
    let (title, shapes) = (l.t("open-map.title"), hall.shapes()?);
    Ok(page(
        &visit.frame(),
        title,
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (title) }
            (filters(l, &asked, figure, &ask))
            @if let Some((spot, name)) = &middle { (box_of(l, &visit, &hall, *spot, name, &near)?) }
            h2 { (l.of("map-figure", figure, &[])) }
            (map(l, &shapes, &areas, &[], &format!("{title}: {}", l.of("map-figure", figure, &[]))))
            (legend(&key(l, figure, most)))
            p.small.muted { (l.t("open-map.says")) }
            details.more { summary { (l.t("open-map.table")) } (listed(l, figure, &values)) }
        },
    ))
}

fn value(figure: &str, row: Option<&UnitRow>) -> Option<f64> {
    #[allow(clippy::cast_precision_loss)] // counts of cases
    let number = |n: u64| Some(n as f64);
    match figure {
        "overdue" => number(row.map_or(0, |row| row.overdue)),
        "open" => number(row.map_or(0, |row| row.open)),
        "received" => number(row.map_or(0, |row| row.received)),
        // A share of fewer than thirty says more about chance than about the commune.
        _ => row?
            .on_time
            .filter(|share| share.n >= 30)
            .map(|share| share.share),
    }
}

/// Lower bounds of classes two to five of a share.
const SHARES: [f64; 4] = [0.6, 0.75, 0.85, 0.95];

fn bounds(figure: &str, most: f64) -> [f64; 4] {
    match figure {
        "on-time" => SHARES,
        _ => [0.2, 0.4, 0.6, 0.8].map(|part| (part * most).ceil().max(1.0)),
    }
}

fn class(figure: &str, value: Option<f64>, most: f64) -> u8 {
    let Some(value) = value else { return 0 };
    let over = bounds(figure, most)
        .iter()
        .filter(|bound| value >= **bound)
        .count();
    1 + u8::try_from(over).unwrap_or(4)
}

fn says(l: Lang, figure: &str, value: Option<f64>) -> String {
    match (figure, value) {
        (_, None) => l.t("open-map.too-few").to_owned(),
        ("on-time", Some(share)) => say::percent(l, share),
        (_, Some(number)) => say::decimal(l, number, 0),
    }
}

fn key(l: Lang, figure: &str, most: f64) -> Vec<(u8, String)> {
    let bounds = bounds(figure, most);
    let at = |bound: f64| says(l, figure, Some(bound));
    let mut words = vec![(1, l.f("open-map.below", &[("bound", &at(bounds[0]))]))];
    for (class, bound) in (2u8..).zip(bounds) {
        words.push((class, l.f("open-map.from", &[("bound", &at(bound))])));
    }
    if figure == "on-time" {
        words.push((0, l.t("open-map.too-few").to_owned()));
    }
    words
}

fn listed(l: Lang, figure: &str, values: &[(String, String, Option<f64>)]) -> Markup {
    let columns = [
        Column {
            words: l.t("league.area"),
            number: false,
        },
        Column {
            words: &l.of("map-figure", figure, &[]),
            number: true,
        },
    ];
    let rows: Vec<Vec<Markup>> = values
        .iter()
        .map(|(code, name, value)| {
            vec![
                html! { a href={ "/open/reports?area=" (encode(code)) } { (name) } },
                html! { (says(l, figure, *value)) },
            ]
        })
        .collect();
    table(l.t("open-map.title"), &columns, &rows)
}

fn filters(l: Lang, asked: &Asked, figure: &str, ask: &ask::Ask) -> Markup {
    let period = if ask.asked.period.is_empty() {
        "90"
    } else {
        &ask.asked.period
    };
    html! {
        form.filters action="/open/map" {
            label { (l.t("open-map.figure")) select name="figure" { @for word in ["on-time", "overdue", "open", "received"] { option value=(word) selected[figure == word] { (l.of("map-figure", word, &[])) } } } }
            label { (l.t("league.service")) select name="service" {
                option value="" { (l.t("league.every-service")) }
                @for kind in ["report", "procedure"] { @let value = format!("kind:{kind}"); option value=(value) selected[asked.service == value] { (l.of("case-kind", kind, &[])) } }
            } }
            label { (l.t("league.period")) select name="period" { @for word in ["30", "90", "365", "all"] { option value=(word) selected[period == word] { (l.of("league-period", word, &[])) } } }
            }
            button.btn type="submit" { (l.t("league.show")) }
        }
    }
}

/// The middle of the box that was asked for, and what it is called.
fn middle(
    asked: &Asked,
    organisation: &rules::organisation::Organisation,
    on: jiff::civil::Date,
) -> Option<(Spot, String)> {
    if let Some(area) = organisation.area(&asked.area, on) {
        let spot = Spot {
            lat: area.lat,
            lon: area.lon,
        };
        return Some((spot, area.name.clone()));
    }
    let spot = spot(&asked.at)?;
    Some((spot, format!("{:.4}, {:.4}", spot.lat, spot.lon)))
}

/// `10.03,105.78`; `None` for what is no place on a map.
pub(super) fn spot(at: &str) -> Option<Spot> {
    let (lat, lon) = at.split_once(',')?;
    let spot = Spot {
        lat: lat.trim().parse().ok()?,
        lon: lon.trim().parse().ok()?,
    };
    let sound = (-85.0..=85.0).contains(&spot.lat) && (-180.0..=180.0).contains(&spot.lon);
    sound.then_some(spot)
}

/// Whether anybody may see where a case of this service lies: its definition may keep places back.
pub(super) fn place_is_open(law: &actions::Law, service: &str, on: jiff::civil::Date) -> bool {
    let current = law.catalogue.current(service, on);
    current.is_none_or(|published| shows_place(&published.definition))
}

async fn near(hall: &Hall, asked: &Asked, spot: Spot) -> Result<Vec<CaseLine>, Failure> {
    let narrow = Narrow {
        services: match asked.service.is_empty() || asked.service.contains(':') {
            true => Vec::new(),
            false => vec![asked.service.clone()],
        },
        within: Some(Extent::around(spot, REACH)),
        ..Narrow::default()
    };
    let page_of = Page {
        after: None,
        most: MOST,
    };
    let mut lines = hall.reader().public_cases(&narrow, page_of).await?;
    let (law, today) = (hall.law(), hall.today()?);
    lines.retain(|line| place_is_open(&law, &line.service, today));
    Ok(lines)
}

/// The box: points drawn, and the same reports as a table.
fn box_of(
    l: Lang,
    visit: &Visit,
    hall: &Hall,
    spot: Spot,
    name: &str,
    near: &[CaseLine],
) -> Result<Markup, Failure> {
    let (law, today, now) = (hall.law(), hall.today()?, hall.now());
    let pins: Vec<Pin> = near
        .iter()
        .filter_map(|line| {
            let (lat, lon) = line.place?;
            let late = line.ended.is_none() && line.first_due.is_some_and(|due| due <= now);
            Some(Pin {
                lat,
                lon,
                words: match late {
                    true => format!("{} ({})", line.title, l.t("case-state.late")),
                    false => line.title.clone(),
                },
                link: format!("/open/reports/{}", encode(&line.code)),
                late,
            })
        })
        .collect();
    let e = Extent::around(spot, REACH);
    let follow = format!(
        "/open/reports.atom?at={:.4},{:.4}&km={}",
        spot.lat,
        spot.lon,
        REACH / 1000.0
    );
    let told = format!("/follow?at={:.4},{:.4}&km=2", spot.lat, spot.lon);
    let title = l.f("open-map.near", &[("place", &name)]);
    let columns = [
        Column {
            words: l.t("reports.what"),
            number: false,
        },
        Column {
            words: l.t("league.service"),
            number: false,
        },
        Column {
            words: l.t("league.opened"),
            number: false,
        },
        Column {
            words: l.t("league.state"),
            number: false,
        },
    ];
    let rows: Vec<Vec<Markup>> = near
        .iter()
        .take(30)
        .map(|line| {
            vec![
                html! { a href={ "/open/reports/" (encode(&line.code)) } { (line.title) } },
                html! { (words::service(l, &law, today, &line.service)) },
                html! { (say::date(line.opened)) },
                crate::leader::cases::state(visit, now, line),
            ]
        })
        .collect();
    Ok(html! {
        section {
            h2 { (title) }
            @if near.is_empty() { (empty(l.t("reports.none"), &html! {})) }
            @else {
                p.small.muted { (l.n("open-map.points", i64::try_from(pins.len()).unwrap_or(i64::MAX), &[])) }
                (points((e.south, e.west, e.north, e.east), &pins, &title))
                (table(&title, &columns, &rows))
            }
            p.small { a href=(told) { (l.t("follow.link-here")) } " · " a href=(follow) { (l.t("reports.follow-here")) } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_follow_their_bounds() {
        for (figure, value, most, expected) in [
            ("on-time", None, 1.0, 0),
            ("on-time", Some(0.59), 1.0, 1),
            ("on-time", Some(0.6), 1.0, 2),
            ("on-time", Some(1.0), 1.0, 5),
            ("overdue", Some(0.0), 0.0, 1),
            ("overdue", Some(5.0), 10.0, 3),
            ("overdue", Some(10.0), 10.0, 5),
        ] {
            assert_eq!(class(figure, value, most), expected, "{figure} {value:?}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_is_no_place() {
        let organisation = rules::organisation::Organisation::default();
        let day = jiff::civil::date(2026, 11, 24);
        for (at, some) in [
            ("10.03,105.78", true),
            ("NaN,105", false),
            ("10", false),
            ("95,0", false),
            ("", false),
        ] {
            let asked = Asked {
                at: at.into(),
                ..Asked::default()
            };
            assert_eq!(middle(&asked, &organisation, day).is_some(), some, "{at}");
        }
    }
}
