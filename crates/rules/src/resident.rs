//! Whom an identity provider vouches for: a citizen, or somebody who speaks for an organisation (VNeID
//! levels; NĐ 69/2024/NĐ-CP on electronic identification). Absent: how that is asked (`links`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use service::definition::Identity;
pub use service::field::ids::personal_id;

/// What a provider says of the one who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The provider; with `subject` it names one account for ever.
    pub issuer: String,
    pub subject: String,
    pub level: Identity,
    /// Of the person, also where an organisation's account is used.
    pub name: String,
    /// Số định danh cá nhân: twelve digits.
    pub personal_id: Option<String>,
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub residence: Option<Residence>,
    /// The account is an organisation's, and the person speaks for it.
    pub organisation: Option<Organisation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    Male,
    Female,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residence {
    /// A commune's code of today.
    pub area: String,
    /// Street, hamlet.
    #[serde(default)]
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Mã số doanh nghiệp, mã số thuế.
    pub id: String,
    pub name: String,
    /// `Giám đốc`
    #[serde(default)]
    pub role: String,
}

impl Proven {
    /// What the account is called: the organisation, else the person.
    pub fn account_name(&self) -> &str {
        match &self.organisation {
            Some(organisation) => &organisation.name,
            None => &self.name,
        }
    }
}
