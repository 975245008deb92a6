//! The portal over HTTP: a token that is asked for again when it runs out, one signed-in call for each packet.
//!
//! Paths of the calls are those of the double; where the portal's endpoint names them otherwise, a gateway of the city or the portal's
//! integration axis turns them (`docs/PORTAL.md`).

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use reqwest::{Client, header, redirect};
use serde_json::{Value as Json, json};

use super::{Call, Given, Portal, PortalCount, PortalFault};

const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read.
const LONGEST: usize = 1024 * 1024;

/// Where the portal stands and who we are there.
#[derive(Clone)]
pub struct PortalAddress {
    /// Without a slash at its end.
    pub url: String,
    pub client: String,
    pub secret: String,
}

pub struct HttpPortal {
    address: PortalAddress,
    client: Client,
    token: Mutex<Option<String>>,
}

impl HttpPortal {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`PortalFault::NotNow`] where the machine cannot make TLS connections.
    pub fn new(address: PortalAddress) -> Result<Self, PortalFault> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE / 3)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| PortalFault::NotNow(error.to_string()))?;
        Ok(Self {
            address,
            client,
            token: Mutex::new(None),
        })
    }

    fn kept(&self) -> Option<String> {
        self.token
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, token: Option<String>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// B1.
    async fn token(&self) -> Result<String, PortalFault> {
        if let Some(token) = self.kept() {
            return Ok(token);
        }
        let body = json!({"client_id": self.address.client, "client_secret": self.address.secret});
        let (status, answer) = self.post("/token", "", None, &body).await?;
        let token = answer["access_token"].as_str().filter(|_| status == 200);
        let token = token.ok_or_else(|| PortalFault::NotNow(format!("token: {status}")))?;
        self.keep(Some(token.to_owned()));
        Ok(token.to_owned())
    }

    /// A call with a token; once more with a new one where the portal no longer takes the old.
    async fn ask(&self, path: &str, key: &str, body: &Json) -> Result<(u16, Json), PortalFault> {
        let token = self.token().await?;
        let (status, answer) = self.post(path, key, Some(&token), body).await?;
        if status != 401 {
            return Ok((status, answer));
        }
        self.keep(None);
        let token = self.token().await?;
        self.post(path, key, Some(&token), body).await
    }

    async fn post(
        &self,
        path: &str,
        key: &str,
        token: Option<&str>,
        body: &Json,
    ) -> Result<(u16, Json), PortalFault> {
        let mut request = self
            .client
            .post(format!("{}{path}", self.address.url))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(body.to_string());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let away = |error: reqwest::Error| PortalFault::NotNow(error.without_url().to_string());
        let mut response = request.send().await.map_err(away)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(away)? {
            if bytes.len() + piece.len() > LONGEST {
                return Err(PortalFault::NotNow("the answer is too long".to_owned()));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }
}

#[async_trait]
impl Portal for HttpPortal {
    async fn tell(&self, call: &Call, key: &str) -> Result<Given, PortalFault> {
        let (path, body) = request(call);
        let (status, answer) = self.ask(path, key, &body).await?;
        outcome(status, &answer)
    }

    async fn count(&self, from: Date, to: Date) -> Result<PortalCount, PortalFault> {
        let (status, answer) = self.ask("/ThongKe", "", &span(from, to)).await?;
        counted(status, &answer)
    }
}

/// Path and body of a call.
pub(super) fn request(call: &Call) -> (&'static str, Json) {
    match call {
        Call::Code { ours } => ("/LayMaHoSo", json!({ "MaHoSoDiaPhuong": ours })),
        Call::File {
            name,
            media,
            hash,
            bytes,
        } => {
            let body = json!({
                "TenTep": name,
                "LoaiTep": media,
                "HashTepTin": hash,
                "NoiDung": STANDARD.encode(bytes),
            });
            ("/TaiTep", body)
        }
        Call::Dossier(body) => ("/TaoHoSo", body.clone()),
        Call::Progress(body) => ("/CapNhatTienTrinh", body.clone()),
        Call::Status(body) => ("/CapNhatTrangThai", body.clone()),
    }
}

pub(super) fn span(from: Date, to: Date) -> Json {
    let day = |date: Date| date.strftime("%Y%m%d").to_string();
    json!({ "TuNgay": day(from), "DenNgay": day(to) })
}

/// What an answer means.
pub(super) fn outcome(status: u16, answer: &Json) -> Result<Given, PortalFault> {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    match status {
        200..=299 => Ok(Given {
            id: text("MaHoSo").or_else(|| text("IdTepTin")),
        }),
        400 | 409 | 422 => Err(PortalFault::Refused {
            code: text("error_code").unwrap_or_else(|| status.to_string()),
            says: text("message").unwrap_or_default(),
        }),
        _ => Err(PortalFault::NotNow(format!(
            "{status} {}",
            text("message").unwrap_or_default()
        ))),
    }
}

pub(super) fn counted(status: u16, answer: &Json) -> Result<PortalCount, PortalFault> {
    match answer["TongSo"].as_u64() {
        Some(received) if status == 200 => Ok(PortalCount { received }),
        _ => Err(PortalFault::NotNow(format!("{status}"))),
    }
}
