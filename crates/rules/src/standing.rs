//! In whose name a case was handed in: who acted and for whom, both recorded (NĐ 61/2018/NĐ-CP Đ.6, Đ.16: a proxy
//! brings the paper that gives the power). Personal data: kept apart from events.

use serde::{Deserialize, Serialize};
use service::definition::{Code, Who};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whoever sat at the keyboard.
    pub acting: Party,
    /// Whose dossier it is.
    pub owner: Party,
    pub who: Who,
    /// `con`, `nhân viên`, `Giám đốc`
    pub relation: String,
    /// The document that gives the power, where one was handed in.
    pub paper: Option<Code>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    /// Personal or organisation number.
    pub number: String,
    /// An identity provider vouched for it; else it is only declared.
    pub proven: bool,
}
