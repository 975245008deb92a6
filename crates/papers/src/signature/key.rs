//! Private keys in files: PKCS #12, encrypted the old way (RC2, 3DES) or the new one (PBES2, AES).

use p12::{AlgorithmIdentifier, ContentInfo, PFX, SafeBag, SafeBagKind};
use pkcs8::DecodePrivateKey;
use pkcs8::der::Decode;
use pkcs8::pkcs5::pbes2;
use rsa::Pkcs1v15Sign;
use rsa::sha2::Sha256;
use x509_cert::der::Encode;

use super::Chain;
use super::certificate::read;

/// A private key; never printed.
pub enum Key {
    Rsa(Box<rsa::RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

/// Why a key file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    #[error("this is no PKCS #12 file (.p12, .pfx)")]
    NoPkcs12,
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    #[error("it is encrypted in a way that is not read here; export it with AES-256 or 3DES")]
    Encryption,
    #[error("it holds no private key")]
    NoKey,
    #[error("it holds no certificate for its key")]
    NoCertificate,
    #[error("its key is neither RSA nor P-256 nor P-384")]
    Algorithm,
}

impl Key {
    /// Signs a SHA-256 hash.
    ///
    /// # Errors
    /// Where the mathematics fails: a key too small for the hash.
    pub fn sign(&self, hash: &[u8]) -> Result<Vec<u8>, KeyProblem> {
        use p256::ecdsa::signature::hazmat::PrehashSigner;
        match self {
            Key::Rsa(key) => key.sign(Pkcs1v15Sign::new::<Sha256>(), hash).ok(),
            Key::P256(key) => {
                let signed: Result<p256::ecdsa::Signature, _> = key.sign_prehash(hash);
                signed
                    .ok()
                    .map(|signed| signed.to_der().as_bytes().to_vec())
            }
            Key::P384(key) => {
                let signed: Result<p384::ecdsa::Signature, _> = key.sign_prehash(hash);
                signed
                    .ok()
                    .map(|signed| signed.to_der().as_bytes().to_vec())
            }
        }
        .ok_or(KeyProblem::Algorithm)
    }

    /// From PKCS #8.
    ///
    /// # Errors
    /// [`KeyProblem::Algorithm`].
    pub fn read(der: &[u8]) -> Result<Self, KeyProblem> {
        if let Ok(key) = rsa::RsaPrivateKey::from_pkcs8_der(der) {
            return Ok(Key::Rsa(Box::new(key)));
        }
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_der(der) {
            return Ok(Key::P256(key));
        }
        match p384::ecdsa::SigningKey::from_pkcs8_der(der) {
            Ok(key) => Ok(Key::P384(key)),
            Err(_) => Err(KeyProblem::Algorithm),
        }
    }

    /// The public half, as a certificate holds it.
    fn public(&self) -> Option<Vec<u8>> {
        use pkcs8::EncodePublicKey;
        let der = match self {
            Key::Rsa(key) => key.to_public_key().to_public_key_der(),
            Key::P256(key) => key.verifying_key().to_public_key_der(),
            Key::P384(key) => key.verifying_key().to_public_key_der(),
        };
        der.ok().map(|der| der.as_bytes().to_vec())
    }
}

/// Key and certificates of a PKCS #12 file; the certificate of the key comes first.
///
/// # Errors
/// [`KeyProblem`] with what to do about it.
pub fn open(file: &[u8], passphrase: &str) -> Result<(Key, Chain), KeyProblem> {
    let pfx = PFX::parse(file).map_err(|_| KeyProblem::NoPkcs12)?;
    let bags = bags(&pfx, passphrase)?;
    let wide = wide(passphrase);
    let mut key = None;
    let mut certificates = Vec::new();
    for bag in &bags {
        match &bag.bag {
            SafeBagKind::Pkcs8ShroudedKeyBag(shrouded) => {
                let plain = decrypt(
                    &shrouded.encryption_algorithm,
                    &shrouded.encrypted_data,
                    passphrase,
                    &wide,
                )?;
                key = Some(Key::read(&plain)?);
            }
            // An unencrypted key bag (1.2.840.113549.1.12.10.1.1).
            SafeBagKind::OtherBagKind(other) if key.is_none() => {
                key = Key::read(&other.bag_value).ok();
            }
            SafeBagKind::OtherBagKind(_) => {}
            SafeBagKind::CertBag(_) => certificates.extend(bag.bag.get_x509_cert()),
        }
    }
    let key = key.ok_or(KeyProblem::NoKey)?;
    let public = key.public();
    let is_own = |der: &Vec<u8>| {
        read(der).is_ok_and(|certificate| {
            let key = &certificate.tbs_certificate.subject_public_key_info;
            key.to_der().ok() == public
        })
    };
    let own = certificates.iter().position(is_own);
    let own = own.ok_or(KeyProblem::NoCertificate)?;
    certificates.swap(0, own);
    Ok((key, certificates))
}

fn bags(pfx: &PFX, passphrase: &str) -> Result<Vec<SafeBag>, KeyProblem> {
    let wide = wide(passphrase);
    let safe = match &pfx.auth_safe {
        ContentInfo::Data(data) => data.clone(),
        ContentInfo::EncryptedData(_) | ContentInfo::OtherContext(_) => {
            return Err(KeyProblem::Encryption);
        }
    };
    let contents = yasna::parse_der(&safe, |r| r.collect_sequence_of(ContentInfo::parse));
    let mut bags = Vec::new();
    for content in contents.map_err(|_| KeyProblem::NoPkcs12)? {
        let plain = match &content {
            ContentInfo::Data(data) => data.clone(),
            ContentInfo::EncryptedData(data) => {
                let info = &data.encrypted_content_info;
                decrypt(
                    &info.content_encryption_algorithm,
                    &info.encrypted_content,
                    passphrase,
                    &wide,
                )?
            }
            ContentInfo::OtherContext(_) => return Err(KeyProblem::Encryption),
        };
        let found = yasna::parse_der(&plain, |r| r.collect_sequence_of(SafeBag::parse));
        // Padding that happens to fit leaves nonsense: the passphrase was wrong all the same.
        bags.extend(found.map_err(|_| KeyProblem::WrongPassphrase)?);
    }
    Ok(bags)
}

fn decrypt(
    algorithm: &AlgorithmIdentifier,
    data: &[u8],
    passphrase: &str,
    wide: &[u8],
) -> Result<Vec<u8>, KeyProblem> {
    match algorithm {
        AlgorithmIdentifier::Sha1 => Err(KeyProblem::Encryption),
        AlgorithmIdentifier::PbewithSHAAnd40BitRC2CBC(_)
        | AlgorithmIdentifier::PbeWithSHAAnd3KeyTripleDESCBC(_) => algorithm
            .decrypt_pbe(data, wide)
            .ok_or(KeyProblem::WrongPassphrase),
        AlgorithmIdentifier::OtherAlg(other) => {
            let parameters = other.params.as_deref().ok_or(KeyProblem::Encryption)?;
            let any =
                pkcs8::der::AnyRef::from_der(parameters).map_err(|_| KeyProblem::Encryption)?;
            let parameters =
                pbes2::Parameters::try_from(any).map_err(|_| KeyProblem::Encryption)?;
            parameters
                .decrypt(passphrase, data)
                .map_err(|_| KeyProblem::WrongPassphrase)
        }
    }
}

/// The passphrase as the old encryption wants it: UTF-16 with a closing zero.
fn wide(passphrase: &str) -> Vec<u8> {
    let units = passphrase.encode_utf16().chain([0]);
    units.flat_map(u16::to_be_bytes).collect()
}
