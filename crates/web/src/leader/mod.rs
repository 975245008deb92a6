//! The leader's room: which unit does well and which does not, what turned red, and directing. Every
//! figure is counted on the spot by `facts` and opens the very cases behind it. Absent: SQL, and any
//! figure that is not counted from the log.

pub mod ask;
pub mod cases;
pub mod direct;
pub mod directives;
pub mod export;
pub mod funnel;
pub mod league;
pub mod morning;
pub mod unit;
pub mod words;
