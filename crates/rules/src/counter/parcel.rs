//! A result on its way by post: the states that carriers tell apart, whatever they call them.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParcelState {
    /// Lies at the desk; the carrier does not know of it yet.
    Ready,
    /// The carrier has it.
    Accepted,
    OnTheWay,
    Delivered,
    /// Came back: nobody was there, or the address is wrong.
    Returned,
}

impl ParcelState {
    pub const ALL: [ParcelState; 5] = [
        ParcelState::Ready,
        ParcelState::Accepted,
        ParcelState::OnTheWay,
        ParcelState::Delivered,
        ParcelState::Returned,
    ];

    /// As texts and carriers name it.
    pub fn code(self) -> &'static str {
        match self {
            ParcelState::Ready => "ready",
            ParcelState::Accepted => "accepted",
            ParcelState::OnTheWay => "on-the-way",
            ParcelState::Delivered => "delivered",
            ParcelState::Returned => "returned",
        }
    }

    /// The carrier has nothing more to say.
    pub fn over(self) -> bool {
        matches!(self, ParcelState::Delivered | ParcelState::Returned)
    }
}
