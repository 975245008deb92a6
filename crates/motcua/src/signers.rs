//! Signatures whose keys are here: PKCS #12 files of a folder, and the demonstration city's own small authority.
//! Keys elsewhere are asked for by [`links::signing::HttpSigning`].

use std::path::{Path, PathBuf};

use actions::City;
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use links::signing::{Chain, Signer, SignerKind, SigningFault, SigningService, ToSign};
use papers::signature::issue::Authority;
use papers::signature::key::{self, Key};
use rules::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::shell;

/// `ID.p12` beside `ID.pass`, the passphrase and nothing else; ID is the account of a person, the code of a unit.
pub struct KeyFiles {
    folder: PathBuf,
}

impl KeyFiles {
    /// # Errors
    /// Where the folder is not there.
    pub fn new(folder: &Path) -> Result<Self> {
        if !folder.is_dir() {
            bail!("there is no folder {}", folder.display());
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Read anew each time: a key that is taken away signs nothing more.
    async fn open(&self, signer: &Signer) -> Result<(Key, Chain), SigningFault> {
        let (folder, id) = (self.folder.clone(), signer.id.clone());
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.starts_with('.') || !id.chars().all(plain) {
            return Err(SigningFault::NoCertificate(id));
        }
        let read = tokio::task::spawn_blocking(move || {
            let Ok(file) = std::fs::read(folder.join(format!("{id}.p12"))) else {
                return Err(SigningFault::NoCertificate(id));
            };
            let pass = std::fs::read_to_string(folder.join(format!("{id}.pass")));
            let pass = pass.unwrap_or_default();
            key::open(&file, pass.trim_end_matches(['\r', '\n']))
                .map_err(|flaw| SigningFault::Refused(format!("{id}.p12: {flaw}")))
        });
        read.await
            .map_err(|flaw| SigningFault::Away(flaw.to_string()))?
    }
}

#[async_trait]
impl SigningService for KeyFiles {
    async fn certificates(&self, signer: &Signer, _: Moment) -> Result<Chain, SigningFault> {
        Ok(self.open(signer).await?.1)
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        _: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        let (key, _) = self.open(signer).await?;
        signed(&key, what)
    }
}

/// Gives everybody a certificate of this calendar year that says it has no legal value.
pub struct Demonstration {
    authority: Authority,
    secret: [u8; 32],
}

const NAME: &str = "CA minh họa, không có giá trị pháp lý";
/// The demonstration's year lies before its founding: what was signed in it must have been in force.
const BEFORE: SignedDuration = SignedDuration::from_hours(24 * 800);
/// Days that a certificate holds, from the first of January.
const DAYS: u64 = 400;
/// Under which the city remembers it.
const KEPT: &str = "demonstration-authority";

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    certificate: String,
}

impl Demonstration {
    /// Of this city; founded where it has none yet.
    ///
    /// # Errors
    /// Where the memory does not answer or what it holds cannot be read.
    pub async fn of(city: &City) -> Result<Self> {
        if let Some(kept) = city.reader().value(KEPT).await? {
            let kept: Kept = serde_json::from_str(&kept)?;
            let key = STANDARD.decode(kept.key)?;
            let authority = Authority::read(&key, &STANDARD.decode(kept.certificate)?)?;
            let secret = Sha256::digest(&key).into();
            return Ok(Self { authority, secret });
        }
        let mut chance = [0; 32];
        shell::chance(&mut chance);
        let authority = Authority::found(NAME, chance, city.now() - BEFORE)?;
        let (key, certificate) = authority.kept()?;
        let kept = Kept {
            key: STANDARD.encode(&key),
            certificate: STANDARD.encode(certificate),
        };
        city.remember(KEPT, &serde_json::to_string(&kept)?).await?;
        let secret = Sha256::digest(&key).into();
        Ok(Self { authority, secret })
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        self.authority.certificate()
    }

    /// The same key and certificate whenever it is asked within a year.
    fn issued(&self, signer: &Signer, now: Moment) -> Result<(Key, Chain), SigningFault> {
        let year = now.to_zoned(TimeZone::UTC).year();
        let mut chance = Sha256::new();
        chance.update(self.secret);
        chance.update([u8::from(signer.kind == SignerKind::Seal)]);
        chance.update(year.to_le_bytes());
        for part in [&signer.id, &signer.name, &signer.organisation] {
            chance.update(part.as_bytes());
            chance.update([0]);
        }
        let begins = jiff::civil::date(year, 1, 1).to_zoned(TimeZone::UTC);
        let begins = begins.map_err(|flaw| SigningFault::Away(flaw.to_string()))?;
        let organisation = match signer.kind {
            SignerKind::Person => Some(signer.organisation.as_str()),
            SignerKind::Seal => None,
        };
        let issued = self.authority.issue(
            &signer.name,
            organisation,
            chance.finalize().into(),
            begins.timestamp(),
            DAYS,
        );
        issued.map_err(|flaw| SigningFault::Refused(flaw.to_string()))
    }
}

#[async_trait]
impl SigningService for Demonstration {
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault> {
        Ok(self.issued(signer, now)?.1)
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        signed(&self.issued(signer, now)?.0, what)
    }
}

fn signed(key: &Key, what: &ToSign) -> Result<Vec<u8>, SigningFault> {
    key.sign(&what.hash)
        .map_err(|flaw| SigningFault::Refused(flaw.to_string()))
}

/// Certificates in files that the city trusts: PEM with one or several, or DER.
///
/// # Errors
/// Where a file is not there or holds none.
pub fn trusted(files: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for file in files {
        let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
        let before = found.len();
        match std::str::from_utf8(&bytes) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => {
                for block in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
                    let body = block.split("-----END").next().unwrap_or_default();
                    let body: String = body.split_whitespace().collect();
                    let der = STANDARD.decode(body);
                    found.push(der.with_context(|| file.display().to_string())?);
                }
            }
            _ => found.push(bytes),
        }
        for der in &found[before..] {
            papers::signature::certificate::read(der)
                .with_context(|| file.display().to_string())?;
        }
    }
    Ok(found)
}
