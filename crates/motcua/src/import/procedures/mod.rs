//! National procedures → draft definitions. What the national record says plainly is taken over; what it
//! says in prose, contradicts or leaves open is reported and not guessed. Its dirt is known: no paper is
//! marked required, notes stand among papers, 0 means “varies”, the same fee is 100 here and 100,000 there.
//!
//! Absent: the form, the times of steps and the conditions of papers: an official writes them.

mod draft;
mod money;
mod papers;
mod raw;
mod time;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::dirt::{Fate, Report};
pub use draft::Draft;
use raw::Procedure;

/// What was not understood of one procedure: part, reason, value.
#[derive(Debug, Default)]
pub struct Doubts(Vec<(&'static str, &'static str, String)>);

impl Doubts {
    fn say(&mut self, part: &'static str, reason: &'static str, value: impl Into<String>) {
        self.0.push((part, reason, value.into()));
    }
}

/// Reads all procedures of a file (JSON lines, plain or gzip) into drafts.
///
/// # Errors
/// Where the file cannot be read; a procedure that cannot is reported.
pub fn import(path: &Path, effective: Date, report: &mut Report) -> Result<Vec<Draft>> {
    let shown = || path.display().to_string();
    let file = File::open(path).with_context(shown)?;
    let input: Box<dyn Read> = match path.extension().is_some_and(|ending| ending == "gz") {
        true => Box::new(flate2::read::MultiGzDecoder::new(file)),
        false => Box::new(file),
    };
    let mut drafts: Vec<Draft> = Vec::new();
    for (line, text) in BufReader::new(input).lines().enumerate() {
        let text = text.with_context(shown)?;
        if text.trim().is_empty() {
            continue;
        }
        let place = format!("line {}", line + 1);
        let procedure: Procedure = match serde_json::from_str(&text) {
            Ok(procedure) => procedure,
            Err(error) => {
                let why = error.to_string();
                report.say(&[&place, "file"], Fate::SetAside, "unreadable", &why)?;
                continue;
            }
        };
        let code = procedure.code.clone();
        let mut doubts = Doubts::default();
        let draft = draft::draft(&procedure, effective, &mut doubts);
        for (part, reason, value) in doubts.0 {
            report.say(&[&code, part], Fate::Noted, reason, &value)?;
        }
        match draft {
            Ok(draft) if drafts.iter().any(|known| known.service == draft.service) => {
                report.say(&[&code, "code"], Fate::SetAside, "code-comes-twice", &place)?;
            }
            Ok(draft) => drafts.push(draft),
            Err(why) => report.say(&[&code, "file"], Fate::SetAside, "no-draft", &why)?,
        }
    }
    if drafts.is_empty() {
        bail!("{} holds no procedure", shown());
    }
    Ok(drafts)
}

/// One line of words: spaces folded, composed, without what cannot be seen.
fn clean(text: &str) -> String {
    let seen: String = text
        .nfc()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| {
            !letter.is_control() && !matches!(letter, '\u{200b}'..='\u{200d}' | '\u{feff}')
        })
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many letters, cut between words.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", whole.trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests;
