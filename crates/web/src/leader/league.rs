//! Which units do well and which do not: one scan of `facts`, judged by `rules::league`, every figure a
//! link to its cases. Units that cannot be told from the average carry no rank; small ones stand apart.

use std::collections::BTreeMap;

use actions::Law;
use axum::extract::{Query, State};
use facts::{Dimension, Key};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Moment;
use rules::league::{League, Options, Share, UnitRow, Verdict};
use rules::sample::tally::Tally;
use service::fold::place_key;

use super::ask::{Ask, Asked};
use super::{funnel, words};
use crate::error::Failure;
use crate::figures;
use crate::hall::Hall;
use crate::numbers::sample::{self, Looked};
use crate::say;
use crate::text::Lang;
use crate::ui::charts::interval_bar;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::empty;
use crate::visit::Visit;

/// A counted row with its name.
pub struct Line<'a> {
    pub key: &'a Key,
    pub name: String,
    pub row: &'a UnitRow,
}

/// `GET /league`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let ask = asked.understood(&law, hall.now());
    let (keys, league) = count(&hall, &ask);
    let looked = Looked::up_to(&hall, ask.question.as_of).await?;
    Ok(view(&visit, &law, today, &ask, &keys, &league, &looked))
}

/// Counts the league of these filters: one scan, no SQL.
pub fn count(hall: &Hall, ask: &Ask) -> (Vec<Key>, League) {
    let question = &ask.question;
    let days = question.period.map_or(365.0, |(from, to)| {
        #[allow(clippy::cast_precision_loss)] // seconds of a few years
        let seconds = (to - from) as f64;
        seconds / 86_400.0
    });
    let options = Options {
        period_days: days,
        ..Options::default()
    };
    figures::league(&hall.facts(), question, options)
}

/// In the order of the page: better, worse, not separated (each by share pulled towards the mean),
/// then apart those that cannot be judged.
pub fn sorted<'a>(
    l: Lang,
    law: &Law,
    today: Date,
    by: Dimension,
    keys: &'a [Key],
    league: &'a League,
) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let lines = keys.iter().zip(&league.rows).map(|(key, row)| Line {
        key,
        name: words::name(l, law, today, by, key),
        row,
    });
    let (mut judged, mut apart): (Vec<_>, Vec<_>) = lines
        .partition(|line| !matches!(line.row.verdict, Verdict::TooSmall | Verdict::NotComparable));
    let group = |verdict| match verdict {
        Verdict::Better => 0,
        Verdict::Worse => 1,
        _ => 2,
    };
    judged.sort_by(|a, b| {
        let share = |line: &Line<'_>| line.row.shrunk.unwrap_or(0.0);
        group(a.row.verdict)
            .cmp(&group(b.row.verdict))
            .then(share(b).total_cmp(&share(a)))
    });
    apart.sort_by_key(|line| place_key(&line.name));
    (judged, apart)
}

/// With fewer units than this to show, the others are shown as well.
const FEW: usize = 5;

fn view(
    visit: &Visit,
    law: &Law,
    today: Date,
    ask: &Ask,
    keys: &[Key],
    league: &League,
    looked: &Looked,
) -> Markup {
    let l = visit.lang;
    let held = (looked.by_unit(), looked.smallest);
    let (judged, apart) = sorted(l, law, today, ask.question.by, keys, league);
    let apart_from_mean =
        |line: &Line<'_>| matches!(line.row.verdict, Verdict::Better | Verdict::Worse);
    let (told, alike) = judged.split_at(judged.partition_point(apart_from_mean));
    let at = Moment::from_second(ask.question.as_of).unwrap_or(Moment::UNIX_EPOCH);
    page(
        &visit.frame(),
        l.t("league.title"),
        html! {
            h1 { (l.t("league.title")) }
            (filters(l, law, today, ask, "/league"))
            div data-live="league" {
                p.small.muted {
                    (l.t("league.counting")) " " a href="/open/method" { (l.t("foot.method")) } " · "
                    (l.f("league.as-of", &[("time", &say::clock_time(at)), ("day", &say::date(at))]))
                }
                @if keys.is_empty() {
                    (empty(l.t("league.nothing"), &html! { p { a href="/league?period=all" { (l.t("league.all-time")) } } }))
                } @else {
                    (whole(l, ask, league))
                    @if !told.is_empty() { (table(l, ask, l.t("league.title"), told, league, &held)) }
                    @if !alike.is_empty() {
                        // A leader asks who is better and who is worse; the many between are one tap away.
                        details.more open[told.len() < FEW] {
                            summary { (l.t("league.alike")) " (" (alike.len()) ")" }
                            (table(l, ask, l.t("league.alike"), alike, league, &held))
                        }
                    }
                    (key(l, league))
                    (funnel::section(l, ask, &judged, league))
                    @if !apart.is_empty() {
                        details.more open[judged.is_empty()] {
                            summary { (l.t("league.apart")) " (" (apart.len()) ")" }
                            p.small.muted { (l.t("league.apart-says")) }
                            (table(l, ask, l.t("league.apart"), &apart, league, &held))
                        }
                    }
                }
            }
            p.row {
                a.btn.quiet href=(ask.link("/league.csv", &[])) { (l.t("league.csv")) }
            }
        },
    )
}

/// The city as one unit: four figures that open their cases.
fn whole(l: Lang, ask: &Ask, league: &League) -> Markup {
    let city = &league.city;
    let on_time = city
        .on_time
        .map_or_else(|| "–".to_owned(), |s| say::percent(l, s.share));
    let passed = city.on_time.map_or(0, |share| share.n);
    html! {
        dl.figures {
            div { dt { (l.t("league.on-time")) } dd { a href=(ask.cases("passed", None)) { (on_time) } } }
            div { dt { (l.t("league.passed")) } dd { (words::opens(l, ask, "passed", None, passed)) } }
            div { dt { (l.t("league.median")) } dd { (words::time(l, city.median)) } }
            div { dt { (l.t("league.p90")) } dd { (words::time(l, city.p90)) } }
            div { dt { (l.t("league.overdue")) } dd.bad[city.overdue > 0] { (words::opens(l, ask, "overdue", None, city.overdue)) } }
        }
    }
}

fn key(l: Lang, league: &League) -> Markup {
    let mean = league
        .city
        .on_time
        .map(|share| say::percent(l, share.share));
    html! {
        @if let Some(mean) = mean { p.small.muted { (l.f("league.key", &[("mean", &mean)])) } }
    }
}

/// By unit what drawn reports said, and below how many judged ones nothing is said.
type Held<'a> = (BTreeMap<&'a str, Tally>, u64);

fn table(
    l: Lang,
    ask: &Ask,
    caption: &str,
    lines: &[Line<'_>],
    league: &League,
    held: &Held<'_>,
) -> Markup {
    let mean = league.city.on_time.map_or(0.0, |share| share.share);
    let lowest = lines
        .iter()
        .filter_map(|line| line.row.on_time.map(|share| share.low))
        .fold(mean, f64::min);
    let from = ((lowest * 10.0).floor() / 10.0).clamp(0.0, 0.9);
    let by_unit = ask.question.by == Dimension::Unit;
    html! {
        div.wrap-table role="region" aria-label=(caption) tabindex="0" {
            table.folds.league {
                caption.hidden-words { (caption) }
                thead { tr {
                    th scope="col" { (l.of("league-by", by_word(ask.question.by), &[])) }
                    th.num scope="col" { (l.t("league.passed")) }
                    th scope="col" { (l.t("league.interval")) }
                    th.num scope="col" { (l.t("league.on-time")) }
                    th.num scope="col" { (l.t("league.median")) }
                    th.num scope="col" { (l.t("league.p90")) }
                    th.num scope="col" { (l.t("league.open")) }
                    th.num scope="col" { (l.t("league.overdue")) }
                    th.num scope="col" { (l.t("league.reopened")) }
                    th.num scope="col" { (l.t("league.verified")) }
                    @if by_unit { th.num scope="col" { abbr title=(l.t("sample.held-says")) { (l.t("sample.held")) } } }
                    th.num scope="col" { (l.t("league.satisfaction")) }
                    th.num scope="col" { abbr title=(l.t("league.ratio-says")) { (l.t("league.ratio")) } }
                    th scope="col" { (l.t("league.verdict")) }
                    @if by_unit { th scope="col" { span.hidden-words { (l.t("direct.title")) } } }
                } }
                tbody {
                    @for line in lines {
                        tr data-key-row=(figures::plain(line.key)) {
                            th scope="row" { (row_name(ask, line)) }
                            (cells(l, ask, line, mean, from, by_unit.then_some(held)))
                            @if by_unit { td { a.btn.quiet href=(direct(ask, line)) { (l.t("direct.give")) span.hidden-words { " " (line.name) } } } }
                        }
                    }
                }
            }
        }
    }
}

fn row_name(ask: &Ask, line: &Line<'_>) -> Markup {
    let code = figures::plain(line.key);
    let to = match ask.question.by {
        Dimension::Area => ask.link("/league", &[("area", &code), ("by", "")]),
        Dimension::Service => ask.link("/league", &[("service", &code), ("by", "")]),
        _ => ask.link(&format!("/league/{}", encode(&code)), &[]),
    };
    html! { a href=(to) { (line.name) } }
}

fn direct(ask: &Ask, line: &Line<'_>) -> String {
    let code = figures::plain(line.key);
    ask.link("/direct", &[("unit", &code), ("figure", "overdue")])
}

fn cells(
    l: Lang,
    ask: &Ask,
    line: &Line<'_>,
    mean: f64,
    from: f64,
    held: Option<&Held<'_>>,
) -> Markup {
    let row = line.row;
    let key = Some(line.key);
    let passed = row.on_time.map_or(0, |share| share.n);
    html! {
        td.num data-label=(l.t("league.passed")) { (words::opens(l, ask, "passed", key, passed)) }
        td { @if let Some(s) = row.on_time { (interval_bar(l, s.share, s.low, s.high, mean, from, words::standing(row.verdict))) } }
        td.num data-label=(l.t("league.on-time")) {
            @match row.on_time {
                Some(share) => a href=(ask.cases(if share.share > 0.0 { "on-time" } else { "passed" }, key)) { (say::percent(l, share.share)) },
                None => "–",
            }
        }
        td.num data-label=(l.t("league.median")) { (words::time(l, row.median)) }
        td.num.aside data-label=(l.t("league.p90")) { (words::time(l, row.p90)) }
        td.num.aside data-label=(l.t("league.open")) { (words::opens(l, ask, "open", key, row.open)) }
        td.num.bad[row.overdue > 0] data-label=(l.t("league.overdue")) { (words::opens(l, ask, "overdue", key, row.overdue)) }
        td.num.aside data-label=(l.t("league.reopened")) { (share(l, ask, "reopened", key, row.reopened)) }
        td.num.aside data-label=(l.t("league.verified")) { (share(l, ask, "verified", key, row.verified)) }
        @if let Some((units, smallest)) = held { td.num.aside data-label=(l.t("sample.held")) { (looked_again(l, ask, &figures::plain(line.key), units, *smallest)) } }
        td.num.aside data-label=(l.t("league.satisfaction")) { (satisfaction(l, ask, key, row)) }
        td.num.aside data-label=(l.t("league.ratio")) { @match row.observed_over_expected { Some(ratio) => (say::decimal(l, ratio, 2)), None => "–" } }
        td { (words::verdict(l, row.verdict)) @if let Some(places) = places(l, row) { " " span.small.muted { (places) } } }
    }
}

/// What still held of the unit's drawn reports; it opens them.
fn looked_again(
    l: Lang,
    ask: &Ask,
    unit: &str,
    units: &BTreeMap<&str, Tally>,
    smallest: u64,
) -> Markup {
    let at = ask.question.as_of;
    html! {
        @match units.get(unit).filter(|tally| tally.judged() > 0) {
            None => "–",
            Some(tally) => (sample::held(l, tally, smallest, Some(&format!("/numbers/cases?figure=held.judged&key={}&at={at}", encode(unit))))),
        }
    }
}

/// `hạng 1–4`: only where the unit is told apart from the average.
fn places(l: Lang, row: &UnitRow) -> Option<String> {
    let (best, worst) = row
        .places
        .filter(|_| matches!(row.verdict, Verdict::Better | Verdict::Worse))?;
    Some(match best == worst {
        true => l.f("league.place", &[("n", &best)]),
        false => l.f("league.places", &[("best", &best), ("worst", &worst)]),
    })
}

fn share(l: Lang, ask: &Ask, figure: &str, key: Option<&Key>, share: Option<Share>) -> Markup {
    html! {
        @match share {
            None => "–",
            Some(share) if share.share <= 0.0 => (say::percent(l, 0.0)),
            Some(share) => a href=(ask.cases(figure, key)) { (say::percent(l, share.share)) },
        }
    }
}

fn satisfaction(l: Lang, ask: &Ask, key: Option<&Key>, row: &UnitRow) -> Markup {
    let said = row.satisfaction;
    html! {
        @match said.mean.zip(said.response_rate()) {
            None => "–",
            Some((mean, rate)) => {
                a href=(ask.cases("rated", key)) { (say::decimal(l, mean, 1)) }
                " " span.small.muted {
                    (l.f("league.response", &[("rate", &say::percent(l, rate))]))
                    @if let Some((low, high)) = said.bounds.filter(|_| rate < 1.0) { br; (l.f("league.bounds", &[("low", &say::decimal(l, low, 1)), ("high", &say::decimal(l, high, 1))])) }
                }
            },
        }
    }
}

pub fn by_word(by: Dimension) -> &'static str {
    match by {
        Dimension::Area => "area",
        Dimension::Service => "service",
        _ => "unit",
    }
}

/// The filters as a form that works without script.
pub fn filters(l: Lang, law: &Law, today: Date, ask: &Ask, path: &str) -> Markup {
    let a = &ask.asked;
    let mut groups: Vec<&str> = law
        .catalogue
        .all(today)
        .map(|p| p.definition.group.vi.as_str())
        .collect();
    groups.sort_by_key(|group| place_key(group));
    groups.dedup();
    let mut services: Vec<(String, String)> = law
        .catalogue
        .all(today)
        .map(|p| {
            (
                p.definition.service.clone(),
                p.definition.name.get(l.code()).to_owned(),
            )
        })
        .collect();
    services.sort_by_key(|(_, name)| place_key(name));
    let mut areas: Vec<_> = law.organisation.areas_on(today).collect();
    areas.sort_by_key(|area| place_key(&area.name));
    let period = if a.period.is_empty() { "90" } else { &a.period };
    html! {
        form.filters action=(path) {
            label { (l.t("league.service"))
                select name="service" {
                    option value="" { (l.t("league.every-service")) }
                    @for kind in ["report", "procedure", "directive"] { @let value = format!("kind:{kind}"); option value=(value) selected[a.service == value] { (l.of("case-kind", kind, &[])) } }
                    optgroup label=(l.t("league.groups")) { @for group in groups { @let value = format!("group:{group}"); option value=(value) selected[a.service == value] { (group) } } }
                    optgroup label=(l.t("league.services")) { @for (code, name) in &services { option value=(code) selected[a.service == *code] { (name) } } }
                }
            }
            label { (l.t("league.area"))
                select name="area" {
                    option value="" { (l.t("league.whole-city")) }
                    optgroup label=(l.t("league.sets")) { @for set in &law.organisation.sets { @let value = format!("set:{}", set.code); option value=(value) selected[a.area == value] { (set.name) } } }
                    optgroup label=(l.t("league.areas")) { @for area in areas { option value=(area.code) selected[a.area == area.code] { (area.name) } } }
                }
            }
            label { (l.t("league.period"))
                select name="period" {
                    @for word in ["30", "90", "365", "all", "range"] { option value=(word) selected[period == word] { (l.of("league-period", word, &[])) } }
                }
            }
            details.more open[period == "range" || !a.day.is_empty() || ask.question.by != Dimension::Unit] {
                summary { (l.t("league.more")) }
                div.filters {
            label { (l.t("league.from")) input type="date" name="from" value=(a.from); }
            label { (l.t("league.to")) input type="date" name="to" value=(a.to); }
            label { (l.t("league.day")) input type="date" name="day" value=(a.day); }
            label { (l.t("league.by"))
                select name="by" { @for word in ["unit", "area", "service"] { option value=(word) selected[by_word(ask.question.by) == word] { (l.of("league-by", word, &[])) } } }
            }
                }
            }
            button.btn type="submit" { (l.t("league.show")) }
        }
    }
}
