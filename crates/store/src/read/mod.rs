//! What can be asked: one file for each kind of question, all as methods of [`crate::Reader`].

pub mod apologies;
pub mod arrival;
pub mod authority;
pub mod beside;
pub mod case;
pub mod city;
pub mod draft;
pub mod facts;

pub mod figures;
pub mod following;
pub mod handed_out;
pub mod history;
pub mod hotline;
pub mod inbox;
pub mod kept;
pub mod list;
pub mod message;
pub mod money;
pub mod numbers;
pub mod parcel;
pub mod partner;
pub mod people;
pub mod place;
pub mod portal;
pub mod public;
pub(crate) mod query;
pub mod queue;
pub mod reception;
pub mod register;
pub mod resident;
pub mod routing;
pub mod scope;
pub mod search;
pub mod service;
pub mod shown;
