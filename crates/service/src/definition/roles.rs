//! Who does it: units found by rule, roles, signing authority.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Expr};
use crate::text::Text;

/// A unit found by rule, never named by person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UnitRule {
    /// `centre-1022`: this very unit.
    Unit(Code),
    /// `commune by where.area`: the unit of this kind that serves the area the expression names.
    KindByArea { kind: Code, area: Expr },
    /// `table(handler)` or `table(handler.unit)`: a decision table names it.
    Table { table: Code, column: Option<Code> },
    /// `answer(tasks.unit)`: the unit chosen in a field of type `unit` (inside `each`: of that row).
    Answer(Expr),
    /// `agency`: the competent unit of the case.
    Agency,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Role {
    pub code: Code,
    pub name: Text,
    pub at: Option<UnitRule>,
    /// Which post in that unit: `staff` (default), `deputy-head`, `head`.
    pub post: Post,
    pub pick: Pick,
    /// Acts outside this system (tax office): an official records what they answered.
    pub outside: bool,
    /// Original authority of a signer: `director of department-of-…`.
    pub authority: Option<PostAt>,
    pub delegations: Vec<Delegation>,
    pub acting: Option<Acting>,
}

#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    #[default]
    Staff,
    DeputyHead,
    Head,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pick {
    /// Whoever claims it.
    #[default]
    Anyone,
    LeastLoaded,
}

/// `director of land-office-branch by parcel.area`; the words head, director, chairman all mean
/// [`Post::Head`]; deputy-… mean [`Post::DeputyHead`]. `title` keeps the word as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostAt {
    pub post: Post,
    pub title: Code,
    pub unit: UnitRule,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delegation {
    pub to: PostAt,
    pub when: Option<Expr>,
    pub basis: String,
    /// TM., KT., TL., TUQ. (NĐ 30/2020)
    pub prefix: String,
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acting {
    pub post: Post,
    pub prefix: String,
}
