//! Following without an account: the newest reports of a kind, a commune or a place, and what happens to one report,
//! as Atom (RFC 4287) for any reader; and the same reports as GeoJSON (RFC 7946). Nothing stands here that the public
//! pages do not show: no person, and no point where the service keeps places back.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use rules::Moment;
use rules::person::Person;
use serde_json::{Value, json};
use store::{CaseLine, Extent, Narrow, Page};

use super::data::parquet;
use super::map::{place_is_open, spot};
use super::parquet::{self, Column, Values};
use super::report::told;
use super::reports::Asked;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::open311::escaped;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::visit::Visit;

/// Entries of a feed.
const ENTRIES: u32 = 50;
/// Points of a map file.
const POINTS: u32 = 1000;
/// Around a place, kilometres, where the address names no other reach; and the farthest.
const REACH: f64 = 2.0;
const FARTHEST: f64 = 20.0;

/// `GET /open/reports.atom`
pub async fn reports(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let lines = found(&hall, &asked, ENTRIES).await?;
    let newest = lines.iter().map(|line| line.ended.unwrap_or(line.opened));
    let entries = lines.iter().map(|line| {
        let area = line.area.as_ref().map(|area| words::area(&law, area));
        let parts = [
            Some(words::service(l, &law, today, &line.service)),
            area,
            Some(words::unit(&law, &line.unit)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Entry {
            id: hall.link(&format!("/open/reports/{}", encode(&line.code))),
            link: hall.link(&format!("/open/reports/{}", encode(&line.code))),
            title: line.title.clone(),
            says: parts.join(" · "),
            at: line.opened,
            place: line
                .place
                .filter(|_| place_is_open(&law, &line.service, today)),
        }
    });
    let mut title = vec![l.t("reports.title").to_owned(), hall.house().city];
    if !asked.area.is_empty() {
        title.push(words::area(&law, &asked.area));
    }
    if !asked.service.is_empty() {
        title.push(words::service(l, &law, today, &asked.service));
    }
    let feed = Feed {
        itself: hall.link(&format!("/open/reports.atom{}", asked.query())),
        page: hall.link("/open/reports"),
        title: title.join(" · "),
        updated: newest.max().unwrap_or(Moment::UNIX_EPOCH),
        entries: entries.collect(),
    };
    Ok(atom(l, &feed))
}

/// `GET /open/reports/{code}/feed.atom`: what happens to one report, newest first.
pub async fn report(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let seen = hall.case(&Person::Nobody, &code).await?;
    let page = hall.link(&format!("/open/reports/{}", encode(&seen.case.code)));
    let events = hall.reader().timeline(seen.case.id).await?;
    let entries = events.iter().rev().filter_map(|one| {
        let (word, about) = told(&law, &one.event)?;
        Some(Entry {
            id: format!("{page}#{}", one.version),
            link: page.clone(),
            title: l.of("happened", word, &[]),
            says: about.unwrap_or_default(),
            at: one.at,
            place: None,
        })
    });
    let entries: Vec<Entry> = entries.take(ENTRIES as usize).collect();
    let feed = Feed {
        itself: format!("{page}/feed.atom"),
        title: format!("{} ({})", seen.title, seen.case.code),
        updated: entries.first().map_or(seen.case.opened, |entry| entry.at),
        page,
        entries,
    };
    Ok(atom(l, &feed))
}

/// `GET /open/reports.geojson`
pub async fn points(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let lines = found(&hall, &asked, POINTS).await?;
    let features: Vec<Value> = lines
        .iter()
        .map(|line| {
            let place = line
                .place
                .filter(|_| place_is_open(&law, &line.service, today));
            json!({
                "type": "Feature",
                "id": line.code,
                "geometry": place.map(|(lat, lon)| json!({"type": "Point", "coordinates": [lon, lat]})),
                "properties": {
                    "code": line.code,
                    "title": line.title,
                    "service": line.service,
                    "service_name": words::service(l, &law, today, &line.service),
                    "unit": line.unit,
                    "unit_name": words::unit(&law, &line.unit),
                    "area": line.area,
                    "opened": line.opened.to_string(),
                    "due": line.first_due.map(|at| at.to_string()),
                    "ended": line.ended.map(|at| at.to_string()),
                    "outcome": line.ending,
                    "link": hall.link(&format!("/open/reports/{}", encode(&line.code))),
                },
            })
        })
        .collect();
    let body = json!({"type": "FeatureCollection", "features": features}).to_string();
    Ok(answer("application/geo+json", body))
}

/// `GET /open/reports.parquet`: the same as the map file.
pub async fn columns(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let lines = found(&hall, &asked, POINTS).await?;
    let place = |line: &CaseLine| {
        let place = line.place;
        place.filter(|_| place_is_open(&law, &line.service, today))
    };
    let text =
        |of: &dyn Fn(&CaseLine) -> Option<String>| Values::Text(lines.iter().map(of).collect());
    let real = |of: &dyn Fn(&CaseLine) -> Option<f64>| Values::Real(lines.iter().map(of).collect());
    let moment = |of: &dyn Fn(&CaseLine) -> Option<Moment>| {
        let at = |line| of(line).map(|at| at.as_microsecond());
        Values::Moment(lines.iter().map(at).collect())
    };
    let columns = [
        ("code", text(&|line| Some(line.code.clone()))),
        ("title", text(&|line| Some(line.title.clone()))),
        ("service", text(&|line| Some(line.service.clone()))),
        (
            "service_name",
            text(&|line| Some(words::service(l, &law, today, &line.service))),
        ),
        ("unit", text(&|line| Some(line.unit.clone()))),
        (
            "unit_name",
            text(&|line| Some(words::unit(&law, &line.unit))),
        ),
        ("area", text(&|line| line.area.clone())),
        ("lat", real(&|line| Some(place(line)?.0))),
        ("lon", real(&|line| Some(place(line)?.1))),
        ("opened", moment(&|line| Some(line.opened))),
        ("due", moment(&|line| line.first_due)),
        ("ended", moment(&|line| line.ended)),
        (
            "outcome",
            text(&|line| Some(json!(line.ending?).as_str()?.to_owned())),
        ),
    ];
    let columns = columns.map(|(name, values)| Column { name, values });
    Ok(parquet("reports.parquet", parquet::file(&columns)))
}

async fn found(hall: &Hall, asked: &Asked, most: u32) -> Result<Vec<CaseLine>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let within = spot(&asked.at).map(|spot| {
        let km = asked.km.trim().parse().unwrap_or(REACH);
        Extent::around(spot, 1000.0 * f64::clamp(km, 0.1, FARTHEST))
    });
    let narrow = Narrow {
        within,
        ..asked.narrow()
    };
    let page = Page { after: None, most };
    let mut lines = hall.reader().public_cases(&narrow, page).await?;
    if narrow.within.is_some() {
        // Being found around a place would tell where it is.
        lines.retain(|line| place_is_open(&law, &line.service, today));
    }
    Ok(lines)
}

struct Feed {
    itself: String,
    page: String,
    title: String,
    updated: Moment,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    link: String,
    title: String,
    says: String,
    at: Moment,
    place: Option<(f64, f64)>,
}

fn atom(l: Lang, feed: &Feed) -> Response {
    let words = |text: &str| PreEscaped(escaped(text));
    let body: Markup = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss" xml:lang=(l.code()) {
            id { (words(&feed.itself)) }
            title { (words(&feed.title)) }
            updated { (feed.updated.to_string()) }
            author { name { (words(&feed.title)) } }
            link rel="self" type="application/atom+xml" href=(feed.itself) {}
            link rel="alternate" type="text/html" href=(feed.page) {}
            @for entry in &feed.entries {
                entry {
                    id { (words(&entry.id)) }
                    title { (words(&entry.title)) }
                    updated { (entry.at.to_string()) }
                    link rel="alternate" type="text/html" href=(entry.link) {}
                    summary { (words(&entry.says)) }
                    @if let Some((lat, lon)) = entry.place { georss:point { (lat) " " (lon) } }
                }
            }
        }
    };
    answer("application/atom+xml; charset=utf-8", body.into_string())
}

fn answer(kind: &'static str, body: String) -> Response {
    let mut answer = body.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=60"),
    );
    // Anybody's page may read what anybody may see.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    answer
}
