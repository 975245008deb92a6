//! `/open/sample`: what the city calls solved is drawn and looked at again, so that anybody can repeat the draw: the rules,
//! the hash of each list since it was closed, the number of somebody outside, what was found by unit. Which reports were
//! drawn, and the list itself, is public when they were looked at or the days for it are over: nobody is warned.

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use rules::Moment;
use rules::sample::Found;
use rules::sample::draw::{Line, draw};
use serde::Deserialize;
use service::fold::place_key;
use store::{SampleCase, SampleMonth};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::export::{file, row};
use crate::leader::words;
use crate::looks::{found_words, month_words, tone};
use crate::numbers::sample::{Looked, held};
use crate::official::history::ending_words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, tag};
use crate::visit::Visit;

/// Draws that the page shows.
const MONTHS: u32 = 12;

/// Everything drawn was looked at, or the days for it are over.
fn is_over(month: &SampleMonth, drawn: &[SampleCase], now: Moment) -> bool {
    let all = || drawn.iter().all(|one| one.found.is_some());
    month.drawn.is_some_and(|(_, _, due)| due < now || all())
}

/// `GET /open/sample`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let months = hall.reader().sample_months(MONTHS).await?;
    let looked = Looked::up_to(&hall, now.as_second()).await?;
    let mut cards = Vec::new();
    for month in &months {
        let drawn = hall.reader().sample_drawn(&month.month, &month.month);
        cards.push(card(l, &law, month, &drawn.await?, now));
    }
    Ok(page(
        &visit.frame(),
        l.t("sample.public-title"),
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (l.t("sample.public-title")) }
            p { (l.t("sample.public-says")) }
            (by_unit(l, &law, &looked))
            h2 { (l.t("sample.draws")) }
            @if cards.is_empty() { (empty(l.t("sample.no-draws"), &html! {})) }
            @for card in &cards { (card) }
            section #how {
                h2 { (l.t("sample.how")) }
                p { (l.t("sample.how-says")) }
                ol { @for step in ["list", "tag", "ticket", "least", "most", "result"] { li { (l.of("sample-how", step, &[])) } } }
                p { (l.t("sample.how-why")) }
            }
        },
    ))
}

/// By name, never by rank.
fn by_unit(l: Lang, law: &actions::Law, looked: &Looked) -> Markup {
    let units = looked.by_unit();
    let mut rows: Vec<_> = units.iter().collect();
    rows.sort_by_key(|(unit, _)| place_key(&words::unit(law, unit)));
    let title = l.t("sample.by-unit");
    html! {
        @if !rows.is_empty() {
            h2 { (title) }
            p.small.muted { (l.f("sample.by-unit-says", &[("smallest", &looked.smallest)])) }
            div.wrap-table role="region" aria-label=(title) tabindex="0" {
                table.folds.league {
                    caption.hidden-words { (title) }
                    thead { tr { th scope="col" { (l.t("numbers.unit")) } th.num scope="col" { (l.t("sample.drawn")) } th.num scope="col" { (l.t("sample.waiting")) } @for found in Found::ALL { th.num scope="col" { (found_words(l, found)) } } th.num scope="col" { (l.t("sample.held")) } } }
                    tbody { @for (unit, tally) in rows { tr {
                        th scope="row" { (words::unit(law, unit)) }
                        td.num data-label=(l.t("sample.drawn")) { (words::count(l, tally.drawn)) }
                        td.num data-label=(l.t("sample.waiting")) { (words::count(l, tally.waiting())) }
                        @for (found, n) in Found::ALL.into_iter().zip([tally.holds, tally.does_not_hold, tally.cannot_tell]) { td.num data-label=(found_words(l, found)) { (words::count(l, n)) } }
                        td.num data-label=(l.t("sample.held")) { (held(l, tally, looked.smallest, None)) }
                    } } }
                }
            }
        }
    }
}

fn card(
    l: Lang,
    law: &actions::Law,
    month: &SampleMonth,
    drawn: &[SampleCase],
    now: Moment,
) -> Markup {
    let (id, rule) = (&month.month, &month.law);
    let kind = rule.seed.name(l.code());
    let endings: Vec<String> = rule
        .endings
        .iter()
        .map(|one| ending_words(l, *one))
        .collect();
    let over = is_over(month, drawn, now);
    html! {
        article.card {
            h3 { (l.f("looks.of-month", &[("month", &month_words(id))])) }
            dl.facts {
                dt { (l.t("sample.list")) } dd { (l.f("sample.closed", &[("n", &month.size), ("at", &say::moment(l, month.closed))])) }
                dt { "SHA-256" } dd { span.long { (month.hash) } }
                dt { (l.t("sample.rule")) } dd { (l.f("sample.rule-says", &[("most", &rule.per_month), ("least", &rule.unit_at_least), ("unit", &rule.unit_at_most), ("days", &rule.days), ("endings", &endings.join(", "))])) }
                dt { (l.t("sample.seed")) } dd {
                    @match (&month.seed, &month.drawn) {
                        (Some(seed), Some(_)) => { (l.f("sample.number", &[("kind", &kind), ("day", &say::day(month.seed_day)), ("number", &seed.number)])) br; span.small.muted { (l.t("sample.source")) ": " (seed.source) } },
                        _ => (l.f("sample.by-number", &[("kind", &kind), ("day", &say::day(month.seed_day))])),
                    }
                }
                @if let Some((_, at, due)) = &month.drawn {
                    dt { (l.t("sample.drawn")) } dd { (drawn.len()) " · " (say::moment(l, *at)) " · " (l.f("looks.until", &[("day", &say::date(*due))])) }
                }
            }
            @if over {
                details.more { summary { (l.t("sample.drawn-list")) " (" (drawn.len()) ")" }
                    ul.list { @for one in drawn { li {
                        @if one.public { a href={ "/open/reports/" (encode(&one.code)) } { span.code { (one.code) } } } @else { (l.t("sample.not-public")) }
                        " · " (words::unit(law, &one.unit)) " "
                        @match one.found { Some((found, _)) => (tag(tone(found), &found_words(l, found))), None => (tag(Tone::Late, l.t("sample.not-looked"))) }
                        br; span.small.muted.code { (one.tag) }
                    } } }
                }
                p { a href={ "/open/sample/list.csv?month=" (id) } { (l.t("sample.whole-list")) } }
            }
            @else if month.drawn.is_some() { p.small.muted { (l.t("sample.secret-until")) } }
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    month: String,
}

/// `GET /open/sample/list.csv?month=…`: every line of a list, and which were drawn.
pub async fn list(
    State(hall): State<Hall>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let month = hall.reader().sample_month(&wanted.month).await?;
    let month = month.ok_or(Failure::NotFound)?;
    let drawn = hall.reader().sample_drawn(&month.month, &month.month);
    let drawn = drawn.await?;
    if !is_over(&month, &drawn, hall.now()) {
        return Err(Failure::NotFound);
    }
    let seed = month.seed.as_ref().ok_or(Failure::NotFound)?;
    let lines = hall.reader().sample_list(&month.month).await?;
    // Drawn once more from what stands here: the file says what anybody would find.
    let again = draw(&lines, &month.month, &seed.number, &month.law);
    let mut rows = vec![row(["tag", "unit", "drawn", "code", "found"])];
    for Line { tag, unit } in &lines {
        let one = drawn.iter().find(|one| one.tag == *tag);
        let public = one.filter(|one| one.public);
        let found = one.and_then(|one| one.found);
        rows.push(row([
            tag.as_str(),
            unit,
            if again.contains(tag) { "1" } else { "0" },
            public.map_or("", |one| one.code.as_str()),
            found.map_or("", |(found, _)| found.word()),
        ]));
    }
    Ok(file(&format!("sample-{}.csv", month.month), &rows.concat()))
}
