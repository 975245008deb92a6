//! Who may sign, who is away, whose work goes to whom: the register of mandates, the staff of one's units,
//! and the page where one signs. Rules are in `rules::authority`, changes in `actions`.

mod entry;
mod one;
mod register;
mod say;
mod sign;
pub mod staff;
mod staff_one;

use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of this room.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/sign", get(sign::get).post(sign::post).duty(Act::Inbox))
        .door("/sign/check", post(sign::check).duty(Act::Inbox))
        .door("/authority", get(register::get).duty(Act::Inbox))
        .door(
            "/authority/new",
            get(entry::get).post(entry::post).duty(Act::KeepMandates),
        )
        .door("/authority/{id}", get(one::get).duty(Act::Inbox))
        .door(
            "/authority/{id}/enter",
            post(one::post).duty(Act::KeepMandates),
        )
        .door("/staff", get(staff::get).duty(Act::ManageStaff))
        .door("/staff/{id}", get(staff_one::get).duty(Act::ManageStaff))
        .door(
            "/staff/{id}/stand-in",
            post(staff_one::stand_in).duty(Act::ManageStaff),
        )
        .door(
            "/staff/{id}/back",
            post(staff_one::back).duty(Act::ManageStaff),
        )
        .door(
            "/staff/{id}/move",
            post(staff_one::move_work).duty(Act::ManageStaff),
        )
}
