//! How much one may post without an account, and which words and numbers the city looks at: its own data, replaced as
//! a whole. Never a riddle: whoever is held back is told for how long, and the hotline is not limited.

use serde::Deserialize;
use service::fold::fold;

use crate::message::Unreadable;

/// What ships: `data/posting.toml`.
const SHIPPED: &str = include_str!("../../../data/posting.toml");

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    pub version: u32,
    pub address: Rate,
    pub contact: Rate,
    pub flags: Rate,
    pub blocked: Blocked,
}

/// At most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub hour: u32,
    pub day: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocked {
    pub words: Vec<String>,
    pub numbers: Vec<String>,
}

impl Rate {
    /// In how many minutes one more may come, with so many in this hour of the clock and in these 24 hours; 0: now.
    pub fn wait(&self, hour: u32, day: u32, minute: u32) -> u32 {
        if day >= self.day {
            // Hours leave the 24 one by one.
            return 60 - minute.min(59);
        }
        match hour >= self.hour {
            true => 60 - minute.min(59),
            false => 0,
        }
    }
}

impl Posting {
    /// Reads what the city wrote.
    ///
    /// # Errors
    /// [`Unreadable`] with the place and what is wrong.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        Ok(toml::from_str(text)?)
    }

    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// Words of the list stand in the text, with or without their marks.
    pub fn is_doubtful(&self, text: &str) -> bool {
        let text = format!(" {} ", plain(text));
        let mut words = self.blocked.words.iter().map(|words| plain(words));
        words.any(|words| !words.is_empty() && text.contains(&format!(" {words} ")))
    }

    /// Nothing is taken from this number over the web.
    pub fn is_blocked(&self, number: &str) -> bool {
        let number = digits(number);
        let mut blocked = self.blocked.numbers.iter().map(|one| digits(one));
        !number.is_empty() && blocked.any(|one| one == number)
    }
}

impl Default for Posting {
    /// The shipped one; a test reads it.
    fn default() -> Self {
        let free = Rate {
            hour: u32::MAX,
            day: u32::MAX,
        };
        Self::read(SHIPPED).unwrap_or(Self {
            version: 0,
            address: free,
            contact: free,
            flags: free,
            blocked: Blocked::default(),
        })
    }
}

/// Folded words with one space between them.
fn plain(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// `+84 912 345 678` and `0912.345.678` are one number.
fn digits(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("84") {
        Some(rest) if digits.len() >= 11 => format!("0{rest}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_without_their_marks() {
        let mut posting = Posting::read(SHIPPED).expect("what ships is read");
        posting.blocked.words = vec!["Đồ chó".into(), "cá cược".into()];
        posting.blocked.numbers = vec!["0912 345 678".into()];
        for (text, found) in [
            ("Đèn tắt, đồ  CHÓ!", true),
            ("do cho that", true),
            ("CÁ-CƯỢC ở đây", true),
            ("đồ chói mắt", false),
            ("Cá cược", true),
            ("con cá cượckk", false),
            ("", false),
        ] {
            assert_eq!(posting.is_doubtful(text), found, "{text}");
        }
        for (number, blocked) in [
            ("0912345678", true),
            ("+84 912.345.678", true),
            ("0912345679", false),
            ("", false),
        ] {
            assert_eq!(posting.is_blocked(number), blocked, "{number}");
        }
        assert!(Posting::read("version = 1").is_err());
    }

    #[test]
    fn the_wait_ends_with_the_hour() {
        let rate = Rate { hour: 3, day: 5 };
        for (hour, day, minute, wait) in
            [(2, 4, 10, 0), (3, 4, 10, 50), (0, 5, 59, 1), (9, 9, 0, 60)]
        {
            assert_eq!(rate.wait(hour, day, minute), wait);
        }
    }
}
