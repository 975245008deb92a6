//! Banks and gateways that say money came: by a signed message at once, or by a statement afterwards. What
//! becomes of it is decided in `actions`. Absent: asking a bank for anything, and sending money.

pub mod statement;
pub mod webhook;
