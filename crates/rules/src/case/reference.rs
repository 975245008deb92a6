//! The words by which a payment is found again in a bank statement: `MC`, twelve signs made of the random part
//! of the case's number, two signs of checksum. Digits and letters that no bank mangles and nobody misreads
//! (Crockford's alphabet: no I, L, O, U). Guessing one of 2⁶⁰ is hopeless; of two million
//! cities with a million cases each, one would have a pair by chance, and the memory refuses the second.

use crate::ids::CaseId;
use service::fold::fold;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MARK: &str = "MC";
const SIGNS: usize = 12;
const CHECKED: usize = SIGNS + 2;
/// The largest prime that two signs of the alphabet can count to.
const PRIME: u64 = 1021;

/// The reference of a case.
pub fn of(case: CaseId) -> String {
    let mut value = case.0.as_u128() & ((1 << (5 * SIGNS)) - 1);
    let mut signs = [0u64; SIGNS];
    for sign in signs.iter_mut().rev() {
        *sign = (value & 31) as u64;
        value >>= 5;
    }
    let check = checksum(&signs);
    let written = signs.into_iter().chain([check / 32, check % 32]);
    let written = written.map(|sign| char::from(ALPHABET[sign as usize]));
    MARK.chars().chain(written).collect()
}

/// Every reference in a text, whatever stands around or between its signs and however letters were folded.
pub fn within(text: &str) -> Vec<String> {
    let plain: Vec<u8> = fold(text)
        .to_uppercase()
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(meant)
        .collect();
    let mut found: Vec<String> = Vec::new();
    for window in plain.windows(MARK.len() + CHECKED) {
        let Some(body) = window.strip_prefix(MARK.as_bytes()) else {
            continue;
        };
        let signs: Option<Vec<u64>> = body.iter().map(|sign| value(*sign)).collect();
        let Some(signs) = signs else { continue };
        let (signs, check) = signs.split_at(SIGNS);
        if checksum(signs) == check[0] * 32 + check[1] {
            let reference = String::from_utf8_lossy(window).into_owned();
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// What somebody who typed it by hand meant.
fn meant(sign: u8) -> u8 {
    match sign {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        b'U' => b'V',
        other => other,
    }
}

fn value(sign: u8) -> Option<u64> {
    let place = ALPHABET.iter().position(|known| *known == sign)?;
    Some(place as u64)
}

fn checksum(signs: &[u64]) -> u64 {
    signs
        .iter()
        .fold(7, |sum, sign| (sum * 33 + sign + 1) % PRIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(number: u128) -> CaseId {
        CaseId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn it_is_found_again_however_a_bank_writes_it() {
        let reference = of(case(0x0192_8d3e_7c5a_7abc_8def_0123_4567_89ab));
        assert_eq!(reference.len(), 16);
        let (head, tail) = reference.split_at(9);
        for text in [
            reference.clone(),
            reference.to_lowercase(),
            format!("CT DEN:{reference} NGUYEN THI LAN chuyen tien"),
            format!("MBVCB.123.{head} {tail}.Lệ phí"),
            format!("{head}\n{tail}"),
            format!("MC{reference}"),
            reference.replace('0', "O").replace('1', "l"),
        ] {
            assert_eq!(within(&text), [reference.as_str()], "{text}");
        }
    }

    #[test]
    fn one_wrong_sign_is_another_reference_or_none() {
        let reference = of(case(0x1234_5678_9abc_def0_1234_5678));
        for place in 2..reference.len() {
            for sign in ALPHABET {
                let mut other = reference.clone().into_bytes();
                if other[place] == *sign {
                    continue;
                }
                other[place] = *sign;
                let other = String::from_utf8(other).expect("plain letters");
                assert_eq!(within(&other), [""; 0], "{other}");
            }
        }
        assert_eq!(within("chuyen tien hoc phi thang 9"), [""; 0]);
    }

    #[test]
    fn cases_differ() {
        assert_ne!(of(case(1)), of(case(2)));
        assert_ne!(of(case(1)), of(case(1 << 59)));
    }
}
