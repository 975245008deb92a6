//! What does a person see? One page is one file, named as the office names it; the only HTTP and HTML.
//!
//! Absent: SQL, decisions, writes (`actions` alone changes anything), outbound calls.

pub mod address;
pub mod admin;
pub mod api;
pub mod assets;
pub mod authority;
pub mod door;
pub mod error;
pub mod figures;
pub mod following;
pub mod guard;
pub mod hall;
pub mod hotline;
pub mod installed;
pub mod leader;
pub mod linked;
pub mod live;
pub mod looks;
pub mod messages;
pub mod mirrored;
pub mod moderation;
pub mod money;
pub mod numbers;
pub mod official;
pub mod open311;
pub mod papers;
pub mod parties;
pub mod public;
pub mod queue;
mod redirect;
pub mod replies;
pub mod resident;
pub mod routes;
pub mod say;
pub mod session;
pub mod sign_in;
pub mod text;
pub mod ui;
pub mod visit;
