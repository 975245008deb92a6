//! The resident's room: needs no account to report, track or read. What a page shows is a plain struct
//! with its drawing; longer trips have loading and sending in a file of their own.

pub mod account;
pub mod apply;
pub(crate) mod applying;
pub(crate) mod filling;
pub mod home;
pub mod identity;
mod lived;
pub(crate) mod lookup;
pub mod report;
pub(crate) mod reporting;
pub mod search;
pub mod sent;
pub mod service;
pub mod track;
mod tracking;

use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of this room.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    account::doors(doors)
        .door("/sign-in/identity", get(identity::go).duty(Act::ReadPublic))
        .door(
            "/sign-in/identity/return",
            get(identity::back).duty(Act::ReadPublic),
        )
        .door(
            "/sign-in/demonstration",
            get(identity::people)
                .post(identity::chosen)
                .duty(Act::ReadPublic),
        )
        .door("/", get(home::get).duty(Act::ReadPublic))
        .door("/services", get(search::get).duty(Act::ReadPublic))
        .door("/services/{code}", get(service::get).duty(Act::ReadPublic))
        .door(
            "/report",
            get(reporting::begin).post(reporting::began).duty(Act::Open),
        )
        .door(
            "/report/{service}",
            get(reporting::form).post(reporting::filled).duty(Act::Open),
        )
        .door(
            "/report/check/{key}",
            get(reporting::check).post(reporting::send).duty(Act::Open),
        )
        .door("/report/waiting", post(reporting::waiting).duty(Act::Open))
        .door("/report/sent/{code}", get(sent::get).duty(Act::TrackByCode))
        .door("/draft/{key}/{hash}", get(filling::picture).duty(Act::Open))
        .door(
            "/apply/{service}",
            get(applying::start).post(applying::begin).duty(Act::Open),
        )
        .door(
            "/apply/{service}/{key}",
            get(applying::resume).duty(Act::Open),
        )
        .door(
            "/apply/{service}/{key}/{page}",
            get(applying::show).post(applying::turn).duty(Act::Open),
        )
        .door("/track", get(tracking::ask).duty(Act::TrackByCode))
        .door("/track/{code}", get(tracking::get).duty(Act::TrackByCode))
        // Each form is judged with its case, as its own act.
        .door(
            "/track/{code}/{what}",
            post(tracking::post).duty(Act::Comment),
        )
}
