//! `import figures` and `import yardstick`: what the state's numbers need from outside, and the city's own
//! version of what they are measured by.

use std::fs;
use std::path::PathBuf;

use actions::numbers::NotTaken;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use rules::index::yardsticks::Yardstick;
use serde_json::json;

use super::super::open::open_city;
use super::super::{Answer, Here};
use crate::wire;

#[derive(Args)]
pub struct ImportFigures {
    /// CSV: index,metric,subject,period,numerator,denominator,percent,source,on
    file: PathBuf,
}

#[derive(Args)]
pub struct ImportYardstick {
    which: Which,
    /// Like the file of the same name under `data/`, with the next version.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Index,
    Scoring,
    Causes,
    Integrity,
    Reports,
}

impl From<Which> for Yardstick {
    fn from(which: Which) -> Self {
        match which {
            Which::Index => Yardstick::Index,
            Which::Scoring => Yardstick::Scoring,
            Which::Causes => Yardstick::Causes,
            Which::Integrity => Yardstick::Integrity,
            Which::Reports => Yardstick::Reports,
        }
    }
}

impl ImportFigures {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(|| shown.clone())?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        let language = here.language;
        match web::numbers::enter::read(&text, &city.law()) {
            Ok(figures) => {
                let taken = figures.len();
                city.import_figures(figures).await?;
                let text = format!(
                    "{taken} {}\n",
                    language.say("số liệu đã nhập", "figures entered")
                );
                Ok(Answer::fine(text, json!({ "entered": taken })))
            }
            Err(flaws) => {
                let line = |flaw: &web::numbers::enter::Flaw| {
                    let wrong = language.say("không đọc được", "cannot be read");
                    format!(
                        "{shown}:{}: {} {wrong}: {}\n",
                        flaw.line, flaw.what, flaw.found
                    )
                };
                let told: Vec<_> = flaws
                    .iter()
                    .map(
                        |flaw| json!({ "line": flaw.line, "what": flaw.what, "found": flaw.found }),
                    )
                    .collect();
                Ok(Answer {
                    text: flaws.iter().map(line).collect(),
                    json: json!({ "entered": 0, "flaws": told }),
                    fine: false,
                })
            }
        }
    }
}

impl ImportYardstick {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(|| shown.clone())?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        let language = here.language;
        match city.take_yardstick(self.which.into(), text).await? {
            Ok(version) => {
                let says = language.say("đang dùng phiên bản", "now in force: version");
                Ok(Answer::fine(format!("{says} {version}\n"), json!({ "version": version })))
            }
            Err(NotTaken::Unreadable(why)) => bail!("{shown}: {why}"),
            Err(NotTaken::Order { version, next }) => bail!(
                "{shown}: {}",
                language.say(
                    &format!("`version = {version}` không nối tiếp bản đang dùng; hãy ghi `version = {next}`"),
                    &format!("`version = {version}` does not follow the one in force; write `version = {next}`"),
                )
            ),
        }
    }
}
