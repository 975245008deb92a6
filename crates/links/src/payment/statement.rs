//! A bank statement as a table of text. Banks differ in columns, dates and signs, so a mapping file says which
//! column is what (`data/can-tho/statements/*.toml`); rows that cannot be read are told one by one.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rules::Moment;
use serde::{Deserialize, Serialize};

use super::webhook::plain;

/// Which column of a bank's table is what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    /// Who tells; a transaction is known by source and number. The same name as that of the bank's messages,
    /// so that what came by message is not booked again from the statement.
    pub source: String,
    /// What the accountant chooses.
    pub name: String,
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Lines before the head of the table.
    #[serde(default)]
    pub skip_lines: usize,
    /// As `strptime` writes it: `%d/%m/%Y %H:%M:%S`, or without a time.
    pub date_format: String,
    /// The city's account, where the table has no column for it.
    pub account: Option<String>,
    pub columns: Columns,
}

fn comma() -> char {
    ','
}

/// Names in the head of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub number: String,
    pub at: String,
    /// Money that came; empty, zero or below zero: money that left, which is not ours to book.
    pub amount: String,
    pub words: String,
    pub account: Option<String>,
}

/// Money that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: String,
    pub at: Moment,
    /// Whole đồng, more than zero.
    pub amount: i64,
    pub account: String,
    pub words: String,
}

/// What is wrong with a statement or one of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Neither UTF-8 nor anything we know.
    NotText,
    NoColumn {
        name: String,
    },
    NoNumber {
        line: u64,
    },
    NoDate {
        line: u64,
        text: String,
    },
    NoAmount {
        line: u64,
        text: String,
    },
    /// The row has not as many cells as the head.
    Ragged {
        line: u64,
    },
}

/// A statement as it was read.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Read {
    pub lines: Vec<Line>,
    /// Rows of money that left.
    pub outgoing: usize,
    pub flaws: Vec<Flaw>,
}

impl Mapping {
    /// # Errors
    /// What the file says wrong, with its place.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

/// Reads a statement.
///
/// # Errors
/// A [`Flaw`] of the whole table: then nothing of it can be told.
pub fn read(mapping: &Mapping, bytes: &[u8]) -> Result<Read, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| Flaw::NotText)?;
    let text = text.trim_start_matches('\u{feff}');
    let skipped: usize = text
        .split_inclusive('\n')
        .take(mapping.skip_lines)
        .map(str::len)
        .sum();
    let mut table = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(mapping.delimiter).unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes().get(skipped..).unwrap_or_default());
    let head = table.headers().map_err(|_| Flaw::NotText)?.clone();
    let column = |name: &str| {
        let place = head.iter().position(|known| known.trim() == name);
        place.ok_or_else(|| Flaw::NoColumn {
            name: name.to_owned(),
        })
    };
    let columns = &mapping.columns;
    let (number, at) = (column(&columns.number)?, column(&columns.at)?);
    let (amount, words) = (column(&columns.amount)?, column(&columns.words)?);
    let account = columns.account.as_deref().map(column).transpose()?;
    let mut found = Read::default();
    for record in table.records() {
        let Ok(record) = record else {
            return Err(Flaw::NotText);
        };
        let place = record.position().map_or(0, csv::Position::line);
        let line = place + mapping.skip_lines as u64;
        let cell = |place: usize| record.get(place).unwrap_or_default().trim();
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() < head.len() {
            found.flaws.push(Flaw::Ragged { line });
            continue;
        }
        let value = match dong(cell(amount)) {
            Some(value) if value <= 0 => {
                found.outgoing += 1;
                continue;
            }
            Some(value) => value,
            None => {
                let text = cell(amount).to_owned();
                found.flaws.push(Flaw::NoAmount { line, text });
                continue;
            }
        };
        if cell(number).is_empty() {
            found.flaws.push(Flaw::NoNumber { line });
            continue;
        }
        let Some(moment) = moment(cell(at), &mapping.date_format) else {
            let text = cell(at).to_owned();
            found.flaws.push(Flaw::NoDate { line, text });
            continue;
        };
        let named = account.map(cell).filter(|account| !account.is_empty());
        found.lines.push(Line {
            number: cell(number).to_owned(),
            at: moment,
            amount: value,
            account: named
                .map(str::to_owned)
                .or_else(|| mapping.account.clone())
                .unwrap_or_default(),
            words: plain(cell(words)),
        });
    }
    Ok(found)
}

/// `1,500,000`, `+1.500.000 VND`, `1500000.00`; empty is nothing. Parts of a đồng are refused.
fn dong(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_end_matches("VND").trim_end_matches('đ');
    if text.is_empty() {
        return Some(0);
    }
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let whole = [".00", ",00"].iter().find_map(|end| text.strip_suffix(end));
    let text = whole.unwrap_or(text);
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let (first, rest) = groups.split_first()?;
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(first) && rest.iter().all(|group| digits(group) && group.len() == 3);
    let fits = fits && (rest.is_empty() || first.len() <= 3);
    fits.then(|| groups.concat().parse::<i64>().ok().map(|n| n * minus))?
}

/// On the wall clock of Việt Nam; without a time, noon.
fn moment(text: &str, format: &str) -> Option<Moment> {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").ok()?;
    let timed = ["%H", "%I", "%T", "%R"]
        .iter()
        .any(|part| format.contains(part));
    let at = match timed {
        true => DateTime::strptime(format, text).ok()?,
        false => Date::strptime(format, text).ok()?.at(12, 0, 0, 0),
    };
    Some(at.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: &str = r#"
source = "bank"
name = "Ngân hàng"
skip-lines = 2
date-format = "%d/%m/%Y %H:%M"
account = "0011"
[columns]
number = "Số GD"
at = "Ngày"
amount = "Có"
words = "Nội dung"
"#;

    fn lines(text: &str) -> Read {
        let mapping = Mapping::read(MAPPING).expect("reads");
        read(&mapping, text.as_bytes()).expect("a table")
    }

    #[test]
    fn a_statement_with_a_head_of_its_own_is_read() {
        let read = lines(
            "\u{feff}SAO KÊ TÀI KHOẢN\nTừ ngày 01/03\nNgày,Số GD,Nợ,Có,Nội dung\n\
             02/03/2026 09:15,FT1,,\"1,500,000\",\"MC12 le phi, dat\"\n\
             02/03/2026 10:00,FT2,20000,,Phí\n\n",
        );
        assert_eq!(read.outgoing, 1);
        assert_eq!(read.flaws, []);
        let line = &read.lines[0];
        assert_eq!((line.amount, line.account.as_str()), (1_500_000, "0011"));
        assert_eq!(line.words, "MC12 le phi, dat");
        assert_eq!(line.at.to_string(), "2026-03-02T02:15:00Z");
    }

    #[test]
    fn every_bad_row_is_told_with_its_line() {
        let read = lines(
            "a\nb\nNgày,Số GD,Nợ,Có,Nội dung\n\
             32/03/2026 09:15,FT1,,50000,x\n\
             02/03/2026 09:15,,,50000,x\n\
             02/03/2026 09:15,FT3,,50k,x\n\
             02/03/2026 09:15,FT4\n\
             02/03/2026 09:15,FT5,,50000,x\n",
        );
        let told = [
            Flaw::NoDate {
                line: 4,
                text: "32/03/2026 09:15".to_owned(),
            },
            Flaw::NoNumber { line: 5 },
            Flaw::NoAmount {
                line: 6,
                text: "50k".to_owned(),
            },
            Flaw::Ragged { line: 7 },
        ];
        assert_eq!(read.flaws, told);
        assert_eq!(read.lines.len(), 1);
    }

    #[test]
    fn a_table_of_another_bank_is_refused_by_the_missing_column() {
        let mapping = Mapping::read(MAPPING).expect("reads");
        let told = read(&mapping, b"a\nb\nDate,Ref,Credit,Text\n");
        let missing = Flaw::NoColumn {
            name: "Số GD".to_owned(),
        };
        assert_eq!(told, Err(missing));
        assert_eq!(read(&mapping, &[0xff, 0xfe]), Err(Flaw::NotText));
    }

    #[test]
    fn amounts_are_read_as_banks_write_them() {
        for (text, amount) in [
            ("50000", Some(50_000)),
            ("+50,000 VND", Some(50_000)),
            ("1.500.000", Some(1_500_000)),
            ("1500000.00", Some(1_500_000)),
            ("-20,000", Some(-20_000)),
            ("", Some(0)),
            ("50.5", None),
            ("1,50,000", None),
            ("5e4", None),
        ] {
            assert_eq!(dong(text), amount, "{text}");
        }
    }
}
