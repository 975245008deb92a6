//! Stories through the outermost door, each in a city of its own on SQLite and on PostgreSQL. After every story
//! the city's memory is proven (`testkit::run`).

mod addresses;
mod calendar;
mod demonstration;
mod land;
mod leader;
mod queue;
mod report;
mod strangers;
mod work;
