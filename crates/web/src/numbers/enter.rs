//! Figures that this system cannot know: typed one by one or brought as a table (CSV), each with its source and
//! day. Nothing is overwritten: the newest counts, what was entered before stays.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Moment;
use rules::index::metric::{Entered, Kind, PEOPLE, POPULATION};
use rules::index::period::Length;
use rules::index::scoring;

use super::asked::{Ask, Asked, filters, period_words};
use super::head::tabs;
use super::scores::MEASURE;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note};
use crate::visit::Visit;

/// Most lines of a table, and bytes.
const LINES: usize = 5_000;
const BYTES: usize = 1 << 20;

/// What is wrong with a line of a table: its number from 1 (the head is line 1), and the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub line: usize,
    /// `head`, a column's name, `unit`, `metric`, `size`.
    pub what: &'static str,
    pub found: String,
}

/// The columns of a table of figures.
pub const HEAD: [&str; 9] = [
    "index",
    "metric",
    "subject",
    "period",
    "numerator",
    "denominator",
    "percent",
    "source",
    "on",
];

/// Reads a table of figures. All or none: with any flaw nothing is taken.
///
/// # Errors
/// Every flaw, by line.
pub fn read(text: &str, law: &actions::Law) -> Result<Vec<Entered>, Vec<Flaw>> {
    let flaw = |line, what, found: &str| Flaw {
        line,
        what,
        found: found.chars().take(60).collect(),
    };
    if text.len() > BYTES {
        return Err(vec![flaw(1, "size", "")]);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader.headers().cloned().unwrap_or_default();
    if head.iter().ne(HEAD) {
        return Err(vec![flaw(
            1,
            "head",
            &head.iter().collect::<Vec<_>>().join(","),
        )]);
    }
    let (mut figures, mut flaws) = (Vec::new(), Vec::new());
    for (line, record) in (2..).zip(reader.records()) {
        if line > LINES {
            flaws.push(flaw(line, "size", ""));
            break;
        }
        let Ok(record) = record else {
            flaws.push(flaw(line, "head", ""));
            continue;
        };
        let fields: Vec<&str> = HEAD
            .iter()
            .enumerate()
            .map(|(n, _)| record.get(n).unwrap_or(""))
            .collect();
        match figure(&fields, law) {
            Ok(figure) => figures.push(figure),
            Err(what) => {
                let column = HEAD.iter().position(|name| *name == what);
                flaws.push(flaw(line, what, column.map_or("", |n| fields[n])));
            }
        }
    }
    match flaws.is_empty() {
        true => Ok(figures),
        false => Err(flaws),
    }
}

/// One figure from its nine fields; the name of the first that cannot be.
fn figure(fields: &[&str], law: &actions::Law) -> Result<Entered, &'static str> {
    let number = |n: usize| match fields[n] {
        "" => Ok(None),
        text => number(text).map(Some).ok_or(HEAD[n]),
    };
    let figure = Entered {
        index: fields[0].to_owned(),
        metric: fields[1].to_owned(),
        subject: fields[2].to_owned(),
        period: fields[3].parse().map_err(|_| "period")?,
        numerator: number(4)?,
        denominator: number(5)?,
        percent: number(6)?,
        source: fields[7].to_owned(),
        on: day(fields[8]).ok_or("on")?,
    };
    let offered = offered(law, &figure.index).ok_or("index")?;
    if !offered.iter().any(|(code, _)| *code == figure.metric) {
        return Err("metric");
    }
    if !figure.subject.is_empty() && law.organisation.unit_ever(&figure.subject).is_none() {
        return Err("subject");
    }
    figure.check()?;
    Ok(figure)
}

/// `97,5`, `97.5`, `1250`: a comma or a point before decimals, no marks between thousands.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().replace(',', ".").parse().ok()?;
    number.is_finite().then_some(number)
}

/// `2026-03-31` or `31/03/2026`.
fn day(text: &str) -> Option<Date> {
    text.parse()
        .ok()
        .or_else(|| Date::strptime("%d/%m/%Y", text).ok())
}

/// What may be entered for a measure: code and name. `None`: no such measure.
fn offered(law: &actions::Law, measure: &str) -> Option<Vec<(String, String)>> {
    let yardsticks = &law.yardsticks;
    if measure == POPULATION {
        return Some(vec![(PEOPLE.to_owned(), String::new())]);
    }
    if measure == yardsticks.index.index {
        let entered = yardsticks
            .index
            .metrics
            .iter()
            .filter(|metric| metric.kind == Kind::Entered);
        return Some(
            entered
                .map(|metric| (metric.code.clone(), metric.name.clone()))
                .collect(),
        );
    }
    let by_hand = |kind| {
        matches!(
            kind,
            scoring::Kind::OrganisedAtDesk | scoring::Kind::Publication
        )
    };
    let indicators = yardsticks
        .scoring
        .indicators
        .iter()
        .filter(|one| by_hand(one.kind));
    (measure == MEASURE).then(|| {
        indicators
            .map(|one| (one.number.to_string(), one.name.clone()))
            .collect()
    })
}

/// `GET /numbers/enter`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let ask = asked.understood(hall.now(), Length::Month);
    let posted = Posted {
        pairs: vec![("metric".to_owned(), metric_of(&ask.asked.key))],
        ..Posted::default()
    };
    draw(&hall, &visit, &ask, &posted, &html! {}).await
}

/// The choice of a metric carries its measure.
fn metric_of(key: &str) -> String {
    match key {
        "" => String::new(),
        PEOPLE => format!("{POPULATION}/{PEOPLE}"),
        key => format!("766/{key}"),
    }
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    ask: &Ask,
    posted: &Posted,
    problem: &Markup,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let index = law.yardsticks.index.index.clone();
    let mut entered = hall.reader().entered_figures(&index, ask.period).await?;
    for measure in [MEASURE, POPULATION] {
        entered.extend(hall.reader().entered_figures(measure, ask.period).await?);
    }
    let here = |one: &&(Entered, Moment)| one.0.subject == ask.asked.unit;
    let entered: Vec<&(Entered, Moment)> = entered.iter().filter(here).collect();
    let today = say::zoned(hall.now()).date().to_string();
    let on = if posted.get("on").is_empty() {
        &today
    } else {
        posted.get("on")
    };
    let choices: Vec<(String, Vec<(String, String)>)> = [index.as_str(), MEASURE, POPULATION]
        .into_iter()
        .filter_map(|measure| Some((measure.to_owned(), offered(&law, measure)?)))
        .collect();
    let title = l.t("numbers.enter");
    Ok(page(
        &visit.frame().narrow(),
        title,
        html! {
            (tabs(l, "/numbers/index"))
            h1 { (title) }
            p.muted { (l.t("numbers.enter-says")) }
            (filters(l, &law, ask, "/numbers/enter", &html! {}))
            (problem)
            form.stack method="post" action="/numbers/enter" {
                input type="hidden" name="period" value=(ask.period);
                input type="hidden" name="unit" value=(ask.asked.unit);
                p { b { (period_words(l, ask.period)) " · " @if ask.asked.unit.is_empty() { (l.t("numbers.whole-city")) } @else { (words::unit(&law, &ask.asked.unit)) } } }
                div.field { label for="metric" { (l.t("numbers.metric")) }
                    select #metric name="metric" {
                        @for (measure, offered) in &choices {
                            optgroup label=(l.of("numbers-measure", measure, &[])) {
                                @for (code, name) in offered { @let value = format!("{measure}/{code}"); option value=(value) selected[posted.get("metric") == value] { (code) " " (name) } }
                            }
                        }
                    }
                }
                (field(l, "numerator", posted)) (field(l, "denominator", posted)) (field(l, "percent", posted))
                (field(l, "source", posted))
                div.field { label for="on" { (l.t("numbers.enter-on")) } input #on type="date" name="on" value=(on) required; }
                button.btn.go type="submit" { (l.t("numbers.enter-save")) }
            }
            h2 { (l.t("numbers.enter-table")) }
            p { (l.t("numbers.enter-table-says")) }
            p { code.long { (HEAD.join(",")) } }
            form.stack method="post" action="/numbers/enter" enctype="multipart/form-data" {
                input type="hidden" name="period" value=(ask.period);
                input type="hidden" name="unit" value=(ask.asked.unit);
                div.field { label for="table" { (l.t("numbers.enter-file")) } input #table type="file" name="table" accept=".csv,text/csv" required; }
                button.btn type="submit" { (l.t("numbers.enter-bring")) }
            }
            h2 { (l.t("numbers.entered-before")) }
            @if entered.is_empty() { (empty(l.t("numbers.entered-none"), &html! {})) }
            @else { (known(l, &entered)) }
        },
    ))
}

fn field(l: Lang, name: &str, posted: &Posted) -> Markup {
    html! {
        div.field {
            label for=(name) { (l.of("numbers-enter", name, &[])) }
            @if let Some(hint) = l.perhaps("numbers-enter-hint", name) { p.hint { (hint) } }
            input id=(name) name=(name) value=(posted.get(name)) maxlength="300" inputmode=[(name != "source").then_some("decimal")] autocomplete="off";
        }
    }
}

fn known(l: Lang, entered: &[&(Entered, Moment)]) -> Markup {
    let number = |n: Option<f64>| {
        n.map_or_else(
            || "–".to_owned(),
            |n| say::decimal(l, n, if n.fract() == 0.0 { 0 } else { 2 }),
        )
    };
    html! {
        div.wrap-table role="region" aria-label=(l.t("numbers.entered-before")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("numbers.entered-before")) }
                thead { tr { th scope="col" { (l.t("numbers.metric")) } th.num scope="col" { (l.t("numbers.numerator")) } th.num scope="col" { (l.t("numbers.denominator")) } th.num scope="col" { (l.t("numbers.share")) } th scope="col" { (l.of("numbers-enter", "source", &[])) } th scope="col" { (l.t("numbers.enter-on")) } } }
                tbody { @for (one, at) in entered { tr {
                    th scope="row" { (one.metric) }
                    td.num data-label=(l.t("numbers.numerator")) { (number(one.numerator)) }
                    td.num data-label=(l.t("numbers.denominator")) { (number(one.denominator)) }
                    td.num data-label=(l.t("numbers.share")) { (number(one.share())) }
                    td data-label=(l.of("numbers-enter", "source", &[])) { (one.source) }
                    td data-label=(l.t("numbers.enter-on")) { (one.on.strftime("%d/%m/%Y")) " " span.small.muted { (l.f("numbers.entered-at", &[("at", &say::moment(l, *at))])) } }
                } } }
            }
        }
    }
}

/// `POST /numbers/enter`: one figure, or a table.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let asked = Asked {
        period: posted.get("period").to_owned(),
        unit: posted.get("unit").to_owned(),
        ..Asked::default()
    };
    let ask = asked.understood(hall.now(), Length::Month);
    let read = match posted.files.iter().find(|file| file.what == "table") {
        Some(file) => match std::str::from_utf8(&file.bytes) {
            Ok(text) => read(text, &law),
            Err(_) => Err(vec![Flaw {
                line: 1,
                what: "utf8",
                found: String::new(),
            }]),
        },
        None => one(&posted, &ask, &law),
    };
    match read {
        Ok(figures) => {
            hall.city().enter_figures(&visit.person, figures).await?;
            Ok(redirect::to(&ask.link("/numbers/enter", &[])).into_response())
        }
        Err(flaws) => {
            let problem = flaws_shown(l, &flaws);
            let body = draw(&hall, &visit, &ask, &posted, &problem).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
    }
}

fn one(posted: &Posted, ask: &Ask, law: &actions::Law) -> Result<Vec<Entered>, Vec<Flaw>> {
    let (measure, metric) = posted.get("metric").split_once('/').unwrap_or_default();
    let period = ask.period.to_string();
    let fields = [
        measure,
        metric,
        posted.get("unit"),
        &period,
        posted.get("numerator"),
        posted.get("denominator"),
        posted.get("percent"),
        posted.get("source"),
        posted.get("on"),
    ];
    figure(&fields, law)
        .map(|figure| vec![figure])
        .map_err(|what| {
            let column = HEAD.iter().position(|name| *name == what);
            let found = column.map_or("", |n| fields[n]).to_owned();
            vec![Flaw {
                line: 0,
                what,
                found,
            }]
        })
}

fn flaws_shown(l: Lang, flaws: &[Flaw]) -> Markup {
    html! {
        div role="alert" {
            (note(Tone::Late, &html! {
                p { b { (l.t("numbers.enter-flawed")) } }
                ul { @for flaw in flaws.iter().take(20) { li {
                    @if flaw.line > 0 { (l.f("numbers.enter-line", &[("n", &flaw.line)])) " " }
                    (l.of("numbers-flaw", flaw.what, &[("found", &flaw.found)]))
                } } }
                @if flaws.len() > 20 { p { (l.f("numbers.enter-more", &[("n", &(flaws.len() - 20))])) } }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(line: &str) -> String {
        format!("\u{feff}{}\n{line}\n", HEAD.join(","))
    }

    #[test]
    fn a_table_is_read_whole_or_its_flaws_are_named_by_line() {
        let law = actions::Law::default();
        let good = read(
            &table("766,1.4,,2026-02,980,1000,,Báo cáo 12/BC,28/02/2026"),
            &law,
        );
        let good = good.expect("a sound table");
        assert_eq!(good[0].share(), Some(98.0));
        for (line, what) in [
            ("999,1.4,,2026-02,1,2,,x,2026-02-28", "index"),
            ("766,2.1,,2026-02,1,2,,x,2026-02-28", "metric"),
            ("766,1.4,khong-co,2026-02,1,2,,x,2026-02-28", "subject"),
            ("766,1.4,,2026-13,1,2,,x,2026-02-28", "period"),
            ("766,1.4,,2026-02,một,2,,x,2026-02-28", "numerator"),
            ("766,1.4,,2026-02,3,2,,x,2026-02-28", "numerator"),
            ("766,1.4,,2026-02,3,,,x,2026-02-28", "denominator"),
            ("766,1.4,,2026-02,,,101,x,2026-02-28", "percent"),
            ("766,1.4,,2026-02,,,,x,2026-02-28", "percent"),
            ("766,1.4,,2026-02,1,2,,,2026-02-28", "source"),
            ("766,1.4,,2026-02,1,2,,x,hôm qua", "on"),
            ("population,people,,2026,1000,1000,,x,2026-02-28", "people"),
            ("population,people,,2026,0,,,x,2026-02-28", "people"),
            ("population,people,,2026,10.5,,,x,2026-02-28", "people"),
            ("population,people,,2026,1000,,,,2026-02-28", "source"),
            ("population,births,,2026,1000,,,x,2026-02-28", "metric"),
            ("766", "period"),
        ] {
            let flaws = read(&table(line), &law).expect_err(line);
            assert_eq!((flaws[0].line, flaws[0].what), (2, what), "{line}");
        }
        assert_eq!(
            read("a,b\n1,2\n", &law).expect_err("no head")[0].what,
            "head"
        );
        assert_eq!(number("97,5"), Some(97.5));
        assert_eq!(number("NaN"), None);
    }
}
