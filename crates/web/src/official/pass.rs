//! Handing a step over to a colleague or another unit: a page of its own, because the list of units is long.

use std::collections::BTreeMap;

use actions::{Change, Verb};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Refusal;
use rules::duty::{Act, may};
use serde::Deserialize;
use service::definition::Post;
use store::Seen;

use super::act::{blame, step_of, whereto};
use super::case::{self, Typed};
use super::names;
use super::posted::Posted;
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

#[derive(Deserialize)]
pub struct Asked {
    step: String,
    row: Option<u32>,
}

/// `GET /cases/{code}/pass?step=…&row=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let seen = case::whole(&hall, &visit, &code).await?;
    form(
        &hall,
        &visit,
        &seen,
        &asked.step,
        asked.row,
        &Typed::default(),
        "",
    )
    .await
}

/// `POST /cases/{code}/pass`: `to` is `person:…` or `unit:…`.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (step, row) = step_of(&posted);
    let seen = case::whole(&hall, &visit, &code).await?;
    let mut typed = Typed {
        words: posted.get("words").to_owned(),
        ..Typed::default()
    };
    let task = seen.case.task(&step, row);
    let here = task.and_then(|task| task.unit.clone());
    let to = match (posted.get("to").split_once(':'), here) {
        (Some(("person", id)), Some(here)) => {
            let id = id.parse().map_err(|_| Failure::Unreadable)?;
            Some((here, Some(id)))
        }
        (Some(("unit", _)), _) if !posted.get("unit").is_empty() => {
            Some((posted.get("unit").to_owned(), None))
        }
        _ => None,
    };
    let Some((unit, to)) = to else {
        typed.wrong = Some(visit.lang.t("pass.choose").to_owned());
        let again = form(&hall, &visit, &seen, &step, row, &typed, posted.get("to")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let verb = Verb::Pass {
        step: step.clone(),
        row,
        unit,
        to,
    };
    let change = Change {
        seen: posted.number("version"),
        words: Some(typed.words.clone()),
        ..Change::new(seen.case.id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&whereto(&visit, &after)).into_response()),
        Err(error) => {
            let status = blame(&mut typed, visit.lang, error)?;
            if status == StatusCode::CONFLICT {
                let page = case::page(&hall, &visit, &code, &typed).await?;
                return Ok((status, page).into_response());
            }
            let again = form(&hall, &visit, &seen, &step, row, &typed, posted.get("to")).await?;
            Ok((status, again).into_response())
        }
    }
}

async fn form(
    hall: &Hall,
    visit: &Visit,
    seen: &Seen,
    step: &str,
    row: Option<u32>,
    typed: &Typed,
    chosen: &str,
) -> Result<Markup, Failure> {
    let (l, law, case) = (visit.lang, hall.law(), &seen.case);
    let act = Act::Pass {
        step: step.to_owned(),
        row,
    };
    may(&visit.person, &act, Some(case))?;
    let task = case.task(step, row).ok_or(Failure::NotFound)?;
    let here = task.unit.clone().ok_or(Refusal::NotYours)?;
    let seated = hall.reader().seated(&here, task.post, hall.now()).await?;
    let people = names::people(hall.reader(), seated.iter().map(|(id, _)| *id)).await?;
    let mut colleagues: Vec<(String, &String, Post)> = seated
        .iter()
        .filter(|(id, _)| task.holder != Some(*id))
        .filter_map(|(id, post)| Some((format!("person:{id}"), people.get(id)?, *post)))
        .collect();
    colleagues.sort_by_key(|(_, name, _)| service::fold::sort_key(name));
    let units = units(hall, l, &here)?;
    let name = law
        .catalogue
        .get(&case.service, case.service_version)
        .map_or_else(String::new, |p| names::step(l, &p.definition, step));
    let address = format!("/cases/{}", case.code);
    let title = l.f("pass.title", &[("step", &name)]);
    Ok(page(
        &visit.frame().narrow(),
        &title,
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox")), (&address, &case.code)]))
            h1 { (title) }
            p.muted { (seen.title) " · " (names::unit(&law, &here)) }
            @if let Some(wrong) = &typed.wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            form method="post" action={ (address) "/pass" } {
                input type="hidden" name="version" value=(case.version);
                input type="hidden" name="step" value=(step);
                @if let Some(row) = row { input type="hidden" name="row" value=(row); }
                fieldset.field {
                    legend { (l.t("pass.to")) }
                    @for (value, name, post) in &colleagues {
                        label.pick { input type="radio" name="to" value=(value) checked[value == chosen]; span { (name) span { (names::post(l, *post)) } } }
                    }
                    label.pick { input type="radio" name="to" value="unit:" checked[chosen.starts_with("unit:") || colleagues.is_empty()]; span { (l.t("pass.unit")) span { (l.t("pass.unit-says")) } } }
                }
                div.field {
                    label for="unit" { (l.t("pass.which-unit")) }
                    select #unit name="unit" {
                        option value="" { (l.t("form.choose")) }
                        @for (kind, units) in &units {
                            optgroup label=(kind) { @for (code, name) in units { option value=(code) { (name) } } }
                        }
                    }
                }
                div.field {
                    label for="words" { (l.t("case.reason")) }
                    p.help #words-help { (l.t("pass.reason-says")) }
                    textarea #words name="words" rows="4" maxlength="4000" aria-describedby="words-help" { (typed.words) }
                }
                p.acts { button.btn.go type="submit" { (l.t("case.pass")) } a.btn.quiet href=(address) { (l.t("pass.back")) } }
            }
        },
    ))
}

/// What a kind of unit is called, with the code and name of each.
pub type Group = (String, Vec<(String, String)>);

/// Other units under what their kind is called, in Vietnamese order.
pub fn units(hall: &Hall, l: Lang, here: &str) -> Result<Vec<Group>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let mut kinds: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for unit in law.organisation.units_on(today).filter(|u| u.code != here) {
        let group = l
            .perhaps("unit-kind", &unit.kind)
            .unwrap_or_else(|| l.t("unit-kind.other"));
        kinds
            .entry(group)
            .or_default()
            .push((unit.code.clone(), unit.name.clone()));
    }
    for units in kinds.values_mut() {
        units.sort_by_key(|(_, name)| service::fold::place_key(name));
    }
    Ok(kinds
        .into_iter()
        .map(|(kind, units)| (kind.to_owned(), units))
        .collect())
}
