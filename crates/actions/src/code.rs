//! Dossier codes: the pattern of TT 01/2018 Đ.19. Elsewhere a code is opaque.

use jiff::civil::Date;

/// `H13.31.135-261123-0042`: unit identifier, day of reception, number of the day.
pub fn dossier(identifier: &str, day: Date, number: i64) -> String {
    format!("{identifier}-{}-{number:04}", day.strftime("%y%m%d"))
}

/// As people type it: capital letters, without spaces and with plain hyphens.
pub fn typed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            if matches!(c, '‐' | '‑' | '–' | '—' | '_') {
                '-'
            } else {
                c
            }
        })
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_unit_day_and_number() {
        assert_eq!(
            dossier("H13.18", jiff::civil::date(2026, 11, 16), 42),
            "H13.18-261116-0042"
        );
        assert_eq!(
            dossier("H13.18", jiff::civil::date(2026, 1, 2), 12345),
            "H13.18-260102-12345"
        );
    }

    #[test]
    fn what_people_type_is_understood() {
        assert_eq!(typed(" h13.18 – 261116-0042 "), "H13.18-261116-0042");
    }
}
