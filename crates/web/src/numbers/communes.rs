//! What residents report, commune by commune, and per 10,000 inhabitants where the city brought its population with
//! source and day. No population is known here by itself, and the page says which are missing.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::index::measure::Lens;
use rules::index::metric::{Entered, PEOPLE, POPULATION};
use rules::index::period::{Length, Period};
use rules::index::reports::Report;
use rules::organisation::Area;
use service::definition::Ending;
use service::fold::place_key;

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// How many years an older population still serves.
const YEARS: i16 = 5;

/// Reports that came in the period to units in scope; nonsense does not count.
fn received<'a>(counted: &'a Counted<'a>, lens: Lens<'a>) -> impl Iterator<Item = &'a Report> + 'a {
    let spam = |one: &Report| one.close.is_some_and(|close| close.ending == Ending::Spam);
    counted
        .ledger
        .reports()
        .iter()
        .filter(move |one| lens.holds(one.opened) && counted.in_scope(one.unit) && !spam(one))
}

/// The reports behind a commune's figure (`received`), or of all; `None`: there is no such figure.
pub fn behind<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
    member: &str,
) -> Option<Vec<&'a Report>> {
    let key = counted.ask.asked.key.as_str();
    let here = |one: &&Report| key.is_empty() || counted.word(one.area) == key;
    (member == "received").then(|| received(counted, lens).filter(here).collect())
}

/// `GET /numbers/communes`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let people = population(&hall, &ask).await?;
    let (found, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for one in received(&counted, lens) {
            *found.entry(counted.word(one.area).to_owned()).or_default() += 1;
        }
        (found, ledger.is_ready())
    };
    let mut areas: Vec<&Area> = law.organisation.areas_on(ask.today).collect();
    // `Phường Cái Răng` stands under C.
    areas.sort_by_key(|area| {
        let own = area.name.split_once(' ').map_or("", |(_, own)| own);
        place_key(own)
    });
    let missing = areas
        .iter()
        .filter(|area| !people.contains_key(&area.code))
        .count();
    let head = Head {
        path: "/numbers/communes",
        title: l.t("numbers.communes-title"),
        says: l.t("numbers.communes-says").to_owned(),
        more: html! {},
        ready,
    };
    let bring = ask.link(
        "/numbers/enter",
        &[("period", &year(&ask)), ("key", PEOPLE)],
    );
    let body = html! {
        (note(Tone::Soon, &html! { p.flush { (l.t("numbers.communes-caveat")) } }))
        @if missing > 0 {
            p { b { (l.n("numbers.communes-missing", i64::try_from(missing).unwrap_or(i64::MAX), &[])) } " " (l.t("numbers.communes-bring")) " " a href=(bring) { (l.t("numbers.enter")) } }
        }
        (table(l, &ask, &areas, &found, &people))
        @if let Some(n) = found.get("") { p.small.muted { (l.f("numbers.without-commune", &[("n", &words::count(l, *n))])) } }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn year(ask: &Ask) -> String {
    ask.period.first().year().to_string()
}

/// The newest population of each area: of the year of the period, or of one of the years before it. A unit's figure
/// is its area's where it serves that one alone.
async fn population(hall: &Hall, ask: &Ask) -> Result<HashMap<String, Entered>, Failure> {
    let law = hall.law();
    let last = ask.period.first().year();
    let mut people: HashMap<String, Entered> = HashMap::new();
    for year in (last - YEARS + 1..=last).rev() {
        let brought = hall
            .reader()
            .entered_figures(POPULATION, Period::Year { year })
            .await?;
        for (figure, _) in brought {
            if let Some(area) = area_of(&law, &figure.subject, ask.today) {
                people.entry(area).or_insert(figure);
            }
        }
    }
    Ok(people)
}

fn area_of(law: &actions::Law, unit: &str, on: Date) -> Option<String> {
    match law.organisation.unit(unit, on)?.areas.as_slice() {
        [area] => Some(area.clone()),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of reports")]
fn per_ten_thousand(n: u64, people: f64) -> f64 {
    n as f64 / people * 10_000.0
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number of people")]
fn whole(l: Lang, people: f64) -> String {
    say::whole(l, people as i64)
}

/// By name, never by rank.
fn table(
    l: Lang,
    ask: &Ask,
    areas: &[&Area],
    found: &BTreeMap<String, u64>,
    people: &HashMap<String, Entered>,
) -> Markup {
    let title = l.t("numbers.communes-title");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.commune")) }
                    th.num scope="col" { (l.t("numbers.received-reports")) }
                    th.num scope="col" { (l.t("numbers.per-ten-thousand")) }
                    th scope="col" { (l.t("numbers.population")) }
                } }
                tbody { @for area in areas {
                    @let n = found.get(&area.code).copied().unwrap_or(0);
                    @let known = people.get(&area.code).and_then(|one| Some((one, one.numerator?)));
                    tr {
                        th scope="row" { (area.name) }
                        td.num data-label=(l.t("numbers.received-reports")) { @if n == 0 { "0" } @else { a href=(ask.cases("commune.received", &area.code)) { (words::count(l, n)) } } }
                        td.num data-label=(l.t("numbers.per-ten-thousand")) { @if let Some((_, people)) = known { (say::decimal(l, per_ten_thousand(n, people), 1)) } @else { "–" } }
                        td data-label=(l.t("numbers.population")) {
                            @match known {
                                Some((one, people)) => (l.f("numbers.population-from", &[("n", &whole(l, people)), ("source", &one.source), ("day", &say::day(one.on))])),
                                None => span.muted { (l.t("numbers.population-missing")) },
                            }
                        }
                    }
                } }
            }
        }
    }
}
