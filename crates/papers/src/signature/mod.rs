//! Digital signatures on finished papers: PAdES (ETSI EN 319 142), each put on by an incremental update, so that
//! the bytes of the paper and of earlier signatures stay as they are. The visible words of a signature (letters,
//! title, name, time) are set with the paper and therefore signed with it.
//!
//! Private keys are used here only where a file holds them ([`key`]); an outside service gets the hash of
//! [`put::Prepared`] and gives the signature back. [`check`] judges any file, hostile ones too. Absent: revocation
//! lists of outside authorities, time stamps, long-term levels.

pub mod certificate;
pub mod check;
pub mod issue;
pub mod key;
pub mod put;

/// A certificate with those that vouch for it, DER, the signer's own first.
pub type Chain = Vec<Vec<u8>>;
