//! The touch screen at the entrance: one page, large buttons, no keyboard, no script. A finished page goes back
//! to the beginning by itself.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Today;
use super::take::{Given, Taken, asking, priorities, take};
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::ui::parts::{Tone, note};
use crate::ui::{Frame, Width, page};
use crate::visit::Visit;

/// `GET /queue/{desk}/kiosk`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(desk): Path<String>,
) -> Result<Response, Failure> {
    let taken = Taken {
        key: hall.city().new_token(),
        ..Taken::default()
    };
    // An hour may open or close the desk meanwhile; whoever began is not disturbed for a minute.
    let drawn = draw(&hall, &visit, &desk, &taken, None).await?;
    Ok(([("refresh", "60")], drawn).into_response())
}

/// `POST /queue/{desk}/kiosk`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(desk): Path<String>,
    Form(taken): Form<Taken>,
) -> Result<Response, Failure> {
    match take(&hall, visit.lang, &desk, &taken, false).await? {
        Given::Number(token) => {
            Ok(redirect::to(&format!("/queue/ticket/{token}?at=kiosk")).into_response())
        }
        Given::None(why) => {
            let again = draw(&hall, &visit, &desk, &taken, Some(&why)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, [("refresh", "20")], again).into_response())
        }
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    desk: &str,
    taken: &Taken,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), Today::of(hall, desk).await?);
    let gives = law.counter.gives_numbers(&today.hours, today.time);
    let waiting = i64::try_from(today.waiting()).unwrap_or(i64::MAX);
    let frame = Frame {
        width: Width::Kiosk,
        ..visit.frame()
    };
    let choices = html! {
        (priorities(l, &law.counter.priority, &taken.priority))
        h2 { (l.t("queue.kiosk-touch")) }
        div.touch { @for purpose in &law.counter.purpose {
            button.btn type="submit" name="purpose" value=(purpose.code) { (purpose.label(l.code())) }
        } }
    };
    Ok(page(
        &frame,
        &today.desk.name,
        html! {
            h1 { (l.t("queue.kiosk")) }
            p.muted { (today.desk.name) " · " (today.open_words(l)) " · " (l.n("queue.wait", waiting, &[])) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            (asking(l, gives, &format!("/queue/{}/kiosk", today.desk.code), taken, wrong, &choices))
        },
    ))
}
