//! A small authority that issues certificates: the demonstration city's own, and that of tests. What it vouches for
//! says in its name that it has no legal value.

use std::str::FromStr;
use std::time::Duration;

use p256::ecdsa::{DerSignature, SigningKey};
use pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rules::Moment;
use sha2::{Digest, Sha256};
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::der::Encode;
use x509_cert::der::asn1::{GeneralizedTime, UtcTime};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity};

use super::Chain;
use super::key::Key;
use super::put::Unsigned;

/// Years for which the authority itself stands.
const YEARS: u64 = 20;
const DAY: u64 = 24 * 60 * 60;

pub struct Authority {
    key: SigningKey,
    certificate: Vec<u8>,
}

impl Authority {
    /// A new one, named `name`, from 32 bytes of chance.
    ///
    /// # Errors
    /// [`Unsigned::Certificate`] where the name is no name.
    pub fn found(name: &str, chance: [u8; 32], now: Moment) -> Result<Self, Unsigned> {
        let key = key_of(chance);
        let subject = distinguished(name, None)?;
        let public = SubjectPublicKeyInfoOwned::from_key(*key.verifying_key()).map_err(flawed)?;
        let validity = validity(now, YEARS * 365)?;
        let serial = serial(&chance, 0)?;
        let builder =
            CertificateBuilder::new(Profile::Root, serial, validity, subject, public, &key);
        let certificate = builder
            .map_err(flawed)?
            .build::<DerSignature>()
            .map_err(flawed)?;
        Ok(Self {
            certificate: certificate.to_der().map_err(flawed)?,
            key,
        })
    }

    /// As [`Authority::kept`] wrote it.
    ///
    /// # Errors
    /// [`Unsigned::Certificate`] where it cannot be read.
    pub fn read(key: &[u8], certificate: &[u8]) -> Result<Self, Unsigned> {
        super::certificate::read(certificate)?;
        Ok(Self {
            key: SigningKey::from_pkcs8_der(key).map_err(flawed)?,
            certificate: certificate.to_vec(),
        })
    }

    /// Key (PKCS #8) and certificate, for the memory.
    ///
    /// # Errors
    /// [`Unsigned::Certificate`] where the key cannot be written.
    pub fn kept(&self) -> Result<(Vec<u8>, Vec<u8>), Unsigned> {
        let key = self.key.to_pkcs8_der().map_err(flawed)?;
        Ok((key.as_bytes().to_vec(), self.certificate.clone()))
    }

    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// A key with a certificate of so many days for `name` at `organisation`.
    ///
    /// # Errors
    /// [`Unsigned::Certificate`] where a name cannot be written.
    pub fn issue(
        &self,
        name: &str,
        organisation: Option<&str>,
        chance: [u8; 32],
        now: Moment,
        days: u64,
    ) -> Result<(Key, Chain), Unsigned> {
        let key = key_of(chance);
        let own = super::certificate::read(&self.certificate)?;
        let profile = Profile::Leaf {
            issuer: own.tbs_certificate.subject,
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let public = SubjectPublicKeyInfoOwned::from_key(*key.verifying_key()).map_err(flawed)?;
        let subject = distinguished(name, organisation)?;
        let (serial, validity) = (serial(&chance, 1)?, validity(now, days)?);
        let builder =
            CertificateBuilder::new(profile, serial, validity, subject, public, &self.key);
        let certificate = builder
            .map_err(flawed)?
            .build::<DerSignature>()
            .map_err(flawed)?;
        let certificate = certificate.to_der().map_err(flawed)?;
        Ok((Key::P256(key), vec![certificate, self.certificate.clone()]))
    }
}

/// Nearly every 32 bytes are a key; the few that are not are hashed until they are.
fn key_of(mut chance: [u8; 32]) -> SigningKey {
    loop {
        match SigningKey::from_slice(&chance) {
            Ok(key) => return key,
            Err(_) => chance = Sha256::digest(chance).into(),
        }
    }
}

fn serial(chance: &[u8; 32], what: u8) -> Result<SerialNumber, Unsigned> {
    let mut hasher = Sha256::new();
    hasher.update([what]);
    hasher.update(chance);
    let digest = hasher.finalize();
    let mut number = digest[..16].to_vec();
    // Positive, and not shortened by a leading zero.
    number[0] = (number[0] & 0x7f) | 0x40;
    SerialNumber::new(&number).map_err(flawed)
}

/// From an hour before (clocks differ) for so many days.
fn validity(now: Moment, days: u64) -> Result<Validity, Unsigned> {
    let second = u64::try_from(now.as_second()).unwrap_or(0);
    let at = |second: u64| {
        let since = Duration::from_secs(second);
        // RFC 5280: UTCTime until 2049, GeneralizedTime from then on.
        match UtcTime::from_unix_duration(since) {
            Ok(time) => Ok(Time::UtcTime(time)),
            Err(_) => GeneralizedTime::from_unix_duration(since)
                .map(Time::GeneralTime)
                .map_err(flawed),
        }
    };
    Ok(Validity {
        not_before: at(second.saturating_sub(3600))?,
        not_after: at(second + days * DAY)?,
    })
}

fn distinguished(name: &str, organisation: Option<&str>) -> Result<Name, Unsigned> {
    let mut written = format!("CN={}", escaped(name));
    if let Some(organisation) = organisation {
        written.push_str(&format!(",O={}", escaped(organisation)));
    }
    written.push_str(",C=VN");
    Name::from_str(&written).map_err(flawed)
}

/// RFC 4514: what would end a value is escaped.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.trim().chars() {
        if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn flawed(flaw: impl std::fmt::Display) -> Unsigned {
    Unsigned::Certificate(flaw.to_string())
}
