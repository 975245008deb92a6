//! `motcua mail-in`: a mail server hands one letter over on standard input (`docs/HOTLINE.md`). Exit codes are those of sysexits.h, by which a
//! mail server knows whether to try again: 0 taken (or refused for good, and silently: a bounce would reach whoever was named as sender),
//! 65 no letter, 75 not now.

use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context, Result};
use links::mail_in::{self, MOST_BYTES};
use web::hotline::texts_in::{of_letter, replies, told};

use super::{Here, open};
use crate::wire;

const OK: u8 = 0;
const DATA: u8 = 65;
const NOT_NOW: u8 = 75;

/// Reads a letter from standard input and says what became of it.
pub async fn run(here: &Here) -> ExitCode {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    if let Err(error) = std::io::stdin()
        .lock()
        .take(most + 1)
        .read_to_end(&mut bytes)
    {
        eprintln!("lỗi: {error}");
        return ExitCode::from(NOT_NOW);
    }
    let letter = match mail_in::read(&bytes, &wire::own_addresses(&here.config)) {
        Ok(letter) => letter,
        Err(unread) => {
            eprintln!("lỗi: {unread}");
            return ExitCode::from(DATA);
        }
    };
    match take(here, of_letter(letter, &bytes)).await {
        Ok(said) => {
            println!("{said}");
            ExitCode::from(OK)
        }
        Err(error) => {
            eprintln!("lỗi: {error:#}");
            ExitCode::from(NOT_NOW)
        }
    }
}

async fn take(here: &Here, one: actions::arrivals::FromOutside) -> Result<String> {
    let opened = open::open_city(here).await?;
    let name = opened.name.clone();
    let city = wire::city(&here.config, opened.store);
    city.reload().await.context("the law of the city")?;
    let taken = city.take_in(one, &replies(&name)).await?;
    let (state, detail) = told(&taken);
    Ok(format!("{state} {detail}").trim().to_owned())
}
