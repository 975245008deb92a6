//! The official's room: a day's work by time left on the legal clock, one case, search, and the desk.
//! Pages load what they show and hand every change to `actions`; none decides.

pub mod act;
pub mod case;
pub mod case_view;
pub mod clocks;
pub mod desk;
pub mod files;
pub mod find;
pub mod history;
pub mod inbox;
pub mod names;
pub mod pass;
pub mod posted;
pub mod queue;
pub mod supplement;
pub mod view;
pub mod waiting;

use axum::routing::get;
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of the counter: queue, reception, results to hand over.
pub fn counter_doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/desk/queue",
            get(queue::get).post(queue::post).duty(Act::OpenForOthers),
        )
        .door("/desk/waiting", get(waiting::get).duty(Act::OpenForOthers))
}
