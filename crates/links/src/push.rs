//! Messages to browsers that asked for them: encrypted for the browser alone (RFC 8291), signed with the city's own key
//! (RFC 8292), handed to the push service that the browser named (RFC 8030). The service learns that something was said
//! and to whom, never what.
//!
//! The address comes from a stranger's browser: only services that the city names are called, over HTTPS, without
//! following redirects.

mod double;
mod seal;

pub use double::PushDouble;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rules::Moment;
use serde_json::json;

/// Services of the browsers people use; a leading dot stands for every host below.
pub const USUAL: &[&str] = &[
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// Longest a service may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a service keeps what it cannot deliver, and how long our signature holds: seconds.
const KEEPS: u32 = 24 * 60 * 60;
const HOLDS: i64 = 12 * 60 * 60;
/// Longest message, so that one record of 4096 bytes holds it whatever the service adds.
pub const LONGEST: usize = 2_800;

/// A browser, as it described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    pub endpoint: String,
    /// Its public key and its secret, base 64 for addresses.
    pub key: String,
    pub secret: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushFault {
    /// The browser takes nothing any more, or never could.
    #[error("the browser takes no messages: {0}")]
    Gone(String),
    #[error("the push service did not take it: {0}")]
    NotNow(String),
}

/// What goes to a push service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub endpoint: String,
    pub authorization: String,
    pub ttl: u32,
    pub body: Vec<u8>,
}

/// The services' side: hands over and tells the status.
#[async_trait]
pub trait PushService: Send + Sync {
    /// Whether this address is one of a service that the city calls.
    fn serves(&self, endpoint: &str) -> bool;

    /// Hands it over; the status of the answer.
    ///
    /// # Errors
    /// A sentence for the log where nobody answered.
    async fn post(&self, sealed: &Sealed) -> Result<u16, String>;
}

/// The city's side. Cheap to clone.
#[derive(Clone)]
pub struct Push {
    key: Arc<EcdsaKeyPair>,
    /// Whom a service writes to about us: an address of the city.
    contact: String,
    service: Arc<dyn PushService>,
}

/// A new key of the city (PKCS #8 in base 64). Browsers remember it: another key means that all ask anew.
///
/// # Errors
/// Where the machine has no chance to give.
pub fn new_key() -> Result<String, String> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let made = made.map_err(|_| "no chance")?;
    Ok(URL_SAFE_NO_PAD.encode(made.as_ref()))
}

impl Push {
    /// # Errors
    /// Where the key cannot be read.
    pub fn new(key: &str, contact: &str, service: Arc<dyn PushService>) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD
            .decode(key)
            .map_err(|_| "the key is not base 64")?;
        let chance = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &chance)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            key: Arc::new(key),
            contact: contact.to_owned(),
            service,
        })
    }

    /// What browsers are told when they subscribe: the public key, base 64 for addresses.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref())
    }

    /// Whether the city would ever call this address, with these keys.
    pub fn takes(&self, browser: &Browser) -> bool {
        let key = URL_SAFE_NO_PAD.decode(browser.key.trim_end_matches('='));
        let secret = URL_SAFE_NO_PAD.decode(browser.secret.trim_end_matches('='));
        self.service.serves(&browser.endpoint)
            && key.is_ok_and(|key| key.len() == 65 && key[0] == 4)
            && secret.is_ok_and(|secret| secret.len() == 16)
    }

    /// Tells a browser something.
    ///
    /// # Errors
    /// [`PushFault::Gone`] for ever, [`PushFault::NotNow`] for now.
    pub async fn send(&self, to: &Browser, words: &[u8], now: Moment) -> Result<(), PushFault> {
        if !self.takes(to) {
            return Err(PushFault::Gone("no such service or keys".to_owned()));
        }
        let sealed = Sealed {
            endpoint: to.endpoint.clone(),
            authorization: self.authorization(&to.endpoint, now)?,
            ttl: KEEPS,
            body: seal::seal(&to.key, &to.secret, &words[..words.len().min(LONGEST)])
                .map_err(PushFault::Gone)?,
        };
        match self.service.post(&sealed).await {
            Ok(200..=299) => Ok(()),
            // 404 and 410: unsubscribed. 400, 401 and 403: made for another key. Trying again cannot help.
            Ok(status @ (400 | 401 | 403 | 404 | 410)) => {
                Err(PushFault::Gone(format!("answered {status}")))
            }
            Ok(status) => Err(PushFault::NotNow(format!("answered {status}"))),
            Err(why) => Err(PushFault::NotNow(why)),
        }
    }

    /// `vapid t=…, k=…` for the origin of the address.
    fn authorization(&self, endpoint: &str, now: Moment) -> Result<String, PushFault> {
        let origin = reqwest::Url::parse(endpoint)
            .map_err(|error| PushFault::Gone(error.to_string()))?
            .origin()
            .ascii_serialization();
        let claims = json!({"aud": origin, "exp": now.as_second() + HOLDS, "sub": self.contact});
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self
            .key
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| PushFault::NotNow("no chance".to_owned()))?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Ok(format!(
            "vapid t={signed}.{signature}, k={}",
            self.public_key()
        ))
    }
}

/// Whether an address stands at one of these services.
fn allowed(endpoint: &str, services: &[String]) -> bool {
    let Ok(url) = reqwest::Url::parse(endpoint) else {
        return false;
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    let Some(host) = url.domain() else {
        return false;
    };
    url.scheme() == "https"
        && plain
        && endpoint.len() <= 1000
        && services
            .iter()
            .any(|service| match service.strip_prefix('.') {
                Some(below) => host.ends_with(service.as_str()) && host.len() > below.len() + 1,
                None => host == service,
            })
}

/// The real services.
pub struct HttpPush {
    /// Made when the first message leaves: a city that nobody follows never needs it.
    client: OnceLock<reqwest::Client>,
    services: Vec<String>,
}

impl HttpPush {
    pub fn new(services: Vec<String>) -> Self {
        Self {
            client: OnceLock::new(),
            services,
        }
    }

    fn client(&self) -> Result<reqwest::Client, String> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let made = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(self.client.get_or_init(|| made).clone())
    }
}

#[async_trait]
impl PushService for HttpPush {
    fn serves(&self, endpoint: &str) -> bool {
        allowed(endpoint, &self.services)
    }

    async fn post(&self, sealed: &Sealed) -> Result<u16, String> {
        let sent = self
            .client()?
            .post(&sealed.endpoint)
            .header("authorization", &sealed.authorization)
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", sealed.ttl)
            .header("urgency", "normal")
            .body(sealed.body.clone())
            .send();
        let answer = sent
            .await
            .map_err(|error| error.without_url().to_string())?;
        Ok(answer.status().as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_that_the_city_names_are_called() {
        let services: Vec<String> = USUAL.iter().map(|host| (*host).to_owned()).collect();
        for (endpoint, expected) in [
            ("https://fcm.googleapis.com/fcm/send/abc", true),
            ("https://web.push.apple.com/QK", true),
            ("https://wns2-pn1p.notify.windows.com/w/?token=x", true),
            ("http://fcm.googleapis.com/x", false),
            ("https://fcm.googleapis.com:8443/x", false),
            ("https://user@fcm.googleapis.com/x", false),
            ("https://fcm.googleapis.com.evil.example/x", false),
            ("https://evilpush.apple.com/x", false),
            ("https://push.apple.com/x", false),
            ("https://127.0.0.1/x", false),
            ("https://[::1]/x", false),
            ("https://localhost/x", false),
            ("file:///etc/passwd", false),
            ("", false),
        ] {
            assert_eq!(allowed(endpoint, &services), expected, "{endpoint}");
        }
    }

    #[tokio::test]
    async fn a_browser_reads_what_was_said_and_a_service_that_forgot_it_says_so() {
        let service = Arc::new(PushDouble::default());
        let key = new_key().expect("a key");
        let push = Push::new(&key, "https://motcua.example", service.clone()).expect("a sender");
        let browser = service.subscribe();
        let now = Moment::from_second(1_800_000_000).expect("a moment");
        assert!(push.takes(&browser));
        push.send(&browser, "Phản ánh đã có kết quả".as_bytes(), now)
            .await
            .expect("taken");
        let heard = service.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].words, "Phản ánh đã có kết quả");
        assert_eq!(heard[0].audience, "https://push.example");
        assert_eq!(heard[0].key, push.public_key());
        assert_eq!(heard[0].until, now.as_second() + HOLDS);

        service.answers(410);
        let gone = push.send(&browser, b"x", now).await;
        assert!(matches!(gone, Err(PushFault::Gone(_))), "{gone:?}");
        service.answers(503);
        let later = push.send(&browser, b"x", now).await;
        assert!(matches!(later, Err(PushFault::NotNow(_))), "{later:?}");
        let broken = Browser {
            key: "AAAA".to_owned(),
            ..browser
        };
        assert!(!push.takes(&broken));
    }
}
