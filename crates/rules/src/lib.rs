//! What does the city decide? Pure: no clock, no chance, no database, no network, no async.

pub mod asset;
pub mod authority;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod clock;
pub mod counter;
pub mod duty;
pub mod following;
pub mod guess;
pub mod hotline;
pub mod ids;
pub mod index;
pub mod league;
pub mod mandate;
pub mod message;
pub mod notice;
pub mod organisation;
pub mod origin;
pub mod paper;
pub mod partner;
pub mod person;
pub mod portal;
pub mod posting;
pub mod process;
pub mod replay;
pub mod reply;
pub mod resident;
pub mod retention;
pub mod route;
pub mod routing;
pub mod sample;
pub mod satisfaction;
pub mod stand_in;
pub mod standing;
pub mod till;

/// A point in time. The city's zone is `Asia/Ho_Chi_Minh`; conversion happens at the edges.
pub type Moment = jiff::Timestamp;
