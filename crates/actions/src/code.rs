//! Dossier codes: written by the pattern of their issuer (TT 01/2018 Đ.19), numbered without gaps. Codes of other
//! systems are opaque.

use jiff::civil::Date;
use store::{StoreError, Tx};

use crate::city::Law;

/// The next code of an issuing unit on a day: numbers of committed commands follow each other without a gap. Units
/// with the same identifier count together.
pub(crate) async fn next(
    tx: &mut Tx,
    law: &Law,
    issuer: &str,
    day: Date,
) -> Result<String, StoreError> {
    let identifier = law.organisation.identifier(issuer, day);
    let pattern = law.counter.pattern(issuer, day);
    loop {
        let number = tx.next_number(identifier, pattern.since(day)).await?;
        let code = pattern.write(identifier, day, number);
        // Cases that were brought in whole bear codes that nobody counted here.
        if tx.case_id(&code).await?.is_none() {
            return Ok(code);
        }
    }
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
    fn what_people_type_is_understood() {
        assert_eq!(typed(" h13.18 – 261116-0042 "), "H13.18-261116-0042");
    }
}
