//! What a command may write: one file for each thing, all as verbs of [`crate::Tx`].

pub mod api_key;
pub(crate) mod apology;
pub mod authority;
pub mod beside;
pub mod case;
pub mod city;
pub mod consent;
pub mod handed_out;
pub mod kept;
pub mod marks;
pub mod message;
pub mod money;
pub mod numbers;
pub mod once;
pub mod outbox;
pub mod papers;
pub mod parcel;
pub mod people;
pub mod portal;
pub mod queue;
pub mod reception;
pub mod register;
pub mod resident;
pub mod rulebook;
pub mod search;
pub mod service;
