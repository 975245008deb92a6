//! What does the city hand out? For now the QR code that leads a phone to a case.
//!
//! No database and no decisions: a paper prints what the events say.

pub mod qr;
