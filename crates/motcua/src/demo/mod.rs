//! The demonstration city: Cần Thơ after 1 July 2025 with a synthetic, seeded, labelled year.

pub mod answers;
pub mod dice;
pub mod live;
mod make;
mod mirrored;
pub mod pay;
mod people;
mod picture;
pub mod script;
mod waiting;
pub mod year;

pub use make::{Begun, begin, make, read_script};

#[cfg(test)]
mod tests;
