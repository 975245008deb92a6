//! Papers: which ones an event calls for, and what the law calls them on the day. Knows nothing of how they
//! look, of files or of numbers given: a paper is made after the commit that called for it.

mod call;
mod law;
mod signatory;

pub use call::{Call, DUTY, calls};
pub use law::{Form, PaperLaw, PaperLawFault, Regime, VIETNAM_1};
pub use signatory::signatories;
