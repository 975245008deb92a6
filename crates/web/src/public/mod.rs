//! The open city: figures counted as the leader's are, reports on a list and a map, how everything is
//! counted, and whether a record was altered. Absent: everything about a person.

pub mod areas;
pub mod data;
pub mod feed;
pub mod flag;
pub mod map;
pub mod method;
pub mod open;
pub mod outside;
mod parquet;
pub mod plain;
pub mod report;
pub mod reports;
pub mod sample;
pub mod verify;
pub mod widget;

use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;

/// The doors of those who follow, without an account.
pub fn feed_doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/open/reports.atom",
            get(feed::reports).duty(Act::ReadPublic),
        )
        .door("/open/sample", get(sample::get).duty(Act::ReadPublic))
        .door(
            "/open/sample/list.csv",
            get(sample::list).duty(Act::ReadPublic),
        )
        .door("/widget", get(widget::get).duty(Act::ReadPublic))
        .door("/open/widget", get(widget::copy).duty(Act::ReadPublic))
        .door(
            "/open/reports.geojson",
            get(feed::points).duty(Act::ReadPublic),
        )
        .door(
            "/open/reports.parquet",
            get(feed::columns).duty(Act::ReadPublic),
        )
        .door(
            "/open/data.parquet",
            get(data::columns).duty(Act::ReadPublic),
        )
        .door(
            "/open/reports/{code}/feed.atom",
            get(feed::report).duty(Act::ReadPublic),
        )
        .door(
            "/open/reports/{code}/flag",
            post(flag::post).duty(Act::ReadPublic),
        )
}
