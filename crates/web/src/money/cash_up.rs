//! The day of a desk's till as a spreadsheet: what came in which way, the cash that was counted, each movement.

use axum::extract::{Path, State};
use axum::response::Response;
use papers::sheet::{Cell, Head, Line, Sheet};
use store::{Booked, MovementKind};

use super::till::{Day, kind_code};
use super::words::{receipt_words, way_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::export;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

/// `GET /till/{unit}/{day}/day.xlsx`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((unit, day)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let day = Day::of(&hall, &visit, unit, &day).await?;
    let l = visit.lang;
    let name = format!("till-{}-{}.xlsx", day.unit, day.date);
    let sheets = [by_way(l, &day), cash(l, &day), lines(l, &day)];
    export::workbook(&name, &sheets, hall.today()?)
}

fn head(words: &str) -> Head {
    Head {
        words: words.to_owned(),
        span: 1,
    }
}

/// A table of this day under a heading of its own.
fn sheet(l: Lang, day: &Day, name: &str, heads: &[&str], rows: Vec<Line>, widths: &[f64]) -> Sheet {
    let date = day.date.strftime("%d/%m/%Y").to_string();
    Sheet {
        name: name.to_owned(),
        above: vec![day.name.clone()],
        title: l.f("till.day", &[("day", &date)]).to_uppercase(),
        below: vec![name.to_owned()],
        heads: vec![heads.iter().map(|words| head(words)).collect()],
        rows,
        notes: Vec::new(),
        widths: widths.to_vec(),
    }
}

/// Đồng are whole; what went back is below zero.
#[allow(clippy::cast_precision_loss)] // amounts of a day are far below 2⁵³
fn dong(amount: i64) -> Cell {
    match u64::try_from(amount) {
        Ok(amount) => Cell::Count(amount),
        Err(_) => Cell::Decimal(amount as f64),
    }
}

fn by_way(l: Lang, day: &Day) -> Sheet {
    let line = |name: String, n: u32, came: i64, back: i64, sum: bool| Line {
        cells: vec![
            Cell::Text(name),
            Cell::Count(n.into()),
            dong(came),
            dong(back),
            dong(came + back),
        ],
        sum,
    };
    let mut rows = Vec::new();
    let mut all = (0, 0, 0);
    for (way, n, came, back) in day.ways() {
        all = (all.0 + n, all.1 + came, all.2 + back);
        rows.push(line(way_words(l, way), n, came, back, false));
    }
    rows.push(line(
        l.t("numbers.total").to_owned(),
        all.0,
        all.1,
        all.2,
        true,
    ));
    let heads = [
        l.t("money.way"),
        l.t("till.count"),
        l.t("till.came"),
        l.t("till.back"),
        l.t("till.stays"),
    ];
    sheet(
        l,
        day,
        l.t("till.by-way"),
        &heads,
        rows,
        &[30.0, 12.0, 18.0],
    )
}

/// What should lie in the till, and what was counted.
fn cash(l: Lang, day: &Day) -> Sheet {
    let line = |name: &str, value: Cell, sum: bool| Line {
        cells: vec![Cell::Text(name.to_owned()), value],
        sum,
    };
    let opening = day.till.as_ref().map_or(0, |till| till.opening);
    let mut rows = vec![
        line(l.t("till.opening"), dong(opening), false),
        line(l.t("till.cash-today"), dong(day.cash), false),
        line(l.t("till.expected"), dong(opening + day.cash), true),
    ];
    if let Some(count) = day.till.as_ref().and_then(|till| till.closed.as_ref()) {
        for (value, pieces) in count.pieces.iter().rev() {
            let words = format!("{} × {pieces}", say::money(l, *value));
            rows.push(line(&words, dong(value * i64::from(*pieces)), false));
        }
        rows.push(line(l.t("till.counted"), dong(count.counted()), true));
        rows.push(line(
            l.t("till.difference"),
            dong(count.difference()),
            false,
        ));
        if let Some(why) = &count.why {
            rows.push(line(l.t("till.why"), Cell::Text(why.clone()), false));
        }
    }
    let heads = [l.t("till.cash"), l.t("money.amount")];
    sheet(l, day, l.t("till.cash"), &heads, rows, &[40.0, 22.0])
}

fn lines(l: Lang, day: &Day) -> Sheet {
    let line = |Booked { code, movement }: &Booked| {
        let by = movement.person.and_then(|id| day.people.get(&id));
        let receipt = movement.receipt.as_ref().map(receipt_words);
        let service = day.services.get(&movement.service);
        Line {
            cells: vec![
                Cell::Text(say::clock_time(movement.at)),
                Cell::Text(code.clone()),
                Cell::Text(service.unwrap_or(&movement.service).clone()),
                Cell::Text(l.of("till-kind", kind_code(movement.kind), &[])),
                Cell::Text(way_words(l, movement.way)),
                Cell::Text(receipt.unwrap_or_default()),
                Cell::Text(by.cloned().unwrap_or_default()),
                dong(movement.amount),
            ],
            sum: movement.kind != MovementKind::Paid,
        }
    };
    let heads = [
        l.t("money.when"),
        l.t("slip.code"),
        l.t("till.service"),
        l.t("till.lines"),
        l.t("money.way"),
        l.t("money.receipt"),
        l.t("till.by"),
        l.t("money.amount"),
    ];
    let widths = [8.0, 26.0, 40.0, 16.0, 16.0, 16.0, 24.0, 16.0];
    let rows = day.lines.iter().map(line).collect();
    sheet(l, day, l.t("till.lines"), &heads, rows, &widths)
}
