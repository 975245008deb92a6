//! What the signatures of a file are worth. A file is not trusted to say what it signs: the hole in each signed
//! range must be exactly that signature's own room, and whatever was added after a signature must be nothing but
//! the next one. Anything else is never called valid.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};
use rules::Moment;
use underskrift::crypto::algorithm::DigestAlgorithm;
use underskrift::trust::{self, TrustStore};
use underskrift::verify::cms_verify::verify_cms;
use x509_cert::Certificate;
use x509_cert::der::{DateTime, Encode};

use super::certificate::{self, Told};

/// Certificates that the city trusts to vouch for others.
pub struct Trust(TrustStore);

impl Trust {
    /// From certificates in DER; those that cannot be read are left out.
    pub fn of<'a>(certificates: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut store = TrustStore::new();
        for der in certificates {
            if store.add_der_certificate(der).is_err() {
                continue;
            }
        }
        Self(store)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Valid,
    /// The mathematics holds; nobody whom the city trusts vouches for the signer.
    UnknownIssuer,
    /// The certificate was not in force when it was used.
    OutOfTime,
    /// The signed bytes are others than those that were signed.
    Altered,
    /// Something was added to the file after it was signed.
    Extended,
    /// It does not cover what it says, or its range is made up.
    BadRange,
    /// It cannot be read as a signature.
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub verdict: Verdict,
    /// `None` where the certificate cannot be read.
    pub signer: Option<Told>,
    /// When the signer says it was signed.
    pub at: Option<Moment>,
    /// The right and the paper, as the signer says.
    pub reason: Option<String>,
}

/// Why nothing can be said at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    #[error("this is no PDF file, or a part of it is missing")]
    NoPdf,
    #[error("it is encrypted")]
    Encrypted,
}

/// Every signature of a file, in the order in which they were put on; none: the file is not signed.
///
/// # Errors
/// [`Unjudged`].
pub fn check(pdf: &[u8], trust: &Trust) -> Result<Vec<Signature>, Unjudged> {
    if !pdf.starts_with(b"%PDF-") {
        return Err(Unjudged::NoPdf);
    }
    let whole = load(pdf)?;
    let mut found: Vec<Found> = whole
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| dictionary.has(b"ByteRange") && dictionary.has(b"Contents"))
        .map(|dictionary| Found::of(dictionary, pdf))
        .collect();
    found.sort_by_key(|one| one.end);
    let ends: Vec<usize> = found.iter().map(|one| one.end).collect();
    let mut signatures = Vec::new();
    for (n, one) in found.iter().enumerate() {
        let mut signature = one.judged(pdf, trust);
        // What follows it up to the end of the file must be the later signatures and nothing else.
        let chain = std::iter::once(one.end).chain(ends[n + 1..].iter().copied());
        let ends: Vec<usize> = chain.collect();
        if signature.verdict != Verdict::BadRange && signature.verdict != Verdict::Unreadable {
            let extended = ends.last() != Some(&pdf.len())
                || ends
                    .windows(2)
                    .any(|pair| !only_signs(&pdf[..pair[0]], &pdf[..pair[1]]));
            if extended {
                signature.verdict = Verdict::Extended;
            }
        }
        signatures.push(signature);
    }
    Ok(signatures)
}

fn load(pdf: &[u8]) -> Result<Document, Unjudged> {
    let document = Document::load_mem(pdf).map_err(|_| Unjudged::NoPdf)?;
    match document.is_encrypted() {
        true => Err(Unjudged::Encrypted),
        false => Ok(document),
    }
}

/// A signature dictionary as it stands in the file.
struct Found {
    /// Offsets of the two signed parts; `None` where they are no such thing.
    parts: Option<[usize; 3]>,
    end: usize,
    cms: Option<Vec<u8>>,
    at: Option<Moment>,
    reason: Option<String>,
}

impl Found {
    fn of(dictionary: &Dictionary, pdf: &[u8]) -> Self {
        let range = range_of(dictionary);
        let parts = range.and_then(|range| parts(range, pdf.len()));
        let end = parts.map_or(0, |[_, _, end]| end);
        // From the hole itself, not from what the dictionary calls its contents.
        let cms = parts.and_then(|[hole, behind, _]| room(&pdf[hole..behind]));
        let words = |key: &[u8]| {
            dictionary
                .get(key)
                .ok()
                .and_then(|value| value.as_str().ok())
        };
        let same = words(b"Contents").zip(cms.as_deref());
        let same = same.is_some_and(|(said, held)| said.starts_with(held));
        Self {
            parts: parts.filter(|_| same),
            end,
            cms,
            at: words(b"M").and_then(moment),
            reason: words(b"Reason").map(text),
        }
    }

    fn judged(&self, pdf: &[u8], trust: &Trust) -> Signature {
        let told = |verdict, signer| Signature {
            verdict,
            signer,
            at: self.at,
            reason: self.reason.clone(),
        };
        let Some([hole, behind, end]) = self.parts else {
            return told(Verdict::BadRange, None);
        };
        let Some(cms) = &self.cms else {
            return told(Verdict::Unreadable, None);
        };
        let judged = [
            DigestAlgorithm::Sha256,
            DigestAlgorithm::Sha384,
            DigestAlgorithm::Sha512,
        ]
        .into_iter()
        .filter_map(|algorithm| {
            let mut hasher = algorithm.new_hasher();
            hasher.update(&pdf[..hole]);
            hasher.update(&pdf[behind..end]);
            let judged = verify_cms(cms, &hasher.finalize()).ok()?;
            (judged.digest_algorithm == Some(algorithm)).then_some(judged)
        })
        .next();
        let Some(judged) = judged else {
            return told(Verdict::Unreadable, None);
        };
        let signer = judged.signer_certificate.as_ref().map(certificate::told);
        let Some(own) = &judged.signer_certificate else {
            return told(Verdict::Unreadable, signer);
        };
        if !judged.digest_matches || !judged.signature_valid {
            return told(Verdict::Altered, signer);
        }
        told(
            vouched(own, &judged.embedded_certificates, trust, self.at),
            signer,
        )
    }
}

/// Does somebody trusted vouch for it, and was it in force when it was used?
fn vouched(own: &Certificate, pool: &[Certificate], trust: &Trust, at: Option<Moment>) -> Verdict {
    let mut anchors = Vec::new();
    for certificate in pool.iter().chain([own]) {
        if let Some(issuer) = trust.0.find_issuer(certificate) {
            anchors.extend(issuer.tbs_certificate.subject.to_der());
        }
    }
    let others: Vec<Certificate> = pool.iter().filter(|one| *one != own).cloned().collect();
    let Ok(mut chain) = trust::build_chain_from_pool(own, &others, &anchors, None) else {
        return Verdict::UnknownIssuer;
    };
    if chain.first() != Some(own) {
        chain.insert(0, own.clone());
    }
    if trust.0.verify_chain(&chain, None).is_err() {
        return Verdict::UnknownIssuer;
    }
    let time = at.and_then(|at| {
        let second = u64::try_from(at.as_second()).ok()?;
        DateTime::from_unix_duration(std::time::Duration::from_secs(second)).ok()
    });
    match time.is_some() && trust.0.verify_chain(&chain, time).is_ok() {
        true => Verdict::Valid,
        false => Verdict::OutOfTime,
    }
}

fn range_of(dictionary: &Dictionary) -> Option<[usize; 4]> {
    let numbers = dictionary.get(b"ByteRange").ok()?.as_array().ok()?;
    let numbers: Option<Vec<usize>> = numbers
        .iter()
        .map(|number| usize::try_from(number.as_i64().ok()?).ok())
        .collect();
    numbers?.try_into().ok()
}

/// Where the hole begins, where it ends, where the second part ends.
fn parts([start, first, second, length]: [usize; 4], whole: usize) -> Option<[usize; 3]> {
    let end = second.checked_add(length)?;
    (start == 0 && 0 < first && first < second && second < end && end <= whole)
        .then_some([first, second, end])
}

/// The hole is `<hexadecimal>` and nothing else; what it holds, without the padding.
fn room(hole: &[u8]) -> Option<Vec<u8>> {
    let digits = hole.strip_prefix(b"<")?.strip_suffix(b">")?;
    let digit = |c: u8| char::from(c).to_digit(16);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        let [high, low] = pair else {
            return None;
        };
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
    }
    let length = der_length(&bytes)?;
    let padding = bytes.split_off(length);
    padding.iter().all(|byte| *byte == 0).then_some(bytes)
}

/// How long the one DER value at the beginning is, with its head.
fn der_length(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.get(1)?;
    let (head, length) = match first {
        0..=0x7f => (2, usize::from(first)),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let written = bytes.get(2..2 + count)?;
            let length = written
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            (2 + count, length)
        }
        _ => return None,
    };
    let whole = head + length;
    (bytes.first() == Some(&0x30) && whole <= bytes.len()).then_some(whole)
}

/// Whether `after` adds to `before` a signature and nothing else: its dictionary, its field, and their places in
/// the form and on a page. Everything that a reader shows must be the same.
fn only_signs(before: &[u8], after: &[u8]) -> bool {
    let (Ok(before), Ok(after)) = (load(before), load(after)) else {
        return false;
    };
    let root = |document: &Document| {
        let root = document.trailer.get(b"Root").ok()?;
        root.as_reference().ok()
    };
    let Some(catalog) = root(&before).filter(|own| root(&after) == Some(*own)) else {
        return false;
    };
    let pages: Vec<ObjectId> = before.get_pages().into_values().collect();
    if pages != after.get_pages().into_values().collect::<Vec<_>>() {
        return false;
    }
    let form = reference(&after, catalog, b"AcroForm");
    let old_form = reference(&before, catalog, b"AcroForm");
    let lists: Vec<ObjectId> = pages
        .iter()
        .filter_map(|page| reference(&before, *page, b"Annots"))
        .collect();
    let objects: BTreeMap<&ObjectId, &Object> = before.objects.iter().collect();
    let kept = objects.iter().all(|(id, old)| {
        let Some(new) = after.objects.get(id) else {
            return false;
        };
        same(old, new)
            || match (old, new) {
                (Object::Dictionary(old), Object::Dictionary(new)) if **id == catalog => {
                    same_but(old, new, b"AcroForm")
                }
                (Object::Dictionary(old), Object::Dictionary(new)) if Some(**id) == old_form => {
                    same_but_two(old, new)
                }
                (Object::Dictionary(old), Object::Dictionary(new)) if pages.contains(id) => {
                    same_but(old, new, b"Annots")
                }
                (Object::Array(old), Object::Array(new)) if lists.contains(id) => {
                    new.starts_with(old)
                }
                // The table of the older part, which the newer one replaces.
                (Object::Stream(old), _) => old.dict.get_type().is_ok_and(|kind| kind == b"XRef"),
                _ => false,
            }
    });
    let added = after
        .objects
        .iter()
        .filter(|(id, _)| !objects.contains_key(id));
    kept && added
        .into_iter()
        .all(|(id, object)| Some(*id) == form || is_part_of_signature(object))
}

fn is_part_of_signature(object: &Object) -> bool {
    match object {
        Object::Dictionary(one) => {
            let is = |key: &[u8], value: &[u8]| {
                one.get(key)
                    .and_then(Object::as_name)
                    .is_ok_and(|name| name == value)
            };
            let draws = one.has(b"AP") || one.has(b"A") || one.has(b"AA");
            (is(b"Type", b"Sig") || is(b"FT", b"Sig")) && !draws
        }
        Object::Stream(stream) => stream.dict.get_type().is_ok_and(|kind| kind == b"XRef"),
        _ => false,
    }
}

fn reference(document: &Document, of: ObjectId, key: &[u8]) -> Option<ObjectId> {
    let one = document.get_object(of).ok()?.as_dict().ok()?;
    one.get(key).ok()?.as_reference().ok()
}

fn same(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::Stream(old), Object::Stream(new)) => {
            old.dict == new.dict && old.content == new.content
        }
        (old, new) => old == new,
    }
}

fn same_but(old: &Dictionary, new: &Dictionary, key: &[u8]) -> bool {
    let (mut old, mut new) = (old.clone(), new.clone());
    old.remove(key);
    new.remove(key);
    old == new
}

/// The form: its fields grow, its flag says that there are signatures.
fn same_but_two(old: &Dictionary, new: &Dictionary) -> bool {
    let grew = |key: &[u8]| {
        let list = |one: &Dictionary| one.get(key).and_then(Object::as_array).cloned();
        match (list(old), list(new)) {
            (Ok(old), Ok(new)) => new.starts_with(&old),
            (Err(_), _) => true,
            (Ok(_), Err(_)) => false,
        }
    };
    let (mut a, mut b) = (old.clone(), new.clone());
    for key in [&b"Fields"[..], b"SigFlags"] {
        a.remove(key);
        b.remove(key);
    }
    a == b && grew(b"Fields")
}

/// `D:20260302093000+07'00'`
fn moment(text: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("D:")?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let zone = match text.get(14..15) {
        Some("-") => '-',
        _ => '+',
    };
    let offset = digits.get(14..18).unwrap_or("0000");
    let written = format!(
        "{}-{}-{}T{}:{}:{}{zone}{}:{}",
        digits.get(..4)?,
        digits.get(4..6)?,
        digits.get(6..8)?,
        digits.get(8..10)?,
        digits.get(10..12)?,
        digits.get(12..14)?,
        offset.get(..2)?,
        offset.get(2..)?,
    );
    written.parse().ok()
}

/// A text string: UTF-16 with its mark, else plain.
fn text(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xFE, 0xFF]) {
        Some(wide) => {
            let units = wide
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units)
                .map(|c| c.unwrap_or('\u{FFFD}'))
                .collect()
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
