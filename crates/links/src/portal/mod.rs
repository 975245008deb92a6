//! The national portal: six calls (token, code, file, dossier, progress, state) and two questions, over HTTP or to a double in memory that
//! judges as strictly as the portal.

mod double;
mod http;

pub use double::PortalDouble;
pub use http::{HttpPortal, PortalAddress};

use async_trait::async_trait;
use serde_json::Value as Json;

/// What is told, ready to go.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// B2: the portal's code for a dossier of ours.
    Code { ours: String },
    /// B3.
    File {
        name: String,
        media: String,
        hash: String,
        bytes: Vec<u8>,
    },
    /// B4.
    Dossier(Json),
    /// B5 `CapNhatTienTrinh`.
    Progress(Json),
    /// B6 `CapNhatTrangThai`.
    Status(Json),
}

/// What the portal gave back: its code for a dossier, its id of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    pub id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortalFault {
    /// The portal read it and says no: somebody must correct something.
    #[error("{code}: {says}")]
    Refused { code: String, says: String },
    /// Away or busy: again later.
    #[error("{0}")]
    NotNow(String),
}

/// What the portal counts between two days of reception, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PortalCount {
    pub received: u64,
}

#[async_trait]
pub trait Portal: Send + Sync {
    /// Tells one thing. `key`: the same for every try of the same thing.
    ///
    /// # Errors
    /// [`PortalFault::Refused`] until something is corrected, [`PortalFault::NotNow`] for now.
    async fn tell(&self, call: &Call, key: &str) -> Result<Given, PortalFault>;

    /// How many dossiers of ours the portal has, received between two days.
    ///
    /// # Errors
    /// [`PortalFault::NotNow`].
    async fn count(
        &self,
        from: jiff::civil::Date,
        to: jiff::civil::Date,
    ) -> Result<PortalCount, PortalFault>;
}
