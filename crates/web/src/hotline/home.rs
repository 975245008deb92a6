//! `/hotline`: who is calling now, what one has not written down yet, and the telephone of those whose city has no exchange.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::Stream;
use futures::stream::unfold;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::Moment;
use rules::hotline::{
    Call, Direction, Figures, Outcome, State as Is, figures, number, to_call_back,
};
use rules::ids::{CallId, PersonId};
use serde::Deserialize;
use service::applicant::Applicant;

use super::{about, spoken, state, tabs};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures as drawn, note};
use crate::visit::Visit;

/// Between two looks of the live line.
const ASKED_EVERY: Duration = Duration::from_millis(700);
/// Missed calls are owed for so long.
pub const OWED: SignedDuration = SignedDuration::from_hours(7 * 24);
const MOST: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

/// `GET /hotline`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    draw(&hall, &visit, &asked.said, None, "").await
}

/// The first moment of the city's day.
pub fn day_began(hall: &Hall) -> Result<Moment, Failure> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
    let midnight = hall.today()?.to_zoned(zone).map_err(Failure::fault)?;
    Ok(midnight.timestamp())
}

/// Who works where, of those who have a name.
pub async fn operators(hall: &Hall, calls: &[Call]) -> Result<Vec<(PersonId, String)>, Failure> {
    let mut ids: Vec<PersonId> = calls.iter().filter_map(|call| call.operator).collect();
    ids.sort();
    ids.dedup();
    match ids.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(hall.reader().names(&ids).await?),
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    said: &str,
    wrong: Option<&str>,
    typed: &str,
) -> Result<Markup, Failure> {
    let (operator, _) = hall.city().operator(&visit.person)?;
    let (l, now) = (visit.lang, hall.now());
    let line = hall.reader().line(operator.id).await?;
    let week = hall
        .reader()
        .calls(now - OWED, now + SignedDuration::from_mins(5))
        .await?;
    let since = day_began(hall)?;
    let today: Vec<&Call> = week.iter().filter(|call| call.began() >= since).collect();
    let owed = to_call_back(&week, now).len();
    let promised = hall.reader().calls_to_follow(MOST).await?;
    let due = promised
        .iter()
        .filter(|call| call.wrap.follow_up.is_some_and(|at| at <= now));
    let figures = figures(today.iter().copied(), now);
    let names = operators(hall, &week).await?;
    let live: Vec<&Call> = week
        .iter()
        .filter(|call| {
            matches!(call.state(now), Is::Ringing | Is::Talking) && call.wrapped.is_none()
        })
        .collect();
    let mine = |call: &&Call| {
        let mine = call.operator == Some(operator.id)
            || (call.operator.is_none() && call.line.is_some() && call.line == line);
        mine && call.wrapped.is_none() && call.state(now) == Is::Over
    };
    let unwritten: Vec<&Call> = week.iter().filter(mine).collect();
    Ok(page(
        &visit.frame(),
        l.t("hotline.title"),
        html! {
            h1 { (l.t("hotline.title")) }
            (tabs(l, "/hotline", visit.house.demo))
            @if said == "wrapped" { (note(Tone::Done, &html! { p { (l.t("hotline.wrapped")) } })) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            div.split {
                div {
                    section data-live="line" data-live-from="/hotline/live" data-live-every="1000" {
                        h2.plain { (l.t("hotline.live")) }
                        @if live.is_empty() { (empty(l.t("hotline.quiet"), &html! {})) }
                        @for (i, call) in live.iter().enumerate() { (calling(l, call, &names, operator.id, now, i == 0)) }
                    }
                    @if !unwritten.is_empty() { section {
                        h2 { (l.t("hotline.unwritten")) }
                        ul.list.links-list { @for call in unwritten { li data-row { a href={ "/hotline/call/" (call.id) } data-open { b { (spoken(l, call.number.as_deref())) } span { (about(l, call, now)) } } } } }
                    } }
                    section {
                        h2 { (l.t("hotline.by-hand")) }
                        form method="post" action="/hotline/begin" {
                            div.field {
                                label for="number" { (l.t("hotline.number")) }
                                p.help #number-help { (l.t("hotline.number-help")) }
                                input.short type="text" id="number" name="number" value=(typed) inputmode="tel" autocomplete="off" aria-describedby="number-help" autofocus[live.is_empty()];
                            }
                            p.acts {
                                button.btn.go type="submit" name="direction" value="in" data-key="F2" accesskey="2" { (l.t("hotline.begin-in")) " " kbd { "F2" } }
                                button.btn type="submit" name="direction" value="out" data-key="F4" accesskey="4" { (l.t("hotline.begin-out")) " " kbd { "F4" } }
                            }
                        }
                    }
                }
                aside data-live="today" {
                    (today_figures(l, &figures, owed, due.count()))
                    section.card {
                        h2 { (l.t("hotline.my-line")) }
                        form method="post" action="/hotline/line" {
                            div.field.flush { label for="line" { (l.t("hotline.line")) } p.help #line-help { (l.t("hotline.line-help")) }
                                input.shorter type="text" id="line" name="line" value=[line.as_deref()] maxlength="20" autocomplete="off" aria-describedby="line-help"; }
                            p.acts { button.btn.quiet type="submit" { (l.t("hotline.line-save")) } }
                        }
                    }
                }
            }
        },
    ))
}

fn calling(
    l: Lang,
    call: &Call,
    names: &[(PersonId, String)],
    me: PersonId,
    now: Moment,
    first: bool,
) -> Markup {
    let name = call
        .operator
        .and_then(|id| names.iter().find(|(one, _)| *one == id));
    let ringing = call.state(now) == Is::Ringing;
    html! {
        div.card.mark-soon[ringing] data-key-row=(call.id) {
            p.queue-counter.flush { (spoken(l, call.number.as_deref())) " " (state(l, call, now)) }
            p.small.muted { (about(l, call, now))
                @if let Some(line) = &call.line { " · " (l.f("hotline.on-line", &[("line", line)])) }
                @if let Some((_, name)) = name { " · " (name) } }
            @if call.operator == Some(me) { p.flush { a.btn.go href={ "/hotline/call/" (call.id) } id={ "call-" (call.id) } { (l.t("hotline.open-call")) } } }
            @else { form method="post" action="/hotline/take" {
                input type="hidden" name="call" value=(call.id);
                button.btn.go[first] type="submit" id={ "take-" (call.id) } data-key=[first.then_some("F8")] accesskey=[first.then_some("8")] { (l.t("hotline.take")) @if first { " " kbd { "F8" } } }
            } }
        }
    }
}

fn today_figures(l: Lang, f: &Figures, owed: usize, due: usize) -> Markup {
    let figure = |name: &str, value: String, bad: bool, link: Option<&str>| Figure {
        name: name.to_owned(),
        value,
        bad,
        link: link.map(str::to_owned),
        drawing: None,
    };
    let whole = |n: u32| say::whole(l, n.into());
    html! {
        h2.plain { (l.t("hotline.today")) }
        (drawn(&[
            figure(l.t("hotline.waiting-now"), whole(f.ringing), f.ringing > 0, None),
            figure(l.t("hotline.to-call-back"), owed.to_string(), owed > 0, Some("/hotline/calls?show=missed")),
            figure(l.t("hotline.follow-due"), due.to_string(), due > 0, Some("/hotline/calls?show=follow")),
            figure(l.t("hotline.calls-in"), whole(f.calls_in), false, Some("/hotline/figures")),
            figure(l.t("hotline.missed"), whole(f.missed), false, None),
            figure(l.t("hotline.answered-at-once"), whole(f.outcome(Outcome::AnsweredAtOnce)), false, None),
        ]))
    }
}

/// `GET /hotline/live`: an event whenever a call moved; no content.
pub async fn live(
    State(hall): State<Hall>,
    visit: Visit,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    hall.city().operator(&visit.person)?;
    let moved = hall.reader().calls_moved().await?;
    let events = unfold((hall, moved), |(hall, mut moved)| async move {
        loop {
            tokio::time::sleep(ASKED_EVERY).await;
            match hall.reader().calls_moved().await {
                Ok(now) if now != moved => {
                    moved = now;
                    let event = Event::default().event("changed").data("call");
                    return Some((Ok(event), (hall, moved)));
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the calls could not be asked");
                    return None;
                }
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// `POST /hotline/begin`: a call that no exchange tells of, or a call back.
pub async fn begin(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let direction = match posted.get("direction") {
        "out" => Direction::Out,
        _ => Direction::In,
    };
    let typed = posted.get("number").trim().to_owned();
    let again = async |why: &str| -> Result<Response, Failure> {
        let page = draw(&hall, &visit, "", Some(why), &typed).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let city = hall.city();
    let (operator, _) = city.operator(&visit.person)?;
    let (to, back_to, case) = match posted.get("back_to").parse::<CallId>() {
        Ok(back_to) => {
            let first = hall
                .reader()
                .call(back_to)
                .await?
                .ok_or(Failure::NotFound)?;
            (first.number, Some(back_to), first.wrap.case)
        }
        Err(_) => match (number(&typed), direction) {
            (Some(number), _) => (Some(number), None, None),
            (None, Direction::In) if typed.is_empty() => (None, None, None),
            (None, Direction::In) => return again(l.t("hotline.no-number")).await,
            // To call the reporter of a case: by its code.
            (None, Direction::Out) => {
                let code = actions::code::typed(&typed);
                let seen = hall.reader().case_by_code(&visit.person, &code).await?;
                let Some(seen) = seen.filter(|seen| seen.sight == store::Sight::Whole) else {
                    return again(l.t("hotline.no-number")).await;
                };
                let purpose = actions::look::Purpose::Hotline;
                city.look(operator.id, seen.case.id, purpose).await?;
                let phone = phone_of(&hall, &seen.case).await?;
                match phone {
                    Some(phone) => (Some(phone), None, Some(seen.case.id)),
                    None => return again(l.t("hotline.no-phone")).await,
                }
            }
        },
    };
    let call = city
        .begin_call(&visit.person, direction, to, back_to, case)
        .await?;
    Ok(redirect::to(&format!("/hotline/call/{}", call.id)).into_response())
}

/// The number that the applicant of a case left.
async fn phone_of(hall: &Hall, case: &rules::case::Case) -> Result<Option<String>, Failure> {
    let law = hall.law();
    let published = law.catalogue.get(&case.service, case.service_version);
    let answers = hall.reader().answers(case.id).await?;
    let Some((published, (_, answers))) = published.zip(answers) else {
        return Ok(None);
    };
    let phone = Applicant::of(&published.definition, &answers).phone;
    Ok(phone.and_then(|phone| number(&phone)))
}

/// `POST /hotline/take`
pub async fn take(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    hall.city().operator(&visit.person)?;
    let id: CallId = posted.get("call").parse().map_err(|_| Failure::NotFound)?;
    hall.city().take_call(&visit.person, id).await?;
    Ok(redirect::to(&format!("/hotline/call/{id}")).into_response())
}

/// `POST /hotline/line`
pub async fn line(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let line: String = posted.get("line").trim().chars().take(20).collect();
    hall.city().sit_at(&visit.person, &line).await?;
    Ok(redirect::to("/hotline").into_response())
}
