//! The heart: facts in, events out. `decide` and `evolve` are pure; lateness is never stored.

mod account;
pub mod apology;
mod around;
mod clock_effects;
pub mod command;
pub mod counter;
mod decide;
pub mod event;
mod evolve;
mod given;
pub mod life;
pub mod money;
mod moves;
mod open;
mod pay;
mod reassign;
mod record;
mod redate;
pub mod reference;
pub mod state;
mod steps;
mod supplement;
mod tick;
mod withdraw;
mod work;

pub use command::{Command, Opening, Refusal};
pub use decide::{decide, open};
pub use event::{Event, Recorded};
pub use evolve::evolve;
pub use given::{Candidate, Context, Given};
pub use life::Life;
pub use money::Money;
pub use record::{record, record_opening};
pub use state::{Case, LegalClock, Spot, Task};
pub use tick::wakes;
