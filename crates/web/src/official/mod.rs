//! The official's room: a day's work by time left on the legal clock, one case, search, and the desk.
//! Pages load what they show and hand every change to `actions`; none decides.

pub mod act;
pub mod apologies;
pub mod apology;
pub mod bulk;
pub mod case;
pub mod case_view;
pub mod clocks;
pub mod counter;
pub mod desk;
pub mod files;
pub mod find;
pub mod hand_over;
pub mod handling;
pub mod history;
pub mod inbox;
pub mod lawful;
pub mod names;
pub mod pass;
pub mod posted;
pub mod provenance;
pub mod queue;
pub mod receive;
pub mod reception;
pub mod registers;
pub mod results;
pub mod route;
pub mod supplement;
pub mod view;
pub mod waiting;
pub mod walk_in;

use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of the flow's law: letters of apology, and what the law provides beside the steps.
pub fn flow_doors(doors: Doors<Hall>) -> Doors<Hall> {
    handling::doors(lawful::doors(doors))
        .door("/inbox/bulk", post(bulk::post).duty(Act::Inbox))
        .door("/route", get(route::get).duty(Act::Inbox))
        .door("/apologies", get(apologies::get).duty(Act::Inbox))
        .door(
            "/cases/{code}/apology",
            get(apology::get).post(apology::post).duty(Act::Note),
        )
}

/// The doors of the counter: queue, reception, results to hand over.
pub fn counter_doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/desk", get(counter::home).duty(Act::OpenForOthers))
        .door("/desk/receive", get(receive::get).duty(Act::OpenForOthers))
        .door("/desk/walk-in", get(walk_in::get).duty(Act::OpenForOthers))
        .door("/desk/results", get(results::get).duty(Act::OpenForOthers))
        .door(
            "/desk/parcels",
            get(results::parcels).duty(Act::OpenForOthers),
        )
        .door(
            "/cases/{code}/hand-over",
            get(hand_over::get).post(hand_over::post).duty(Act::Note),
        )
        .door(
            "/desk/queue",
            get(queue::get).post(queue::post).duty(Act::OpenForOthers),
        )
        .door("/desk/waiting", get(waiting::get).duty(Act::OpenForOthers))
}
