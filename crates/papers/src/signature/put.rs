//! Puts a signature on a finished PDF in two steps: the file with room for it and the hash to be signed, then the
//! signature into its room. Between them the key may be anywhere.

use lopdf::{Dictionary, Document, Object, StringFormat};
use rules::Moment;
use underskrift::CryptoSigner;
use underskrift::cms::builder::{CmsPreSignData, CmsProfile, PdfCmsBuilder};
use underskrift::core::byte_range::ByteRange;
use underskrift::core::incremental::IncrementalWriter;
use underskrift::core::sig_dict::{SigSubFilter, build_sig_dict};
use underskrift::core::sig_field::{SignatureFieldOptions, build_sig_field};
use underskrift::core::{acroform, parser};
use underskrift::crypto::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use underskrift::error::CryptoError;

use super::Chain;
use super::certificate::{self, Algorithm};

/// Bytes kept free for a signature with its certificates.
const ROOM: usize = 12 * 1024;

/// What stands in the signature beside the mathematics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// `Giám đốc Nguyễn Văn An`, or the organisation.
    pub name: String,
    /// By which right, for which paper.
    pub reason: String,
    pub place: String,
    pub at: Moment,
}

/// Why a paper was not signed.
#[derive(Debug, thiserror::Error)]
pub enum Unsigned {
    #[error("the certificate cannot be read: {0}")]
    Certificate(String),
    #[error("keys of the kind {0} are not used here; RSA, P-256 and P-384 are")]
    Algorithm(String),
    #[error("the paper cannot be signed: {0}")]
    Paper(String),
    #[error("there is no certificate")]
    NoCertificate,
    #[error("the signature takes {0} bytes, more than there is room for")]
    TooLarge(usize),
}

/// A paper with room for one signature.
pub struct Prepared {
    output: Vec<u8>,
    range: ByteRange,
    cms: CmsPreSignData,
    signer: Absent,
}

/// Makes room for a signature by the first certificate of `chain`.
///
/// # Errors
/// [`Unsigned`]; the paper is as it was then.
pub fn prepare(pdf: &[u8], chain: &Chain, words: &Words) -> Result<Prepared, Unsigned> {
    let own = chain.first().ok_or(Unsigned::NoCertificate)?;
    let algorithm = certificate::algorithm(&certificate::read(own)?)?;
    let signer = Absent {
        chain: chain.clone(),
        algorithm,
    };
    let mut document = Document::load_mem(pdf).map_err(paper)?;
    let known = parser::extract_metadata(&document).map_err(paper)?;
    let before = parser::extract_signatures(&document).map_err(paper)?.len();
    let mut dictionary = build_sig_dict(SigSubFilter::EtsiCadesDetached, ROOM);
    describe(&mut dictionary, words);
    let signature = document.add_object(Object::Dictionary(dictionary));
    let field = SignatureFieldOptions {
        name: format!("Signature{}", before + 1),
        page: 0,
        rect: [0.0; 4],
    };
    let mut field = build_sig_field(&field, signature);
    // For readers of the screen: a field says what it is.
    field.set("TU", text(&words.name));
    let field = document.add_object(Object::Dictionary(field));
    acroform::ensure_acroform(&mut document, field, 0).map_err(paper)?;
    let mut writer = IncrementalWriter::new(
        pdf.to_vec(),
        known.trailer_size,
        known.xref_offset,
        known.root_id,
        ROOM * 2,
    );
    writer.set_sig_dict_id(signature);
    let catalog = document.get_object(known.root_id).map_err(paper)?;
    let form = catalog
        .as_dict()
        .and_then(|catalog| catalog.get(b"AcroForm"));
    let form = form.ok().and_then(|form| form.as_reference().ok());
    let page = document.get_pages().get(&1).copied();
    let changed = [
        Some(signature),
        Some(field),
        Some(known.root_id),
        form,
        page,
    ];
    for id in changed.into_iter().flatten() {
        let object = document.get_object(id).map_err(paper)?.clone();
        writer.add_object(id, object);
    }
    // A list of annotations that stands by itself changed too.
    let annotations = page.and_then(|page| {
        let page = document.get_object(page).ok()?.as_dict().ok()?;
        page.get(b"Annots").ok()?.as_reference().ok()
    });
    if let Some(id) = annotations {
        let object = document.get_object(id).map_err(paper)?.clone();
        writer.add_object(id, object);
    }
    let (mut output, range) = writer.write().map_err(paper)?;
    carry(&mut output, pdf, &document.trailer)?;
    let total = output.len();
    range.backpatch(&mut output, total).map_err(paper)?;
    let [first, first_length, second, second_length] = range.compute(output.len());
    let mut hasher = DigestAlgorithm::Sha256.new_hasher();
    hasher.update(&output[first..first + first_length]);
    hasher.update(&output[second..second + second_length]);
    let hash = hasher.finalize();
    let cms = PdfCmsBuilder::new(&signer)
        .profile(CmsProfile::Pades)
        .pre_sign(&hash)
        .map_err(paper)?;
    Ok(Prepared {
        output,
        range,
        cms,
        signer,
    })
}

/// The last trailer is the one that is read: what the paper is called and which file it is go on standing in it
/// (ISO 32000-1 7.5.6, PDF/A-2 6.1.3). The second half of the identifier changes with each change.
fn carry(output: &mut Vec<u8>, before: &[u8], trailer: &Dictionary) -> Result<(), Unsigned> {
    const HEAD: &[u8] = b"trailer\n<<";
    let at = output
        .windows(HEAD.len())
        .rposition(|window| window == HEAD);
    let at = at.ok_or_else(|| Unsigned::Paper("no trailer was written".to_owned()))? + HEAD.len();
    let mut kept = String::new();
    if let Ok(info) = trailer.get(b"Info").and_then(Object::as_reference) {
        kept += &format!("/Info {} {} R", info.0, info.1);
    }
    let identifier = trailer.get(b"ID").and_then(Object::as_array);
    let first = identifier.ok().and_then(|both| both.first());
    if let Some(Ok(first)) = first.map(Object::as_str) {
        let mut hasher = DigestAlgorithm::Sha256.new_hasher();
        hasher.update(before);
        let now = hasher.finalize();
        let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02X}")).collect() };
        kept += &format!("/ID [<{}><{}>]", hex(first), hex(&now[..16]));
    }
    output.splice(at..at, kept.into_bytes());
    Ok(())
}

impl Prepared {
    /// What is to be signed: SHA-256 of the signed attributes, which hold the hash of the paper.
    pub fn hash(&self) -> &[u8] {
        &self.cms.attrs_hash
    }

    /// Puts the signature into its room: PKCS #1 v1.5 for RSA, DER of (r, s) for elliptic curves.
    ///
    /// # Errors
    /// [`Unsigned::TooLarge`]; [`Unsigned::Paper`] where it cannot be put together.
    pub fn finish(mut self, signature: &[u8]) -> Result<Vec<u8>, Unsigned> {
        let cms = PdfCmsBuilder::new(&self.signer)
            .profile(CmsProfile::Pades)
            .complete_cms(&self.cms, signature)
            .map_err(paper)?;
        if cms.len() > ROOM {
            return Err(Unsigned::TooLarge(cms.len()));
        }
        let written = certificate::hex(&cms).into_bytes();
        let start = self.range.contents_offset;
        let room = start..start + self.range.contents_length;
        self.output[room].fill(b'0');
        self.output[start..start + written.len()].copy_from_slice(&written);
        Ok(self.output)
    }
}

fn describe(dictionary: &mut Dictionary, words: &Words) {
    let at = words
        .at
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)));
    let at = at.strftime("D:%Y%m%d%H%M%S+07'00'").to_string();
    dictionary.set("M", Object::String(at.into_bytes(), StringFormat::Literal));
    dictionary.set("Name", text(&words.name));
    for (key, value) in [("Reason", &words.reason), ("Location", &words.place)] {
        if !value.is_empty() {
            dictionary.set(key, text(value));
        }
    }
}

/// A text string: UTF-16 with its mark, which every reader shows with its diacritics.
fn text(words: &str) -> Object {
    let units = std::iter::once(0xFEFF).chain(words.encode_utf16());
    let bytes = units.flat_map(u16::to_be_bytes).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

fn paper(flaw: impl std::fmt::Display) -> Unsigned {
    Unsigned::Paper(flaw.to_string())
}

/// Stands for a key that is elsewhere: knows its certificates, never signs.
struct Absent {
    chain: Chain,
    algorithm: Algorithm,
}

impl CryptoSigner for Absent {
    fn sign_hash(&self, _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::SigningFailed(
            "the key is elsewhere".to_owned(),
        ))
    }

    fn certificate_der(&self) -> &[u8] {
        self.chain.first().map_or(&[], Vec::as_slice)
    }

    fn certificate_chain_der(&self) -> Vec<&[u8]> {
        self.chain.iter().map(Vec::as_slice).collect()
    }

    fn digest_algorithm(&self) -> DigestAlgorithm {
        DigestAlgorithm::Sha256
    }

    fn signature_algorithm(&self) -> SignatureAlgorithm {
        match self.algorithm {
            Algorithm::Rsa => SignatureAlgorithm::RsaPkcs1v15,
            Algorithm::P256 => SignatureAlgorithm::EcdsaP256,
            Algorithm::P384 => SignatureAlgorithm::EcdsaP384,
        }
    }
}
