//! No message carries a number of a person: a message travels through providers and stays on lock screens.

/// Digits in a row that may be a personal number (nine of the old card, twelve of the new), an account or a telephone.
const TELLING: usize = 9;

/// The words with every such run masked, save inside `keep` (the dossier's code, a link).
pub fn without_ids(words: &str, keep: &[&str]) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while !rest.is_empty() {
        let kept = keep
            .iter()
            .filter(|kept| !kept.is_empty())
            .filter_map(|kept| rest.find(*kept).map(|at| (at, kept.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length));
        let (at, length) = kept.unwrap_or((rest.len(), 0));
        masked(&rest[..at], &mut out);
        out.push_str(&rest[at..at + length]);
        rest = &rest[at + length..];
    }
    out
}

fn masked(words: &str, out: &mut String) {
    let mut run = String::new();
    for c in words.chars().chain(std::iter::once('\0')) {
        let joins = matches!(c, '.' | ' ' | '-');
        if c.is_ascii_digit() || (joins && run.ends_with(|last: char| last.is_ascii_digit())) {
            run.push(c);
            continue;
        }
        flush(&mut run, out);
        if c != '\0' {
            out.push(c);
        }
    }
}

fn flush(run: &mut String, out: &mut String) {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    // A date and an hour beside each other are no number of a person: they hold a colon or a slash.
    if digits >= TELLING {
        out.push_str("•••");
        if let Some(end) = run.chars().last().filter(|last| !last.is_ascii_digit()) {
            out.push(end);
        }
    } else {
        out.push_str(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::without_ids;

    #[test]
    fn numbers_of_people_are_masked_and_codes_and_links_stay() {
        let code = "H13.26.107-261123-0042";
        for (written, sent) in [
            ("Số CCCD 092201001234 chưa đúng", "Số CCCD ••• chưa đúng"),
            ("CCCD 092.201.001.234.", "CCCD •••."),
            ("gọi 0912 345 678 giúp", "gọi ••• giúp"),
            (
                "Hồ sơ H13.26.107-261123-0042 đã có",
                "Hồ sơ H13.26.107-261123-0042 đã có",
            ),
            ("trước 16:30 ngày 24/11/2026", "trước 16:30 ngày 24/11/2026"),
            ("", ""),
        ] {
            assert_eq!(without_ids(written, &[code]), sent);
        }
        assert_ne!(without_ids(code, &[]), code, "only what is named stays");
    }
}
