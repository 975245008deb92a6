//! The open city: figures counted as the leader's are, reports on a list and a map, how everything is
//! counted, and whether a record was altered. Absent: everything about a person.

pub mod data;
pub mod map;
pub mod method;
pub mod open;
pub mod plain;
pub mod report;
pub mod reports;
pub mod verify;
