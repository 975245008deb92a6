//! A message posted when money came: `docs/payments.md`. Signed with a shared secret (HMAC-SHA-256, RFC 2104)
//! over its moment and its body, so that neither can be changed and an old one cannot be played again.

use rules::Moment;
use serde::Deserialize;

use crate::signed::{self, Untrue};
pub use crate::signed::{SIGNATURE, TIMESTAMP, signature as sign};

/// Fewer signs than this are no secret.
pub const SHORTEST_SECRET: usize = 32;
/// Characters kept of what payer and bank wrote.
const MOST_WORDS: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The bank's own number; told again, it is booked once.
    pub transaction: String,
    /// The city's account that it came to.
    pub account: String,
    /// Whole đồng.
    pub amount: i64,
    /// What payer and bank wrote.
    pub words: String,
    /// When it came (RFC 3339).
    pub at: Moment,
}

/// Why a message is not believed or not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    #[error("the headers {TIMESTAMP} and {SIGNATURE} are needed")]
    Unsigned,
    #[error("the signature does not fit the secret, the moment and the body")]
    WrongSignature,
    #[error("signed more than five minutes ago or ahead")]
    OutsideWindow,
    #[error("the body is not the message agreed on: {says}")]
    Unreadable { says: String },
}

/// Believes a message or says why not.
///
/// # Errors
/// [`Distrust`]; nothing of the body is read before the signature is proven.
pub fn read(
    secret: &str,
    now: Moment,
    timestamp: Option<&str>,
    signature: Option<&str>,
    body: &[u8],
) -> Result<Message, Distrust> {
    signed::verify(secret, body, timestamp, signature, now).map_err(|untrue| match untrue {
        Untrue::Missing => Distrust::Unsigned,
        Untrue::Signature => Distrust::WrongSignature,
        Untrue::Time => Distrust::OutsideWindow,
    })?;
    let unreadable = |says: String| Distrust::Unreadable { says };
    let mut message: Message =
        serde_json::from_slice(body).map_err(|error| unreadable(error.to_string()))?;
    let number = message.transaction.trim();
    if number.is_empty() || number.chars().count() > 80 {
        return Err(unreadable("transaction has 1 to 80 characters".to_owned()));
    }
    message.transaction = number.to_owned();
    if message.amount <= 0 {
        return Err(unreadable("amount is more than zero".to_owned()));
    }
    message.words = plain(&message.words);
    Ok(message)
}

/// One line without control characters, not longer than anybody reads.
pub(super) fn plain(words: &str) -> String {
    let words = words.chars().map(|c| if c.is_control() { ' ' } else { c });
    words.take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const BODY: &str = r#"{"transaction":"FT1","account":"1","amount":50000,"words":"x","at":"2026-03-02T09:00:00+07:00"}"#;

    fn at(second: i64) -> Moment {
        Moment::from_second(second).expect("a moment")
    }

    fn told(now: i64, signed: i64, signature: &str, body: &str) -> Result<Message, Distrust> {
        let signed = signed.to_string();
        read(
            SECRET,
            at(now),
            Some(&signed),
            Some(signature),
            body.as_bytes(),
        )
    }

    /// Computed by `openssl dgst -hmac`.
    #[test]
    fn the_signature_is_hmac_sha_256() {
        assert_eq!(
            sign("secret", 1, b"{}"),
            "sha256=1122767b193110cfec322b6f199b599edbf608ed087f2d27afb0b97d99523908"
        );
    }

    #[test]
    fn a_fresh_message_with_a_true_signature_is_believed() {
        let signature = sign(SECRET, 1000, BODY.as_bytes());
        let message = told(1300, 1000, &signature, BODY).expect("believed");
        assert_eq!(
            (message.amount, message.transaction.as_str()),
            (50_000, "FT1")
        );
    }

    #[test]
    fn nothing_else_is() {
        let signature = sign(SECRET, 1000, BODY.as_bytes());
        let changed = BODY.replace("50000", "90000");
        assert_eq!(
            told(1000, 1000, &signature, &changed),
            Err(Distrust::WrongSignature)
        );
        assert_eq!(
            told(1000, 1001, &signature, BODY),
            Err(Distrust::WrongSignature),
            "the moment is signed too"
        );
        assert_eq!(
            told(1301, 1000, &signature, BODY),
            Err(Distrust::OutsideWindow)
        );
        assert_eq!(
            told(699, 1000, &signature, BODY),
            Err(Distrust::OutsideWindow)
        );
        for signature in ["", "sha256=", "sha1=00", &"é".repeat(32), "sha256=zz"] {
            assert_eq!(
                told(1000, 1000, signature, BODY),
                Err(Distrust::Unsigned),
                "{signature}"
            );
        }
        assert_eq!(
            read(SECRET, at(0), None, None, BODY.as_bytes()),
            Err(Distrust::Unsigned)
        );
        for body in [
            "{}",
            "x",
            &BODY.replace("50000", "0"),
            &BODY.replace("50000", "-5"),
            &BODY.replace("50000", "5.5"),
            &BODY.replace("FT1", " "),
            &BODY.replace("\"words\"", "\"unknown\""),
        ] {
            let signature = sign(SECRET, 1000, body.as_bytes());
            let told = told(1000, 1000, &signature, body);
            assert!(matches!(told, Err(Distrust::Unreadable { .. })), "{body}");
        }
    }
}
