//! `/route`: what an inspector holds in the field, as a way to go, on a phone. Each stop has its map, its photo and its
//! outcome in reach of a thumb; without a connection the answer is kept and sent once later. The position of the
//! phone is never sent: the script orders by it there.

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::case::{Case, Spot};
use rules::process::Flow;
use rules::route::order;
use serde::Deserialize;
use service::definition::{Ending, Kind, Move};
use store::{Held, InboxFilter, InboxPage};

use super::inbox::official;
use super::{clocks, names};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::clock::{Face, clock_tag};
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note};
use crate::visit::Visit;

/// Stops of a day.
const MOST: u32 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

struct Stop {
    case: Case,
    title: String,
    step: String,
    row: Option<u32>,
    step_name: String,
    /// Words about the place, and the commune.
    place: String,
    area: String,
    face: Face,
    /// Code, words and whether it needs a reason.
    ways: Vec<(String, String, bool)>,
    evidence: Vec<String>,
    /// Made for this showing of the form.
    once: String,
}

/// `GET /route`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let mut stops = stops(&hall, &visit).await?;
    stops.sort_by_key(|stop| {
        let by_words = service::fold::place_key(&format!("{} {}", stop.area, stop.place));
        (
            stop.case.place.is_none(),
            stop.case.place.is_none().then_some(by_words),
        )
    });
    let spots: Vec<Option<Spot>> = stops.iter().map(|stop| stop.case.place).collect();
    let way = order(None, &spots);
    let mut before: Option<Spot> = None;
    let mut legs = Vec::new();
    for place in &way {
        let here = spots[*place];
        legs.push(
            before
                .zip(here)
                .map(|(before, here)| before.metres_to(here)),
        );
        before = here.or(before);
    }
    Ok(page(
        &visit.frame().narrow(),
        l.t("route.title"),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox"))]))
            h1 { (l.t("route.title")) }
            @if asked.said == "done" { div role="status" { (note(Tone::Done, &html! { p { (l.t("route.done")) } })) } }
            p.small.muted { (l.t("route.says")) }
            p.small role="status" data-queue-says data-waiting=(l.t("route.waiting")) data-sent=(l.t("route.sent")) data-refused=(l.t("route.refused")) data-drop=(l.t("route.drop")) {}
            @if stops.is_empty() { (empty(l.t("route.none"), &html! { p { a.btn.go href="/inbox?show=mine" { (l.t("inbox.mine")) } } })) }
            @else {
                p { button.btn type="button" hidden data-route-here data-found=(l.t("route.located")) data-failed=(l.t("route.not-located")) { (l.t("route.from-here")) } " " span.small.muted role="status" data-route-says {} }
                div data-route { @for (place, leg) in way.iter().zip(&legs) { (drawn(l, &stops[*place], *leg)) } }
            }
        },
    ))
}

async fn stops(hall: &Hall, visit: &Visit) -> Result<Vec<Stop>, Failure> {
    let official = official(&visit.person)?;
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let filter = InboxFilter {
        held: Held::Mine,
        service: None,
        steps: None,
        unit: None,
        due_before: None,
    };
    let page = InboxPage {
        after: None,
        most: MOST,
    };
    let mut stops = Vec::new();
    for line in hall.reader().inbox(official, &filter, &page).await? {
        let case = line.state;
        let published = law.catalogue.get(&case.service, case.service_version);
        let Some(definition) = published.map(|published| &published.definition) else {
            continue;
        };
        let step = Flow::of(definition).step(&line.step);
        // Work in the field is proven by a picture.
        let Some(step) = step.filter(|step| case.kind == Kind::Report && !step.evidence.is_empty())
        else {
            continue;
        };
        let answers = hall.reader().answers(case.id).await?;
        let place = answers
            .as_ref()
            .and_then(|(_, answers)| answers.get("where")?.get("words")?.as_str())
            .unwrap_or_default()
            .to_owned();
        let calendar = law.calendar_of(case.clock.calendar)?;
        let face = clocks::first(&case, case.task(&line.step, line.row), calendar, now);
        stops.push(Stop {
            title: line.case.title,
            step_name: names::step(l, definition, &line.step),
            area: case
                .area
                .as_ref()
                .map_or_else(String::new, |area| words::area(&law, area)),
            place,
            face,
            ways: step
                .outcomes
                .iter()
                .filter(|way| way.to != Move::End(Ending::Duplicate))
                .map(|way| {
                    let name = names::outcome(l, step, &way.code);
                    (way.code.clone(), name, way.reason_required)
                })
                .collect(),
            evidence: step.evidence.clone(),
            once: hall.city().new_token(),
            step: line.step,
            row: line.row,
            case,
        });
    }
    Ok(stops)
}

fn drawn(l: Lang, stop: &Stop, leg: Option<f64>) -> Markup {
    let code = &stop.case.code;
    let spot = stop.case.place;
    let coordinate = |value: f64| format!("{value:.5}");
    let lat = spot.map(|spot| coordinate(spot.lat));
    let lon = spot.map(|spot| coordinate(spot.lon));
    let reasons: Vec<&str> = stop
        .ways
        .iter()
        .filter(|(.., reason)| *reason)
        .map(|(_, name, _)| name.as_str())
        .collect();
    html! {
        article.card data-stop data-lat=[lat.as_ref()] data-lon=[lon.as_ref()] {
            h2 { (stop.title) }
            p.row.tight { (clock_tag(l, &stop.face)) span.small.muted { (stop.step_name) } }
            p.flush { (stop.place) @if !stop.place.is_empty() && !stop.area.is_empty() { ", " } (stop.area) }
            p.row {
                @match (&lat, &lon) {
                    (Some(lat), Some(lon)) => a.btn href={ "geo:" (lat) "," (lon) "?q=" (lat) "," (lon) } { (l.t("route.map")) },
                    _ => span.small.muted { (l.t("route.no-point")) },
                }
                a.btn.quiet href={ "/cases/" (code) } { (l.t("route.open")) }
                @if let Some(metres) = leg { span.small.muted data-leg { (l.f("route.leg", &[("metres", &say::decimal(l, metres.round(), 0))])) } }
            }
            form method="post" action={ "/cases/" (code) "/decide" } enctype="multipart/form-data" data-queue data-kept=(l.t("route.kept")) {
                input type="hidden" name="version" value=(stop.case.version);
                input type="hidden" name="step" value=(stop.step);
                @if let Some(row) = stop.row { input type="hidden" name="row" value=(row); }
                input type="hidden" name="back" value="route";
                input type="hidden" name="once" value=(stop.once);
                @for what in &stop.evidence {
                    div.field {
                        label for={ "photo-" (code) "-" (what) } { (l.t("route.photo")) }
                        div.upload { input type="file" id={ "photo-" (code) "-" (what) } name=(what) accept="image/jpeg,image/png,image/webp" capture="environment"; }
                    }
                }
                div.field {
                    label for={ "words-" (code) } { (l.t("route.words")) }
                    @if !reasons.is_empty() { p.help id={ "help-" (code) } { (l.f("case.reason-for", &[("ways", &reasons.join(", "))])) } }
                    textarea id={ "words-" (code) } name="words" rows="2" maxlength="4000" aria-describedby=[(!reasons.is_empty()).then(|| format!("help-{code}"))] {}
                }
                p.says role="alert" data-queue-wrong hidden {}
                div.ways { @for (i, (outcome, name, _)) in stop.ways.iter().enumerate() { button class=(if i == 0 { "btn go" } else { "btn" }) type="submit" name="outcome" value=(outcome) { (name) } } }
            }
        }
    }
}
