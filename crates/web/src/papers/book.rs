//! `/book`: the book of a desk and a month (form 07), chosen by those who sit there and printed as they look.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, Time};
use maud::html;
use rules::person::Official;
use serde::Deserialize;

use super::file::{answer, printed};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::inbox::official;
use crate::official::names;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

/// Rows of one book: the busiest desk of a city in its busiest month.
const MOST: u32 = 5000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    desk: String,
    /// `2026-11`
    month: String,
}

/// `GET /book`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let this = hall.today()?.strftime("%Y-%m").to_string();
    choose(&hall, &visit, &asked.desk, &this, None)
}

fn choose(
    hall: &Hall,
    visit: &Visit,
    desk: &str,
    month: &str,
    wrong: Option<String>,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let desks = desks(official(&visit.person)?);
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let body = page(
        &visit.frame().narrow(),
        l.t("book.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("book.title")) }
            p { (l.t("book.says")) }
            @if let Some(wrong) = &wrong { div role="alert" { (note(Tone::Late, &html! { p #month-says { (wrong) } })) } }
            form action="/book.pdf" {
                div.field {
                    label for="desk" { (l.t("book.desk")) }
                    select #desk name="desk" { @for one in &desks { option value=(one) selected[one == desk] { (names::unit(&law, one)) } } }
                }
                div.field {
                    label for="month" { (l.t("book.month")) }
                    p.help #month-help { (l.t("book.month-says")) }
                    input.shorter #month type="month" name="month" value=(month) pattern="[0-9]{4}-[0-9]{2}" aria-describedby="month-help" aria-invalid=[wrong.as_ref().map(|_| "true")] required;
                }
                p.acts { button.btn.go type="submit" { (l.t("book.print")) } }
            }
        },
    );
    Ok((status, body).into_response())
}

/// `GET /book.pdf?desk=…&month=2026-11`
pub async fn print(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let who = official(&visit.person)?;
    let l = visit.lang;
    if !desks(who).contains(&asked.desk) {
        let wrong = l.t("book.wrong-desk").to_owned();
        return choose(&hall, &visit, &asked.desk, &asked.month, Some(wrong));
    }
    let Some(first) = month(&asked.month) else {
        let wrong = l.f("book.wrong-month", &[("month", &asked.month)]);
        return choose(&hall, &visit, &asked.desk, &asked.month, Some(wrong));
    };
    let law = hall.law();
    let calendar = law.calendar()?;
    let next = first.last_of_month().tomorrow().map_err(Failure::fault)?;
    let (Ok(from), Ok(until)) = (
        calendar.at(first, Time::midnight()),
        calendar.at(next, Time::midnight()),
    ) else {
        let wrong = l.f("book.wrong-month", &[("month", &asked.month)]);
        return choose(&hall, &visit, &asked.desk, &asked.month, Some(wrong));
    };
    let cases = hall.reader().book(&asked.desk, from, until, MOST).await?;
    let ids = cases.iter().map(|case| case.id).collect();
    hall.city().look_all(who.id, ids).await?;
    let mut entries = Vec::new();
    for case in cases {
        let dossier = hall.city().dossier_in_brief(case).await?;
        entries.push(super::entry(&hall, &dossier)?);
    }
    let period = format!("Tháng {:02} năm {}", first.month(), first.year());
    let paper = papers::compose::book(
        &law.organisation,
        &law.papers,
        &asked.desk,
        &period,
        entries,
        hall.today()?,
    );
    let name = format!("{} {}", paper.title, asked.month);
    Ok(answer(printed(paper).await?, &name))
}

/// The units this official acts in, each once; heads see the books of the desks below them.
fn desks(official: &Official) -> Vec<String> {
    let mut desks: Vec<String> = official
        .seats
        .iter()
        .map(|seat| seat.unit.clone())
        .collect();
    // Desks first: they are whose books these are.
    desks.sort_by_key(|unit| (!unit.contains("desk"), unit.clone()));
    desks.dedup();
    desks
}

/// The first day of `2026-11`.
fn month(text: &str) -> Option<Date> {
    let (year, month) = text.trim().split_once('-')?;
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    (2000..=2999)
        .contains(&year)
        .then(|| Date::new(year, month, 1).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_browsers_write_it() {
        assert_eq!(month("2026-11"), Date::new(2026, 11, 1).ok());
        for wrong in ["", "11/2026", "2026-13", "2026", "0001-01", "2026-11-02x"] {
            assert_eq!(month(wrong), None, "{wrong}");
        }
    }
}
