//! More than one agency: procedures that another system owns, and procedures made of parts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Definition, Limit, Step};
use crate::text::Text;

/// Who stands in `by` of the step that lasts as long as the parts do.
pub const PARTS: &str = "parts";

/// What that step is decided by, by the parts themselves: every one ended well, some, or none.
pub const PART_OUTCOMES: &[&str] = &["all", "some", "none"];

/// The system of a ministry in which alone the procedure is decided. Here its dossiers are shown and
/// counted, never decided (NĐ 224/2026 Đ.15).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Owner {
    /// `enterprise-register`: under which it signs its messages.
    pub system: Code,
    pub name: Text,
    /// Where residents hand in: `https://…`
    pub site: String,
}

/// A part of a linked procedure: a case of its own under another service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LinkedPart {
    pub code: Code,
    pub name: Text,
    pub service: Code,
    /// Parts that must have ended well before; it receives their results.
    pub after: Vec<Code>,
    /// What the whole gives it of its time.
    pub within: Option<Limit>,
}

impl Definition {
    /// Decided in another system alone.
    pub fn mirrored(&self) -> bool {
        self.owner.is_some()
    }

    pub fn part(&self, code: &str) -> Option<&LinkedPart> {
        self.parts.iter().find(|part| part.code == code)
    }
}

impl Step {
    /// It lasts until the parts have ended, and nobody decides it.
    pub fn of_parts(&self) -> bool {
        self.by == PARTS
    }
}
