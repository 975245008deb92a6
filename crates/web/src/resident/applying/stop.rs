//! The stops of a trip and their words in an address.

use service::walk::PageRef;

/// Where one stands: `for-whom`, `0`, `1-2` (page and row), `documents`, `review`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// In whose name one applies.
    Standing,
    Page(PageRef),
    Documents,
    Review,
}

impl Stop {
    pub(super) fn read(text: &str) -> Option<Self> {
        Some(match text {
            "for-whom" => Stop::Standing,
            "documents" => Stop::Documents,
            "review" => Stop::Review,
            other => {
                let (index, row) = match other.split_once('-') {
                    Some((index, row)) => (index, Some(row.parse().ok()?)),
                    None => (other, None),
                };
                Stop::Page(PageRef {
                    index: index.parse().ok()?,
                    row,
                })
            }
        })
    }

    pub(super) fn word(self) -> String {
        match self {
            Stop::Page(PageRef { index, row: None }) => index.to_string(),
            Stop::Page(PageRef {
                index,
                row: Some(row),
            }) => format!("{index}-{row}"),
            Stop::Standing => "for-whom".to_owned(),
            Stop::Documents => "documents".to_owned(),
            Stop::Review => "review".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_reads_back_from_its_word() {
        for word in ["for-whom", "0", "1-2", "documents", "review"] {
            assert_eq!(Stop::read(word).map(Stop::word).as_deref(), Some(word));
        }
        for word in ["", "x", "1-", "-1", "1-2-3"] {
            assert_eq!(Stop::read(word), None, "{word}");
        }
    }
}
