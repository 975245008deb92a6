//! Form II.06a and the index of QĐ 766 as spreadsheets, with the numbers of the pages.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use papers::sheet::{Cell, Head, Line, Sheet, workbook};
use rules::index::period::Length;

use super::asked::{Ask, Asked, period_words};
use super::counted::Counted;
use super::index::{Measured, Value, measured};
use super::report::{By, COLUMNS, Form, column, count};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::ask::day_of;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

/// `GET /numbers/report.xlsx`
pub async fn report(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let form = {
        let ledger = hall.ledger();
        count(&Counted::of(&ledger, &law, &ask), l, By::of(&ask))
    };
    let agency = match ask.asked.unit.as_str() {
        "" => visit.house.city.clone(),
        unit => words::unit(&law, unit),
    };
    let name = format!("II.06a-{}.xlsx", ask.period);
    file(&name, &[sheet(l, &ask, &form, agency)], &ask)
}

fn sheet(l: Lang, ask: &Ask, form: &Form, agency: String) -> Sheet {
    let head = |words: &str, span| Head {
        words: words.to_owned(),
        span,
    };
    let mut names = vec![head("TT", 1), head(l.t("numbers.field"), 1)];
    let mut numbers = vec![head("(1)", 1), head("(2)", 1)];
    for number in COLUMNS {
        names.push(head(&l.of("numbers-column", &number.to_string(), &[]), 1));
        numbers.push(head(&format!("({number})"), 1));
    }
    let mut place = 0;
    let mut lines: Vec<Line> = form
        .lines
        .iter()
        .map(|line| {
            place += usize::from(!line.sum);
            let place = match line.sum {
                true => String::new(),
                false => place.to_string(),
            };
            cells(place, &line.name, &line.row, line.sum)
        })
        .collect();
    lines.push(cells(
        String::new(),
        l.t("numbers.total"),
        &form.total,
        true,
    ));
    Sheet {
        name: "II.06a".to_owned(),
        above: vec![agency, l.t("numbers.form-number").to_owned()],
        title: l.t("numbers.report-title").to_uppercase(),
        below: vec![period_line(l, ask)],
        heads: vec![
            vec![
                head("", 2),
                head(l.t("numbers.received"), 4),
                head(l.t("numbers.processed"), 4),
                head(l.t("numbers.in-process"), 3),
            ],
            names,
            numbers,
        ],
        rows: lines,
        notes: vec![l.t("numbers.report-notes").to_owned()],
        widths: vec![5.0, 44.0, 11.0],
    }
}

/// `Kỳ báo cáo: tháng 3/2026 (từ 01/03/2026 đến 31/03/2026)`
fn period_line(l: Lang, ask: &Ask) -> String {
    let day = |second: i64| say::date(rules::Moment::from_second(second).unwrap_or_default());
    let (from, to) = (day(ask.from.get()), day(ask.to.get() - 1));
    let words = period_words(l, ask.period);
    l.f(
        "numbers.period-line",
        &[("period", &words), ("from", &from), ("to", &to)],
    )
}

fn cells(place: String, name: &str, row: &rules::index::report_06a::Row, sum: bool) -> Line {
    let mut cells = vec![Cell::Text(place), Cell::Text(name.to_owned())];
    cells.extend(COLUMNS.map(|number| Cell::Count(column(row, number))));
    Line { cells, sum }
}

/// `GET /numbers/index.xlsx`
pub async fn index(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let index = &law.yardsticks.index;
    let entered = hall
        .reader()
        .entered_figures(&index.index, ask.period)
        .await?;
    let lens = super::lens(&law, &ask)?;
    let rows = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let all = measured(&counted, &lens, &entered);
        let mut rows = Vec::new();
        for group in &index.groups {
            let name = if l == Lang::En {
                &group.name_en
            } else {
                &group.name
            };
            let name = format!("{}. {name}", group.code);
            let head = [Cell::Text(String::new()), Cell::Text(name)];
            rows.push(Line {
                cells: head.into(),
                sum: true,
            });
            let own = all.iter().filter(|one| one.metric.group == group.code);
            rows.extend(own.map(|one| index_line(l, one)));
        }
        rows
    };
    let agency = match ask.asked.unit.as_str() {
        "" => visit.house.city.clone(),
        unit => words::unit(&law, unit),
    };
    let heads = [
        "metric-code",
        "metric",
        "numerator",
        "denominator",
        "share",
        "points",
        "at-most",
        "source",
    ];
    let head = |word: &&str| Head {
        words: l.of("numbers-sheet", word, &[]),
        span: 1,
    };
    let sheet = Sheet {
        name: "766".to_owned(),
        above: vec![agency],
        title: l.t("numbers.index-title").to_uppercase(),
        below: vec![period_line(l, &ask)],
        heads: vec![heads.iter().map(head).collect()],
        rows,
        notes: vec![l.f(
            "numbers.index-source",
            &[("source", &index.source), ("version", &index.version)],
        )],
        widths: vec![8.0, 60.0, 12.0, 12.0, 12.0, 10.0, 10.0, 40.0],
    };
    file(&format!("766-{}.xlsx", ask.period), &[sheet], &ask)
}

fn index_line(l: Lang, one: &Measured<'_>) -> Line {
    let none = || Cell::Nothing(l.t("numbers.unknown").to_owned());
    let decimal = |n: Option<f64>| n.map_or_else(none, Cell::Decimal);
    let (numerator, denominator) = match one.value {
        Value::Share {
            numerator,
            denominator,
        } => (Some(numerator), Some(denominator)),
        _ => (None, None),
    };
    let share = match one.value {
        Value::Days { mean, .. } => Some(mean),
        _ => one.share(),
    };
    let source = one
        .entered
        .as_ref()
        .map_or_else(String::new, |(figure, _)| {
            format!("{}, {}", figure.source, figure.on.strftime("%d/%m/%Y"))
        });
    let name = match l {
        Lang::En => &one.metric.name_en,
        Lang::Vi => &one.metric.name,
    };
    let cells = vec![
        Cell::Text(one.metric.code.clone()),
        Cell::Text(name.clone()),
        decimal(numerator),
        decimal(denominator),
        decimal(share),
        decimal(one.points),
        Cell::Decimal(one.metric.max),
        Cell::Text(source),
    ];
    Line { cells, sum: false }
}

/// A workbook as an answer.
fn file(name: &str, sheets: &[Sheet], ask: &Ask) -> Result<Response, Failure> {
    let day = day_of(ask.as_of);
    let small = |n: i8| u8::try_from(n).unwrap_or(1);
    let year = u16::try_from(day.year()).unwrap_or(1970);
    let made = (year, small(day.month()), small(day.day()));
    let bytes = workbook(sheets, made).map_err(Failure::fault)?;
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    );
    if let Ok(disposition) = format!("attachment; filename=\"{name}\"").parse() {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(answer)
}
