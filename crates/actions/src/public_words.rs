//! What may stand on public pages of words that a resident wrote: shortened, with everything that
//! looks like a number of a person (telephone, identity, account) taken out.

/// Digits in a row that give a number away; a house number and a year stay.
const TELLING: usize = 6;
const LONGEST: usize = 140;

/// A title from the reporter's words.
pub fn title(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe = without_numbers(&line);
    if safe.chars().count() <= LONGEST {
        return safe;
    }
    let cut: String = safe.chars().take(LONGEST).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

/// The words with telling numbers and addresses of mail masked.
pub fn without_numbers(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut run = String::new();
    for c in words.chars().chain(std::iter::once('\0')) {
        let joins = matches!(c, '.' | '-' | ' ' | '(' | ')' | '+');
        if c.is_ascii_digit() || (joins && !run.is_empty()) {
            run.push(c);
            continue;
        }
        flush(&mut run, &mut out);
        if c != '\0' {
            out.push(c);
        }
    }
    let masked = out.split(' ').map(|word| {
        if word.contains('@') {
            "•••"
        } else {
            word
        }
    });
    masked.collect::<Vec<_>>().join(" ")
}

fn flush(run: &mut String, out: &mut String) {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    if digits >= TELLING {
        out.push_str("•••");
        if run.ends_with(' ') {
            out.push(' ');
        }
    } else {
        out.push_str(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_do_not_reach_public_pages() {
        for (written, shown) in [
            (
                "Đèn tắt trước nhà số 51, đường 3 Tháng 2",
                "Đèn tắt trước nhà số 51, đường 3 Tháng 2",
            ),
            ("Gọi tôi 0912 345 678 nhé", "Gọi tôi ••• nhé"),
            ("CCCD 092.201.001234", "CCCD •••"),
            ("thư về lan@example.vn giúp", "thư về ••• giúp"),
            ("hỏng từ năm 2024", "hỏng từ năm 2024"),
        ] {
            assert_eq!(without_numbers(written), shown);
        }
    }

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(title("  Đèn\n tắt "), "Đèn tắt");
        let long = title(&"đèn đường ".repeat(40));
        assert!(long.ends_with('…') && long.chars().count() <= LONGEST + 1);
    }
}
