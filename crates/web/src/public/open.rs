//! How the city is doing today, honestly: on time over all deadlines that have passed, times with open
//! cases counted, and the league in its public form. The same counting as the leader's page.

use axum::extract::{Query, State};
use facts::{Cohort, Dimension, Key};
use maud::{Markup, html};
use rules::Moment;
use rules::league::League;

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::ask::{Ask, Asked};
use crate::leader::league::{Line, count, filters, sorted};
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::charts::interval_bar;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Figure, empty, figures, link_button};
use crate::visit::Visit;

/// `GET /open`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(mut asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    // One unit's page and links into its cases are the leader's.
    (asked.unit, asked.figure) = (String::new(), String::new());
    let ask = asked.understood(&law, hall.now());
    let (keys, league) = count(&hall, &ask);
    let now = {
        let query = ask.behind("open-now").ok_or(Failure::NotFound)?;
        hall.facts().today(&facts::Query {
            cohort: Cohort::All,
            filters: ask.question.filters.clone(),
            ..query
        })
    };
    // Calls answered on the phone are no cases: they stand beside the figures, never in them.
    let answered = hall.reader().calls_with(
        rules::hotline::Outcome::AnsweredAtOnce,
        hall.now() - jiff::SignedDuration::from_hours(24 * 30),
        hall.now() + jiff::SignedDuration::from_mins(5),
    );
    let answered = answered.await?;
    let at = Moment::from_second(ask.question.as_of).unwrap_or_default();
    let (judged, apart) = sorted(l, &law, today, ask.question.by, &keys, &league);
    Ok(page(
        &visit.frame(),
        l.t("open.title"),
        html! {
            h1 { (l.t("open.title")) }
            div data-live="open-today" {
                (figures(&city_figures(l, &league, &now)))
                @if answered > 0 { p.small { (l.n("open.answered-at-once", answered.into(), &[])) } }
                p.small.muted { (l.t("league.counting")) " " a href="/open/method" { (l.t("foot.method")) } " · "
                    (l.f("league.as-of", &[("time", &say::clock_time(at)), ("day", &say::date(at))])) }
            }
            p.acts { (link_button("/open/reports", l.t("reports.title"), "")) (link_button("/open/map", l.t("open-map.title"), "")) (link_button("/open/sample", l.t("sample.public-title"), "")) (link_button("/open/data.csv", l.t("open.data"), "quiet")) (link_button("/open311", l.t("open311.title"), "quiet")) (link_button(crate::api::ADDRESS, l.t("open311.described"), "quiet")) (link_button("/open/widget", l.t("widget.copy-title"), "quiet")) }
            section {
                h2 { (l.t("league.title")) }
                (filters(l, &law, today, &ask, "/open"))
                div data-live="open-league" {
                    @if judged.is_empty() && apart.is_empty() { (empty(l.t("league.nothing"), &html! {})) }
                    @if !judged.is_empty() { (table(l, &ask, l.t("league.title"), &judged, &league)) }
                    @if !apart.is_empty() { details.more open[judged.is_empty()] { summary { (l.t("league.apart")) " (" (apart.len()) ")" } p.small.muted { (l.t("league.apart-says")) } (table(l, &ask, l.t("league.apart"), &apart, &league)) } }
                }
            }
        },
    ))
}

fn city_figures(l: Lang, league: &League, now: &facts::Today) -> Vec<Figure> {
    let city = &league.city;
    let one = |name: &str, value: String, bad: bool| Figure {
        name: name.to_owned(),
        value,
        bad,
        link: None,
        drawing: None,
    };
    let whole = |n: u32| say::whole(l, n.into());
    vec![
        one(
            l.t("league.on-time"),
            city.on_time
                .map_or_else(|| "–".to_owned(), |s| say::percent(l, s.share)),
            false,
        ),
        one(
            l.t("league.passed"),
            words::count(l, city.on_time.map_or(0, |s| s.n)),
            false,
        ),
        one(l.t("league.median"), words::time(l, city.median), false),
        one(l.t("league.p90"), words::time(l, city.p90), false),
        one(l.t("open.received-today"), whole(now.opened), false),
        one(l.t("open.finished-today"), whole(now.finished), false),
        one(l.t("open.open-now"), whole(now.open), false),
        one(l.t("open.overdue-now"), whole(now.overdue), now.overdue > 0),
    ]
}

/// Where the public reports of a row are listed; services that are not reports have none.
fn reports(ask: &Ask, key: &Key) -> String {
    let code = encode(&crate::figures::plain(key));
    match ask.question.by {
        Dimension::Area => format!("/open/reports?area={code}"),
        Dimension::Service => format!("/open/reports?service={code}"),
        _ => format!("/open/reports?unit={code}"),
    }
}

fn table(l: Lang, ask: &Ask, caption: &str, lines: &[Line<'_>], league: &League) -> Markup {
    let mean = league.city.on_time.map_or(0.0, |share| share.share);
    let lows = lines
        .iter()
        .filter_map(|line| line.row.on_time.map(|share| share.low));
    let from = ((lows.fold(mean, f64::min) * 10.0).floor() / 10.0).clamp(0.0, 0.9);
    html! {
        div.wrap-table role="region" aria-label=(caption) tabindex="0" {
            table.folds.league {
                caption.hidden-words { (caption) }
                thead { tr {
                    th scope="col" { (l.of("league-by", crate::leader::league::by_word(ask.question.by), &[])) }
                    th.num scope="col" { (l.t("league.passed")) }
                    th scope="col" { (l.t("league.interval")) }
                    th.num scope="col" { (l.t("league.on-time")) }
                    th.num scope="col" { (l.t("league.median")) }
                    th.num scope="col" { (l.t("league.p90")) }
                    th.num scope="col" { (l.t("league.overdue")) }
                    th scope="col" { (l.t("league.verdict")) }
                } }
                tbody {
                    @for line in lines {
                        @let row = line.row;
                        tr data-key-row=(crate::figures::plain(line.key)) {
                            th scope="row" { a href=(reports(ask, line.key)) { (line.name) } }
                            td.num data-label=(l.t("league.passed")) { (words::count(l, row.on_time.map_or(0, |s| s.n))) }
                            td { @if let Some(s) = row.on_time { (interval_bar(l, s.share, s.low, s.high, mean, from, words::standing(row.verdict))) } }
                            td.num data-label=(l.t("league.on-time")) { @match row.on_time { Some(s) => (say::percent(l, s.share)), None => "–" } }
                            td.num data-label=(l.t("league.median")) { (words::time(l, row.median)) }
                            td.num data-label=(l.t("league.p90")) { (words::time(l, row.p90)) }
                            td.num.bad[row.overdue > 0] data-label=(l.t("league.overdue")) { (words::count(l, row.overdue)) }
                            td { (words::verdict(l, row.verdict)) }
                        }
                    }
                }
            }
        }
    }
}
