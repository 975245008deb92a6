//! The life of a case, told as tables: given what happened, at a moment, somebody acts, and then.

mod apology;
mod blocks;
mod handling;
mod invariants;
mod lawful;
mod mirror;
mod money;
mod procedure;
mod random;
mod redate;
mod report;
mod supplement;
mod tale;
