//! Stories through the outermost door, each in a city of its own on SQLite and on PostgreSQL. After every story
//! the city's memory is proven (`testkit::run`).

mod account;
mod addresses;
mod apology;
mod authority;
mod books;
mod calendar;
mod counter;
mod demonstration;
mod dossier;
mod fees;
mod follow;
mod hand_over;
mod land;
mod lawful;
mod leader;
mod linked;
mod messages;
mod mirrored;
mod numbers;
mod once;
mod open311;
mod papers;
mod portal;
mod printed;
mod procedures;
mod queue;
mod report;
mod signatures;
mod signs;
mod strangers;
mod supplement;
mod work;
