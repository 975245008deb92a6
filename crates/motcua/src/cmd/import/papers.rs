//! `import papers`: what official papers are called from a day on. A newer circular takes effect at once, also in
//! servers that run; papers made before keep their words.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use rules::paper::PaperLaw;
use serde_json::json;

use super::super::open::open_city;
use super::super::{Answer, Here};
use crate::wire;

#[derive(Args)]
pub struct ImportPapers {
    file: PathBuf,
}

impl ImportPapers {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let law = PaperLaw::read(&text).with_context(shown)?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        let next = city.law().papers.version + 1;
        if law.version != next {
            let version = law.version;
            bail!(
                "{}: {}",
                shown(),
                here.language.say(
                    &format!("`version = {version}` không nối tiếp tệp đang dùng; hãy ghi `version = {next}`"),
                    &format!("`version = {version}` does not follow the file in force; write `version = {next}`"),
                )
            );
        }
        city.keep_paper_law(&law).await?;
        let regimes: Vec<&str> = law.regimes.iter().map(|one| one.name.as_str()).collect();
        let text = format!(
            "{} {next}: {}\n",
            here.language
                .say("Tên gọi giấy tờ, bản", "Names of papers, version"),
            regimes.join("; "),
        );
        Ok(Answer::fine(
            text,
            json!({ "version": next, "regimes": regimes }),
        ))
    }
}
