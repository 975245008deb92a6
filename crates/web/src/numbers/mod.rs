//! The state's numbers: form II.06a, the index of QĐ 766, causes of lateness, scores, integrity. Counted on
//! the spot from the ledger of procedures (`rules::index`), for any period; every figure opens its cases.
//! Absent: SQL, and any figure that cannot say how it was counted.

mod asked;
mod cases;
mod counted;
mod report;
mod sheet;

use axum::routing::get;
use maud::{Markup, html};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::text::Lang;

/// The doors of this area.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/numbers/report", get(report::get).duty(Act::ReadFigures))
        .door(
            "/numbers/report.xlsx",
            get(sheet::get).duty(Act::ReadFigures),
        )
        .door("/numbers/cases", get(cases::get).duty(Act::ReadFigures))
}

/// The pages of this area.
const PAGES: [(&str, &str); 1] = [("/numbers/report", "report")];

/// Links between the pages of this area, `here` the current one.
pub fn tabs(l: Lang, here: &str) -> Markup {
    html! {
        nav.tabs aria-label=(l.t("numbers.pages")) {
            @for (to, words) in PAGES {
                a href=(to) aria-current=[(to == here).then_some("page")] { (l.of("numbers-page", words, &[])) }
            }
        }
    }
}
