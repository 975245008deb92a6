//! Who acts: a person, the seats they hold, and the actor that an event remembers.

use serde::{Deserialize, Serialize};
use service::definition::Post;

use crate::ids::{CaseId, PersonId, UnitCode};

/// A signed-in person, the bearer of a receipt, or nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Person {
    Nobody,
    /// Not signed in, but showed the code and the secret of this one case.
    Bearer {
        case: CaseId,
    },
    Resident {
        id: PersonId,
        name: String,
    },
    Official(Official),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    pub id: PersonId,
    pub name: String,
    /// Where they may work: what they hold, widened by `Organisation::reach` and by standing in.
    pub seats: Vec<Seat>,
    /// What they hold themselves: the only seats from which anything is signed.
    #[serde(default)]
    pub own: Vec<Seat>,
    /// For whom they stand in today, whose tasks they do.
    #[serde(default)]
    pub stands_in_for: Vec<PersonId>,
    pub powers: Vec<Power>,
}

/// A post held in a unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seat {
    pub unit: UnitCode,
    pub post: Post,
}

/// What goes beyond a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Sees every unit's figures and cases, directs.
    Leader,
    /// Writes definitions; publishing needs a second one.
    Designer,
    /// Accounts and settings; no approval right (PĐ, technical administration).
    Administrator,
    /// Reads the city's bank statements, assigns and returns money, settles between units.
    Accountant,
    /// Decides what of reports anybody sees.
    Moderator,
    /// Looks again at what other units called solved.
    Inspector,
}

/// Who did it, as an event remembers it for ever. No names: those can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// A resident without an account, by code and secret.
    Visitor,
    Resident(PersonId),
    Official {
        id: PersonId,
        unit: UnitCode,
        post: Post,
    },
    Clock,
    Import,
    /// A bank or a payment gateway, by signed message or statement.
    Bank,
}
