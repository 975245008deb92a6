//! How is it started? One binary: settings, wiring, loops and the command line.

pub mod bench;
pub mod cmd;
pub mod config;
pub mod demo;
pub mod import;
pub mod logs;
pub mod loops;
pub mod parties;
pub mod serve;
pub mod shell;
pub mod shipped;
pub mod signers;
pub mod wire;
