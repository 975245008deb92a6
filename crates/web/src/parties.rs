//! Whom this house talks to on behalf of residents, as the start of the program wired it. A house without any
//! still serves everybody without an account.

use std::sync::Arc;

use links::identity::IdentityProvider;
use links::post::Carrier;

#[derive(Clone, Default)]
pub struct Parties {
    /// `None`: residents cannot sign in here.
    pub identity: Option<Arc<dyn IdentityProvider>>,
    /// What asks for a proven identity is not begun online without one. Else the papers are compared when the
    /// result is collected.
    pub identity_required: bool,
    /// `None`: parcels are numbered and followed by hand.
    pub carrier: Option<Arc<dyn Carrier>>,
}
