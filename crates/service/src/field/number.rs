//! Numbers and dates as Vietnamese people write them: dots between thousands, a decimal comma.

use jiff::civil::Date;

/// `1250000`, `1.250.000`, `1 250 000 đ`, `1,250,000 VND`, `-5`.
pub fn whole(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let text = ["đồng", "vnđ", "vnd", "đ", "₫"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(&text);
    let (minus, text) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.trim()),
    };
    let digits = ungroup(text, &['.', ',', ' ', '\u{a0}', '\u{202f}'])?;
    digits.parse::<i64>().ok().map(|n| n * minus)
}

/// `12,5`, `1.250,5`, `12.5`; one dot before exactly three digits stands between thousands.
pub fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let (whole, part) = match text.split_once(',') {
        Some((whole, part)) => (ungroup(whole, &['.', ' ', '\u{a0}'])?, part),
        None => match text.split_once('.') {
            Some((whole, part)) if part.len() != 3 && !part.contains('.') => {
                (ungroup(whole, &[' '])?, part)
            }
            _ => (ungroup(text, &['.', ' ', '\u{a0}'])?, "0"),
        },
    };
    if part.is_empty() || part.len() > 12 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: f64 = format!("{whole}.{part}").parse().ok()?;
    (n < 9e15).then_some(n * minus)
}

/// Digits, bare or in groups of three under one separator.
fn ungroup(text: &str, separators: &[char]) -> Option<String> {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(separator) = text.chars().find(|c| separators.contains(c)) else {
        return all_digits(text).then(|| text.to_owned());
    };
    let groups: Vec<&str> = text.split(separator).collect();
    let (first, rest) = groups.split_first()?;
    let good = all_digits(first)
        && first.len() <= 3
        && rest
            .iter()
            .all(|group| all_digits(group) && group.len() == 3);
    good.then(|| groups.concat())
}

/// No more than so many places after the comma?
pub fn has_places(n: f64, places: u8) -> bool {
    let scaled = n * 10_f64.powi(i32::from(places));
    (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
}

/// `1.250.000`
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::from(if n < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// `1.250,5`, with no more zeros than needed.
pub fn decimal_text(n: f64, places: u8) -> String {
    let fixed = format!("{:.*}", usize::from(places), n.abs());
    let (whole, part) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let whole = whole
        .parse::<i64>()
        .map_or_else(|_| whole.to_owned(), grouped);
    let part = part.trim_end_matches('0');
    let minus = if n < 0.0 { "-" } else { "" };
    if part.is_empty() {
        format!("{minus}{whole}")
    } else {
        format!("{minus}{whole},{part}")
    }
}

/// `31/12/2026`, `1-2-2026`, `2026-12-31`.
pub fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    let short = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let (day, month, year) = if year(a) && short(b) && short(c) {
        (c, b, a)
    } else if short(a) && short(b) && year(c) {
        (a, b, c)
    } else {
        return None;
    };
    let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1800..=2300).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_whole_numbers() {
        for (text, value) in [
            ("1.250.000", Some(1_250_000)),
            ("1250000", Some(1_250_000)),
            ("1 250 000 đ", Some(1_250_000)),
            ("1,250,000 VND", Some(1_250_000)),
            ("500đồng", Some(500)),
            ("-5", Some(-5)),
            ("12.50", None),
            ("1.2500", None),
            ("1.250,000", None),
            ("12,5", None),
            ("", None),
            ("mười", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(whole(text), value, "{text}");
        }
    }

    #[test]
    fn decimals() {
        for (text, value) in [
            ("12,5", Some(12.5)),
            ("1.250,5", Some(1250.5)),
            ("12.5", Some(12.5)),
            ("1.250", Some(1250.0)),
            ("1.250.000", Some(1_250_000.0)),
            ("-0,5", Some(-0.5)),
            ("100", Some(100.0)),
            ("1,2,3", None),
            ("1.25.0", None),
            (",5", None),
            ("5,", None),
        ] {
            assert_eq!(decimal(text), value, "{text}");
        }
        assert!(has_places(12.5, 1) && !has_places(12.55, 1) && has_places(0.1 + 0.2, 1));
    }

    #[test]
    fn dates() {
        for (text, value) in [
            ("31/12/2026", Some("2026-12-31")),
            ("1/2/2026", Some("2026-02-01")),
            ("2026-12-31", Some("2026-12-31")),
            ("29/02/2026", None),
            ("31/12/26", None),
            ("12/31/2026", None),
            ("1/1/0001", None),
            ("hôm nay", None),
        ] {
            assert_eq!(
                date(text).map(|d| d.to_string()).as_deref(),
                value,
                "{text}"
            );
        }
    }
}
