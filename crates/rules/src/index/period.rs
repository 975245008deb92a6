//! The periods that the state reports by: a month, a quarter, a year. In words `2026-03`, `2026-Q1`, `2026`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Period {
    Month { year: i16, month: i8 },
    Quarter { year: i16, quarter: i8 },
    Year { year: i16 },
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Length {
    Month,
    Quarter,
    Year,
}

impl Period {
    pub fn containing(day: Date, length: Length) -> Self {
        let (year, month) = (day.year(), day.month());
        match length {
            Length::Month => Period::Month { year, month },
            Length::Quarter => Period::Quarter {
                year,
                quarter: (month - 1) / 3 + 1,
            },
            Length::Year => Period::Year { year },
        }
    }

    pub fn length(self) -> Length {
        match self {
            Period::Month { .. } => Length::Month,
            Period::Quarter { .. } => Length::Quarter,
            Period::Year { .. } => Length::Year,
        }
    }

    pub fn first(self) -> Date {
        let (year, month) = match self {
            Period::Month { year, month } => (year, month),
            Period::Quarter { year, quarter } => (year, (quarter - 1) * 3 + 1),
            Period::Year { year } => (year, 1),
        };
        Date::new(year, month, 1).unwrap_or(Date::ZERO)
    }

    /// The day after its last.
    pub fn after(self) -> Date {
        let months = match self.length() {
            Length::Month => 1,
            Length::Quarter => 3,
            Length::Year => 12,
        };
        let span = jiff::Span::new().months(months);
        self.first().saturating_add(span)
    }

    /// The one before.
    pub fn previous(self) -> Self {
        let day = self.first().yesterday().unwrap_or(Date::MIN);
        Self::containing(day, self.length())
    }

    pub fn next(self) -> Self {
        Self::containing(self.after(), self.length())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Period::Quarter { year, quarter } => write!(f, "{year:04}-Q{quarter}"),
            Period::Year { year } => write!(f, "{year:04}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no period: write 2026-03, 2026-Q1 or 2026")]
pub struct NoPeriod(pub String);

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let no = || NoPeriod(text.to_owned());
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        let year: i16 = year.parse().map_err(|_| no())?;
        if !(1970..=2100).contains(&year) {
            return Err(no());
        }
        let number = |text: &str, most: i8| {
            let number = text.parse::<i8>().ok();
            number.filter(|n| (1..=most).contains(n)).ok_or_else(no)
        };
        match rest {
            None => Ok(Period::Year { year }),
            Some(rest) => match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => Ok(Period::Quarter {
                    year,
                    quarter: number(quarter, 4)?,
                }),
                None => Ok(Period::Month {
                    year,
                    month: number(rest, 12)?,
                }),
            },
        }
    }
}

impl TryFrom<String> for Period {
    type Error = NoPeriod;

    fn try_from(text: String) -> Result<Self, NoPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_each_other_without_a_gap() {
        for text in ["2026-01", "2026-12", "2026-Q1", "2026-Q4", "2026"] {
            let period: Period = text.parse().expect("a period");
            assert_eq!(period.to_string(), text);
            assert_eq!(period.next().first(), period.after(), "{text}");
            assert_eq!(period.next().previous(), period, "{text}");
            let last = period.after().yesterday().expect("a day");
            assert_eq!(Period::containing(last, period.length()), period);
        }
        for text in [
            "",
            "2026-13",
            "2026-Q5",
            "2026-0",
            "26",
            "x",
            "2026-",
            "2026-03-01",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
