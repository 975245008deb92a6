//! What has happened, in numbers: a columnar table of cases in memory, and its questions.
//!
//! One row a case, exact to the second, at most 16 bytes; every figure is counted on the spot from
//! the rows, for any moment in the past. Knows codes as texts and numbers only. Absent: SQL, HTTP,
//! rules of the city, the clock (the moment is handed in), counters kept beside the rows.

pub mod answer;
pub mod bins;
pub mod case;
mod column;
pub mod days;
mod names;
pub mod obvious;
mod packed;
mod plan;
pub mod query;
mod runs;
mod scan;
mod series;
mod snapshot;
mod sorted;
mod table;
mod tally;
mod today;

pub use answer::{Answer, Cell, Counts, Group, Key, Role, Span};
pub use case::{CaseFact, Problem, State};
pub use query::{Cohort, Dimension, EndingSet, Figure, Filter, Meaning, Query};
pub use series::{Every, Point};
pub use table::Facts;
pub use today::Today;
