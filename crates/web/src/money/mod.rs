//! The room of money: what a case costs and what came for it, the till of a desk, payments that nobody can
//! place yet, and the door at which banks knock.

mod cash_up;
pub mod code;
pub mod panel;
pub mod pay;
pub mod payments;
mod settlement;
mod till;
mod webhook;
pub mod words;

use axum::routing::{get, post};
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
        .door("/track/{code}/pay", get(pay::get).duty(Act::ReadOwn))
        .door("/till", get(till::choose).duty(Act::KeepTill))
        .door("/till/{unit}/{day}", get(till::get).duty(Act::KeepTill))
        .door(
            "/till/{unit}/{day}/lines.csv",
            get(till::lines).duty(Act::KeepTill),
        )
        .door(
            "/till/{unit}/{day}/day.xlsx",
            get(cash_up::get).duty(Act::KeepTill),
        )
        .door(
            "/till/{unit}/{day}/{what}",
            post(till::post).duty(Act::KeepTill),
        )
        .door("/payments", get(payments::get).duty(Act::KeepAccounts))
        .door(
            "/payments/{what}",
            post(payments::post).duty(Act::KeepAccounts),
        )
        .door(
            "/payments/settlement",
            get(settlement::get).duty(Act::KeepAccounts),
        )
        .door(
            "/payments/settlement.csv",
            get(settlement::csv).duty(Act::KeepAccounts),
        )
        .door(
            "/payments/webhook/{provider}",
            post(webhook::post).duty(Act::TellPayment),
        )
}
