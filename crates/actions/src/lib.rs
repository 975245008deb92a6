//! What can a person do? Lock, load, ask, decide, save: the only door for change.
//!
//! No SQL text, no HTTP, no call to the outside. What writes never leaves this crate.

pub mod api_key;
mod apology;
pub mod calendar;
pub mod change;
pub mod city;
pub mod code;
pub mod consent;
pub mod direct;
pub mod draft;
pub mod error;
mod forecast;
pub mod found;
pub mod kept;
mod law;
pub mod lawful;
pub mod letters;
pub mod look;
pub mod mandates;
pub mod messages;
pub mod mirrored;
pub mod money;
pub mod numbers;
pub mod open;
pub mod papers;
pub mod parcel;
mod parts;
pub mod photo;
pub mod portal;
pub mod public_words;
pub mod publish;
pub mod queue;
pub mod reception;
pub mod register;
pub mod resident;
pub mod secret;
pub mod sign_in;
pub mod signing;
pub mod staff;
mod supplement;
pub mod till;
pub mod upload;

pub use change::{Change, Verb};
pub use city::{Chance, City, Clock, Law, Limits};
pub use error::ActionError;
pub use open::{Forecast, NewCase, Receipt};
pub use upload::Upload;
