//! Numbers of requests that once found a fault, each with what it was. They are asked before all others, and stay when
//! the ten thousand change.

pub const NUMBERS: &[u64] = &[];
