//! What is asked: pages, fields, papers to bring.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Expr};
use crate::text::Text;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Page {
    pub page: Text,
    pub help: Text,
    pub show_when: Option<Expr>,
    pub repeat: Option<Repeat>,
    pub fields: Vec<Field>,
    pub check: Vec<PageCheck>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repeat {
    pub code: Code,
    pub label: Text,
    pub min: u32,
    pub max: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageCheck {
    pub must: Expr,
    #[serde(rename = "else")]
    pub otherwise: Text,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Field {
    pub code: Code,
    pub label: Text,
    pub help: Text,
    pub kind: FieldKind,
    pub required: bool,
    pub required_when: Option<Expr>,
    pub show_when: Option<Expr>,
    /// Computed, never typed.
    pub value: Option<Expr>,
    /// Filled in from a register: `population(personal_id)`.
    pub from: Option<RegisterCall>,
    /// Filled in from the account of whoever is signed in: a member of [`crate::account::PARTS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Code>,
    pub read_only: bool,
    pub pattern: Option<String>,
    pub min: Option<String>,
    pub max: Option<String>,
    pub options: Vec<Choice>,
    /// Shown to others as: `last-4`, `hidden`.
    pub mask: Option<String>,
    /// May a public page show the answer?
    pub public: Option<bool>,
    /// Why the city asks (personal data).
    pub purpose: Option<Text>,
    /// How long it is kept (personal data): `10 years`.
    pub keep: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterCall {
    pub register: Code,
    pub key: Expr,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    pub code: Code,
    pub label: Text,
}

/// What a field holds. Closed: a new kind is a recipe in CONTRIBUTING.md.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    #[default]
    Text,
    LongText,
    /// `whole`: whole number.
    Whole,
    /// `decimal(1)`: fixed places.
    Decimal(u8),
    /// Whole đồng.
    Money,
    YesNo,
    Date,
    /// `choice` with options in the field, or `choice(list)` from a named list.
    Choice(Option<Code>),
    Choices(Option<Code>),
    Phone,
    Email,
    /// Số định danh cá nhân, 12 digits.
    PersonalId,
    /// Mã số thuế / mã số doanh nghiệp.
    OrganisationId,
    Address,
    /// A point, an area and words for a spot.
    Place,
    Photos,
    File,
    /// A unit of the city.
    Unit,
    /// A record of a register (read-only).
    Record,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duplicates {
    pub within_metres: u32,
    pub days: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Document {
    pub code: Code,
    pub label: Text,
    pub help: Text,
    pub required: bool,
    pub required_when: Option<Expr>,
    /// `pdf`, `jpg`, `png`, `dgn` …
    pub accept: Vec<String>,
    pub max_bytes: Option<u64>,
    pub originals: u32,
    pub copies: u32,
    /// National component code (`000.00.00.G15-KQ003204`).
    pub national_code: Option<String>,
    /// Services whose result is this paper: what the city issued itself it does not ask for again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub result_of: Vec<Code>,
}
