//! Letters of apology of one's units (of the whole city for a leader): which wait, which are missing, and how
//! often they came in time. A number here is counted from the same rows as the list above it.

use axum::extract::{Query, State};
use jiff::ToSpan;
use jiff::civil::Time;
use maud::{Markup, html};
use rules::case::Refusal;
use rules::case::apology::Standing;
use rules::ids::UnitCode;
use rules::person::{Official, Power};
use serde::Deserialize;
use store::{ApologyCount, ApologyLine};

use super::{inbox, names};
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Column, Tone, crumbs, empty, note, table, tag};
use crate::visit::Visit;

/// Rows of the list.
const MOST: u32 = 200;
/// Months counted back from today.
const MONTHS: i32 = 12;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

/// Whose letters an official sees; `None`: the whole city's.
fn units(official: &Official) -> Result<Option<Vec<UnitCode>>, Failure> {
    if official.powers.contains(&Power::Leader) {
        return Ok(None);
    }
    let mut units: Vec<UnitCode> = official.seats.iter().map(|s| s.unit.clone()).collect();
    units.sort_unstable();
    units.dedup();
    match units.is_empty() {
        true => Err(Failure::Refused(Refusal::NotYours)),
        false => Ok(Some(units)),
    }
}

/// How many letters are missing and how many wait, for the head of the inbox.
///
/// # Errors
/// Where the memory does not answer.
pub async fn waiting(hall: &Hall, official: &Official) -> Result<(usize, usize), Failure> {
    let Ok(units) = units(official) else {
        return Ok((0, 0));
    };
    let lines = hall
        .reader()
        .apologies_waiting(units.as_deref(), MOST)
        .await?;
    let missing = lines.iter().filter(|line| missing(hall, line)).count();
    Ok((missing, lines.len() - missing))
}

fn missing(hall: &Hall, line: &ApologyLine) -> bool {
    let last = line.case.apologies.last();
    last.is_some_and(|last| last.standing(&line.case, hall.now()) == Standing::Missing)
}

/// The line above the inbox; nothing where nothing waits.
pub fn bar(l: Lang, (missing, waiting): (usize, usize)) -> Markup {
    let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    html! {
        @if missing + waiting > 0 {
            (note(if missing > 0 { Tone::Late } else { Tone::Soon }, &html! {
                p.flush { a href="/apologies" {
                    @if missing > 0 { (l.n("apology.missing-n", n(missing), &[])) } @if missing > 0 && waiting > 0 { "; " }
                    @if waiting > 0 { (l.n("apology.waiting-n", n(waiting), &[])) }
                } }
            }))
        }
    }
}

/// `GET /apologies`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let official = inbox::official(&visit.person)?;
    let units = units(official)?;
    let lines = hall
        .reader()
        .apologies_waiting(units.as_deref(), MOST)
        .await?;
    let today = hall.today()?;
    let calendar = law.calendar()?;
    let from = today.saturating_sub(MONTHS.months());
    let from = calendar
        .at(from, Time::midnight())
        .map_err(Failure::fault)?;
    let to = calendar
        .at(today.saturating_add(1.month()), Time::midnight())
        .map_err(Failure::fault)?;
    let counts = hall
        .reader()
        .apologies_counted(units.as_deref(), from, to, now)
        .await?;
    let heads = names::people(hall.reader(), counts.iter().filter_map(|c| c.signer)).await?;
    let (red, soon): (Vec<_>, Vec<_>) = lines.iter().partition(|line| missing(&hall, line));
    let service = |line: &ApologyLine| {
        let case = &line.case;
        let found = law.catalogue.get(&case.service, case.service_version);
        found.map_or_else(String::new, |p| p.definition.name.get(l.code()).to_owned())
    };
    let list = |lines: &[&ApologyLine], tone: Tone| {
        html! {
            ul.list.links-list { @for line in lines {
                li { a href={ "/cases/" (line.case.code) "/apology" } {
                    b { (service(line)) }
                    span.code { (line.case.code) }
                    span { (names::unit(&law, &line.case.unit)) " · " (l.f("case.due", &[("at", &say::moment(l, line.due))])) }
                    span { (tag(tone, if line.begun { l.t("apology.begun") } else { l.t("apology.not-begun") })) }
                } }
            } }
        }
    };
    Ok(page(
        &visit.frame(),
        l.t("apology.list"),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox"))]))
            h1 { (l.t("apology.list")) }
            p.muted { (l.t("apology.list-says")) }
            @if asked.said == "saved" { div role="status" { (note(Tone::Done, &html! { p { (l.t("apology.saved")) } })) } }
            @if lines.is_empty() { (empty(l.t("apology.none"), &html! {})) }
            @if !red.is_empty() {
                h2 { (l.t("apology.missing")) " " (tag(Tone::Late, &say::whole(l, i64::try_from(red.len()).unwrap_or(0)))) }
                (list(&red, Tone::Late))
            }
            @if !soon.is_empty() {
                h2 { (l.t("apology.waiting")) }
                (list(&soon, Tone::Soon))
            }
            h2 { (l.t("apology.counted")) }
            p.small.muted { (l.f("apology.counted-says", &[("from", &say::date(from))])) }
            (figures(l, &law, &counts, &heads))
        },
    ))
}

fn figures(l: Lang, law: &actions::Law, counts: &[ApologyCount], heads: &names::People) -> Markup {
    let number = |n: u32| html! { (say::whole(l, i64::from(n))) };
    let plain = |name| Column {
        words: name,
        number: false,
    };
    let numeric = |name| Column {
        words: name,
        number: true,
    };
    let columns = [
        plain(l.t("apology.unit")),
        plain(l.t("apology.signer")),
        numeric(l.t("apology.in-time")),
        numeric(l.t("apology.late")),
        numeric(l.t("apology.without")),
        numeric(l.t("apology.spared")),
        numeric(l.t("apology.kept-first")),
        numeric(l.t("apology.kept-current")),
    ];
    let rows: Vec<Vec<Markup>> = counts
        .iter()
        .map(|count| {
            let head = count.signer.and_then(|id| heads.get(&id));
            let of = |kept: u32| html! { (say::whole(l, i64::from(kept))) "/" (say::whole(l, i64::from(count.decided))) };
            vec![
                html! { (names::unit(law, &count.unit)) },
                html! { (head.map_or(l.t("apology.unsigned"), String::as_str)) },
                number(count.in_time),
                number(count.late),
                html! { @if count.missing > 0 { b { (say::whole(l, i64::from(count.missing))) } } @else { "0" } },
                number(count.spared),
                of(count.kept_first),
                of(count.kept_current),
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p.muted { (l.t("apology.no-figures")) } }
        @else { (table(l.t("apology.counted"), &columns, &rows)) }
    }
}
