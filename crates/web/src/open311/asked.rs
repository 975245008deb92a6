//! The parameters of a list of requests, judged. An empty one is as if it were not there; one that nobody
//! knows is passed over.

use jiff::{SignedDuration, ToSpan};
use rules::Moment;
use store::{Narrow, Take};

use super::moment::read;
use super::said::Wrong;

/// As many as one answer may hold.
pub const MOST: u32 = 1000;
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The parameters of an address, as they came.
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// The first value under a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        let mut pairs = self.0.iter();
        pairs.find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).split(',').map(str::trim);
        parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
    }

    fn number(&self, name: &str, most: u32) -> Result<Option<u32>, Wrong> {
        let typed = self.get(name);
        if typed.is_empty() {
            return Ok(None);
        }
        let number = typed.parse().ok().filter(|n| *n <= most);
        let wrong = || Wrong::bad(format!("{name} must be a whole number from 0 to {most}"));
        number.map(Some).ok_or_else(wrong)
    }

    /// Whether more than the frozen specification is wanted.
    pub fn extended(&self) -> bool {
        self.get("extensions") == "true"
    }
}

/// Which requests, from what was asked at this moment.
///
/// # Errors
/// [`Wrong`] names the parameter.
pub fn take(params: &Params, now: Moment) -> Result<Take, Wrong> {
    let codes = params.list("service_request_id");
    if codes.len() > MOST as usize {
        return Err(Wrong::bad(format!(
            "service_request_id may name {MOST} requests at most"
        )));
    }
    let (start, end) = (
        read("start_date", params.get("start_date"))?,
        read("end_date", params.get("end_date"))?,
    );
    let (changed_from, changed_to) = (
        read("updated_after", params.get("updated_after"))?,
        read("updated_before", params.get("updated_before"))?,
    );
    let page = params.number("page", 1_000_000)?.unwrap_or(1).max(1);
    let most = params.number("page_size", MOST)?.unwrap_or(MOST).max(1);
    let by_change = changed_from.or(changed_to).is_some();
    let window = match (start, end) {
        (Some(start), Some(end)) if end < start => {
            return Err(Wrong::bad("end_date is before start_date"));
        }
        (Some(start), Some(end)) if end.duration_since(start) > WINDOW => {
            return Err(Wrong::bad(
                "from start_date to end_date may be 90 days at most",
            ));
        }
        (Some(start), Some(end)) => Some((start, end)),
        (Some(start), None) => Some((start, later(start).min(now))),
        (None, Some(end)) => Some((earlier(end), end)),
        (None, None) if by_change => None,
        (None, None) => Some((earlier(now), now)),
    };
    let mut open = (false, false);
    for status in params.list("status") {
        match status.as_str() {
            "open" => open.0 = true,
            "closed" => open.1 = true,
            _ => return Err(Wrong::bad("status must be open, closed or both")),
        }
    }
    Ok(Take {
        narrow: Narrow {
            services: params.list("service_code"),
            open: match open {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            },
            opened_from: window.map(|(from, _)| from),
            // Its end is part of the window.
            opened_to: window.and_then(|(_, to)| to.checked_add(1.microsecond()).ok()),
            ..Narrow::default()
        },
        codes,
        changed_from,
        changed_to,
        most,
        skip: (page - 1).saturating_mul(most),
    })
}

fn earlier(moment: Moment) -> Moment {
    moment.checked_sub(WINDOW).unwrap_or(moment)
}

fn later(moment: Moment) -> Moment {
    moment.checked_add(WINDOW).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(&str, &str)]) -> Result<Take, Wrong> {
        let pairs = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let now = "2026-06-01T00:00:00Z".parse().expect("a moment");
        take(&Params(pairs.collect()), now)
    }

    fn at(day: &str) -> Moment {
        format!("{day}T00:00:00Z").parse().expect("a moment")
    }

    #[test]
    fn the_window_is_ninety_days() {
        let from = |pairs: &[(&str, &str)]| ask(pairs).expect("fits").narrow.opened_from;
        assert_eq!(from(&[]), Some(at("2026-03-03")));
        assert_eq!(
            from(&[("start_date", "")]),
            Some(at("2026-03-03")),
            "empty is absent"
        );
        assert_eq!(
            from(&[("end_date", "2026-05-01T00:00:00Z")]),
            Some(at("2026-01-31"))
        );
        assert_eq!(
            from(&[("start_date", "2025-01-01T00:00:00Z")]),
            Some(at("2025-01-01"))
        );
        let clamped = ask(&[("start_date", "2025-01-01T00:00:00Z")]).expect("fits");
        assert!(
            clamped
                .narrow
                .opened_to
                .is_some_and(|to| to < at("2025-04-02"))
        );
        let both = [
            ("start_date", "2026-01-01T00:00:00Z"),
            ("end_date", "2026-05-01T00:00:00Z"),
        ];
        assert!(ask(&both).expect_err("too long").says[0].contains("90 days"));
        assert_eq!(from(&[("updated_after", "2020-01-01T00:00:00Z")]), None);
    }

    #[test]
    fn pages_are_counted_from_one_and_nought_is_one() {
        let skip = |page: &str| {
            ask(&[("page", page), ("page_size", "50")])
                .expect("fits")
                .skip
        };
        assert_eq!([skip("0"), skip("1"), skip("2"), skip("")], [0, 0, 50, 0]);
        assert!(ask(&[("page_size", "1001")]).is_err());
        assert!(ask(&[("page", "-1")]).is_err());
    }

    #[test]
    fn both_states_are_all_and_another_is_wrong() {
        let open = |status: &str| ask(&[("status", status)]).expect("fits").narrow.open;
        assert_eq!([open("open"), open("closed")], [Some(true), Some(false)]);
        assert_eq!([open("open,closed"), open("")], [None, None]);
        assert!(ask(&[("status", "fixed")]).is_err());
    }
}
