//! `import counter`: opening hours, queue, codes and helpers of the one-stop desks take effect at once, also in
//! servers that run.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use rules::counter::Counter;
use serde_json::json;

use super::super::open::open_city;
use super::super::{Answer, Here};
use crate::wire;

#[derive(Args)]
pub struct ImportCounter {
    file: PathBuf,
}

impl ImportCounter {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let counter = Counter::read(&text).map_err(|flaw| anyhow!("{}: {flaw}", shown()))?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.keep_counter(&counter).await?;
        let (purposes, codes) = (counter.purpose.len(), counter.code.len());
        let text = format!(
            "{} {purposes}, {} {codes}\n",
            here.language.say("Việc người dân đến làm:", "Purposes:"),
            here.language.say("mẫu mã hồ sơ:", "patterns of codes:"),
        );
        let json = json!({ "purposes": purposes, "codes": codes });
        Ok(Answer::fine(text, json))
    }
}
