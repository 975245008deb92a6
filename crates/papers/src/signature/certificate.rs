//! What a certificate says: whose it is, who vouches, its number and fingerprint.

use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_cert::name::Name;

use super::put::Unsigned;

/// Common name (2.5.4.3) and organisation (2.5.4.10).
const COMMON_NAME: &str = "2.5.4.3";
const ORGANISATION: &str = "2.5.4.10";
const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

/// A certificate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub organisation: Option<String>,
    pub issuer: String,
    /// Hex, as the issuer counts.
    pub serial: String,
    /// SHA-256 of the whole certificate, hex.
    pub fingerprint: String,
}

/// By which mathematics a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Rsa,
    P256,
    P384,
}

/// Reads a certificate.
///
/// # Errors
/// [`Unsigned::Certificate`] where it is none.
pub fn read(der: &[u8]) -> Result<Certificate, Unsigned> {
    Certificate::from_der(der).map_err(|flaw| Unsigned::Certificate(flaw.to_string()))
}

pub fn told(certificate: &Certificate) -> Told {
    let body = &certificate.tbs_certificate;
    let der = certificate.to_der().unwrap_or_default();
    Told {
        name: part(&body.subject, COMMON_NAME).unwrap_or_else(|| body.subject.to_string()),
        organisation: part(&body.subject, ORGANISATION),
        issuer: part(&body.issuer, COMMON_NAME).unwrap_or_else(|| body.issuer.to_string()),
        serial: hex(body.serial_number.as_bytes()),
        fingerprint: hex(&Sha256::digest(&der)),
    }
}

/// The algorithm of a certificate's key.
///
/// # Errors
/// [`Unsigned::Algorithm`] for keys that are neither RSA nor P-256 nor P-384.
pub fn algorithm(certificate: &Certificate) -> Result<Algorithm, Unsigned> {
    let key = &certificate
        .tbs_certificate
        .subject_public_key_info
        .algorithm;
    let curve = key
        .parameters
        .as_ref()
        .and_then(|any| {
            any.decode_as::<x509_cert::der::asn1::ObjectIdentifier>()
                .ok()
        })
        .map(|oid| oid.to_string());
    match (key.oid.to_string().as_str(), curve.as_deref()) {
        (RSA, _) => Ok(Algorithm::Rsa),
        (ELLIPTIC, Some(P256)) => Ok(Algorithm::P256),
        (ELLIPTIC, Some(P384)) => Ok(Algorithm::P384),
        (other, _) => Err(Unsigned::Algorithm(other.to_owned())),
    }
}

fn part(name: &Name, wanted: &str) -> Option<String> {
    use x509_cert::der::asn1::{PrintableStringRef, Utf8StringRef};
    let parts = name.0.iter().flat_map(|set| set.0.iter());
    let value = parts
        .filter(|part| part.oid.to_string() == wanted)
        .map(|part| &part.value)
        .next()?;
    let utf8 = value.decode_as::<Utf8StringRef<'_>>().ok();
    let printable = value.decode_as::<PrintableStringRef<'_>>().ok();
    utf8.map(|text| text.as_str().to_owned())
        .or_else(|| printable.map(|text| text.as_str().to_owned()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
