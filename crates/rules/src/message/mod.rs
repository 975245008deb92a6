//! What a notice says and which way it goes. Who is told stands in [`crate::notice`]; here is the policy of the city
//! (ways, quiet hours, tries) and the registry of texts that the city may change without a release.
//!
//! Absent: addresses of people, sending, remembering.

mod policy;
mod registry;
mod safe;

pub use policy::{Policy, Quiet, Retry, Ways};
pub use registry::{Facts, Flaw, ProviderCall, Registry, Rendered, Template, TemplateKey};
pub use safe::without_ids;

use serde::{Deserialize, Serialize};

/// A way to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// On the person's own pages: the officials' list, the resident's tracking page.
    App,
    Email,
    Sms,
    Zalo,
}

impl Channel {
    pub const ALL: [Channel; 4] = [Channel::App, Channel::Email, Channel::Sms, Channel::Zalo];

    /// As data and addresses name it.
    pub fn code(self) -> &'static str {
        match self {
            Channel::App => "app",
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Zalo => "zalo",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// What is wrong with a document of the city (policy, tiers), with the words of its reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl From<toml::de::Error> for Unreadable {
    fn from(error: toml::de::Error) -> Self {
        Self(error.to_string())
    }
}
