//! The state's numbers: form II.06a, the index of QĐ 766, causes of lateness, scores, integrity. Counted on
//! the spot from the ledger of procedures (`rules::index`), for any period; every figure opens its cases.
//! Absent: SQL, and any figure that cannot say how it was counted.

mod asked;
mod cases;
mod causes;
mod communes;
mod counted;
pub mod enter;
mod head;
mod heat;
pub mod hot;
mod index;
mod integrity;
mod mine;
mod organisations;
mod procedures;
mod report;
mod reports;
mod routing;
pub mod sample;
mod scored;
mod scores;
mod sheet;

use actions::Law;
use axum::routing::{get, post};
use rules::duty::Act;
use rules::index::measure::Lens;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;

/// Whether a dossier stands behind a figure.
type Behind<'a> = Box<dyn Fn(&rules::index::Dossier) -> bool + 'a>;

/// The doors of this area.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/numbers/report", get(report::get).duty(Act::ReadFigures))
        .door(
            "/numbers/report.xlsx",
            get(sheet::report).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/report.pdf",
            get(sheet::report_paper).duty(Act::ReadFigures),
        )
        .door("/numbers/index", get(index::get).duty(Act::ReadFigures))
        .door(
            "/numbers/index.xlsx",
            get(sheet::index).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/index.pdf",
            get(sheet::index_paper).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/scores.xlsx",
            get(sheet::scores).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/scores.pdf",
            get(sheet::scores_paper).duty(Act::ReadFigures),
        )
        .door("/numbers/causes", get(causes::get).duty(Act::ReadFigures))
        .door("/numbers/scores", get(scores::get).duty(Act::ReadFigures))
        .door(
            "/numbers/integrity",
            get(integrity::get).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/integrity/reports",
            get(reports::get).duty(Act::ReadFigures),
        )
        .door("/numbers/sample", get(sample::get).duty(Act::ReadFigures))
        .door(
            "/numbers/sample/number",
            post(sample::post).duty(Act::EnterFigures),
        )
        .door("/numbers/heat", get(heat::get).duty(Act::ReadFigures))
        .door(
            "/admin/routing",
            get(routing::get).post(routing::post).duty(Act::Administer),
        )
        .door(
            "/numbers/organisations",
            get(organisations::get).duty(Act::ReadFigures),
        )
        .door(
            "/numbers/communes",
            get(communes::get).duty(Act::ReadFigures),
        )
        .door("/numbers/cases", get(cases::get).duty(Act::ReadFigures))
        .door(
            "/numbers/enter",
            get(enter::get).post(enter::post).duty(Act::EnterFigures),
        )
        .door("/open/scores", get(scores::public).duty(Act::ReadPublic))
        .door("/mine", get(mine::get).duty(Act::OwnRecord))
        .door("/mine/cases", get(mine::cases).duty(Act::OwnRecord))
        .door("/mine/dispute", post(mine::send).duty(Act::OwnRecord))
        .door("/mine/unit", get(mine::unit).duty(Act::JudgeRecord))
        .door("/mine/answer", post(mine::answer).duty(Act::JudgeRecord))
}

/// The period of a question on the calendar in force.
fn lens<'a>(law: &'a Law, ask: &asked::Ask) -> Result<Lens<'a>, Failure> {
    Ok(Lens {
        calendar: law.calendar()?,
        from: ask.from,
        to: ask.to,
        zone: asked::Ask::zone(),
    })
}
