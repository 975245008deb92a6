//! What runs without anybody asking. Each loop calls `actions` and `store`, and survives their faults.

mod clock;
mod counter;
mod figures;
mod following;
mod learning;
mod ledger;
mod messages;
mod papers;
mod partner;
mod portal;
mod sample;
mod seal;
mod signing;

pub use clock::{clock, clock_round};
pub use counter::{counter, counter_round};
pub use figures::{catch_up, figures, save};
pub use following::{following, following_round};
pub use learning::{learning, learning_round};
pub use ledger::{count, ledger};
pub use messages::{hand_over, messages, messages_round, postroom};
pub use papers::{papers, papers_round};
pub use partner::{partners, partners_round};
pub use portal::{
    demonstration as portal_demonstration, demonstration_portal, portal, portal_count,
    portal_round, tell,
};
pub use sample::{sample, sample_round};
pub use seal::seal;
