//! The store through its door, on both engines. `MOTCUA_TEST_POSTGRES` names a server to use; else one is
//! started from the machine's packages; else the tests on PostgreSQL say that they did not run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
mod engines;
mod backup;
mod bucket;
mod chain;
mod figures;
mod files;
mod kill;
mod lint;
mod migrations;
mod reads;
mod sample;
mod sight;
mod writes;
