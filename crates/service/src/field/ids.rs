//! Numbers and names that the state or the network gives: who, whose, how to reach.

use jiff::civil::Date;

/// Số định danh cá nhân (Luật Căn cước 2023, NĐ 70/2024): three digits of the province of birth
/// registration, one for century and sex, two for the year, six by chance.
pub fn personal_id(text: &str, today: Option<Date>) -> Option<String> {
    let digits = digits_of(text)?;
    if digits.len() != 12 {
        return None;
    }
    let province: u16 = digits[..3].parse().ok()?;
    let century: i16 = digits[3..4].parse().ok()?;
    let year: i16 = digits[4..6].parse().ok()?;
    let born = 1900 + century / 2 * 100 + year;
    // Without a clock: nobody alive was born after this century.
    let last = today.map_or(2099, Date::year);
    ((1..=96).contains(&province) && born <= last).then_some(digits)
}

/// Mã số thuế of an organisation: 10 digits of which the last is a check digit, a branch with three
/// more (`0300588569-001`); since 1/7/2025 a household business uses its owner's personal number.
pub fn organisation_id(text: &str, today: Option<Date>) -> Option<String> {
    let digits = digits_of(text)?;
    match digits.len() {
        10 if checked(&digits) => Some(digits),
        13 if checked(&digits[..10]) => Some(format!("{}-{}", &digits[..10], &digits[10..])),
        12 => personal_id(&digits, today),
        _ => None,
    }
}

fn checked(ten: &str) -> bool {
    let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let digits: Vec<u32> = ten.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = weights.iter().zip(&digits).map(|(w, d)| w * d).sum();
    // A remainder of 0 would need the digit 10: such numbers are not given.
    digits.len() == 10 && 10 - sum % 11 == digits[9]
}

/// `0912 345 678`, `+84 912345678`, `0292.3830.123` → digits with the leading 0.
pub fn phone(text: &str) -> Option<String> {
    let digits = digits_of(text.trim().trim_start_matches('+'))?;
    let local = match digits.strip_prefix("84") {
        Some(rest) if !digits.starts_with('0') && digits.len() >= 11 => {
            format!("0{}", rest.trim_start_matches('0'))
        }
        _ => digits,
    };
    let mobile = local.len() == 10
        && matches!(
            local.as_bytes().get(1),
            Some(b'3' | b'5' | b'7' | b'8' | b'9')
        );
    let fixed = local.starts_with("02") && matches!(local.len(), 10 | 11);
    (local.starts_with('0') && (mobile || fixed)).then_some(local)
}

pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.rsplit_once('@')?;
    let part = |text: &str, extra: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && !text.ends_with('.')
            && !text.contains("..")
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
    };
    let good = text.len() <= 254
        && part(name, ".!#$%&'*+/=?^_`{|}~-")
        && part(host, ".-")
        && host.contains('.')
        && host
            .split('.')
            .all(|label| !label.starts_with('-') && !label.ends_with('-'));
    good.then(|| format!("{name}@{}", host.to_lowercase()))
}

/// Letters, digits and `-_.:/`: codes of units and of stored files.
pub fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c))
}

/// The digits, with the marks people put between them left out.
fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '.' | '-' | '\u{a0}' | '(' | ')' => {}
            _ => return None,
        }
    }
    (!digits.is_empty() && digits.len() <= 20).then_some(digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn personal_numbers_must_be_plausible() {
        let today = Some(date(2026, 2, 13));
        for (text, good) in [
            ("092085001234", true),
            ("092 085 001 234", true),
            ("092226001234", true),  // a girl or boy of 2026
            ("092227001234", false), // born next year
            ("000085001234", false), // no province 000
            ("097085001234", false),
            ("092485001234", false), // 2185
            ("09208500123", false),
            ("0920850012345", false),
            ("09208500123x", false),
        ] {
            assert_eq!(personal_id(text, today).is_some(), good, "{text}");
        }
        assert!(personal_id("092227001234", None).is_some());
    }

    #[test]
    fn organisation_numbers_carry_a_check_digit() {
        for (text, value) in [
            ("0300588569", Some("0300588569")),
            ("0300588568", None),
            ("0300588569-001", Some("0300588569-001")),
            ("092085001234", Some("092085001234")),
            ("123", None),
        ] {
            assert_eq!(organisation_id(text, None).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn phones_of_vietnam() {
        for (text, value) in [
            ("0912345678", Some("0912345678")),
            ("+84 912 345 678", Some("0912345678")),
            ("84912345678", Some("0912345678")),
            ("0292.3830.123", Some("02923830123")),
            ("0123456789", None),
            ("091234567", None),
            ("1022", None),
            ("abc", None),
        ] {
            assert_eq!(phone(text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn mail_addresses() {
        for (text, value) in [
            (" lan@Example.VN ", Some("lan@example.vn")),
            (
                "lan.nguyen+a@cantho.gov.vn",
                Some("lan.nguyen+a@cantho.gov.vn"),
            ),
            ("lan@", None),
            ("@x.vn", None),
            ("lan@localhost", None),
            ("lan..a@x.vn", None),
            ("lan@x-.vn", None),
            ("lan nguyen@x.vn", None),
        ] {
            assert_eq!(email(text).as_deref(), value, "{text}");
        }
    }
}
