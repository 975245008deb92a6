//! What a service is: the types of one definition file, as read. Knows nothing of YAML.
//!
//! Everything is plain data. Expressions stand as written ([`Expr`]); `expr` gives them meaning,
//! `check` judges them. Maps keep the order of the file, because people order on purpose.

mod form;
mod linked;
mod process;
mod roles;
mod tables;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;

pub use form::*;
pub use linked::*;
pub use process::*;
pub use roles::*;
pub use tables::*;

/// An ASCII code (`certificate_no`, `land.transfer`): what expressions, exports and URLs use.
pub type Code = String;

/// A CEL expression as written in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Expr(pub String);

/// One public service: everything the city promises for one kind of request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Definition {
    pub service: Code,
    pub name: Text,
    pub kind: Kind,
    /// `one-stop/1`: the general law this service stands in.
    pub frame: String,
    /// Lĩnh vực of a procedure, group of a report type.
    pub group: Text,
    #[schemars(with = "Option<String>")]
    pub effective: Option<Date>,
    /// The unit competent for the whole case (report types leave it to the handler role).
    pub agency: Option<UnitRule>,
    /// The system of a ministry that alone decides it; then there is no form and no process here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Procedures of other agencies that it links, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<LinkedPart>,
    /// `true`: figures in the file are for demonstration and no promise of a real city.
    pub demonstration: bool,
    pub summary: Text,
    /// National procedure code, where it has one (`1.001193`).
    pub national_code: Option<String>,
    /// Plain words people search for ("giấy khai sinh", "sổ đỏ").
    pub keywords: Vec<String>,
    pub life_events: Vec<Code>,
    pub legal_basis: Vec<LegalBasis>,
    pub applicants: Applicants,
    pub form: Vec<Page>,
    /// Offer similar cases near by before sending.
    pub duplicates: Option<Duplicates>,
    pub documents: Vec<Document>,
    pub fees: Vec<Fee>,
    pub tables: Vec<Table>,
    pub roles: Vec<Role>,
    pub process: Process,
    pub papers: Vec<Paper>,
    /// Template of the slip that says it was taken in (`form-01`): the frame's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Code>,
    pub access: Access,
    pub tests: Vec<Test>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    #[default]
    Procedure,
    Report,
    Directive,
    Inspection,
    Petition,
    Survey,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalBasis {
    pub document: String,
    pub says: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Applicants {
    pub who: Vec<Who>,
    pub identity: Identity,
    pub channels: Vec<Channel>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    Citizen,
    Organisation,
    Proxy,
    Guest,
    Official,
}

/// How surely the city must know who asks (VNeID levels).
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    #[default]
    None,
    #[serde(rename = "level-1")]
    Level1,
    #[serde(rename = "level-2")]
    Level2,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    Online,
    Web,
    Counter,
    Post,
    Hotline,
    App,
    Zalo,
    Open311,
    Email,
    Internal,
    Import,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Paper {
    pub code: Code,
    pub name: Text,
    pub template: Code,
    pub signed_by: Option<Code>,
    /// `forever`, `10 years`
    pub keep: Option<String>,
    /// National code of this result (`000.00.00.G15-KQ003459`): where another service asks for it, it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub national_code: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Access {
    pub see: Vec<(Code, Code)>,
    pub hide: Vec<(Code, Code)>,
    /// When a report stands on public pages, where its sender wishes it to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish: Option<Publish>,
}

/// When anybody may see a report of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Publish {
    AtOnce,
    /// Once a moderator has looked.
    AfterReview,
    Never,
}

impl Definition {
    /// What `access.publish` says; where it says nothing, what the public may see decides.
    pub fn publishes(&self) -> Publish {
        if self.kind != Kind::Report {
            return Publish::Never;
        }
        let mut see = self.access.see.iter();
        let public = see
            .find(|(who, _)| who == PUBLIC)
            .map(|(_, what)| what.as_str());
        match (public, self.access.publish) {
            (Some(what), _) if what != SHOWN => Publish::Never,
            (_, Some(publish)) => publish,
            (_, None) => Publish::AtOnce,
        }
    }
}

/// Everybody, in `access.see`.
pub const PUBLIC: &str = "public";
/// What the public sees of reports that are published.
pub const SHOWN: &str = "without-personal-data";

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Test {
    pub name: String,
    /// Answers by path.
    pub given: Vec<(Code, String)>,
    /// `receive.incomplete`, `supplement.supplied`
    pub walk: Vec<String>,
    pub expect: Vec<(Code, String)>,
}
