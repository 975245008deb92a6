//! What a definition is checked against: the names that exist in the city on the effective date.
//!
//! Plain data, gathered by whoever calls the check. Absent: people, posts held, the calendar;
//! registers and named lists ([`crate::registers`]).

use std::collections::BTreeSet;

use crate::definition::Code;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// `false`: nothing is known about the city (checking a file on its own), so names of units
    /// and templates are taken on trust.
    pub names_known: bool,
    pub unit_kinds: BTreeSet<Code>,
    pub units: BTreeSet<Code>,
    pub templates: BTreeSet<Code>,
    /// Languages besides Vietnamese in which texts should exist (`en`, `km`).
    pub languages: Vec<String>,
}
