//! The room of money: what a case costs and what came for it, the till of a desk, payments that nobody can
//! place yet, and the door at which banks knock.

pub mod panel;

use axum::routing::post;
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of this room.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        // Each form is judged with its case, as its own act.
        .door(
            "/cases/{code}/money/{what}",
            post(panel::post).duty(Act::Collect),
        )
}
