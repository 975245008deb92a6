//! Open data: what was counted by unit and service, as a spreadsheet and as Parquet. No case and no person inside.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use facts::{Cohort, Dimension, Key};

use crate::error::Failure;
use crate::figures::plain;
use crate::hall::Hall;
use crate::leader::ask::Asked;
use crate::leader::export::{file, row};
use crate::leader::words;
use crate::public::parquet::{self, Column, Values};
use crate::visit::Visit;

const NAMES: [&str; 13] = [
    "unit",
    "unit_name",
    "service",
    "service_name",
    "cases",
    "open",
    "passed",
    "on_time",
    "overdue",
    "before_due",
    "no_deadline",
    "left_early",
    "duplicates",
];

/// Names and counts of one unit and service.
type Line = ([String; 4], [u64; 9]);

/// `GET /open/data.csv`: cases opened in the period (90 days where none is chosen).
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut rows = vec![row(NAMES)];
    for (texts, numbers) in counted(&hall, &visit, &asked)? {
        let numbers = numbers.map(|n| n.to_string());
        rows.push(row(texts.iter().chain(&numbers).map(String::as_str)));
    }
    Ok(file("data.csv", &rows.concat()))
}

/// `GET /open/data.parquet`: the same.
pub async fn columns(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let lines = counted(&hall, &visit, &asked)?;
    let texts = (0..4).map(|at| {
        let values = lines.iter().map(|line| Some(line.0[at].clone()));
        Values::Text(values.collect())
    });
    let whole = (0..9).map(|at| {
        let values = lines.iter().map(|line| i64::try_from(line.1[at]).ok());
        Values::Whole(values.collect())
    });
    let columns: Vec<Column> = NAMES
        .into_iter()
        .zip(texts.chain(whole))
        .map(|(name, values)| Column { name, values })
        .collect();
    Ok(parquet("data.parquet", parquet::file(&columns)))
}

/// A Parquet file to keep.
pub(super) fn parquet(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.apache.parquet".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ];
    (headers, bytes).into_response()
}

fn counted(hall: &Hall, visit: &Visit, asked: &Asked) -> Result<Vec<Line>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let ask = asked.clone().understood(&law, hall.now());
    let q = &ask.question;
    let query = facts::Query {
        as_of: q.as_of,
        cohort: q
            .period
            .map_or(Cohort::All, |(from, to)| Cohort::Opened { from, to }),
        meaning: q.meaning,
        filters: q.filters.clone(),
        by: vec![Dimension::Unit, Dimension::Service],
        zone: q.zone,
        durations: false,
        quality: false,
    };
    let answer = hall.facts().ask(&query);
    let mut lines = Vec::new();
    for group in &answer.groups {
        let [unit, service] = group.key.as_slice() else {
            continue;
        };
        let c = &group.counts;
        let numbers = [
            c.cases,
            c.open,
            c.passed,
            c.on_time,
            c.overdue,
            c.before_due,
            c.no_deadline,
            c.left_early,
            c.apart,
        ]
        .map(u64::from);
        let name = |by, key: &Key| words::name(visit.lang, &law, today, by, key);
        let texts = [
            plain(unit),
            name(Dimension::Unit, unit),
            plain(service),
            name(Dimension::Service, service),
        ];
        lines.push((texts, numbers));
    }
    Ok(lines)
}
