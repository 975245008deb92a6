//! `/desk/walk-in`: somebody stands at the counter and reports something. What they say leads to the kind; the form of the kind is the
//! desk's own.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::html;
use rules::guess::guess;
use serde::Deserialize;
use service::definition::{Channel, Definition, Kind};

use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    what: String,
    desk: String,
}

/// `GET /desk/walk-in?what=…&desk=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let mut kinds: Vec<&Definition> = law
        .catalogue
        .all(today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&Channel::Counter))
        .collect();
    kinds.sort_by_cached_key(|d| service::fold::fold(&d.name.vi));
    let guessed = guess(&asked.what, &kinds, &hall.learned());
    let first = guessed.first().map(|d| d.service.clone());
    let rest = kinds
        .iter()
        .filter(|d| !guessed.iter().any(|g| g.service == d.service));
    let all: Vec<&Definition> = guessed.iter().copied().chain(rest.copied()).collect();
    let to = |d: &Definition| {
        let (what, desk) = (encode(asked.what.trim()), encode(&asked.desk));
        format!("/desk/{}?desk={desk}&said={what}", d.service)
    };
    let drawn = page(
        &visit.frame().narrow(),
        l.t("walk-in.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("walk-in.title")) }
            form action="/desk/walk-in" {
                input type="hidden" name="desk" value=(asked.desk);
                div.field {
                    label for="what" { (l.t("walk-in.what")) }
                    p.help #what-help { (l.t("walk-in.what-says")) }
                    textarea id="what" name="what" rows="3" maxlength="1000" autofocus[asked.what.is_empty()] aria-describedby="what-help" { (asked.what) }
                }
                p.acts { button.btn.go[first.is_none()] type="submit" { (l.t("walk-in.guess")) } }
            }
            section { h2 { (l.t("walk-in.kinds")) } }
            @if first.is_none() && !asked.what.trim().is_empty() { (note(Tone::Soon, &html! { p { (l.t("walk-in.unguessed")) } })) }
            ul.list.links-list { @for d in &all { li {
                a href=(to(d)) autofocus[first.as_ref() == Some(&d.service)] { b { (d.name.get(l.code())) } span { (d.summary.get(l.code())) } }
            } } }
        },
    );
    Ok(drawn.into_response())
}
