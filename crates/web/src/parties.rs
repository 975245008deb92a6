//! Whom this house talks to on behalf of residents, as the start of the program wired it. A house without any
//! still serves everybody without an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use links::georeport::GeoReport;
use links::identity::IdentityProvider;
use links::post::Carrier;
use links::push::Push;
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

/// Where pictures of the ground stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiles {
    /// `https://ban-do.example.vn/{z}/{x}/{y}.png`
    pub address: String,
    /// Whose they are, as their licence wants it said.
    pub credit: String,
}

impl Tiles {
    /// Scheme and host, for the policy that lets a browser load them.
    pub fn origin(&self) -> Option<String> {
        let (scheme, rest) = self.address.split_once("://")?;
        let host = rest.split(['/', '{']).next()?;
        let sound = !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
        (sound && ["http", "https"].contains(&scheme)).then(|| format!("{scheme}://{host}"))
    }
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
    /// `None`: followers are told by e-mail alone.
    pub push: Option<Push>,
    /// Pictures of the ground under the map to tap, from a server of the city's own. `None`: outlines alone.
    pub tiles: Option<Tiles>,
    /// No letters leave this house.
    pub no_mail: bool,
    /// Exchanges, mail servers and gateways that bring calls, letters and texts, each with the secret of its signatures.
    pub brings: BTreeMap<String, String>,
    /// Addresses from which the city itself writes: a letter from there is its own echo.
    pub own_addresses: Vec<String>,
    /// Other systems of reports that are handed some of ours, by the codes of their mappings.
    pub partners: BTreeMap<String, Arc<dyn GeoReport>>,
    /// What the city asks consent for.
    pub purposes: Vec<Purpose>,
}
