//! `import register`: a table becomes the next version of one of the city's own registers. What cannot be taken is
//! listed by line with its reason, and the answer is then not fine.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use actions::ActionError;
use actions::register::RegisterFile;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use service::Text;
use service::registers::{REGISTERS, register};

use super::super::open::open_city;
use super::super::out::{Side, Table};
use super::super::{Answer, Here};
use crate::wire;

/// Flaws named on the screen; `--json` names all that were kept.
const NAMED: usize = 30;

#[derive(Args)]
pub struct ImportRegister {
    /// `population`, `land-register`, `enterprises`, `civil-status`.
    register: String,
    file: PathBuf,
    /// A file with a table `[columns]`: field of the register = words at the head of its column.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The day that the data is of.
    #[arg(long, value_name = "DATE")]
    as_of: Date,
    /// Who gave it.
    #[arg(long, value_name = "WORDS")]
    source: String,
    /// Add to what is there; otherwise the file is the whole register.
    #[arg(long)]
    add: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    columns: BTreeMap<String, String>,
}

impl ImportRegister {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let language = here.language;
        let Some(register) = register(&self.register) else {
            bail!(
                "{} `{}`; {} {}",
                language.say("không có cơ sở dữ liệu", "there is no register"),
                self.register,
                language.say("có", "there are"),
                REGISTERS.join(", ")
            );
        };
        let mapping = match &self.map {
            None => Mapping::default(),
            Some(path) => {
                let shown = || path.display().to_string();
                let text = fs::read_to_string(path).with_context(shown)?;
                toml::from_str::<Mapping>(&text).with_context(shown)?
            }
        };
        for field in mapping.columns.keys() {
            ensure!(
                register.kind_of(field).is_some(),
                "{} `{field}`",
                language.say("không có trường", "there is no field")
            );
        }
        let bytes = fs::read(&self.file).with_context(|| self.file.display().to_string())?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        let done = city
            .import_register(RegisterFile {
                register: self.register.clone(),
                bytes,
                columns: mapping.columns,
                as_of: self.as_of,
                source: self.source.clone(),
                whole: !self.add,
                by: None,
            })
            .await;
        let done = match done {
            Ok(done) => done,
            Err(ActionError::Flawed(flaws)) => {
                let code = if language.english { "en" } else { "vi" };
                let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(code)).collect();
                bail!("{}: {}", self.file.display(), says.join("; "));
            }
            Err(other) => return Err(other.into()),
        };
        let reason = |text: &str| -> Text { serde_json::from_str(text).unwrap_or_default() };
        let mut text = format!(
            "{} {}: {} {}\n",
            language.say("Bản", "Version"),
            done.version,
            language.count(u64::from(done.entries)),
            language.say("bản ghi", "records"),
        );
        if !done.unused.is_empty() {
            let unused = language.say("Cột không dùng", "Columns not used");
            text.push_str(&format!("{unused}: {}\n", done.unused.join(", ")));
        }
        let mut table = Table::new(&[
            (language.say("dòng", "line"), Side::Right),
            (language.say("cột", "column"), Side::Left),
            (
                language.say("vì sao không nhận", "why it was not taken"),
                Side::Left,
            ),
        ]);
        for flaw in done.flaws.iter().take(NAMED) {
            let reason = reason(&flaw.reason);
            let says = language.say(&reason.vi, reason.get("en")).to_owned();
            table.row([flaw.line.to_string(), flaw.field.clone(), says]);
        }
        if !done.flaws.is_empty() {
            text.push_str(&table.text());
        }
        let flaws: Vec<_> = (done.flaws.iter())
            .map(|flaw| json!({"line": flaw.line, "field": flaw.field, "reason": reason(&flaw.reason)}))
            .collect();
        Ok(Answer {
            text,
            json: json!({"register": self.register, "version": done.version, "as_of": self.as_of,
                "entries": done.entries, "unused": done.unused, "flaws": flaws}),
            fine: done.flaws.is_empty(),
        })
    }
}
