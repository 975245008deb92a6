//! `GET /late`: everything that is late, by unit, with who has it and whether the city said sorry. What the leaders get
//! by mail each week, live; and as the paper that goes with that mail.

use std::collections::BTreeMap;

use actions::messages::{apologised, days_late};
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use papers::compose::{Numbered, head_of};
use papers::sheet::{self, Cell, Line, Sheet};
use rules::case::Case;
use serde::Deserialize;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::papers::file;
use crate::say;
use crate::text::Lang;
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

/// All that is late now.
#[derive(Default)]
struct All {
    units: BTreeMap<String, Late>,
    all: u32,
    /// Of them with a letter of apology.
    sorry: u32,
}

impl All {
    async fn now(hall: &Hall) -> Result<Self, Failure> {
        let (law, now) = (hall.law(), hall.now());
        let mut found = Self::default();
        let mut after = None;
        loop {
            let page = hall.reader().late_cases(now, after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.id);
            for (case, title) in page.into_iter().filter(|(case, _)| case.clock.running()) {
                let days = days_late(&case, now, law.calendar_of(case.clock.calendar)?)?;
                let unit = found.units.entry(case.unit.clone()).or_default();
                found.all += 1;
                match apologised(&case) {
                    true => found.sorry += 1,
                    false => unit.without += 1,
                }
                unit.longest = unit.longest.max(days);
                unit.cases.push((case, title, days));
            }
        }
        Ok(found)
    }

    /// Units with the most late cases first.
    fn ranked(&self) -> Vec<(&String, &Late)> {
        let mut ranked: Vec<(&String, &Late)> = self.units.iter().collect();
        ranked.sort_by_key(|(code, late)| (std::cmp::Reverse(late.cases.len()), (*code).clone()));
        ranked
    }
}

/// `GET /late.pdf`
pub async fn print(State(hall): State<Hall>, visit: Visit) -> Result<Response, Failure> {
    let (name, bytes) = paper(&hall, visit.lang).await?;
    Ok(file::answer(bytes, &name))
}

/// The list as a paper of the city, with its name: goes to the leaders with the mail of the week.
///
/// # Errors
/// Where the memory does not answer or the city has no calendar.
pub async fn paper(hall: &Hall, l: Lang) -> Result<(String, Vec<u8>), Failure> {
    let (law, now, today) = (hall.law(), hall.now(), hall.today()?);
    let late = All::now(hall).await?;
    let heads = [
        l.t("late.unit"),
        l.t("late.cases"),
        l.t("late.not-sorry"),
        l.t("late.longest"),
    ];
    let count = |n: usize| Cell::Count(u64::try_from(n).unwrap_or(u64::MAX));
    let mut rows: Vec<Line> = Vec::new();
    for (place, (code, unit)) in late.ranked().into_iter().enumerate() {
        rows.push(Line {
            cells: vec![
                Cell::Text((place + 1).to_string()),
                Cell::Text(names::unit(&law, code)),
                count(unit.cases.len()),
                Cell::Count(unit.without.into()),
                Cell::Count(unit.longest.into()),
            ],
            sum: false,
        });
    }
    let longest = late.units.values().map(|unit| unit.longest).max();
    rows.push(Line {
        cells: vec![
            Cell::Text(String::new()),
            Cell::Text(l.t("numbers.total").to_owned()),
            Cell::Count(late.all.into()),
            Cell::Count((late.all - late.sorry).into()),
            Cell::Count(longest.unwrap_or(0).into()),
        ],
        sum: true,
    });
    let head = |words: &str| sheet::Head {
        words: words.to_owned(),
        span: 1,
    };
    let mut columns = vec![head("TT")];
    columns.extend(heads.map(head));
    let mut units = law.organisation.units.iter();
    let root = units.find(|unit| unit.parent.is_none());
    let numbered = Numbered {
        issuer: root.map_or_else(String::new, |unit| unit.code.clone()),
        ..Numbered::default()
    };
    let list = Sheet {
        name: "late".to_owned(),
        title: l.t("late.title").to_uppercase(),
        below: vec![l.f("late.says", &[("at", &say::moment(l, now))])],
        heads: vec![columns],
        rows,
        notes: vec![l.f("late.where", &[("link", &hall.link("/late"))])],
        widths: vec![1.0, 12.0, 3.0, 3.0, 3.0],
        ..Sheet::default()
    };
    let paper = sheet::printed(
        &list,
        head_of(&law.organisation, &numbered, today),
        Vec::new(),
    );
    let name = format!("{} {today}", l.t("late.title"));
    Ok((name, file::printed(paper).await?))
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let late = All::now(&hall).await?;
    let All { units, all, sorry } = &late;
    let (all, sorry) = (*all, *sorry);
    let ranked = late.ranked();
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
                p.row { a.btn.quiet href="/late.pdf" target="_blank" { (l.t("late.pdf")) } }
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
