//! What a command answers with: a text for people, JSON for machines, and whether all is well.
//! Tables are aligned by what is seen: a composed or decomposed “ề” is one column wide (East Asian wide
//! letters are not told apart: the texts here have none).

use serde_json::Value;
use unicode_normalization::char::is_combining_mark;

/// The answer of a command. `fine: false` ends the process with 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub text: String,
    pub json: Value,
    pub fine: bool,
}

impl Answer {
    pub fn fine(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
            fine: true,
        }
    }
}

/// The language of the texts: Vietnamese, or English where the settings say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    pub english: bool,
}

impl Language {
    pub fn say<'t>(self, vi: &'t str, en: &'t str) -> &'t str {
        if self.english { en } else { vi }
    }

    /// `12.345` in Vietnamese, `12,345` in English.
    pub fn count(self, number: u64) -> String {
        let digits = number.to_string();
        let point = self.say(".", ",");
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push_str(point);
            }
            text.push(digit);
        }
        text
    }

    /// A number with `places` digits after the comma (point in English).
    pub fn number(self, number: f64, places: usize) -> String {
        let text = format!("{number:.places$}");
        if self.english {
            text
        } else {
            text.replace('.', ",")
        }
    }

    pub fn percent(self, share: f64) -> String {
        self.number(share * 100.0, 1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// Rows under headings, aligned.
#[derive(Debug, Clone, Default)]
pub struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Headings with the side their column leans to.
    pub fn new(columns: &[(&str, Side)]) -> Self {
        let names = columns.iter().map(|(name, _)| (*name).to_owned());
        Self {
            sides: columns.iter().map(|(_, side)| *side).collect(),
            rows: vec![names.collect()],
        }
    }

    /// Names and values, without headings.
    pub fn pairs() -> Self {
        Self {
            sides: vec![Side::Left, Side::Left],
            rows: Vec::new(),
        }
    }

    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    pub fn text(&self) -> String {
        let widths: Vec<usize> = (0..self.sides.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, wide), side) in row.iter().zip(&widths).zip(&self.sides) {
                let space = " ".repeat(wide.saturating_sub(width(cell)));
                match side {
                    Side::Left => line.push_str(&format!("{cell}{space}  ")),
                    Side::Right => line.push_str(&format!("{space}{cell}  ")),
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Columns that a text takes on a screen.
fn width(text: &str) -> usize {
    let seen = text.chars().filter(|letter| !is_combining_mark(*letter));
    seen.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_lines_up_however_it_is_composed() {
        let mut table = Table::new(&[("Đơn vị", Side::Left), ("Số", Side::Right)]);
        table.row(["Phường Cái Khế", "1"]);
        table.row(["Pho\u{31b}\u{300}ng", "12"]);
        let text = table.text();
        let columns: Vec<usize> = text.lines().map(width).collect();
        assert_eq!(columns, [18, 18, 18], "{text}");
    }

    #[test]
    fn numbers_follow_the_language() {
        let (vi, en) = (Language { english: false }, Language { english: true });
        assert_eq!(vi.count(1_234_567), "1.234.567");
        assert_eq!(en.count(999), "999");
        assert_eq!(vi.percent(0.6319), "63,2");
        assert_eq!(en.number(1.276, 2), "1.28");
    }
}
