//! Secrets that people hold: tracking links, session and draft tokens, passwords.
//!
//! Only hashes are remembered. Tokens carry 160 bits of chance, so a plain SHA-256 is enough for them;
//! passwords are chosen by people and get argon2id.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A token as its holder carries it: 27 characters that fit into a link.
pub fn token(chance: [u8; 20]) -> String {
    URL_SAFE_NO_PAD.encode(chance)
}

/// What is remembered of a token.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The tracking secret that belongs to a form's key: the same tap twice shows the same receipt, and
/// nothing secret needs to be stored for it.
pub(crate) fn of_key(key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(format!("motcua/track/1/{key}").as_bytes()).into();
    URL_SAFE_NO_PAD.encode(&digest[..20])
}

/// A password as it is remembered (PHC string). Takes a fifth of a second of one core: give it room.
pub(crate) fn password_hash(password: &str, salt: [u8; 16]) -> Option<String> {
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .ok()?;
    Some(hash.to_string())
}

pub(crate) fn password_fits(password: &str, remembered: &str) -> bool {
    PasswordHash::new(remembered).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_into_a_link_and_only_its_hash_is_kept() {
        let token = token([255; 20]);
        assert_eq!(token.len(), 27);
        assert!(
            token
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        );
        assert_ne!(token_hash(&token), token_hash("another"));
    }

    #[test]
    fn a_forms_key_always_gives_the_same_secret() {
        assert_eq!(of_key("a"), of_key("a"));
        assert_ne!(of_key("a"), of_key("b"));
    }

    #[test]
    fn a_password_fits_its_own_hash_alone() {
        let hash = password_hash("đèn đường", [7; 16]).expect("hashes");
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_fits("đèn đường", &hash));
        assert!(!password_fits("den duong", &hash));
        assert!(!password_fits("đèn đường", "nonsense"));
    }
}
