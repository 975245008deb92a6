//! A table of what the system of a ministry says of its dossiers: row after row to the city, which judges each.

use std::collections::BTreeMap;

use actions::City;
use actions::mirrored::{Line, News};
use anyhow::{Result, bail};
use csv::{ReaderBuilder, StringRecord};

use super::dirt::{Fate, Report};

/// Columns of the report beside the reasons.
pub const PLACE: [&str; 2] = ["line", "code"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loaded {
    pub rows: u64,
    pub fresh: u64,
    pub changed: u64,
    pub known: u64,
}

/// Tells the city every row of `table`. `named`: our name of a column → the words at its head.
///
/// # Errors
/// Where a column is missing, or the memory does not answer; never for what a row says.
pub async fn load(
    city: &City,
    system: &str,
    table: &str,
    named: &BTreeMap<String, String>,
    report: &mut Report,
) -> Result<Loaded> {
    let table = table.trim_start_matches('\u{feff}').as_bytes();
    let mut table = ReaderBuilder::new().flexible(true).from_reader(table);
    let places = places(table.headers()?, named)?;
    let mut loaded = Loaded::default();
    for row in table.records() {
        loaded.rows += 1;
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                report.say(
                    &["", ""],
                    Fate::SetAside,
                    "unreadable-row",
                    &error.to_string(),
                )?;
                continue;
            }
        };
        let mut line = Line::default();
        for (name, place) in &places {
            line.set(name, row.get(*place).unwrap_or_default());
        }
        let number = row.position().map_or(0, csv::Position::line).to_string();
        match city.hear_owner(system, &line).await? {
            Ok(heard) => match heard.news {
                News::Fresh => loaded.fresh += 1,
                News::Changed => loaded.changed += 1,
                News::Known => loaded.known += 1,
            },
            Err((wrong, value)) => {
                report.say(&[&number, &line.code], Fate::SetAside, wrong.code(), &value)?;
            }
        }
    }
    Ok(loaded)
}

/// Where each column stands; those that a line cannot do without must be there.
fn places(
    head: &StringRecord,
    named: &BTreeMap<String, String>,
) -> Result<Vec<(&'static str, usize)>> {
    let mut places = Vec::new();
    for name in Line::COLUMNS {
        let words = named.get(name).map_or(name, String::as_str);
        let found = head.iter().position(|column| column.trim() == words);
        let needed =
            named.contains_key(name) || ["code", "procedure", "state", "at"].contains(&name);
        match found {
            Some(place) => places.push((name, place)),
            None if needed => bail!("the table has no column {words}"),
            None => {}
        }
    }
    Ok(places)
}
