//! What does the city hand out? For now QR codes: the one that leads a phone to a case, and the one that pays a fee.
//!
//! No database and no decisions: a paper prints what the events say.

pub mod qr;
pub mod sheet;
pub mod signature;
pub mod vietqr;
