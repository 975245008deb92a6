//! What other systems know, read with suspicion: service requests, national procedures, boundaries.
//! Nothing is dropped silently and nothing is guessed: each reader says, thing by thing, what it left out
//! and why.

pub mod areas;
pub mod assets;
pub mod dirt;
pub mod mapping;
pub mod mirrored;
pub mod procedures;
pub mod replay;
pub mod requests;
