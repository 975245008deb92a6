//! `/admin/routing`: the rules of a kind of report, changed on the page and asked about last year's reports: how many would go
//! elsewhere, from which unit to which, and the very cases. Nothing is kept; what was tried is published as every definition.

use std::collections::BTreeMap;

use actions::rerouting::{Move, Trial, changed};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Time;
use jiff::{SignedDuration, ToSpan};
use maud::{Markup, html};
use serde::Deserialize;
use service::definition::Kind;

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures, note};
use crate::visit::Visit;

/// Cases of one pair of units that are named.
const NAMED: usize = 20;
/// The longest definition.
const LONGEST: usize = 200_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    service: String,
}

/// `GET /admin/routing`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let text = match asked.service.as_str() {
        "" => None,
        service => {
            let versions = hall.reader().service_versions(service).await?;
            let newest = versions.into_iter().next().ok_or(Failure::NotFound)?;
            Some(newest.text)
        }
    };
    draw(&hall, &visit, &asked.service, text.as_deref(), &html! {})
}

/// `POST /admin/routing`: asked, and nothing is kept.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let (service, text) = (
        posted.get("service").trim(),
        posted.get("text").replace("\r\n", "\n"),
    );
    if text.len() > LONGEST {
        return Err(Failure::TooLarge);
    }
    let wrong = |says: &[String]| {
        let list = html! { @for one in says { li { (one) } } };
        note(
            Tone::Late,
            &html! { p { b { (l.t("routing.wrong")) } } ul { (list) } },
        )
    };
    let unfit = match changed(&text) {
        Ok(new) if new.service == service && new.kind == Kind::Report => Ok(new),
        Ok(_) => Err(vec![l.t("routing.other").to_owned()]),
        Err(unfit) => Err(unfit.0),
    };
    let new = match unfit {
        Ok(new) => new,
        Err(says) => {
            let told = html! { div role="alert" { (wrong(&says)) } };
            let again = draw(&hall, &visit, service, Some(&text), &told)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
    };
    let (law, now) = (hall.law(), hall.now());
    let calendar = law.calendar()?;
    let day = hall
        .today()?
        .checked_sub(1.year())
        .map_err(Failure::fault)?;
    let from = calendar.at(day, Time::midnight()).map_err(Failure::fault)?;
    let until = now + SignedDuration::from_secs(1);
    let trial = hall.city().try_routing(&new, from, until).await?;
    let told = result(l, &law, &trial);
    Ok(draw(&hall, &visit, service, Some(&text), &told)?.into_response())
}

fn draw(
    hall: &Hall,
    visit: &Visit,
    service: &str,
    text: Option<&str>,
    told: &Markup,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let (law, today) = (hall.law(), hall.today()?);
    let all = law.catalogue.all(today).map(|one| &one.definition);
    let mut kinds: Vec<_> = all.filter(|d| d.kind == Kind::Report).collect();
    kinds.sort_by(|a, b| a.service.cmp(&b.service));
    Ok(page(
        &visit.frame(),
        l.t("routing.title"),
        html! {
            h1 { (l.t("routing.title")) }
            p { (l.t("routing.says")) }
            form.row method="get" action="/admin/routing" {
                div.field { label for="service" { (l.t("routing.kind")) }
                    select #service name="service" { @for d in &kinds { option value=(d.service) selected[d.service == service] { (d.name.get(l.code())) } } } }
                button.btn type="submit" { (l.t("routing.show")) }
            }
            (told)
            @if let Some(text) = text {
                form.stack.space method="post" action="/admin/routing" {
                    input type="hidden" name="service" value=(service);
                    div.field { label for="text" { (l.t("routing.text")) } p.help { (l.t("routing.text-says")) } textarea.mono #text name="text" rows="24" spellcheck="false" { (text) } }
                    button.btn.go type="submit" { (l.t("routing.try")) }
                }
            }
        },
    ))
}

fn result(l: Lang, law: &actions::Law, trial: &Trial) -> Markup {
    let mut pairs: BTreeMap<(Option<&str>, Option<&str>), Vec<&Move>> = BTreeMap::new();
    for one in &trial.moves {
        let pair = (one.from.as_deref(), one.to.as_deref());
        pairs.entry(pair).or_default().push(one);
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by_key(|(_, moves)| std::cmp::Reverse(moves.len()));
    let unit = |code: Option<&str>| match code {
        Some(code) => words::unit(law, code),
        None => l.t("routing.nobody").to_owned(),
    };
    let figure = |name: &str, value: String, bad: bool| Figure {
        name: name.to_owned(),
        value,
        bad,
        link: None,
        drawing: None,
    };
    let count = |n: u64| words::count(l, n);
    let share = |n: u64| match trial.ended {
        0 => "–".to_owned(),
        #[allow(clippy::cast_precision_loss)] // counts of reports
        ended => say::percent(l, n as f64 / ended as f64),
    };
    let nobody = trial.moves.iter().filter(|one| one.to.is_none()).count();
    html! {
        section aria-labelledby="result" role="status" {
            h2 #result { (l.t("routing.result")) }
            (figures(&[
                figure(l.t("routing.read"), count(trial.read), false),
                figure(l.t("routing.moved"), count(trial.moves.len() as u64), false),
                figure(l.t("routing.right-before"), share(trial.right_before), false),
                figure(l.t("routing.right-after"), share(trial.right_after), trial.right_after < trial.right_before),
            ]))
            p.small.muted { (l.t("routing.right-says")) @if trial.erased > 0 { " " (l.n("routing.erased", i64::try_from(trial.erased).unwrap_or(i64::MAX), &[])) } }
            @if nobody > 0 { (note(Tone::Late, &html! { p { (l.n("routing.to-nobody", i64::try_from(nobody).unwrap_or(i64::MAX), &[])) } })) }
            @if pairs.is_empty() { (empty(l.t("routing.nothing"), &html! {})) }
            @for ((from, to), moves) in &pairs {
                details.more {
                    summary { (unit(*from)) " → " b { (unit(*to)) } ": " (count(moves.len() as u64)) }
                    ul.list.links-list { @for one in moves.iter().take(NAMED) {
                        li { a href={ "/cases/" (encode(&one.code)) } {
                            b.code { (one.code) }
                            span { (say::short(one.opened)) @if let Some(area) = &one.area { " · " (words::area(law, area)) } @if let Some(done) = &one.done_by { " · " (l.f("routing.done-by", &[("unit", &words::unit(law, done))])) } }
                        } }
                    } }
                    @if moves.len() > NAMED { p.small.muted { (l.n("routing.more", i64::try_from(moves.len() - NAMED).unwrap_or(0), &[])) } }
                }
            }
        }
    }
}
