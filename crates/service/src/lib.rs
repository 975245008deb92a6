//! What is a service? Read, check, describe, walk the form, judge answers.
//!
//! Pure: no clock, no database, no network, no async.

pub mod account;
pub mod answer;
pub mod applicant;
pub mod canonical;
pub mod check;
pub mod definition;
pub mod describe;
pub mod doubt;
pub mod expr;
pub mod fees;
pub mod field;
pub mod fold;
pub mod frame;
pub mod limit;
pub mod problem;
pub mod read;
pub mod registers;
pub mod schema;
pub mod supplement;
pub mod table;
pub mod text;
pub mod walk;
pub mod world;
pub mod yaml;

/// Answers to a form: field code → JSON value; a repeating group is an array of such objects; a
/// `place` is `{"lat": 10.03, "lon": 105.78, "area": "31135", "words": "chợ An Hòa"}`.
pub type Answers = serde_json::Map<String, serde_json::Value>;

pub use canonical::format;
pub use check::{check, check_file, render};
pub use definition::Definition;
pub use describe::{Sentence, describe};
pub use frame::{Frame, Frames, Published, Resolved, read_frame, resolve};
pub use problem::{Problem, Severity};
pub use read::{Places, Read, read};
pub use schema::schema;
pub use text::Text;
pub use world::World;
