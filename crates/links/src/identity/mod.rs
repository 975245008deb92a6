//! Who signs in? A provider of electronic identities vouches for people: OpenID Connect for real, invented
//! people for the demonstration. Both are asked the same two questions: where to send the browser, and who came
//! back with this code.

mod claims;
mod demonstration;
mod oidc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rules::Moment;
use rules::resident::Proven;
use sha2::{Digest, Sha256};

pub use claims::Claims;
pub use demonstration::{DemonstrationIdentity, Invented};
pub use oidc::{OidcIdentity, OidcServer};

/// The secrets of one trip. The state is checked by whoever sent the browser away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    pub state: String,
    pub nonce: String,
    /// Of PKCE; never leaves this house before the code is redeemed.
    pub verifier: String,
    /// Where the browser comes back to, in full.
    pub redirect: String,
}

impl Asking {
    /// The verifier as the provider gets it first (RFC 7636, S256).
    pub fn challenge(&self) -> String {
        challenge(&self.verifier)
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdentityFault {
    /// Not there, too slow, or not what it should be: try again later.
    #[error("the identity provider did not answer: {0}")]
    Away(String),
    /// What came back proves nothing: a wrong code, a broken signature, another trip's nonce.
    #[error("the identity provider's answer proves nobody: {0}")]
    Unproven(String),
}

#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where the browser goes to be asked who it is.
    ///
    /// # Errors
    /// [`IdentityFault::Away`].
    async fn door(&self, asking: &Asking) -> Result<String, IdentityFault>;

    /// Who came back with this code.
    ///
    /// # Errors
    /// [`IdentityFault::Unproven`] where the answer does not belong to this trip or is not the provider's.
    async fn who(&self, code: &str, asking: &Asking, now: Moment) -> Result<Proven, IdentityFault>;

    /// The invented people, where this is the demonstration's provider.
    fn demonstration(&self) -> Option<&DemonstrationIdentity> {
        None
    }
}
