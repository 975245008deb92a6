//! The resident's trips through the front door, on a real database.

mod apply;
mod report;
mod town;
mod track;
