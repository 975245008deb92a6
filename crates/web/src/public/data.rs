//! Open data: what was counted by unit and service, as a spreadsheet. No case and no person inside.

use axum::extract::{Query, State};
use axum::response::Response;
use facts::{Cohort, Dimension, Key};

use crate::error::Failure;
use crate::figures::plain;
use crate::hall::Hall;
use crate::leader::ask::Asked;
use crate::leader::export::{file, row};
use crate::leader::words;
use crate::visit::Visit;

/// `GET /open/data.csv`: cases opened in the period (90 days where none is chosen).
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let ask = asked.understood(&law, hall.now());
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
    let mut rows = vec![row([
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
    ])];
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
        .map(|n| n.to_string());
        let name = |by, key: &Key| words::name(visit.lang, &law, today, by, key);
        let texts = [
            plain(unit),
            name(Dimension::Unit, unit),
            plain(service),
            name(Dimension::Service, service),
        ];
        rows.push(row(texts.iter().chain(&numbers).map(String::as_str)));
    }
    Ok(file("data.csv", &rows.concat()))
}
