//! `backup` and `restore`: database and files of all cities, with a manifest of hashes.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;
use store::Manifest;

use super::open::{now, open_store};
use super::{Answer, Here, Language};

#[derive(Args)]
pub struct Backup {
    /// A folder that is not there yet.
    to: PathBuf,
}

#[derive(Args)]
pub struct Restore {
    /// A folder made by `backup`.
    from: PathBuf,
}

impl Backup {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        if self.to.exists() {
            bail!(
                "{} is there already: a backup overwrites nothing",
                self.to.display()
            );
        }
        let store = open_store(here, false).await?;
        let manifest = store.backup(&self.to, now()).await?;
        answer(&manifest, here.language)
    }
}

impl Restore {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        if !self.from.join("manifest.json").exists() {
            bail!(
                "{} holds no manifest.json: not a backup",
                self.from.display()
            );
        }
        let store = open_store(here, true).await?;
        let manifest = store.restore(&self.from).await?;
        answer(&manifest, here.language)
    }
}

fn answer(manifest: &Manifest, language: Language) -> Result<Answer> {
    let rows: u64 = manifest.tables.values().map(|part| part.rows).sum();
    let files: usize = manifest.files.values().map(Vec::len).sum();
    let text = format!(
        "{} {}, {} {}, {} {}\n",
        language.count(manifest.tables.len() as u64),
        language.say("bảng", "tables"),
        language.count(rows),
        language.say("dòng", "rows"),
        language.count(files as u64),
        language.say("tệp", "files"),
    );
    Ok(Answer::fine(
        text,
        json!({ "rows": rows, "files": files, "manifest": manifest }),
    ))
}
