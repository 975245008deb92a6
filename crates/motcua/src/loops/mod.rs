//! What runs without anybody asking. Each loop calls `actions` and `store`, and survives their faults.

mod clock;
mod counter;
mod figures;
mod ledger;
mod papers;
mod seal;

pub use clock::{clock, clock_round};
pub use counter::{counter, counter_round};
pub use figures::{catch_up, figures, save};
pub use ledger::{count, ledger};
pub use papers::{papers, papers_round};
pub use seal::seal;
