//! Who puts digital signatures on papers: a person's own certificate or an organisation's seal, wherever the key is.
//! Documented in `docs/SIGNING.md`. Absent: what is signed and why (`rules::paper`), the PDF around it (`papers`).

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use rules::Moment;
use serde::{Deserialize, Serialize};

use crate::answer::{bounded, told};
use crate::breaker::Breaker;

/// A certificate with those that vouch for it, DER, the signer's own first.
pub type Chain = Vec<Vec<u8>>;

/// Whose signature is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signer {
    #[serde(rename = "signer")]
    pub kind: SignerKind,
    /// Account of a person, code of a unit: under which the service knows them.
    pub id: String,
    /// As a certificate of ours would name them: `Nguyễn Văn An`, `Chi nhánh Ninh Kiều`.
    pub name: String,
    /// Of a person: the unit they sign for.
    pub organisation: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignerKind {
    Person,
    Seal,
}

/// What is to be signed. Asked twice for the same reference and hash it is one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    pub reference: String,
    /// What a person reads who must confirm it: title and number, never a name.
    pub says: String,
    /// SHA-256.
    pub hash: Vec<u8>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SigningFault {
    /// It has no certificate of theirs: the paper goes out without this signature.
    #[error("there is no certificate of {0}")]
    NoCertificate(String),
    /// The person has not confirmed it yet, on their telephone or with their token.
    #[error("the signer has not confirmed it yet")]
    Waiting,
    /// Trying again later may help.
    #[error("the signing service does not answer: {0}")]
    Away(String),
    #[error("the signing service refuses: {0}")]
    Refused(String),
}

#[async_trait]
pub trait SigningService: Send + Sync {
    /// The certificate by which they sign today.
    ///
    /// # Errors
    /// [`SigningFault`]
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault>;

    /// The bare signature: PKCS #1 v1.5 for RSA, DER of (r, s) for elliptic curves.
    ///
    /// # Errors
    /// [`SigningFault`]
    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault>;
}

/// A signing service over HTTPS: `POST {url}/certificates`, `POST {url}/signatures`.
pub struct HttpSigning {
    url: String,
    /// Header and value.
    key: Option<(String, String)>,
    http: Client,
    breaker: Breaker,
}

#[derive(Deserialize)]
struct Certificates {
    /// Base64 of DER.
    certificates: Vec<String>,
}

#[derive(Deserialize)]
struct Signature {
    /// Base64.
    signature: String,
}

#[derive(Serialize)]
struct Asked<'a> {
    #[serde(flatten)]
    signer: &'a Signer,
    reference: &'a str,
    says: &'a str,
    algorithm: &'static str,
    /// Base64.
    hash: String,
}

/// No answer is larger: a chain of a few certificates.
const MOST_BYTES: usize = 64 * 1024;

impl HttpSigning {
    /// Prepares the client; nothing is asked yet.
    ///
    /// # Errors
    /// [`SigningFault::Away`] where the client cannot be made.
    pub fn new(
        url: &str,
        key: Option<(String, String)>,
        patience: Duration,
    ) -> Result<Self, SigningFault> {
        let http = Client::builder()
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(away)?;
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            key,
            http,
            breaker: Breaker::default(),
        })
    }

    async fn ask(
        &self,
        door: &str,
        body: &impl Serialize,
        signer: &Signer,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        if !self.breaker.closed(now) {
            return Err(away("it rests after failures"));
        }
        let body = serde_json::to_string(body).map_err(away)?;
        let request = self.http.post(format!("{}/{door}", self.url));
        let request = request
            .header("content-type", "application/json")
            .body(body);
        let request = match &self.key {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let told = read(request, signer).await;
        let answered = !matches!(told, Err(SigningFault::Away(_)));
        self.breaker.note(answered, now);
        told
    }
}

async fn read(request: reqwest::RequestBuilder, signer: &Signer) -> Result<Vec<u8>, SigningFault> {
    let answer = request.send().await;
    let answer = answer.map_err(|error| away(told(error)))?;
    let status = answer.status();
    match status.as_u16() {
        202 => return Err(SigningFault::Waiting),
        404 => return Err(SigningFault::NoCertificate(signer.id.clone())),
        408 | 429 => return Err(away(status)),
        400..500 => return Err(SigningFault::Refused(status.to_string())),
        _ => {}
    }
    if !status.is_success() {
        return Err(away(status));
    }
    bounded(answer, MOST_BYTES).await.map_err(away)
}

fn away(error: impl std::fmt::Display) -> SigningFault {
    SigningFault::Away(error.to_string())
}

#[async_trait]
impl SigningService for HttpSigning {
    async fn certificates(&self, signer: &Signer, now: Moment) -> Result<Chain, SigningFault> {
        let told = self.ask("certificates", signer, signer, now).await?;
        let told: Certificates = serde_json::from_slice(&told).map_err(away)?;
        let read = told.certificates.iter().map(|one| STANDARD.decode(one));
        let chain: Result<Chain, _> = read.collect();
        match chain.map_err(away)? {
            empty if empty.is_empty() => Err(SigningFault::NoCertificate(signer.id.clone())),
            chain => Ok(chain),
        }
    }

    async fn sign(
        &self,
        signer: &Signer,
        what: &ToSign,
        now: Moment,
    ) -> Result<Vec<u8>, SigningFault> {
        let asked = Asked {
            signer,
            reference: &what.reference,
            says: &what.says,
            algorithm: "sha-256",
            hash: STANDARD.encode(&what.hash),
        };
        let told = self.ask("signatures", &asked, signer, now).await?;
        let told: Signature = serde_json::from_slice(&told).map_err(away)?;
        STANDARD.decode(told.signature).map_err(away)
    }
}
