//! `/hotline/calls`: missed calls to call back, call backs that were promised, the log of a day.

use axum::extract::{Query, State};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use maud::{Markup, html};
use rules::hotline::{Call, to_call_back};
use serde::Deserialize;

use super::home::{OWED, operators};
use super::{about, sheet, spoken, state, tabs};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Tone, note, tag};
use crate::visit::Visit;

const MOST: u32 = 200;
/// The clock of an exchange may be before ours.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `missed`, `follow`; anything else: the log of a day.
    show: String,
    day: String,
}

/// `GET /hotline/calls?show=…&day=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    hall.city().operator(&visit.person)?;
    let (l, law, now, today) = (visit.lang, hall.law(), hall.now(), hall.today()?);
    let (mut day, mut wrong) = (today, None);
    let (title, calls, nothing) = match asked.show.as_str() {
        "missed" => {
            let week = hall.reader().calls(now - OWED, now + AHEAD).await?;
            let owed: Vec<Call> = to_call_back(&week, now).into_iter().cloned().collect();
            (
                l.t("hotline.missed-calls"),
                owed,
                l.t("hotline.missed-none"),
            )
        }
        "follow" => {
            let promised = hall.reader().calls_to_follow(MOST).await?;
            (
                l.t("hotline.follow-ups"),
                promised,
                l.t("hotline.follow-none"),
            )
        }
        _ => {
            match asked.day.as_str() {
                "" => {}
                typed => match typed.parse::<Date>() {
                    Ok(typed) => day = typed,
                    Err(_) => wrong = Some(l.t("waiting.no-day")),
                },
            }
            let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
            let began = day.to_zoned(zone).map_err(Failure::fault)?.timestamp();
            let mut calls = hall
                .reader()
                .calls(began, began + SignedDuration::from_hours(24))
                .await?;
            calls.reverse();
            (l.t("hotline.log"), calls, l.t("hotline.log-none"))
        }
    };
    let names = operators(&hall, &calls).await?;
    let here = match asked.show.as_str() {
        "missed" => "/hotline/calls?show=missed",
        "follow" => "/hotline/calls?show=follow",
        _ => "/hotline/calls",
    };
    let to_call = matches!(asked.show.as_str(), "missed" | "follow");
    Ok(page(
        &visit.frame(),
        title,
        html! {
            h1 { (title) }
            (tabs(l, here, visit.house.demo))
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            @if !to_call { form.filters action="/hotline/calls" {
                div { label for="day" { (l.t("waiting.day")) } input type="date" id="day" name="day" value=(day) max=(today); }
                div { button.btn type="submit" { (l.t("inbox.filter")) } }
                @if let Ok(before) = day.checked_sub(1.day()) { div { a.btn.quiet href={ "/hotline/calls?day=" (before) } { (l.t("hotline.day-before")) } } }
            } }
            @if calls.is_empty() { (sheet::nothing(nothing)) }
            @else { ul.list { @for call in &calls {
                @let name = call.operator.and_then(|id| names.iter().find(|(one, _)| *one == id));
                li.call data-row {
                    div {
                        a href={ "/hotline/call/" (call.id) } data-open { b { (spoken(l, call.number.as_deref())) } } " " (state(l, call, now))
                        @if let Some(at) = call.wrap.follow_up.filter(|_| call.followed.is_none()) { " " (tag(if at <= now { Tone::Late } else { Tone::Run }, &l.f("hotline.call-at", &[("at", &say::short(at))]))) }
                        br; span.small.muted { (about(l, call, now)) @if let Some((_, name)) = name { " · " (name) }
                            @if let Some(service) = &call.wrap.service { " · " (service_name(&law, l, service, today)) }
                            @if let Some(area) = &call.wrap.area { " · " (law.organisation.area(area, today).map_or(area.as_str(), |a| a.name.as_str())) } }
                        @if let Some(note) = &call.wrap.note { br; span.small { (note) } }
                    }
                    @if to_call && call.number.is_some() { form method="post" action="/hotline/begin" {
                        input type="hidden" name="direction" value="out";
                        input type="hidden" name="back_to" value=(call.id);
                        button.btn type="submit" data-act { (l.t("hotline.call-back")) span.hidden-words { " " (spoken(l, call.number.as_deref())) } }
                    } }
                }
            } } }
            @if asked.show == "missed" { p.small.muted { (l.t("hotline.missed-says")) } }
        },
    ))
}

fn service_name(law: &actions::Law, l: crate::text::Lang, service: &str, today: Date) -> String {
    let published = law.catalogue.current(service, today);
    published.map_or_else(
        || names::unit(law, service),
        |p| p.definition.name.get(l.code()).to_owned(),
    )
}
