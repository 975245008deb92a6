//! Lengths of legal and working time as written in a file and as read by people.
//!
//! Counting them on a calendar is `rules::calendar`'s business.

use std::fmt;
use std::str::FromStr;

use crate::definition::{Limit, LimitUnit};

/// The text is no length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” không phải thời hạn; viết ví dụ “5 working-days”, “24 hours”")]
pub struct NotALimit(pub String);

/// Longest length that is taken for meant: a hundred years of hours.
const LARGEST_THOUSANDTHS: i64 = 876_000_000;

/// `5 working-days`, `8.5 working-days`, `24 hours`, `2 days`, `1 month`.
impl FromStr for Limit {
    type Err = NotALimit;

    fn from_str(text: &str) -> Result<Self, NotALimit> {
        let wrong = || NotALimit(text.to_owned());
        let (number, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let unit = match unit.trim() {
            "working-days" | "working-day" => LimitUnit::WorkingDays,
            "working-hours" | "working-hour" => LimitUnit::WorkingHours,
            "days" | "day" => LimitUnit::Days,
            "hours" | "hour" => LimitUnit::Hours,
            "months" | "month" => LimitUnit::Months,
            _ => return Err(wrong()),
        };
        let thousandths = thousandths(number).ok_or_else(wrong)?;
        let whole = thousandths % 1_000 == 0;
        if thousandths > LARGEST_THOUSANDTHS || (unit == LimitUnit::Months && !whole) {
            return Err(wrong());
        }
        Ok(Limit { thousandths, unit })
    }
}

fn thousandths(number: &str) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 3 {
        return None;
    }
    if number.contains('.') && part.is_empty() {
        return None;
    }
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(part)
}

/// As in the file: `8.5 working-days`. Reading it again gives the same limit.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            LimitUnit::WorkingDays => "working-day",
            LimitUnit::WorkingHours => "working-hour",
            LimitUnit::Days => "day",
            LimitUnit::Hours => "hour",
            LimitUnit::Months => "month",
        };
        let many = if self.thousandths == 1_000 { "" } else { "s" };
        write!(f, "{} {unit}{many}", self.number('.'))
    }
}

impl Limit {
    /// `8,5 ngày làm việc`
    pub fn vi(self) -> String {
        let unit = match self.unit {
            LimitUnit::WorkingDays => "ngày làm việc",
            LimitUnit::WorkingHours => "giờ làm việc",
            LimitUnit::Days => "ngày",
            LimitUnit::Hours => "giờ",
            LimitUnit::Months => "tháng",
        };
        format!("{} {unit}", self.number(','))
    }

    /// `8.5 working days`
    pub fn en(self) -> String {
        self.to_string().replace('-', " ")
    }

    fn number(self, point: char) -> String {
        let (whole, part) = (self.thousandths / 1_000, self.thousandths % 1_000);
        if part == 0 {
            return whole.to_string();
        }
        let part = format!("{part:03}");
        format!("{whole}{point}{}", part.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_writes_limits() {
        for (text, thousandths, unit, vi, en) in [
            (
                "5 working-days",
                5_000,
                LimitUnit::WorkingDays,
                "5 ngày làm việc",
                "5 working days",
            ),
            (
                "8.5 working-days",
                8_500,
                LimitUnit::WorkingDays,
                "8,5 ngày làm việc",
                "8.5 working days",
            ),
            (
                "1 working-day",
                1_000,
                LimitUnit::WorkingDays,
                "1 ngày làm việc",
                "1 working day",
            ),
            ("24 hours", 24_000, LimitUnit::Hours, "24 giờ", "24 hours"),
            ("2 days", 2_000, LimitUnit::Days, "2 ngày", "2 days"),
            (
                "0.125 days",
                125,
                LimitUnit::Days,
                "0,125 ngày",
                "0.125 days",
            ),
            ("1 month", 1_000, LimitUnit::Months, "1 tháng", "1 month"),
        ] {
            let limit: Limit = text.parse().unwrap();
            assert_eq!(
                (limit.thousandths, limit.unit),
                (thousandths, unit),
                "{text}"
            );
            assert_eq!(limit.to_string(), text);
            assert_eq!((limit.vi().as_str(), limit.en().as_str()), (vi, en));
        }
        assert_eq!(
            "1 working-days".parse::<Limit>().map(|l| l.thousandths),
            Ok(1_000)
        );
    }

    #[test]
    fn refuses_what_is_no_limit() {
        for text in [
            "",
            "5",
            "days",
            "five days",
            "-1 days",
            "5 weeks",
            "5.0001 days",
            "5. days",
            ".5 days",
            "99999999999999999999 days",
            "1.5 months",
            "5,5 days",
            "table(promise)",
        ] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(thousandths in 0_i64..876_000_000, hours in any::<bool>()) {
            let unit = if hours { LimitUnit::WorkingHours } else { LimitUnit::WorkingDays };
            let limit = Limit { thousandths, unit };
            prop_assert_eq!(limit.to_string().parse::<Limit>(), Ok(limit));
        }
    }
}
