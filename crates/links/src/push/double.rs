//! A push service and its browsers in memory: opens what it gets as a browser would, and proves who sent it.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use serde_json::Value;

use super::seal::keys;
use super::{Browser, PushService, Sealed};

/// What a browser of the double heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub endpoint: String,
    pub words: String,
    /// From the sender's proof: for whom it was made, until when it holds, whose key made it.
    pub audience: String,
    pub until: i64,
    pub key: String,
}

struct Held {
    browser: Browser,
    private: EphemeralPrivateKey,
    public: Vec<u8>,
}

/// A private key serves once, so each browser of the double hears one message; the next one subscribes anew.
#[derive(Default)]
pub struct PushDouble {
    held: Mutex<Vec<Held>>,
    heard: Mutex<Vec<Heard>>,
    /// What it answers instead of listening; 0: it listens.
    answer: Mutex<u16>,
}

impl PushDouble {
    /// A browser that takes messages.
    ///
    /// # Panics
    /// Where the machine has no chance to give.
    pub fn subscribe(&self) -> Browser {
        let chance = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &chance).expect("chance");
        let public = private
            .compute_public_key()
            .expect("a key")
            .as_ref()
            .to_vec();
        let (mut secret, mut name) = ([0; 16], [0; 12]);
        chance.fill(&mut secret).expect("chance");
        chance.fill(&mut name).expect("chance");
        let browser = Browser {
            endpoint: format!("https://push.example/{}", URL_SAFE_NO_PAD.encode(name)),
            key: URL_SAFE_NO_PAD.encode(&public),
            secret: URL_SAFE_NO_PAD.encode(secret),
        };
        let held = Held {
            browser: browser.clone(),
            private,
            public,
        };
        lock(&self.held).push(held);
        browser
    }

    /// Answers this from now on; 0: listens again.
    pub fn answers(&self, status: u16) {
        *lock(&self.answer) = status;
    }

    pub fn heard(&self) -> Vec<Heard> {
        lock(&self.heard).clone()
    }

    fn open(&self, sealed: &Sealed) -> Result<Heard, String> {
        let mut held = lock(&self.held);
        let at = held
            .iter()
            .position(|one| one.browser.endpoint == sealed.endpoint)
            .ok_or("nobody here")?;
        let one = held.swap_remove(at);
        let words = opened(one, &sealed.body)?;
        let (audience, until, key) = proven(&sealed.authorization)?;
        Ok(Heard {
            endpoint: sealed.endpoint.clone(),
            words,
            audience,
            until,
            key,
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn opened(held: Held, body: &[u8]) -> Result<String, String> {
    let (salt, rest) = body.split_at_checked(16).ok_or("no salt")?;
    let length = usize::from(*rest.get(4).ok_or("no length")?);
    let ours = rest.get(5..5 + length).ok_or("no key")?.to_vec();
    let mut sealed = rest.get(5 + length..).ok_or("no words")?.to_vec();
    let secret = URL_SAFE_NO_PAD
        .decode(&held.browser.secret)
        .map_err(|error| error.to_string())?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, ours.clone());
    let found = agree_ephemeral(held.private, &theirs, |shared| {
        keys(shared, &held.public, &ours, &secret, salt)
    });
    let (key, nonce) = found.map_err(|_| "a key that is no point")??;
    let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| "no key")?;
    let plain = LessSafeKey::new(key)
        .open_in_place(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut sealed,
        )
        .map_err(|_| "sealed for somebody else")?;
    let words = plain.strip_suffix(&[2]).ok_or("no end")?;
    String::from_utf8(words.to_vec()).map_err(|error| error.to_string())
}

/// Audience, end and key of a proof that its key made.
fn proven(authorization: &str) -> Result<(String, i64, String), String> {
    let rest = authorization.strip_prefix("vapid t=").ok_or("no proof")?;
    let (token, key) = rest.split_once(", k=").ok_or("no key")?;
    let (signed, signature) = token.rsplit_once('.').ok_or("no signature")?;
    let read = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|e| e.to_string());
    Verifier::new(&ECDSA_P256_SHA256_FIXED, read(key)?)
        .verify(signed.as_bytes(), &read(signature)?)
        .map_err(|_| "not signed by its key")?;
    let claims = signed.split_once('.').ok_or("no claims")?.1;
    let claims: Value = serde_json::from_slice(&read(claims)?).map_err(|e| e.to_string())?;
    let audience = claims["aud"].as_str().ok_or("no audience")?.to_owned();
    let until = claims["exp"].as_i64().ok_or("no end")?;
    Ok((audience, until, key.to_owned()))
}

#[async_trait]
impl PushService for PushDouble {
    fn serves(&self, endpoint: &str) -> bool {
        endpoint.starts_with("https://push.example/")
    }

    async fn post(&self, sealed: &Sealed) -> Result<u16, String> {
        let answer = *lock(&self.answer);
        if answer != 0 {
            return Ok(answer);
        }
        match self.open(sealed) {
            Ok(heard) => {
                lock(&self.heard).push(heard);
                Ok(201)
            }
            Err(why) if why == "nobody here" => Ok(410),
            Err(why) => Err(why),
        }
    }
}
