//! Results that wait at a desk to be handed over, the oldest first, and how often whoever asked was told of it. And
//! the parcels of the desk, as the carrier tells of them.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::counter::parcel::ParcelState;
use rules::ids::CaseId;
use rules::notice::Kind;
use serde::Deserialize;
use store::{Parcel, Side};

use super::queue::desk;
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, tag};
use crate::visit::Visit;

const MOST: u32 = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desk: String,
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
    let after = &law.messages.tiers.uncollected.after;
    let mut rows = Vec::new();
    for one in waiting {
        let told = reminded(&hall, one.case).await?;
        // How they wished to have it.
        let answers = hall.reader().answers(one.case).await?;
        let wish =
            answers.and_then(|(_, answers)| answers.get("delivery")?.as_str().map(str::to_owned));
        rows.push((one, wish.unwrap_or_default(), told));
    }
    Ok(page(
        &visit.frame(),
        l.t("results.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("results.title")) }
            p.muted { (desk.name) }
            @if rows.is_empty() { (empty(l.t("results.none"), &html! { a href="/desk" { (l.t("nav.desk")) } })) }
            @else {
                @if !after.is_empty() {
                    @let days = after.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                    p.small.muted { (l.f("results.reminded-after", &[("days", &days)])) }
                }
                ul.list.links-list.space { @for (one, wish, told) in &rows {
                    li { a href={ "/cases/" (one.code) "/hand-over" } {
                        b { (one.title) }
                        span { span.code { (one.code) } " · " (l.f("results.since", &[("day", &say::date(one.ended))])) @if let Some(words) = l.perhaps("hand-over-way", wish) { " · " (words) } }
                        @if let Some((times, last)) = told { (tag(Tone::Soon, &l.n("results.reminded", i64::try_from(*times).unwrap_or(i64::MAX), &[("day", &say::date(*last))]))) }
                    } }
                } }
            }
        },
    ))
}

/// How often whoever asked was told of the result that waits, and when last.
async fn reminded(hall: &Hall, case: CaseId) -> Result<Option<(usize, Moment)>, Failure> {
    let told = hall
        .reader()
        .messages_of(case, Some(Side::Applicant))
        .await?;
    let of_it = told.iter().filter(|one| one.kind == Kind::Uncollected);
    let days: BTreeSet<Moment> = of_it.map(|one| one.created).collect();
    Ok(days.last().map(|last| (days.len(), *last)))
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
