//! `/hotline/ring`: in the demonstration somebody can call without a telephone. In a real city it is not there.

use actions::hotline::CallTold;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::hotline::{Call, Direction, Said, State as Is};

use super::{about, sheet, spoken, state, tabs};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::ui::page;
use crate::visit::Visit;

/// The exchange that is none.
const SYSTEM: &str = "demonstration";
/// The example of all pages.
const NUMBER: &str = "0912 345 678";

/// `GET /hotline/ring`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    only_here(&hall, &visit)?;
    let (l, now) = (visit.lang, hall.now());
    let recent = now - SignedDuration::from_hours(1);
    let calls = hall
        .reader()
        .calls(recent, now + SignedDuration::from_mins(1))
        .await?;
    let ours: Vec<&Call> = calls
        .iter()
        .rev()
        .filter(|call| call.system == SYSTEM)
        .collect();
    Ok(page(
        &visit.frame(),
        l.t("hotline-ring.title"),
        html! {
            h1 { (l.t("hotline-ring.title")) }
            (tabs(l, "/hotline/ring", visit.house.demo))
            p { (l.t("hotline-ring.says")) }
            form method="post" action="/hotline/ring" {
                div.field { label for="number" { (l.t("hotline.number")) } input.short type="text" id="number" name="number" value=(NUMBER) inputmode="tel" autocomplete="off"; }
                p.acts { button.btn.go type="submit" name="said" value="ringing" { (l.t("hotline-ring.ring")) } }
            }
            section { h2 { (l.t("hotline-ring.last")) } }
            div data-live="rung" data-live-from="/hotline/live" {
                @if ours.is_empty() { (sheet::nothing(l.t("hotline-ring.none"))) }
                @else { ul.list { @for call in ours { li.call {
                    div { b { (spoken(l, call.number.as_deref())) } " " (state(l, call, now)) br; span.small.muted { (about(l, call, now)) } }
                    form method="post" action="/hotline/ring" {
                        input type="hidden" name="call" value=(call.foreign);
                        @match call.state(now) {
                            Is::Ringing => {
                                button.btn type="submit" name="said" value="answered" { (l.t("hotline-ring.answer")) } " "
                                button.btn.quiet type="submit" name="said" value="missed" { (l.t("hotline-ring.give-up")) }
                            },
                            Is::Talking => button.btn.quiet type="submit" name="said" value="ended" { (l.t("hotline-ring.hang-up")) },
                            Is::Over | Is::Missed => {},
                        }
                    }
                } } } }
            }
        },
    ))
}

/// `POST /hotline/ring`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    only_here(&hall, &visit)?;
    let token = hall.city().new_token();
    let said = match posted.get("said") {
        "answered" => Said::Answered,
        "ended" => Said::Ended,
        "missed" => Said::Missed,
        _ => Said::Ringing,
    };
    let call = match posted.get("call") {
        "" => token.clone(),
        known => known.chars().take(60).collect(),
    };
    let told = CallTold {
        system: SYSTEM.to_owned(),
        event: token,
        call,
        said,
        at: hall.now(),
        direction: Direction::In,
        number: posted.get("number").to_owned(),
        line: (said != Said::Ended).then(|| "101".to_owned()),
    };
    hall.city().hear_call(told).await?;
    Ok(redirect::to("/hotline/ring").into_response())
}

fn only_here(hall: &Hall, visit: &Visit) -> Result<(), Failure> {
    hall.city().operator(&visit.person)?;
    match visit.house.demo {
        true => Ok(()),
        false => Err(Failure::NotFound),
    }
}
