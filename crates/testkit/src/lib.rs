//! How is it tried? A whole small city for tests: its memory on either engine, a clock moved by hand,
//! seeded chance, the shipped law and organisation, accounts, and browsers that talk to the real routes.
//!
//! Everything goes through the outermost door; a failure panics with what stood on the page. Absent: shipped
//! code of any kind. Fakes stand in for nobody but the parties outside of the city.

pub mod browser;
pub mod city;
pub mod clock;
pub mod engine;
pub mod form;
pub mod page;
pub mod program;
pub mod proof;
pub mod words;

pub use browser::Browser;
pub use city::TestCity;
pub use clock::{HandClock, days, hours, minutes};
pub use engine::{Engine, run};
pub use page::Page;
pub use program::Program;
pub use words::Reported;

/// `both_engines!(name, …)`: each `async fn name(city: TestCity)` becomes a test on SQLite and one on PostgreSQL.
/// After the story the city is settled and its memory proven: replay equals rows, the chain of hashes holds.
#[macro_export]
macro_rules! both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() {
                $crate::run($crate::Engine::Sqlite, super::$name);
            })*
        }
        mod postgres {
            $(#[test] fn $name() {
                $crate::run($crate::Engine::Postgres, super::$name);
            })*
        }
    };
}
