//! Code 128 (ISO/IEC 15417), the bars under a dossier code that a desk's hand scanner reads. Code set B,
//! with pairs of digits packed by code set C where four or more stand together.

/// Bars and spaces of every symbol value, widths in modules; the last is the stop.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: u32 = 104;
const START_C: u32 = 105;
const TO_C: u32 = 99;
const TO_B: u32 = 100;
const STOP: u32 = 106;
/// Quiet zone on either side, in modules.
const QUIET: usize = 10;

/// An SVG of the bars, `height` modules high; `None` for signs outside of printable ASCII.
pub fn svg(text: &str, height: usize) -> Option<String> {
    let values = values(text)?;
    let (mut x, mut path) = (QUIET, String::new());
    for value in values {
        let pattern = PATTERNS.get(value as usize)?;
        for (i, width) in pattern.bytes().enumerate() {
            let width = usize::from(width - b'0');
            if i % 2 == 0 {
                path.push_str(&format!("M{x} 0h{width}v{height}h-{width}z"));
            }
            x += width;
        }
    }
    let wide = x + QUIET;
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {height}" width="{wide}" height="{height}" shape-rendering="crispEdges"><path d="{path}"/></svg>"#
    ))
}

/// Symbol values from start to stop, with the check value.
fn values(text: &str) -> Option<Vec<u32>> {
    if text.is_empty() || !text.bytes().all(|b| (32..127).contains(&b)) {
        return None;
    }
    let bytes = text.as_bytes();
    let (mut at, mut digits_now) = (0, pairs_at(bytes, 0) >= 2);
    let mut values = vec![if digits_now { START_C } else { START_B }];
    while let Some(byte) = bytes.get(at) {
        let pairs = pairs_at(bytes, at);
        if digits_now && pairs == 0 {
            values.push(TO_B);
            digits_now = false;
        } else if !digits_now && pairs >= 2 {
            values.push(TO_C);
            digits_now = true;
        }
        if digits_now {
            let ones = bytes.get(at + 1).copied().unwrap_or(b'0');
            values.push(u32::from(byte - b'0') * 10 + u32::from(ones - b'0'));
            at += 2;
        } else {
            values.push(u32::from(byte - 32));
            at += 1;
        }
    }
    let weighted = (1..).zip(values.iter().skip(1));
    let sum: u32 = weighted.map(|(place, value): (u32, _)| place * value).sum();
    values.push((values.first().copied().unwrap_or(0) + sum) % 103);
    values.push(STOP);
    Some(values)
}

/// How many pairs of digits begin here.
fn pairs_at(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take_while(|b| b.is_ascii_digit()).count() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_standard() {
        // The worked examples that descriptions of Code 128 give (the first begins with set A there: one less).
        assert_eq!(
            values("PJJ123C").unwrap(),
            [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]
        );
        assert_eq!(values("Wikipedia").unwrap().get(10), Some(&88));
        // Ten digits take five symbols; 105 + 1·1 + 23·2 + 45·3 + 67·4 + 89·5 = 1000, modulo 103.
        assert_eq!(
            values("0123456789").unwrap(),
            [105, 1, 23, 45, 67, 89, 73, 106]
        );
    }

    #[test]
    fn digits_are_packed_and_letters_come_back() {
        let code = values("H13.102-261124-0001").unwrap();
        assert!(code.contains(&TO_C) && code.contains(&TO_B));
        assert!(code.len() < "H13.102-261124-0001".len() + 4);
        // Weighted sum of all but check and stop, modulo 103.
        let (check, body) = (code[code.len() - 2], &code[..code.len() - 2]);
        let sum: u32 = body
            .iter()
            .enumerate()
            .map(|(i, v)| (i.max(1) as u32) * v)
            .sum();
        assert_eq!(sum % 103, check);
    }

    #[test]
    fn every_pattern_is_eleven_modules_wide() {
        for (value, pattern) in PATTERNS.iter().enumerate() {
            let wide: u32 = pattern.bytes().map(|b| u32::from(b - b'0')).sum();
            assert_eq!(wide, if value == 106 { 13 } else { 11 }, "{value}");
        }
    }

    #[test]
    fn letters_with_marks_have_no_bars() {
        assert_eq!(svg("Cần Thơ", 20), None);
        assert_eq!(svg("", 20), None);
        let drawn = svg("H13-1", 20).unwrap();
        assert!(drawn.starts_with("<svg ") && drawn.ends_with("</svg>"));
    }
}
