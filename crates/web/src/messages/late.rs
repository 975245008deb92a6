//! `GET /late`: everything that is late, by unit, with who has it and whether the city said sorry. What the leaders get by mail each week,
//! live.

use std::collections::BTreeMap;

use actions::messages::{apologised, days_late};
use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::case::Case;
use serde::Deserialize;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures, tag};
use crate::visit::Visit;

/// Cases read at a time, units shown unasked, cases of one unit shown.
const PAGE: u32 = 500;
const CASES: usize = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// Shows the cases of this unit.
    unit: String,
}

#[derive(Default)]
struct Late {
    cases: Vec<(Case, String, u32)>,
    without: u32,
    longest: u32,
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let mut units: BTreeMap<String, Late> = BTreeMap::new();
    let (mut after, mut all, mut sorry) = (None, 0u32, 0u32);
    loop {
        let page = hall.reader().late_cases(now, after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.id);
        for (case, title) in page.into_iter().filter(|(case, _)| case.clock.running()) {
            let days = days_late(&case, now, law.calendar_of(case.clock.calendar)?)?;
            let unit = units.entry(case.unit.clone()).or_default();
            all += 1;
            match apologised(&case) {
                true => sorry += 1,
                false => unit.without += 1,
            }
            unit.longest = unit.longest.max(days);
            unit.cases.push((case, title, days));
        }
    }
    let mut ranked: Vec<(&String, &Late)> = units.iter().collect();
    ranked.sort_by_key(|(code, late)| (std::cmp::Reverse(late.cases.len()), (*code).clone()));
    let opened = units.get(&asked.unit);
    let mut holders = Vec::new();
    for (case, ..) in opened.into_iter().flat_map(|late| &late.cases) {
        holders.extend(case.tasks.iter().filter_map(|task| task.holder));
    }
    let people = names::people(hall.reader(), holders).await?;
    let mut worst: Vec<_> = opened.into_iter().flat_map(|late| &late.cases).collect();
    worst.sort_by_key(|(_, _, days)| std::cmp::Reverse(*days));
    let owner = |case: &Case| {
        let task = case.tasks.iter().find(|task| !task.by_applicant());
        let holder = task.and_then(|task| people.get(&task.holder?).cloned());
        let unit = task
            .and_then(|task| task.unit.as_ref())
            .unwrap_or(&case.unit);
        match holder {
            Some(name) => format!("{name}, {}", names::unit(&law, unit)),
            None => names::unit(&law, unit),
        }
    };
    let number = |n: u32| say::whole(l, i64::from(n));
    Ok(page(
        &visit.frame(),
        l.t("late.title"),
        html! {
            h1 { (l.t("late.title")) }
            p { (l.f("late.says", &[("at", &say::moment(l, now))])) }
            @if all == 0 { (empty(l.t("late.none"), &html! {})) }
            @else {
                (figures(&[
                    Figure { name: l.t("late.all").to_owned(), value: number(all), bad: true, link: None, drawing: None },
                    Figure { name: l.t("late.sorry").to_owned(), value: number(sorry), bad: false, link: None, drawing: None },
                    Figure { name: l.t("late.not-sorry").to_owned(), value: number(all - sorry), bad: all > sorry, link: None, drawing: None },
                ]))
                div.wrap-table role="region" aria-label=(l.t("late.title")) tabindex="0" {
                    table.folds {
                        thead { tr { th scope="col" { (l.t("late.unit")) } th.num scope="col" { (l.t("late.cases")) } th.num scope="col" { (l.t("late.not-sorry")) } th.num scope="col" { (l.t("late.longest")) } } }
                        tbody { @for (code, late) in &ranked {
                            tr {
                                th scope="row" { a href={ "/late?unit=" (code) "#cases" } aria-current=[(**code == asked.unit).then_some("true")] { (names::unit(&law, code)) } }
                                td.num data-label=(l.t("late.cases")) { (say::whole(l, i64::try_from(late.cases.len()).unwrap_or(0))) }
                                td.num data-label=(l.t("late.not-sorry")) { (number(late.without)) }
                                td.num data-label=(l.t("late.longest")) { (number(late.longest)) }
                            }
                        } }
                    }
                }
                @if let Some(late) = opened {
                    h2 #cases { (names::unit(&law, &asked.unit)) }
                    div.wrap-table role="region" aria-label=(l.t("late.cases")) tabindex="0" {
                        table.folds {
                            thead { tr { th scope="col" { (l.t("late.case")) } th scope="col" { (l.t("late.due")) } th.num scope="col" { (l.t("late.days")) } th scope="col" { (l.t("late.owner")) } th scope="col" { (l.t("late.apology")) } } }
                            tbody { @for (case, title, days) in worst.iter().take(CASES) {
                                tr {
                                    th scope="row" { a href={ "/cases/" (case.code) } { (title) } br; span.small.muted.code { (case.code) } }
                                    td.nowrap data-label=(l.t("late.due")) { @if let Some(due) = case.clock.due { (say::short(due)) } }
                                    td.num data-label=(l.t("late.days")) { (number(*days)) }
                                    td data-label=(l.t("late.owner")) { (owner(case)) }
                                    td data-label=(l.t("late.apology")) { @if apologised(case) { (tag(Tone::Done, l.t("late.yes"))) } @else { (tag(Tone::Late, l.t("late.no"))) } }
                                }
                            } }
                        }
                    }
                    @if late.cases.len() > CASES { p.small.muted { (l.n("late.first", i64::try_from(CASES).unwrap_or(0), &[])) } }
                }
            }
        },
    ))
}
