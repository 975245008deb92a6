//! How a dossier code is written: a pattern per issuer (TT 01/2018 Đ.19), filled with the issuer's identifier,
//! the day and the number of its count. Codes of other systems are opaque; nothing here reads a code back.

use jiff::civil::Date;

/// `{identifier}-{yymmdd}-{n:4}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Plain(String),
    Identifier,
    /// As `strftime` writes it.
    Date(&'static str),
    /// With at least so many digits.
    Number(usize),
}

const DATES: [(&str, &str); 4] = [
    ("yymmdd", "%y%m%d"),
    ("yyyymmdd", "%Y%m%d"),
    ("yy", "%y"),
    ("yyyy", "%Y"),
];

impl Default for Pattern {
    /// That of TT 01/2018 Đ.19.
    fn default() -> Self {
        let hyphen = || Part::Plain("-".to_owned());
        let day = Part::Date("%y%m%d");
        Self(vec![
            Part::Identifier,
            hyphen(),
            day,
            hyphen(),
            Part::Number(4),
        ])
    }
}

impl Pattern {
    /// Reads a pattern as the city writes it.
    ///
    /// # Errors
    /// A sentence that says what is wrong: a word nobody knows, no number, no identifier, a character that codes
    /// may not have.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            plain(before, &mut parts)?;
            let (word, behind) = after.split_once('}').ok_or("thiếu dấu } sau một dấu {")?;
            parts.push(part(word)?);
            rest = behind;
        }
        plain(rest, &mut parts)?;
        if !parts.iter().any(|part| matches!(part, Part::Number(_))) {
            return Err("cần {n:4}: số thứ tự, nếu không hai hồ sơ sẽ trùng mã".to_owned());
        }
        if !parts.contains(&Part::Identifier) {
            return Err("cần {identifier}: mã định danh của đơn vị cấp mã, nếu không hai đơn vị sẽ trùng mã".to_owned());
        }
        Ok(Self(parts))
    }

    /// The code of the `number`th dossier that the issuer with this identifier counts from [`Pattern::since`].
    pub fn write(&self, identifier: &str, day: Date, number: i64) -> String {
        let mut code = String::new();
        for part in &self.0 {
            match part {
                Part::Plain(text) => code.push_str(text),
                Part::Identifier => code.push_str(identifier),
                Part::Date(format) => code.push_str(&day.strftime(format).to_string()),
                Part::Number(digits) => code.push_str(&format!("{number:0digits$}")),
            }
        }
        code
    }

    /// The first day of the count that `day` falls into: the day itself, its year where the code shows no more,
    /// or one count for ever. A code that shows no day must not begin again with 1 each morning.
    pub fn since(&self, day: Date) -> Date {
        let shows = |wanted: &str| {
            self.0
                .iter()
                .any(|part| matches!(part, Part::Date(format) if format.contains(wanted)))
        };
        match (shows("%d"), shows("%y") || shows("%Y")) {
            (true, _) => day,
            (false, true) => day.first_of_year(),
            (false, false) => Date::constant(1, 1, 1),
        }
    }
}

fn plain(text: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    if let Some(odd) = text
        .chars()
        .find(|c| !(c.is_ascii_uppercase() || c.is_ascii_digit() || ".-/".contains(*c)))
    {
        return Err(format!(
            "“{odd}” không dùng được trong mã: chỉ chữ in hoa không dấu, chữ số, dấu chấm, gạch ngang"
        ));
    }
    if !text.is_empty() {
        parts.push(Part::Plain(text.to_owned()));
    }
    Ok(())
}

fn part(word: &str) -> Result<Part, String> {
    if word == "identifier" {
        return Ok(Part::Identifier);
    }
    if let Some((_, format)) = DATES.iter().find(|(name, _)| *name == word) {
        return Ok(Part::Date(format));
    }
    let digits = word
        .strip_prefix("n:")
        .and_then(|digits| digits.parse().ok());
    match digits {
        Some(digits @ 3..=9) => Ok(Part::Number(digits)),
        _ => Err(format!(
            "không hiểu {{{word}}}: dùng {{identifier}}, {{yymmdd}}, {{yyyymmdd}}, {{yy}}, {{yyyy}} hoặc {{n:4}}"
        )),
    }
}
