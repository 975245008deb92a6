//! Moments as the specification writes them: the W3C subset of ISO 8601, always with its zone.

use rules::Moment;

use super::said::Wrong;
use crate::say;

/// `2026-03-02T08:00:00+07:00`, the city's own time.
pub fn written(moment: Moment) -> String {
    say::zoned(moment)
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// Reads a moment with its zone. Between day and hour a space may stand (as Python and PostgreSQL write it); before the zone it is a plus
/// that was sent without its escape.
pub fn read(name: &str, typed: &str) -> Result<Option<Moment>, Wrong> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let mended = typed.char_indices().map(|(at, c)| match (c, at) {
        (' ', 10) => 'T',
        (' ', _) => '+',
        _ => c,
    });
    let mended: String = mended.collect();
    let wrong = || {
        Wrong::bad(format!(
            "{name} must be a moment with its zone, such as 2026-03-02T08:00:00Z or 2026-03-02T15:00:00+07:00"
        ))
    };
    mended.parse::<Moment>().map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_their_zone_and_without_it_refused() {
        let eight: Moment = "2026-03-02T01:00:00Z".parse().expect("a moment");
        for typed in [
            "2026-03-02T01:00:00Z",
            "2026-03-02T08:00:00+07:00",
            "2026-03-02T08:00:00 07:00",
            "2026-03-02 08:00:00+07:00",
            "2026-03-02 08:00:00 07:00",
            "2026-03-01 20:00:00-05:00",
        ] {
            assert_eq!(read("start_date", typed), Ok(Some(eight)), "{typed}");
        }
        assert_eq!(read("start_date", ""), Ok(None));
        for typed in [
            "2026-03-02",
            "2026-03-02T08:00:00",
            "yesterday",
            "2026-13-02T08:00:00Z",
        ] {
            let wrong = read("start_date", typed).expect_err(typed);
            assert!(wrong.says[0].starts_with("start_date must be"), "{typed}");
        }
        assert_eq!(written(eight), "2026-03-02T08:00:00+07:00");
    }
}
