//! How the state counts dossiers: rules of national indices and reports, each as a function of one dossier
//! or of many. Weights, thresholds and titles are data of the city; here is only what a metric *means*.
//!
//! A [`Dossier`] is what these counts need to know of one procedure, read once from its events; a [`Ledger`]
//! keeps all of them in memory and follows the log. Absent: SQL, the clock, and any figure kept beside them.

pub mod causes;
mod dossier;
pub mod integrity;
pub mod lateness;
mod ledger;
pub mod measure;
pub mod metric;
mod names;
pub mod on_time;
pub mod period;
pub mod report_06a;
pub mod reports;
pub mod scoring;
pub mod yardsticks;

pub use dossier::{At, Dossier, Fees, Hop, Working, observe};
pub use ledger::Ledger;
pub use names::{Name, Names};
