//! Encryption for one browser: RFC 8291 over RFC 8188, one record.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom, SystemRandom};

/// Of the one record; longer than any message of ours.
const RECORD: u32 = 4096;

/// So many bytes of a key.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(salt: &[u8], from: &[u8], info: &[u8]) -> Result<[u8; N], String> {
    let mut out = [0; N];
    let derived = Salt::new(HKDF_SHA256, salt).extract(from);
    let info = [info];
    let filled = derived
        .expand(&info, Bytes(N))
        .and_then(|key| key.fill(&mut out));
    filled.map_err(|_| "a key of impossible length".to_owned())?;
    Ok(out)
}

/// The key and the nonce of a message, from what both sides know.
pub(super) fn keys(
    shared: &[u8],
    browser: &[u8],
    ours: &[u8],
    secret: &[u8],
    salt: &[u8],
) -> Result<([u8; 16], [u8; 12]), String> {
    let info = [b"WebPush: info\0".as_slice(), browser, ours].concat();
    let mixed: [u8; 32] = expand(secret, shared, &info)?;
    let key = expand(salt, &mixed, b"Content-Encoding: aes128gcm\0")?;
    let nonce = expand(salt, &mixed, b"Content-Encoding: nonce\0")?;
    Ok((key, nonce))
}

/// The body of a message, from everything that decides it.
fn body(
    keys: ([u8; 16], [u8; 12]),
    salt: &[u8; 16],
    ours: &[u8],
    words: &[u8],
) -> Result<Vec<u8>, String> {
    let (key, nonce) = keys;
    let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| "no key")?;
    // 2 ends the last record.
    let mut sealed = [words, &[2]].concat();
    LessSafeKey::new(key)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut sealed,
        )
        .map_err(|_| "too long")?;
    let length = u8::try_from(ours.len()).map_err(|_| "no key of this kind")?;
    Ok([
        salt.as_slice(),
        &RECORD.to_be_bytes(),
        &[length],
        ours,
        &sealed,
    ]
    .concat())
}

/// Seals words for the browser with this public key and secret, with a key and salt of one use.
pub(super) fn seal(key: &str, secret: &str, words: &[u8]) -> Result<Vec<u8>, String> {
    let read = |text: &str| {
        URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .map_err(|_| "keys that are not base 64".to_owned())
    };
    let (browser, secret) = (read(key)?, read(secret)?);
    let chance = SystemRandom::new();
    let mine = EphemeralPrivateKey::generate(&ECDH_P256, &chance).map_err(|_| "no chance")?;
    let ours = mine.compute_public_key().map_err(|_| "no chance")?;
    let mut salt = [0; 16];
    chance.fill(&mut salt).map_err(|_| "no chance")?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.clone());
    let keys = agree_ephemeral(mine, &theirs, |shared| {
        keys(shared, &browser, ours.as_ref(), &secret, &salt)
    });
    let keys = keys.map_err(|_| "a key that is no point")??;
    body(keys, &salt, ours.as_ref(), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard() {
        let read = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base 64");
        let shared = read("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let secret = read("BTBZMqHH6r4Tts7J_aSIgg");
        let browser = read(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let ours = read(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let salt: [u8; 16] = read("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes");
        let found = keys(&shared, &browser, &ours, &secret, &salt).expect("keys");
        assert_eq!(found.0.to_vec(), read("oIhVW04MRdy2XN9CiKLxTg"));
        assert_eq!(found.1.to_vec(), read("4h_95klXJ5E_qnoN"));
        let words = b"When I grow up, I want to be a watermelon";
        let made = body(found, &salt, &ours, words).expect("sealed");
        assert_eq!(
            URL_SAFE_NO_PAD.encode(made),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
             InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }
}
