//! The league as a spreadsheet: every column of the page, one row a unit, no person inside.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use papers::sheet::Sheet;
use rules::league::Quantile;

use super::ask::Asked;
use super::{league, words};
use crate::error::Failure;
use crate::figures;
use crate::hall::Hall;
use crate::visit::Visit;

/// `GET /league.csv`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let ask = asked.understood(&law, hall.now());
    let (keys, counted) = league::count(&hall, &ask);
    let mut rows = vec![row([
        "code",
        "name",
        "received",
        "passed",
        "on_time_share",
        "low_95",
        "high_95",
        "expected",
        "observed_over_expected",
        "median_days",
        "p90_days",
        "open",
        "overdue",
        "reopened_share",
        "verified_share",
        "satisfaction",
        "satisfaction_answers",
        "satisfaction_asked",
        "verdict",
    ])];
    for (key, unit) in keys.iter().zip(&counted.rows) {
        let name = words::name(visit.lang, &law, today, ask.question.by, key);
        let share = unit.on_time;
        let number = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.4}"));
        rows.push(row([
            figures::plain(key).as_str(),
            &name,
            &unit.received.to_string(),
            &share.map_or(0, |s| s.n).to_string(),
            &number(share.map(|s| s.share)),
            &number(share.map(|s| s.low)),
            &number(share.map(|s| s.high)),
            &format!("{:.2}", unit.expected),
            &number(unit.observed_over_expected),
            &days(unit.median),
            &days(unit.p90),
            &unit.open.to_string(),
            &unit.overdue.to_string(),
            &number(unit.reopened.map(|s| s.share)),
            &number(unit.verified.map(|s| s.share)),
            &number(unit.satisfaction.mean),
            &unit.satisfaction.answered.to_string(),
            &unit.satisfaction.asked.to_string(),
            &format!("{:?}", unit.verdict),
        ]));
    }
    Ok(file("league.csv", &rows.concat()))
}

/// `1.283`, or `>62.6` where it was not reached: never a number alone.
fn days(quantile: Quantile) -> String {
    match quantile {
        Quantile::Reached(days) => format!("{days:.3}"),
        Quantile::NotReached { beyond } => format!(">{beyond:.1}"),
    }
}

/// A line of RFC 4180. What a spreadsheet would take for a formula is made a text.
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells
        .into_iter()
        .map(|cell| {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let cell = if formula && cell.parse::<f64>().is_err() && cell != "-" {
                format!("'{cell}")
            } else {
                cell.to_owned()
            };
            match cell.contains(['"', ',', '\n', '\r']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell,
            }
        })
        .collect();
    cells.join(",") + "\r\n"
}

/// With the mark by which spreadsheets know UTF-8.
pub fn file(name: &str, text: &str) -> Response {
    let mut answer = format!("\u{feff}{text}").into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(disposition) = format!("attachment; filename=\"{name}\"").parse() {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// A workbook made on a day.
///
/// # Errors
/// Where the sheets are more than the format holds.
pub fn workbook(name: &str, sheets: &[Sheet], day: Date) -> Result<Response, Failure> {
    let small = |n: i8| u8::try_from(n).unwrap_or(1);
    let year = u16::try_from(day.year()).unwrap_or(1970);
    let made = (year, small(day.month()), small(day.day()));
    let bytes = papers::sheet::workbook(sheets, made).map_err(Failure::fault)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (cell, written) in [
            ("Phường Cái Răng", "Phường Cái Răng\r\n"),
            ("a,b", "\"a,b\"\r\n"),
            ("a\"b", "\"a\"\"b\"\r\n"),
            ("=1+1", "'=1+1\r\n"),
            ("-0.5", "-0.5\r\n"),
            ("-", "-\r\n"),
        ] {
            assert_eq!(row([cell]), written);
        }
    }
}
