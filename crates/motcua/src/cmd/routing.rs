//! `routing --try FILE`: a changed definition asked about last year's reports: how many would have gone elsewhere, and which.
//! Nothing is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use actions::rerouting::{Move, Trial, changed};
use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, ToSpan};
use serde_json::json;

use super::open::{now, open_city};
use super::out::{Side, Table};
use super::{Answer, Here};
use crate::wire;

#[derive(Args)]
pub struct Routing {
    /// The changed definition of a kind of report.
    #[arg(long = "try", value_name = "FILE")]
    file: PathBuf,
    /// First day of the reports that are asked about; a year ago where absent.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Cases named one by one.
    #[arg(long, default_value_t = 50)]
    cases: usize,
}

impl Routing {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let text = fs::read_to_string(&self.file).with_context(shown)?;
        let new = match changed(&text) {
            Ok(new) => new,
            Err(unfit) => bail!("{}:{}", shown(), unfit.0.join("; ")),
        };
        let store = open_city(here).await?.store;
        let city = wire::city(&here.config, store);
        city.reload().await?;
        let law = city.law();
        let calendar = law.calendar()?;
        let to = now();
        let day = match self.from {
            Some(day) => day,
            None => calendar.local(to).0.checked_sub(1.year())?,
        };
        let from = calendar.at(day, Time::midnight())?;
        let trial = city
            .try_routing(&new, from, to + SignedDuration::from_secs(1))
            .await?;
        Ok(self.answer(here, &trial))
    }

    fn answer(&self, here: &Here, trial: &Trial) -> Answer {
        let language = here.language;
        let none = language.say("không đơn vị nào", "no unit");
        let word = |unit: &Option<String>| unit.as_deref().unwrap_or(none).to_owned();
        let mut pairs: BTreeMap<(String, String), u64> = BTreeMap::new();
        for one in &trial.moves {
            *pairs.entry((word(&one.from), word(&one.to))).or_default() += 1;
        }
        let mut table = Table::new(&[
            (language.say("từ", "from"), Side::Left),
            (language.say("sang", "to"), Side::Left),
            (language.say("phản ánh", "reports"), Side::Right),
        ]);
        for ((from, to), count) in &pairs {
            table.row([from.clone(), to.clone(), language.count(*count)]);
        }
        let mut cases = Table::new(&[
            (language.say("mã", "code"), Side::Left),
            (language.say("từ", "from"), Side::Left),
            (language.say("sang", "to"), Side::Left),
            (language.say("đã xử lý", "done by"), Side::Left),
        ]);
        for one in trial.moves.iter().take(self.cases) {
            let done = one.done_by.clone().unwrap_or_default();
            cases.row([one.code.clone(), word(&one.from), word(&one.to), done]);
        }
        let text = format!(
            "{}: {} {}, {} {}\n{} {} → {} / {}\n\n{}\n{}",
            trial.service,
            language.count(trial.read),
            language.say("phản ánh", "reports"),
            language.count(trial.moves.len() as u64),
            language.say("sẽ đi nơi khác", "would go elsewhere"),
            language.say("Đến thẳng đơn vị đã xử lý:", "Straight to who did it:"),
            language.count(trial.right_before),
            language.count(trial.right_after),
            language.count(trial.ended),
            table.text(),
            cases.text(),
        );
        let moved = |one: &Move| {
            json!({
                "code": one.code, "opened": one.opened, "area": one.area,
                "from": one.from, "to": one.to, "done_by": one.done_by,
            })
        };
        let pairs: Vec<_> = pairs
            .iter()
            .map(|((from, to), count)| json!({ "from": from, "to": to, "reports": count }))
            .collect();
        Answer::fine(
            text,
            json!({
                "service": trial.service, "reports": trial.read, "erased": trial.erased,
                "ended": trial.ended, "right_before": trial.right_before, "right_after": trial.right_after,
                "moves": pairs, "cases": trial.moves.iter().map(moved).collect::<Vec<_>>(),
            }),
        )
    }
}
