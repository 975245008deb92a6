//! Units scored by the nine indicators of TT 01/2018/TT-VPCP, for a quarter or a year: all units in one table,
//! one unit with each indicator and its dossiers. The public page shows grades of units, never of persons.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::index::measure::Lens;
use rules::index::metric::Entered;
use rules::index::period::Length;
use rules::index::scoring::{Kind, Scoring};
use rules::index::{Dossier, Name};
use service::fold::place_key;

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use super::scored::{self, Beside, Line, Scored};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, empty, tag};
use crate::visit::Visit;

/// The measure under which points that are entered are kept.
pub const MEASURE: &str = "scoring";

/// `GET /numbers/scores`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    view(&hall, &visit, asked, false).await
}

/// `GET /open/scores`: what everybody may see.
pub async fn public(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    view(&hall, &visit, asked, true).await
}

async fn view(hall: &Hall, visit: &Visit, asked: Asked, public: bool) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let entered = entered(hall, &ask).await?;
    let lens = lens(&law, &ask)?;
    let path = if public {
        "/open/scores"
    } else {
        "/numbers/scores"
    };
    let scoring = &law.yardsticks.scoring;
    let (body, ready) = {
        let (ledger, facts) = (hall.ledger(), hall.facts());
        let counted = Counted::of(&ledger, &law, &ask);
        let rows = rows(&counted, &facts, &entered, lens);
        let one = rows
            .iter()
            .find(|row| row.code == ask.asked.unit)
            .filter(|_| !public);
        let body = html! {
            @if let Some(Row { code, name, scored }) = one {
                h2 { (name) }
                (sum(l, scored))
                (indicators(l, &ask, scored, &|line, points| score_cases(&ask, code, line, points)))
            }
            @if rows.is_empty() { (empty(l.t("numbers.nothing"), &html! {})) }
            @else { (table(l, &ask, scoring, &rows, public, path)) }
        };
        (body, ledger.is_ready())
    };
    let head = Head {
        path,
        title: l.t("numbers.scores-title"),
        says: l.f("numbers.scores-says", &[("basis", &scoring.basis)]),
        more: html! {},
        ready,
    };
    let body = html! {
        (body)
        @if !public { p.row {
                a.btn.quiet href=(ask.link("/numbers/scores.xlsx", &[])) { (l.t("numbers.xlsx")) }
                a.btn.quiet href=(ask.link("/numbers/scores.pdf", &[])) target="_blank" { (l.t("numbers.pdf")) }
                a.btn.quiet href="/open/scores" { (l.t("numbers.scores-public")) } a.btn.quiet href=(ask.link("/numbers/enter", &[])) { (l.t("numbers.enter")) } } }
        details.more { summary { (l.t("numbers.about")) }
            p.small { (l.t("numbers.scores-notes")) }
            (doubts(l, scoring))
        }
    };
    Ok(head.page(visit, &law, &ask, &body))
}

/// Points that people brought for the period.
pub(super) async fn entered(hall: &Hall, ask: &Ask) -> Result<Vec<Entered>, Failure> {
    let entered = hall.reader().entered_figures(MEASURE, ask.period).await?;
    Ok(entered.into_iter().map(|(figure, _)| figure).collect())
}

/// A unit with its points.
pub(super) struct Row<'a> {
    pub code: String,
    pub name: String,
    pub scored: Scored<'a>,
}

/// All units in which a dossier ended, the best first.
pub(super) fn rows<'a>(
    counted: &Counted<'a>,
    facts: &facts::Facts,
    entered: &[Entered],
    lens: Lens<'_>,
) -> Vec<Row<'a>> {
    let law = counted.law;
    let beside = Beside {
        facts,
        entered,
        lens,
    };
    let units = units(counted, &lens);
    let mut rows: Vec<Row<'a>> = units
        .iter()
        .map(|(unit, own)| {
            let code = counted.word(*unit).to_owned();
            Row {
                name: words::unit(law, &code),
                scored: scored::unit(counted, &law.yardsticks.scoring, &beside, *unit, own),
                code,
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        let best = b.scored.least.total_cmp(&a.scored.least);
        best.then_with(|| place_key(&a.name).cmp(&place_key(&b.name)))
    });
    rows
}

/// Where the dossiers behind the points of an indicator are; `None`: behind its share.
fn score_cases(ask: &Ask, code: &str, line: &Line<'_>, points: Option<u8>) -> Option<String> {
    match (line.indicator.kind, points) {
        (_, Some(points)) => {
            let figure = format!("score.{}:{points}", line.indicator.number);
            Some(ask.cases(&figure, &format!("unit|{code}")))
        }
        (Kind::Petitions, None) => {
            let last = ask.period.after().yesterday().unwrap_or(ask.today);
            Some(format!(
                "/league/cases?figure=passed&unit={}&service=kind:report&period=range&from={}&to={last}",
                encode(code),
                ask.period.first()
            ))
        }
        (Kind::Online, None) => {
            let at = ask.as_of.to_string();
            let changes = [("figure", "766.3.3:all"), ("unit", code), ("at", &at)];
            Some(ask.link("/numbers/cases", &changes))
        }
        _ => None,
    }
}

/// The dossiers of the period by unit, of units in which one ended.
fn units<'a>(counted: &Counted<'a>, lens: &Lens<'_>) -> BTreeMap<Name, Vec<&'a Dossier>> {
    let mut units: BTreeMap<Name, Vec<&Dossier>> = BTreeMap::new();
    for one in counted.rows().filter(|one| lens.touches(one)) {
        units.entry(one.unit).or_default().push(one);
    }
    let ended = |one: &&Dossier| one.ended.is_some_and(|(_, at)| lens.holds(at));
    units.retain(|_, own| own.iter().any(ended));
    units
}

fn doubts(l: Lang, scoring: &Scoring) -> Markup {
    html! {
        ul.small { @for one in scoring.indicators.iter().filter(|one| !one.doubt.is_empty()) { li { b { (one.number) ". " (name(l, one)) } ": " (one.doubt) } } }
    }
}

pub(super) fn name(l: Lang, one: &rules::index::scoring::Indicator) -> &str {
    if l == Lang::En {
        &one.name_en
    } else {
        &one.name
    }
}

/// `12,4 điểm` with the grade, or from a least to a most.
pub fn sum(l: Lang, scored: &Scored<'_>) -> Markup {
    let number = |n: f64| say::decimal(l, n, 1);
    html! {
        p {
            b {
                @if scored.dossiers == 0 { (l.t("numbers.nothing-to-score")) }
                @else if scored.most > scored.least { (l.f("numbers.sum-between", &[("least", &number(scored.least)), ("most", &number(scored.most))])) }
                @else { (l.f("numbers.sum", &[("n", &number(scored.least))])) }
            }
            " " (grade(l, scored))
        }
    }
}

pub fn grade(l: Lang, scored: &Scored<'_>) -> Markup {
    match scored.grade {
        Some(grade) => {
            let tone = match grade.code.as_str() {
                "excellent" | "good" | "full" => Tone::Done,
                "weak" | "less" => Tone::Late,
                _ => Tone::Plain,
            };
            tag(
                tone,
                if l == Lang::En {
                    &grade.name_en
                } else {
                    &grade.name
                },
            )
        }
        None if scored.dossiers == 0 => html! {},
        None => tag(Tone::Plain, l.t("numbers.grade-open")),
    }
}

/// Each indicator with its dossiers by points; `to` gives the address of those.
pub fn indicators(
    l: Lang,
    ask: &Ask,
    scored: &Scored<'_>,
    to: &dyn Fn(&Line<'_>, Option<u8>) -> Option<String>,
) -> Markup {
    let title = l.t("numbers.indicators");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.indicator")) }
                    @for points in [2u8, 1, 0] { th.num scope="col" { (l.f("numbers.with-points", &[("n", &points)])) } }
                    th.num scope="col" { (l.t("numbers.mean-points")) }
                } }
                tbody { @for line in &scored.lines { (indicator(l, ask, line, to)) } }
            }
        }
    }
}

fn indicator(
    l: Lang,
    ask: &Ask,
    line: &Line<'_>,
    to: &dyn Fn(&Line<'_>, Option<u8>) -> Option<String>,
) -> Markup {
    let one = line.indicator;
    let says = [&one.zero, &one.one, &one.two];
    let counted = line.tally.dossiers() > 0;
    html! {
        tr {
            th scope="row" { (one.number) ". " (name(l, one))
                @if line.tally.aside > 0 { br; span.small.muted { (l.f("numbers.disputed-aside", &[("n", &words::count(l, line.tally.aside))])) } } }
            @for points in [2u8, 1, 0] {
                @let n = line.tally.by_points[usize::from(points)];
                td.num data-label=(l.f("numbers.with-points", &[("n", &points)])) title=(says[usize::from(points)]) {
                    @if !counted { "–" } @else if n == 0 { "0" } @else { a href=[to(line, Some(points))] { (words::count(l, n)) } }
                }
            }
            td.num data-label=(l.t("numbers.mean-points")) {
                @match line.score {
                    Some(score) => { @match to(line, None) { Some(at) => a href=(at) { b { (say::decimal(l, score, 1)) } }, None => b { (say::decimal(l, score, 1)) } } },
                    None => a href=(ask.link("/numbers/enter", &[])) { (l.t("numbers.unknown")) },
                }
            }
        }
    }
}

fn table(
    l: Lang,
    ask: &Ask,
    scoring: &Scoring,
    rows: &[Row<'_>],
    public: bool,
    path: &str,
) -> Markup {
    let title = l.t("numbers.scores-title");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.form.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.unit")) }
                    th.num scope="col" { (l.t("numbers.dossiers")) }
                    @for one in &scoring.indicators { th.num scope="col" { abbr title=(name(l, one)) { (one.number) } } }
                    th.num scope="col" { (l.t("numbers.sum-head")) }
                    th scope="col" { (l.t("numbers.grade")) }
                } }
                tbody { @for Row { code, name: unit, scored } in rows { tr.here[*code == ask.asked.unit] {
                    th scope="row" { @if public { (unit) } @else { a href=(ask.link(path, &[("unit", code)])) { (unit) } } }
                    td.num data-label=(l.t("numbers.dossiers")) { (words::count(l, scored.dossiers)) }
                    @for line in &scored.lines { td.num.mark data-label={ (line.indicator.number) "." } { @match line.score { Some(score) => (say::decimal(l, score, 1)), None => "–" } } }
                    td.num data-label=(l.t("numbers.sum-head")) { @if scored.most > scored.least { (say::decimal(l, scored.least, 1)) "–" (say::decimal(l, scored.most, 1)) } @else { (say::decimal(l, scored.least, 1)) } }
                    td data-label=(l.t("numbers.grade")) { (grade(l, scored)) }
                } } }
            }
        }
        p.small.muted { @for one in &scoring.indicators { (one.number) ": " (name(l, one)) ". " } }
    }
}
