//! `import mirrored`: what the system of a ministry says of its dossiers, from a table (docs/MIRRORED.md). Loading
//! the same file again changes nothing; each row that cannot be taken is told with its reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use actions::mirrored::Line;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;
use serde_json::json;

use super::super::open::open_city;
use super::super::out::{Side, Table};
use super::super::{Answer, Here};
use super::{reasons_json, reasons_table};
use crate::import::dirt::Report;
use crate::import::mirrored::{Loaded, PLACE, load};
use crate::wire;

#[derive(Args)]
pub struct ImportMirrored {
    /// Whose dossiers: `enterprise-register` …
    system: String,
    file: PathBuf,
    /// A file with a table `[columns]`: our name of a column = words at its head.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Where each row that was not taken is written.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    columns: BTreeMap<String, String>,
}

impl ImportMirrored {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let language = here.language;
        let columns = self.columns()?;
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        let offered = city.law();
        let today = offered.calendar()?.local(city.now()).0;
        let mut owners = offered.catalogue.all(today);
        ensure!(
            owners.any(|one| one
                .definition
                .owner
                .as_ref()
                .is_some_and(|o| o.system == self.system)),
            "{} `{}`",
            language.say(
                "không có thủ tục nào của hệ thống",
                "no procedure belongs to the system"
            ),
            self.system
        );
        let path = match &self.report {
            Some(path) => path.clone(),
            None => self.file.with_extension("report.csv"),
        };
        let mut report = Report::begin(&path, &PLACE)?;
        let loaded = load(&city, &self.system, &text, &columns, &mut report);
        let loaded = loaded.await.with_context(shown)?;
        let told = report.end()?;
        let refused: u64 = told.values().sum();
        let Loaded {
            rows,
            fresh,
            changed,
            known,
        } = loaded;
        let mut table = Table::new(&[("", Side::Left), ("", Side::Right)]);
        for (vi, en, count) in [
            ("Dòng", "Rows", rows),
            ("Hồ sơ mới", "New dossiers", fresh),
            ("Cập nhật", "Changed", changed),
            ("Đã biết", "Known already", known),
            ("Không nhận", "Not taken", refused),
        ] {
            table.row([language.say(vi, en).to_owned(), language.count(count)]);
        }
        let text = format!(
            "{}\n{}\n{} {}\n",
            table.text(),
            reasons_table(&told, language).text(),
            language.say("Từng dòng:", "Row by row:"),
            path.display()
        );
        Ok(Answer {
            text,
            json: json!({
                "rows": rows, "fresh": fresh, "changed": changed, "known": known,
                "refused": refused, "reasons": reasons_json(&told), "report": path,
            }),
            fine: refused == 0,
        })
    }

    /// Our name of each column → the words at its head.
    fn columns(&self) -> Result<BTreeMap<String, String>> {
        let Some(path) = &self.map else {
            return Ok(BTreeMap::new());
        };
        let shown = || path.display().to_string();
        let text = fs::read_to_string(path).with_context(shown)?;
        let mapping: Mapping = toml::from_str(&text).with_context(shown)?;
        let unknown = mapping.columns.keys();
        let mut unknown = unknown.filter(|name| !Line::COLUMNS.contains(&name.as_str()));
        if let Some(name) = unknown.next() {
            bail!("{}: `{name}`; {}", shown(), Line::COLUMNS.join(", "));
        }
        Ok(mapping.columns)
    }
}
