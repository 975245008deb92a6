//! What pages are made of: typed components. Pages compose them and hold no markup of their own look.
//! Nothing here loads, decides or knows an address beyond those handed in (the frame's own links apart).

pub mod charts;
pub mod clock;
pub mod columns;
pub mod days;
pub mod form;
pub mod hex;
pub mod icon;
pub mod labels;
pub mod layout;
pub mod map;
pub mod parts;
pub mod timeline;

pub use layout::{Frame, Room, Width, page};
