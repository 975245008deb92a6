//! `/cases/{code}/stop`: form 05, on a ground that holds now, signed by the head of the deciding unit.

use actions::lawful::Lawful;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::stop::{Ground, Grounds};
use rules::duty::{Act, may};
use store::Seen;

use super::{definition_of, send, sheet, version, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case;
use crate::official::posted::Posted;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// `GET /cases/{code}/stop`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    form(&hall, &visit, &seen, &Posted::default(), None)
}

/// `POST /cases/{code}/stop`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    may(&visit.person, &Act::Stop, Some(&seen.case))?;
    let ground = posted.get("ground").to_owned();
    match send(&hall, &visit, &seen, &posted, Lawful::Stop { ground }).await? {
        Ok(done) => Ok(done),
        Err((wrong, status)) => {
            let page = form(&hall, &visit, &seen, &posted, Some(&wrong))?;
            Ok((status, page).into_response())
        }
    }
}

pub fn ground_words(l: Lang, ground: &Ground) -> &str {
    match l {
        Lang::Vi => &ground.name,
        Lang::En => &ground.name_en,
    }
}

fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    typed: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law, case) = (visit.lang, hall.law(), &seen.case);
    may(&visit.person, &Act::Stop, Some(case))?;
    let definition = definition_of(&law, case)?;
    let grounds: Vec<&Ground> = Grounds::shipped()
        .hold(case, definition, hall.now())
        .collect();
    let chosen = typed.get("ground");
    let body = html! {
        p.muted { (l.t("stop.says")) }
        @if grounds.is_empty() { (note(Tone::Stopped, &html! { p { (l.t("stop.none")) } })) }
        @else {
            form method="post" action={ "/cases/" (case.code) "/stop" } data-draft={ "stop-" (case.code) } {
                (version(seen))
                fieldset.field {
                    legend { (l.t("stop.ground")) }
                    @for ground in &grounds {
                        label.pick { input type="radio" name="ground" value=(ground.code) checked[ground.code == chosen] required; span { (ground_words(l, ground)) } }
                    }
                }
                (words(l, l.t("stop.words"), l.t("stop.words-says"), typed.get("words")))
                div.ways { button.btn.stop type="submit" { (l.t("stop.sign")) } }
            }
        }
    };
    Ok(sheet(visit, seen, l.t("stop.title"), wrong, &body))
}
