//! `publish`: definitions go live at the installation of a city, by whoever administers it. Later
//! versions are published in the designer, by a second person.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use rules::Moment;
use serde_json::json;
use service::{Published, Severity, resolve};
use store::ServiceVersion;

use super::check::{definition_files, frames, problems};
use super::open::{OpenCity, now, open_city};
use super::{Answer, Here};

#[derive(Args)]
pub struct Publish {
    /// Files or folders; the setting `services` where none is named.
    files: Vec<PathBuf>,
}

/// One file, ready to go live.
struct Ready {
    text: String,
    resolved: service::Resolved,
}

impl Publish {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let ready = self.ready(here)?;
        let city = open_city(here).await?;
        let (mut published, mut same) = (Vec::new(), Vec::new());
        let at = now();
        for one in &ready {
            match version(&city, one, at).await? {
                Some(version) => {
                    let (service, number) = (version.service.clone(), version.version);
                    let writer = city.store.writer(city.reader.city());
                    writer
                        .run("publish", move |tx| {
                            let version = version.clone();
                            Box::pin(async move { tx.publish_service(&version).await })
                        })
                        .await?;
                    published.push((service, number));
                }
                None => same.push(one.resolved.definition.service.clone()),
            }
        }
        let language = here.language;
        let mut text: String = published
            .iter()
            .map(|(service, number)| format!("{service} {number}\n"))
            .collect();
        text.push_str(&format!(
            "{} {}, {} {}\n",
            published.len(),
            language.say("đã ban hành", "published"),
            same.len(),
            language.say("không đổi", "unchanged"),
        ));
        let published: Vec<_> = published
            .iter()
            .map(|(service, number)| json!({ "service": service, "version": number }))
            .collect();
        Ok(Answer::fine(
            text,
            json!({ "published": published, "unchanged": same }),
        ))
    }

    /// All or nothing: one flaw in one file, and none goes live.
    fn ready(&self, here: &Here) -> Result<Vec<Ready>> {
        let files = definition_files(&self.files, here)?;
        let frames = frames(&files, here)?;
        let mut ready = Vec::new();
        for path in &files {
            let shown = path.display().to_string();
            let text = fs::read_to_string(path).with_context(|| shown.clone())?;
            let flaws = problems(&text, &frames);
            if let Some(flaw) = flaws.iter().find(|flaw| flaw.severity == Severity::Error) {
                bail!("{shown}:{}:{}: {}", flaw.line, flaw.column, flaw.says);
            }
            let definition = service::read(&text).definition;
            if !definition.service.is_empty() {
                let resolved = resolve(&definition, &frames);
                ready.push(Ready { text, resolved });
            }
        }
        if ready.is_empty() {
            bail!("no definition among {} files", files.len());
        }
        Ok(ready)
    }
}

/// The next version of a service; `None` where the newest is the same whole.
async fn version(city: &OpenCity, ready: &Ready, at: Moment) -> Result<Option<ServiceVersion>> {
    let definition = &ready.resolved.definition;
    let service = &definition.service;
    let versions = city.reader.service_versions(service).await?;
    let newest = versions.iter().max_by_key(|version| version.version);
    let number = newest.map_or(1, |newest| newest.version + 1);
    let effective = definition
        .effective
        .with_context(|| format!("{service} names no day on which it takes effect"))?;
    let published = Published::new(number, effective, &ready.resolved);
    if newest.is_some_and(|newest| newest.hash == published.hash) {
        return Ok(None);
    }
    Ok(Some(ServiceVersion {
        service: service.clone(),
        version: number,
        text: ready.text.clone(),
        resolved: service::frame::canonical_json(&ready.resolved),
        hash: published.hash,
        effective: city.moment(Some(effective.at(0, 0, 0, 0)))?,
        published_by: None,
        at,
    }))
}
