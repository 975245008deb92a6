//! `import calendar`: a newer working calendar takes effect. Open cases are re-dated; each whose date
//! moved is told with the old and the new one.

use std::fs;
use std::path::PathBuf;

use actions::ActionError;
use actions::calendar::Redating;
use anyhow::{Context, Result, bail};
use clap::Args;
use rules::Moment;
use rules::calendar::CalendarFile;
use serde_json::json;

use super::super::open::{OpenCity, open_city};
use super::super::out::{Side, Table};
use super::super::{Answer, Here, Language};
use crate::wire;

/// Cases named on the screen; `--json` names all.
const NAMED: usize = 20;

#[derive(Args)]
pub struct ImportCalendar {
    file: PathBuf,
}

impl ImportCalendar {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let file = CalendarFile::read(&text).with_context(shown)?;
        let version = file.version;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        match city.keep_calendar(file).await {
            Ok(()) => {}
            Err(ActionError::CalendarOrder { next, .. }) => bail!(
                "{}: {}",
                shown(),
                here.language.say(
                    &format!("`version = {version}` không nối tiếp lịch đang dùng; hãy ghi `version = {next}`"),
                    &format!("`version = {version}` does not follow the calendar in force; write `version = {next}`"),
                )
            ),
            Err(other) => return Err(other).with_context(shown),
        }
        let redating = city.redate().await?;
        Ok(answer(version, &redating, &open, here.language))
    }
}

fn answer(version: u32, redating: &Redating, city: &OpenCity, language: Language) -> Answer {
    let date = |at: Option<Moment>| match at {
        Some(at) => city.local(at).strftime("%d/%m/%Y %H:%M").to_string(),
        None => "–".to_owned(),
    };
    let mut text = format!(
        "{} {version}; {} {}\n",
        language.say("Lịch làm việc số", "Working calendar"),
        language.count(redating.moved.len() as u64),
        language.say(
            "hồ sơ đang giải quyết đổi hạn",
            "open cases have a new date"
        ),
    );
    let mut table = Table::new(&[
        (language.say("mã", "code"), Side::Left),
        (language.say("hạn cũ", "old date"), Side::Left),
        (language.say("hạn mới", "new date"), Side::Left),
    ]);
    for one in redating.moved.iter().take(NAMED) {
        table.row([one.code.clone(), date(one.from), date(one.to)]);
    }
    if !redating.moved.is_empty() {
        text.push_str(&table.text());
    }
    for (code, why) in &redating.left {
        let head = language.say("không tính lại được", "not worked out again");
        text.push_str(&format!("{head}: {code}: {why}\n"));
    }
    let moved: Vec<_> = (redating.moved.iter())
        .map(|one| json!({ "code": one.code, "from": one.from, "to": one.to }))
        .collect();
    Answer {
        text,
        json: json!({ "version": version, "moved": moved, "left": redating.left }),
        fine: redating.left.is_empty(),
    }
}
