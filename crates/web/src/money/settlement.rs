//! What a desk collected for whom in a quarter: the sums by which centre and agencies settle
//! (NĐ 61/2018 Đ.12). Counted from the movements themselves, as a page and as a table.

use std::collections::BTreeMap;

use actions::till::day_of;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use store::{MovementKind, Sum};

use super::till::{columns, kind_code};
use super::words::way_words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::export;
use crate::official::names;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{crumbs, empty, table};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `2026-Q1`; the present one where it is absent or nonsense.
    quarter: String,
}

/// Three months, with their first day and the day after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            number: (day.month() - 1) / 3 + 1,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (year, number) = text.split_once("-Q")?;
        let (year, number) = (year.parse().ok()?, number.parse().ok()?);
        let fits = (2000..2200).contains(&year) && (1..=4).contains(&number);
        fits.then_some(Self { year, number })
    }

    fn word(self) -> String {
        format!("{}-Q{}", self.year, self.number)
    }

    fn before(self) -> Self {
        match self.number {
            1 => Self {
                year: self.year - 1,
                number: 4,
            },
            number => Self {
                number: number - 1,
                ..self
            },
        }
    }

    fn days(self) -> Option<(Date, Date)> {
        let first = |quarter: Self| Date::new(quarter.year, (quarter.number - 1) * 3 + 1, 1).ok();
        let next = match self.number {
            4 => Self {
                year: self.year + 1,
                number: 1,
            },
            number => Self {
                number: number + 1,
                ..self
            },
        };
        Some((first(self)?, first(next)?))
    }
}

async fn sums(hall: &Hall, asked: &Asked) -> Result<(Quarter, Vec<Sum>), Failure> {
    let quarter = match Quarter::read(&asked.quarter) {
        Some(quarter) => quarter,
        None => Quarter::of(hall.today()?),
    };
    let law = hall.law();
    let (first, next) = quarter.days().ok_or(Failure::NotFound)?;
    let (since, until) = (day_of(&law, first)?.0, day_of(&law, next)?.0);
    Ok((quarter, hall.reader().money_sums(None, since, until).await?))
}

/// `GET /payments/settlement?quarter=2026-Q1`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let (quarter, sums) = sums(&hall, &asked).await?;
    // By whom, for whom: how many payments, what came, what went back.
    let mut pairs: BTreeMap<(&str, &str), (u32, i64, i64)> = BTreeMap::new();
    for sum in &sums {
        let entry = pairs.entry((&sum.unit, &sum.agency)).or_default();
        match sum.kind {
            MovementKind::Paid => (entry.0, entry.1) = (entry.0 + sum.count, entry.1 + sum.amount),
            MovementKind::Voided | MovementKind::Refunded => entry.2 += sum.amount,
        }
    }
    let total: i64 = sums.iter().map(|sum| sum.amount).sum();
    let rows: Vec<Vec<Markup>> = pairs
        .iter()
        .map(|((unit, agency), (n, came, back))| {
            vec![
                html! { (names::unit(&law, unit)) },
                html! { (names::unit(&law, agency)) },
                html! { (say::whole(l, i64::from(*n))) },
                html! { (say::money(l, *came)) },
                html! { (say::money(l, *back)) },
                html! { b { (say::money(l, came + back)) } },
            ]
        })
        .collect();
    let columns = columns(&[
        (l.t("settlement.unit"), false),
        (l.t("settlement.agency"), false),
        (l.t("till.count"), true),
        (l.t("till.came"), true),
        (l.t("till.back"), true),
        (l.t("settlement.due"), true),
    ]);
    let (word, before) = (quarter.word(), quarter.before().word());
    let number = quarter.number;
    let title = l.f(
        "settlement.of",
        &[("quarter", &number), ("year", &quarter.year)],
    );
    Ok(page(
        &visit.frame(),
        &title,
        html! {
            (crumbs(l, &[("/payments", l.t("payments.title"))]))
            h1 { (title) }
            p.muted { (l.t("settlement.says")) }
            @if rows.is_empty() { (empty(l.t("settlement.none"), &html! {})) } @else {
                p { (l.t("settlement.total")) " " b.num { (say::money(l, total)) } }
                (table(&title, &columns, &rows))
            }
            p.acts {
                a.btn href={ "/payments/settlement.csv?quarter=" (word) } { (l.t("till.csv")) }
                a.btn.quiet href={ "/payments/settlement?quarter=" (before) } { (l.t("settlement.before")) }
            }
        },
    ))
}

/// `GET /payments/settlement.csv?quarter=2026-Q1`: by unit, agency, service, way and kind.
pub async fn csv(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let law = hall.law();
    let (quarter, sums) = sums(&hall, &asked).await?;
    let mut rows = vec![export::row([
        "collected_by",
        "collected_by_name",
        "for",
        "for_name",
        "service",
        "way",
        "way_name",
        "kind",
        "count",
        "amount",
    ])];
    for sum in &sums {
        rows.push(export::row([
            sum.unit.as_str(),
            &names::unit(&law, &sum.unit),
            &sum.agency,
            &names::unit(&law, &sum.agency),
            &sum.service,
            sum.way.code(),
            &way_words(visit.lang, sum.way),
            kind_code(sum.kind),
            &sum.count.to_string(),
            &sum.amount.to_string(),
        ]));
    }
    let name = format!("settlement-{}.csv", quarter.word());
    Ok(export::file(&name, &rows.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_follow_each_other_over_the_year() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let last = Quarter::of(day("2025-12-31"));
        assert_eq!(last.word(), "2025-Q4");
        assert_eq!(last.days(), Some((day("2025-10-01"), day("2026-01-01"))));
        assert_eq!(Quarter::of(day("2026-01-01")).before(), last);
        assert_eq!(
            Quarter::read("2026-Q3").map(Quarter::word),
            Some("2026-Q3".into())
        );
        for nonsense in ["", "2026", "2026-Q0", "2026-Q5", "9999-Q1", "x-Q1"] {
            assert_eq!(Quarter::read(nonsense), None, "{nonsense}");
        }
    }
}
