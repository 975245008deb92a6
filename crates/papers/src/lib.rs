//! What does the city hand out? Papers: the seven forms of the one-stop mechanism, results, notices, receipts
//! of fees; and the codes on them (QR, bars, payment).
//!
//! A [`Paper`] is plain words; [`pdf`] sets it by a template under `templates/` as PDF/A-2a and PDF/UA-1. The
//! typesetter stays inside this crate. No database, no decisions: a paper prints what the events say. Numbers,
//! verification codes and files are `store`'s, made in `motcua/src/loops/papers.rs`; signatures are put on the
//! finished bytes afterwards.

pub mod amount;
pub mod barcode;
pub mod compose;
mod fonts;
mod paper;
pub mod qr;
pub mod sheet;
pub mod signature;
mod typeset;
pub mod vietqr;

pub use fonts::faces;
pub use paper::*;
pub use typeset::{Unprintable, pdf, text, two_copies};
