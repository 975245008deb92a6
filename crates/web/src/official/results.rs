//! Results that wait at a desk to be handed over, the oldest first; those nobody collected are reminded of. And the
//! parcels of the desk, as the carrier tells of them.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use rules::counter::parcel::ParcelState;
use serde::Deserialize;
use store::Parcel;

use super::posted::Posted;
use super::queue::desk;
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, tag};
use crate::visit::Visit;

const MOST: u32 = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desk: String,
    reminded: Option<u32>,
}

/// `GET /desk/results?desk=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let desk = desk(&hall, &visit, &asked.desk)?;
    let waiting = hall
        .reader()
        .results_waiting(Some(&desk.code), now, MOST)
        .await?;
    let days = i64::from(law.counter.queue.remind_days);
    let old = |ended: rules::Moment| now.duration_since(ended).as_hours() >= 24 * days;
    let uncollected = waiting.iter().filter(|one| old(one.ended)).count();
    let mut rows = Vec::new();
    for one in waiting {
        // How they wished to have it.
        let answers = hall.reader().answers(one.case).await?;
        let wish =
            answers.and_then(|(_, answers)| answers.get("delivery")?.as_str().map(str::to_owned));
        rows.push((one, wish.unwrap_or_default()));
    }
    Ok(page(
        &visit.frame(),
        l.t("results.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("results.title")) }
            p.muted { (desk.name) }
            @if let Some(n) = asked.reminded { div role="status" { (note(Tone::Done, &html! { p { (l.n("results.reminded", i64::from(n), &[])) } })) } }
            @if rows.is_empty() { (empty(l.t("results.none"), &html! { a href="/desk" { (l.t("nav.desk")) } })) }
            @else {
                @if uncollected > 0 {
                    form.row.between method="post" action="/desk/results" {
                        input type="hidden" name="desk" value=(desk.code);
                        p.flush { (l.n("results.uncollected", i64::try_from(uncollected).unwrap_or(0), &[("days", &days)])) }
                        button.btn type="submit" { (l.t("results.remind")) }
                    }
                }
                ul.list.links-list.space { @for (one, wish) in &rows {
                    li { a href={ "/cases/" (one.code) "/hand-over" } {
                        b { (one.title) }
                        span { span.code { (one.code) } " · " (l.f("results.since", &[("day", &say::date(one.ended))])) @if let Some(words) = l.perhaps("hand-over-way", wish) { " · " (words) } }
                        @if old(one.ended) { (tag(Tone::Soon, l.t("results.waits-long"))) }
                    } }
                } }
            }
        },
    ))
}

/// `POST /desk/results`: reminds everybody whose result has waited long.
pub async fn remind(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let desk = desk(&hall, &visit, posted.get("desk"))?;
    let mut reminded = 0u32;
    for one in hall
        .reader()
        .results_waiting(Some(&desk.code), hall.now(), MOST)
        .await?
    {
        // What goes to residents is in Vietnamese whatever the clerk reads.
        let words = reminder(Lang::Vi, &desk.name);
        reminded += u32::from(hall.city().remind(&one, &words).await?);
    }
    Ok(Redirect::to(&format!(
        "/desk/results?desk={}&reminded={reminded}",
        desk.code
    ))
    .into_response())
}

/// What a resident is told of a result that waits at a desk.
pub fn reminder(l: Lang, desk: &str) -> String {
    l.f("results.reminder", &[("desk", &desk)])
}

/// `GET /desk/parcels?desk=…`
pub async fn parcels(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let desk = desk(&hall, &visit, &asked.desk)?;
    let parcels = hall.reader().parcels(&desk.code, MOST).await?;
    let mut rows = Vec::new();
    for parcel in parcels {
        let seen = hall.reader().case(&visit.person, parcel.case).await?;
        rows.push((parcel, seen.map(|seen| seen.case.code)));
    }
    let count = |state: ParcelState| {
        rows.iter()
            .filter(|(parcel, _)| parcel.state == state)
            .count()
    };
    Ok(page(
        &visit.frame(),
        l.t("parcels.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("parcels.title")) }
            p.muted { (desk.name) }
            @if rows.is_empty() { (empty(l.t("parcels.none"), &html! { a href={ "/desk/results?desk=" (desk.code) } { (l.t("results.title")) } })) }
            @else {
                p { @for state in ParcelState::ALL { (tag(tone(state), &format!("{}: {}", l.of("parcel", state.code(), &[]), count(state)))) " " } }
                ul.list { @for (parcel, code) in &rows { li { (one(l, parcel, code.as_deref())) } } }
            }
        },
    ))
}

fn tone(state: ParcelState) -> Tone {
    match state {
        ParcelState::Ready => Tone::Soon,
        ParcelState::Accepted | ParcelState::OnTheWay => Tone::Run,
        ParcelState::Delivered => Tone::Done,
        ParcelState::Returned => Tone::Late,
    }
}

/// The desk sent it and may read where to.
fn one(l: Lang, parcel: &Parcel, code: Option<&str>) -> Markup {
    html! {
        p.flush.row.between {
            span { @match code { Some(code) => a.code href={ "/cases/" (code) } { (code) }, None => "—" } " · " (parcel.addressee.as_deref().unwrap_or("—")) ", " (parcel.address.as_deref().unwrap_or("—")) }
            (tag(tone(parcel.state), &l.of("parcel", parcel.state.code(), &[])))
        }
        p.small.muted.flush {
            @if let Some(number) = &parcel.number { (parcel.carrier) " " b.code { (number) } " · " }
            @if let Some(cost) = parcel.cost { (say::money(l, cost)) " · " }
            (say::short(parcel.moved))
            @if !parcel.said.is_empty() { " · " (parcel.said) }
        }
        @if parcel.state == ParcelState::Returned { p.small.flush { (l.t("parcels.returned-says")) } }
    }
}
