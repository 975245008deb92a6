//! `import assets`: lines and points of a layer with their owners, from GeoJSON; the layer is what the file holds.
//! And `import partner`: the mapping of a system that is handed reports.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rules::asset::FARTHEST;
use serde_json::json;
use store::StoreError;

use super::super::open::open_city;
use super::super::{Answer, Here};
use crate::import::assets::{Columns, read};
use crate::wire;

#[derive(Args)]
pub struct ImportAssets {
    file: PathBuf,
    /// What they are: `roads`, `lamps`.
    #[arg(long)]
    layer: String,
    /// How near a report must be, in metres.
    #[arg(long, default_value_t = 15.0)]
    within: f64,
    /// The property that names the owner: a unit's code, or the city's word for an owner outside of it.
    #[arg(long, default_value = "owner")]
    owner: String,
    /// The property that names the class of a road.
    #[arg(long, default_value = "class")]
    class: String,
    /// One owner for all of the file.
    #[arg(long)]
    owned_by: Option<String>,
}

impl ImportAssets {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        ensure!(
            (0.0..=FARTHEST).contains(&self.within),
            "--within: 0 to {FARTHEST}"
        );
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let columns = Columns {
            layer: self.layer.clone(),
            within: self.within,
            owner: self.owner.clone(),
            class: self.class.clone(),
            owned_by: self.owned_by.clone(),
        };
        let found = read(&text, &columns).with_context(shown)?;
        let city = open_city(here).await?;
        let shared = Arc::new((self.layer.clone(), found.sound));
        let count = shared.1.len();
        let writer = city.store.writer(city.reader.city());
        let work: Result<(), StoreError> = writer
            .run("import assets", move |tx| {
                let shared = shared.clone();
                Box::pin(async move { tx.save_assets(&shared.0, &shared.1).await })
            })
            .await;
        work?;
        let language = here.language;
        let mut text = format!(
            "{}: {count} {}\n",
            self.layer,
            language.say("đối tượng có chủ quản lý", "assets with their owner"),
        );
        for one in &found.left_out {
            let head = language.say("không nhận", "left out");
            text.push_str(&format!("{head}: {}: {}\n", one.what, one.why));
        }
        Ok(Answer {
            text,
            json: json!({ "layer": self.layer, "saved": count, "left_out": found.left_out }),
            fine: found.left_out.is_empty(),
        })
    }
}

#[derive(Args)]
pub struct ImportPartner {
    /// As `parties.toml` names it: `dien-luc`.
    code: String,
    file: PathBuf,
}

impl ImportPartner {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let store = open_city(here).await?.store;
        let city = wire::city(&here.config, store);
        city.reload().await?;
        match city.keep_partner(&self.code, &text, None).await? {
            Ok(version) => Ok(Answer::fine(
                format!("{} {version}\n", self.code),
                json!({ "partner": self.code, "version": version }),
            )),
            Err(wrong) => bail!("{}: {wrong}", shown()),
        }
    }
}
