//! `import statement`: a bank's table of what came, booked row by row. `import accounts`: which accounts collect.

use std::fs;
use std::path::PathBuf;

use actions::money::BankTold;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use links::payment::statement::{self, Flaw, Mapping};
use serde_json::{Value, json};
use store::BankState;
use web::money::payments::{MAPPINGS, flaw_words};
use web::text::Lang;

use super::super::open::open_city;
use super::super::out::{Side, Table};
use super::super::{Answer, Here};
use crate::{shipped, wire};

#[derive(Args)]
pub struct ImportStatement {
    file: PathBuf,
    /// The mapping file: which column is what. The city remembers it for the accountant's page.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
}

#[derive(Args)]
pub struct ImportAccounts {
    file: PathBuf,
}

impl ImportStatement {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let shown = || self.file.display().to_string();
        let map = fs::read_to_string(&self.map).with_context(|| self.map.display().to_string())?;
        let mapping = Mapping::read(&map).with_context(|| self.map.display().to_string())?;
        let bytes = fs::read(&self.file).with_context(shown)?;
        let words = |flaw: &Flaw| {
            let lang = Lang::from_code(here.language.say("vi", "en")).unwrap_or_default();
            flaw_words(lang, flaw)
        };
        let read = statement::read(&mapping, &bytes);
        let read = read.map_err(|flaw| anyhow!("{}: {}", shown(), words(&flaw)))?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        city.reload().await?;
        remember(&city, &mapping, map).await?;
        let (mut booked, mut waiting, mut again) = (0u64, 0u64, 0u64);
        let mut open_lines: Vec<Value> = Vec::new();
        for line in read.lines {
            let told = city.bank_told(BankTold {
                source: mapping.source.clone(),
                number: line.number,
                at: line.at,
                amount: line.amount,
                account: line.account,
                words: line.words,
            });
            let told = told.await?;
            if told.again {
                again += 1;
            } else if told.line.state == BankState::Open {
                waiting += 1;
                open_lines.push(json!({"number": told.line.number, "why": told.line.why}));
            } else {
                booked += 1;
            }
        }
        let language = here.language;
        let mut table = Table::new(&[("", Side::Left), ("", Side::Right)]);
        for (vi, en, count) in [
            ("Đã ghi vào hồ sơ", "Booked on cases", booked),
            (
                "Chưa khớp, chờ kế toán",
                "Not matched, for the accountant",
                waiting,
            ),
            ("Đã có từ trước", "Known already", again),
            (
                "Tiền đi, bỏ qua",
                "Money that left, passed over",
                read.outgoing as u64,
            ),
            (
                "Dòng không đọc được",
                "Rows that could not be read",
                read.flaws.len() as u64,
            ),
        ] {
            table.row([language.say(vi, en).to_owned(), language.count(count)]);
        }
        let flaws: Vec<String> = read.flaws.iter().map(words).collect();
        let mut text = table.text();
        for flaw in &flaws {
            text.push_str(&format!("{flaw}\n"));
        }
        let json = json!({
            "booked": booked, "open": waiting, "again": again, "outgoing": read.outgoing,
            "flaws": flaws, "open_lines": open_lines,
        });
        Ok(Answer::fine(text, json))
    }
}

/// The newest text of a source replaces the one before.
async fn remember(city: &actions::City, mapping: &Mapping, text: String) -> Result<()> {
    let kept: Option<String> = city.reader().value(MAPPINGS).await?;
    let mut texts: Vec<String> = match kept {
        Some(kept) => serde_json::from_str(&kept)?,
        None => Vec::new(),
    };
    texts.retain(|known| {
        let known = Mapping::read(known);
        known.is_ok_and(|known| known.source != mapping.source)
    });
    texts.push(text);
    city.remember(MAPPINGS, &serde_json::to_string(&texts)?)
        .await?;
    Ok(())
}

impl ImportAccounts {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let accounts = shipped::read_accounts(&self.file)?;
        let open = open_city(here).await?;
        let city = wire::city(&here.config, open.store.clone());
        let count = accounts.len();
        city.set_collecting_accounts(accounts).await?;
        let says = here
            .language
            .say("Tài khoản nhận tiền:", "Collecting accounts:");
        Ok(Answer::fine(
            format!("{says} {count}\n"),
            json!({ "accounts": count }),
        ))
    }
}
