//! Frames: the general law that many services share (`one-stop/1`), and a service resolved in one.
//!
//! A frame fills what a service leaves open. A service may tighten what the frame promises, never
//! loosen it. Absent: names and their existence (`check`), publishing itself (`actions`).

mod fill;
mod hash;
mod reading;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use hash::{canonical_json, hash};
pub use reading::read_frame;

use crate::definition::{
    After, BeforeLate, ClockRule, Code, Definition, FieldKind, LegalBasis, Paper, WhenLate,
};
use crate::text::Text;

/// General law stated once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Frame {
    /// `one-stop/1`
    pub frame: String,
    pub name: Text,
    pub legal_basis: Vec<LegalBasis>,
    pub clock: ClockRule,
    pub before_late: Option<BeforeLate>,
    pub when_late: Option<WhenLate>,
    pub after: After,
    /// The template of the receipt slip (`form-01`).
    pub receipt: Option<Code>,
    pub any_time: Vec<AnyTime>,
    /// Letters every service in this frame may need (`apology`).
    pub papers: Vec<Paper>,
    /// By kind of field (`personal-id`, `phone`): what holds where the field does not say.
    pub privacy: Vec<(Code, Privacy)>,
}

/// What may be done to a case in every step, without an arrow.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AnyTime {
    Withdraw,
    Comment,
    Attach,
    Ask,
    HandOver,
}

/// Why personal data is asked, how it is shown to others, how long it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Privacy {
    pub purpose: Option<Text>,
    pub mask: Option<String>,
    pub keep: Option<String>,
}

/// The frames of the city by code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frames(pub BTreeMap<String, Frame>);

impl Frames {
    pub fn get(&self, code: &str) -> Option<&Frame> {
        self.0.get(code)
    }
}

impl FromIterator<Frame> for Frames {
    fn from_iter<I: IntoIterator<Item = Frame>>(frames: I) -> Self {
        Self(
            frames
                .into_iter()
                .map(|frame| (frame.frame.clone(), frame))
                .collect(),
        )
    }
}

/// A service with everything its frame adds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// What the service left open is filled in.
    pub definition: Definition,
    pub frame: Frame,
    /// Where the service loosens its frame, or names none that exists.
    #[serde(skip)]
    pub against_frame: Vec<crate::check::Found>,
}

/// Fills what the service leaves open from its frame.
pub fn resolve(definition: &Definition, frames: &Frames) -> Resolved {
    fill::resolve(definition, frames)
}

/// A version that went live and never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub number: u32,
    pub effective: Date,
    /// SHA-256 of the canonical resolved whole, frame included; 64 hexadecimal digits.
    pub hash: String,
    pub definition: Definition,
}

impl Published {
    pub fn new(number: u32, effective: Date, resolved: &Resolved) -> Self {
        Self {
            number,
            effective,
            hash: hash(resolved),
            definition: resolved.definition.clone(),
        }
    }
}

/// Which entry of a frame's `privacy` a kind of field looks up; `None`: no personal data.
pub fn personal_kind(kind: &FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::PersonalId => Some("personal-id"),
        FieldKind::OrganisationId => Some("organisation-id"),
        FieldKind::Phone => Some("phone"),
        FieldKind::Email => Some("email"),
        FieldKind::Address => Some("address"),
        FieldKind::Place => Some("place"),
        FieldKind::Photos => Some("photos"),
        FieldKind::File => Some("file"),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Whole
        | FieldKind::Decimal(_)
        | FieldKind::Money
        | FieldKind::YesNo
        | FieldKind::Date
        | FieldKind::Choice(_)
        | FieldKind::Choices(_)
        | FieldKind::Unit
        | FieldKind::Record => None,
    }
}
