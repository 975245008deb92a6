//! One fold for search and one sort key for Vietnamese names: both engines, all crates.
//!
//! Knows nothing of databases. What is stored folded must be searched folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Text for searching: without marks, đ as d, lower case, one space between words, letters and
/// digits only (`Đường 30/4, P. Xuân Khánh` → `duong 30 4 p xuan khanh`). Idempotent; composed and
/// decomposed input give the same.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    // NFKD, so that full-width letters and ligatures are found as well.
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase().nfkd() {
            if is_combining_mark(c) {
                continue;
            }
            let c = if c == 'đ' { 'd' } else { c };
            if !c.is_alphanumeric() {
                gap = true;
                continue;
            }
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        }
    }
    folded
}

/// Text as people type it on a telephone without marks: `Ủy ban phường Ninh Kiều` → `Uy ban phuong Ninh Kieu`. Case,
/// spaces and punctuation stay.
pub fn without_marks(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    bare.map(|c| match c {
        'đ' => 'd',
        'Đ' => 'D',
        c => c,
    })
    .collect()
}

/// A key whose byte order is the Vietnamese order of personal names: the given name (the last
/// word) first, then the words before it from the left; letters in the order a ă â b c d đ e ê …;
/// the tone (ngang, huyền, hỏi, ngã, sắc, nặng) decides only between otherwise equal names.
pub fn sort_key(name: &str) -> Vec<u8> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if let Some(given) = words.pop() {
        words.insert(0, given);
    }
    key(&words)
}

/// The same order for names of places and offices, which are read from the left.
pub fn place_key(name: &str) -> Vec<u8> {
    key(&name.split_whitespace().collect::<Vec<_>>())
}

fn key(words: &[&str]) -> Vec<u8> {
    let (mut letters, mut tones) = (Vec::new(), Vec::new());
    for word in words {
        let word: String = word.to_lowercase().nfc().collect();
        // One tone to a syllable, wherever it is written: Hòa and Hoà are the same name.
        let mut tone = 1;
        for c in word.chars() {
            let mut parts: Vec<char> = c.nfd().collect();
            parts.retain(|mark| match tone_rank(*mark) {
                Some(rank) => {
                    tone = rank;
                    false
                }
                None => true,
            });
            let letter = parts.into_iter().nfc().next().unwrap_or(c);
            push_letter(&mut letters, letter);
        }
        letters.push(SPACE);
        tones.push(tone);
    }
    letters.push(0);
    letters.extend(tones);
    letters
}

const SPACE: u8 = 1;
const ALPHABET: &str = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

fn push_letter(key: &mut Vec<u8>, letter: char) {
    match ALPHABET.chars().position(|known| known == letter) {
        Some(place) => key.push(place as u8 + 2),
        None => {
            // After every Vietnamese letter, in the order of Unicode.
            key.push(u8::MAX);
            key.extend((letter as u32).to_be_bytes());
        }
    }
}

fn tone_rank(mark: char) -> Option<u8> {
    match mark {
        '\u{0300}' => Some(2),
        '\u{0309}' => Some(3),
        '\u{0303}' => Some(4),
        '\u{0301}' => Some(5),
        '\u{0323}' => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_for_search() {
        for (text, folded) in [
            ("Đường Nguyễn Đình Chiểu", "duong nguyen dinh chieu"),
            ("ĐƯỜNG 30/4,  P. Xuân Khánh", "duong 30 4 p xuan khanh"),
            ("Sổ đỏ", "so do"),
            ("  Ấp Thới Hòa B. ", "ap thoi hoa b"),
            ("Ｃần　Thơ", "can tho"),
            ("", ""),
            ("!?", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            let decomposed: String = text.nfd().collect();
            assert_eq!(fold(&decomposed), folded, "{text}, decomposed");
        }
    }

    #[test]
    fn sorts_names_the_vietnamese_way() {
        let sorted = [
            "An",
            "Lê An",
            "Nguyễn Văn An",
            "Ăn",
            "Ân",
            "Dung",
            "Dũng",
            "Đào",
            "Nguyễn Thị Đào",
            "Hoa",
            "Hòa",
            "Hoá",
            "Hoa Lê",
            "Trần Ơn",
            "Ưng",
            "Vân",
        ];
        let mut names = sorted.to_vec();
        names.reverse();
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, sorted);
        assert_eq!(sort_key("Hòa"), sort_key("Hoà"));
        let decomposed: String = "Nguyễn Thị Đào".nfd().collect();
        assert_eq!(sort_key(&decomposed), sort_key("Nguyễn Thị Đào"));
    }

    #[test]
    fn the_tone_is_the_last_level() {
        assert!(sort_key("Hà An") < sort_key("Hạ An"));
        // "Hạ An" < "Hà Ân": the letter of the given name outranks any tone.
        assert!(sort_key("Hạ An") < sort_key("Hà Ân"));
        assert!(sort_key("Lê Hòa") < sort_key("Lý Hoa"));
        // A place is read from the left.
        assert!(place_key("An Thới") < place_key("Cái Khế"));
        assert!(place_key("Đông Hiệp") > place_key("Dân An"));
        assert!(sort_key("An Thới") > sort_key("Cái Khế"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            let composed: String = text.nfc().collect();
            prop_assert_eq!(fold(&composed), once);
        }
    }
}
