//! Reply templates: the page where the city keeps them, and how they come into the box of a decision, where they are
//! read over and changed before anything is sent.

mod keep;
pub mod offered;

use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/replies",
            get(keep::all).post(keep::save).duty(Act::KeepReplies),
        )
        .door("/replies/{key}", get(keep::one).duty(Act::KeepReplies))
        .door("/cases/{code}/reply", post(offered::put).duty(Act::Note))
}
