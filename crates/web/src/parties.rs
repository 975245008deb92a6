//! Whom this house talks to on behalf of residents, as the start of the program wired it. A house without any
//! still serves everybody without an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use links::identity::IdentityProvider;
use links::post::Carrier;
use links::registers::RegisterSource;
use links::signing::SigningService;
use service::Text;

/// What a resident may agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    pub code: String,
    /// Of the words.
    pub version: u32,
    pub name: Text,
    pub words: Text,
}

#[derive(Clone, Default)]
pub struct Parties {
    /// `None`: residents cannot sign in here.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// What asks for a proven identity is not begun online without one. Else the papers are compared when the
    /// result is collected.
    pub identity_required: bool,
    /// `None`: parcels are numbered and followed by hand.
    pub carrier: Option<Arc<dyn Carrier>>,
    /// `None`: papers are signed by hand and sealed.
    pub signing: Option<Arc<dyn SigningService>>,
    /// Certificates (DER) of authorities whose word the city takes.
    pub trusted: Vec<Vec<u8>>,
    /// Registers that others keep, by their codes. What is not among them the city keeps itself, or nobody.
    pub registers: BTreeMap<String, Arc<dyn RegisterSource>>,
    /// Systems of ministries that tell of their own dossiers, each with the secret of its signatures.
    pub mirrored: BTreeMap<String, String>,
    /// What the city asks consent for.
    pub purposes: Vec<Purpose>,
}
