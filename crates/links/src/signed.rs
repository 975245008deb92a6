//! Requests between the city and a provider that prove who sent them: HMAC-SHA-256 over the moment and the body.
//!
//! Headers: `x-motcua-timestamp` (seconds since 1970) and `x-motcua-signature` (`sha256=` and the hex of
//! HMAC(secret, timestamp + "." + body)). Whoever receives one refuses a moment more than five minutes away.

use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use rules::Moment;
use sha2::Sha256;

pub const TIMESTAMP: &str = "x-motcua-timestamp";
pub const SIGNATURE: &str = "x-motcua-signature";
/// How far the clocks of two parties may differ.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrue {
    #[error("the signature or its moment is missing or cannot be read")]
    Missing,
    #[error("the request is too old or from the future")]
    Time,
    #[error("the signature does not fit")]
    Signature,
}

/// Both headers of a body sent now.
pub fn sign(secret: &str, body: &[u8], now: Moment) -> (String, String) {
    let timestamp = now.as_second();
    (timestamp.to_string(), signature(secret, timestamp, body))
}

/// The value of the signature header; `timestamp`: seconds since 1970.
pub fn signature(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let digest = mac(secret, timestamp, body).finalize().into_bytes();
    format!("sha256={}", hex::encode(digest))
}

/// Whether a body came from who knows the secret, lately.
///
/// # Errors
/// [`Untrue`] says why not.
pub fn verify(
    secret: &str,
    body: &[u8],
    timestamp: Option<&str>,
    signature: Option<&str>,
    now: Moment,
) -> Result<(), Untrue> {
    let (timestamp, signature) = timestamp.zip(signature).ok_or(Untrue::Missing)?;
    let seconds: i64 = timestamp.trim().parse().map_err(|_| Untrue::Missing)?;
    let signature = signature.trim().strip_prefix("sha256=");
    let signature = signature.and_then(|hex| hex::decode(hex).ok());
    let signature = signature.filter(|bytes| bytes.len() == 32);
    let signature = signature.ok_or(Untrue::Missing)?;
    // Compared in constant time, before anything is believed.
    mac(secret, seconds, body)
        .verify_slice(&signature)
        .map_err(|_| Untrue::Signature)?;
    let at = Moment::from_second(seconds).map_err(|_| Untrue::Missing)?;
    match now.duration_since(at).abs() > WINDOW {
        true => Err(Untrue::Time),
        false => Ok(()),
    }
}

fn mac(secret: &str, timestamp: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    };
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_request_is_believed_as_it_was_sent_and_not_otherwise() {
        let now = moment("2026-03-02T01:00:00Z");
        let (at, signature) = sign("bí mật", b"{}", now);
        let ask = |secret: &str, body: &[u8], at: &str, signature: &str, now: Moment| {
            verify(secret, body, Some(at), Some(signature), now)
        };
        assert_eq!(ask("bí mật", b"{}", &at, &signature, now), Ok(()));
        for (secret, body, later, why) in [
            ("khác", b"{}".as_slice(), 0, Untrue::Signature),
            ("bí mật", b"{ }", 0, Untrue::Signature),
            ("bí mật", b"{}", 301, Untrue::Time),
            ("bí mật", b"{}", -301, Untrue::Time),
        ] {
            let now = now + SignedDuration::from_secs(later);
            assert_eq!(ask(secret, body, &at, &signature, now), Err(why));
        }
        // Another moment with the old signature.
        let other = (now.as_second() + 1).to_string();
        assert_eq!(
            ask("bí mật", b"{}", &other, &signature, now),
            Err(Untrue::Signature)
        );
        assert_eq!(verify("x", b"", None, Some("y"), now), Err(Untrue::Missing));
        assert_eq!(
            ask("bí mật", b"{}", "hôm qua", &signature, now),
            Err(Untrue::Missing)
        );
    }

    /// The vector of `docs/MESSAGES.md`, made with `openssl dgst -sha256 -hmac`.
    #[test]
    fn the_signature_is_the_documented_one() {
        let (at, signature) = sign("mat-khau", b"{}", moment("2026-03-02T01:00:00Z"));
        assert_eq!(at, "1772413200");
        assert_eq!(
            signature,
            "sha256=b90018095d39480c7bd23e0ec44e55809a3fde6e3c03bdb3e4a040108b184861"
        );
    }
}
