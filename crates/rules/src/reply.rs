//! Replies that are written once and used often: a text with blanks from a closed list, filled in with what a case
//! says of itself. The blanks tell nothing of whoever reported.

use serde::{Deserialize, Serialize};

/// What a blank stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blank {
    /// Code of the case.
    Code,
    /// Its kind.
    Service,
    /// Unit of the step.
    Unit,
    /// Commune of the place.
    Area,
    /// Day of the first contact.
    Opened,
    /// The day that holds.
    Due,
    /// Day on which it is written.
    Today,
}

impl Blank {
    pub const ALL: [Blank; 7] = [
        Blank::Code,
        Blank::Service,
        Blank::Unit,
        Blank::Area,
        Blank::Opened,
        Blank::Due,
        Blank::Today,
    ];

    /// As it stands between braces.
    pub fn word(self) -> &'static str {
        match self {
            Blank::Code => "code",
            Blank::Service => "service",
            Blank::Unit => "unit",
            Blank::Area => "area",
            Blank::Opened => "opened",
            Blank::Due => "due",
            Blank::Today => "today",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|blank| blank.word() == word)
    }
}

/// Longest text.
pub const MOST: usize = 4000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Wrong {
    #[error("there is no blank {{{0}}}")]
    UnknownBlank(String),
    #[error("a brace is not closed")]
    OpenBrace,
    #[error("nothing is written")]
    Empty,
    #[error("longer than {MOST} characters")]
    TooLong,
}

enum Piece<'t> {
    Words(&'t str),
    Blank(&'t str),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Wrong> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (word, behind) = after.split_once('}').ok_or(Wrong::OpenBrace)?;
        pieces.push(Piece::Words(before));
        pieces.push(Piece::Blank(word));
        rest = behind;
    }
    pieces.push(Piece::Words(rest));
    Ok(pieces)
}

/// Whether a text can be kept.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str) -> Result<(), Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong::Empty);
    }
    if text.chars().count() > MOST {
        return Err(Wrong::TooLong);
    }
    for piece in pieces(text)? {
        if let Piece::Blank(word) = piece
            && Blank::named(word).is_none()
        {
            return Err(Wrong::UnknownBlank(word.to_owned()));
        }
    }
    Ok(())
}

/// The text with its blanks filled. A blank that the case says nothing to stays visible, for whoever reads it over.
pub fn fill(text: &str, value: impl Fn(Blank) -> Option<String>) -> String {
    let Ok(pieces) = pieces(text) else {
        return text.to_owned();
    };
    let said = pieces.into_iter().map(|piece| match piece {
        Piece::Words(words) => words.to_owned(),
        Piece::Blank(word) => Blank::named(word)
            .and_then(&value)
            .unwrap_or_else(|| format!("[{word}?]")),
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_come_from_the_list() {
        for (text, expected) in [
            ("Đã xử lý {code} ngày {today}.", Ok(())),
            ("Không có chỗ trống", Ok(())),
            ("Gửi {name}", Err(Wrong::UnknownBlank("name".to_owned()))),
            ("Gửi {code", Err(Wrong::OpenBrace)),
            ("{}", Err(Wrong::UnknownBlank(String::new()))),
            ("  ", Err(Wrong::Empty)),
        ] {
            assert_eq!(check(text), expected, "{text}");
        }
        assert_eq!(check(&"x".repeat(MOST + 1)), Err(Wrong::TooLong));
    }

    #[test]
    fn what_is_not_known_stays_visible() {
        let value = |blank| (blank == Blank::Code).then(|| "H65-1".to_owned());
        assert_eq!(fill("{code} xong {due}", value), "H65-1 xong [due?]");
        // What a value holds is no blank.
        let value = |_| Some("{due}".to_owned());
        assert_eq!(fill("a {code} b", value), "a {due} b");
    }
}
