//! Whom does the city talk to? A trait per outside party, with a real and an in-memory side.
//!
//! No database and no decisions: what to say to whom comes from `rules::notice`.

mod answer;
mod breaker;
pub mod courier;
pub mod georeport;
pub mod identity;
pub mod mail;
pub mod mail_in;
pub mod payment;
pub mod portal;
pub mod post;
pub mod push;
pub mod registers;
pub mod signed;
pub mod signing;
