//! The command line: what can be asked of a city by hand. Each command is a function that gives an
//! [`Answer`]; printing and exit codes are here alone.
//!
//! Exit codes: 0 all is well; 1 something was found (a flaw, a broken chain); 2 it could not be done.

mod backup;
mod bench;
mod case;
mod check;
mod due;
mod history;
mod import;
mod league;
mod mail_in;
mod open;
mod out;
mod publish;
mod record;
mod routing;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

pub use out::{Answer, Language};

use crate::config::Config;
use crate::{logs, serve};

#[derive(Parser)]
#[command(
    name = "motcua",
    version,
    about = "Một Cửa: one door for every case of a city"
)]
struct Line {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
struct Settings {
    /// Settings are read from this file instead of motcua.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`, instead of the setting.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The city asked about, instead of the setting.
    #[arg(long, global = true, value_name = "CODE")]
    city: Option<String>,
    /// `vi` or `en`, instead of the setting.
    #[arg(long, global = true, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Answer as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the city over HTTP until told to stop.
    Serve(Serve),
    /// Check definitions; problems as `file:line:column: lỗi: …`.
    Check(check::Check),
    /// Put definitions into their canonical form.
    Fmt(check::Fmt),
    /// The JSON Schema of a definition file.
    Schema,
    /// When a limit ends, and which days were counted.
    Due(due::Due),
    /// Units compared fairly: on time over deadlines passed, time with open cases counted in.
    League(Box<league::LeagueOf>),
    /// A case: what happened, and both clocks.
    Case(case::CaseOf),
    /// Recompute the hash chain of the city's record.
    Verify,
    /// Fold all events again and compare them with the rows.
    Replay,
    /// Count the figures again from the rows and compare them with the columnar table.
    Recount(record::Recount),
    /// Try a changed definition on last year's reports: which would go to another unit. Nothing is written.
    Routing(routing::Routing),
    /// Load what another system knows.
    #[command(subcommand)]
    Import(import::Import),
    /// Publish definitions, at the installation of a city.
    Publish(publish::Publish),
    /// Take in one letter from standard input, for the pipe of a mail server.
    MailIn,
    /// Copy the database and the files while the city is served.
    Backup(backup::Backup),
    /// Put a copy made by `backup` in place of an empty database.
    Restore(backup::Restore),
    /// Measure the numbers to reach on this machine, beside their yardsticks.
    Bench(Box<bench::Bench>),
}

#[derive(Args)]
struct Serve {
    /// Make the demonstration city first where it is not there yet.
    #[arg(long)]
    demo: bool,
    /// Fewer synthetic cases than a whole year, for trying things out.
    #[arg(long, requires = "demo")]
    cases: Option<u32>,
}

/// What a command works with.
pub struct Here {
    pub config: Config,
    pub language: Language,
}

/// Reads the command line, does it, prints the answer.
pub fn main() -> ExitCode {
    let line = Line::parse();
    let json = line.settings.json;
    if matches!(line.command, Command::MailIn) {
        return letter(&line);
    }
    match run(line) {
        Ok(answer) => {
            match json {
                true => println!("{:#}", answer.json),
                false => print!("{}", answer.text),
            }
            match answer.fine {
                true => ExitCode::SUCCESS,
                false => ExitCode::from(1),
            }
        }
        Err(error) => {
            eprintln!("lỗi: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// A letter has exit codes of its own.
fn letter(line: &Line) -> ExitCode {
    let taken = line
        .settings
        .here()
        .and_then(|here| wait(async move { Ok(mail_in::run(&here).await) }));
    taken.unwrap_or_else(|error| {
        eprintln!("lỗi: {error:#}");
        // Whoever mends the settings finds the letter in the queue of the mail server.
        ExitCode::from(75)
    })
}

fn run(line: Line) -> Result<Answer> {
    let here = line.settings.here()?;
    match line.command {
        Command::Serve(Serve { demo, cases }) => {
            logs::start(&here.config)?;
            wait(serve::run(here.config, serve::Options { demo, cases }))?;
            Ok(Answer::fine("", serde_json::Value::Null))
        }
        Command::Check(check) => check.run(&here),
        Command::Fmt(fmt) => fmt.run(&here),
        Command::Schema => {
            let schema = serde_json::to_value(service::schema())?;
            Ok(Answer::fine(format!("{schema:#}\n"), schema))
        }
        Command::Due(due) => due.run(&here),
        Command::League(league) => wait(league.run(&here)),
        Command::Case(case) => wait(case.run(&here)),
        Command::Verify => wait(record::verify(&here)),
        Command::Replay => wait(record::replay(&here)),
        Command::Recount(recount) => wait(recount.run(&here)),
        Command::Routing(routing) => wait(routing.run(&here)),
        Command::Import(import) => wait(import.run(&here)),
        Command::Publish(publish) => wait(publish.run(&here)),
        Command::MailIn => Ok(Answer::fine("", serde_json::Value::Null)),
        Command::Backup(backup) => wait(backup.run(&here)),
        Command::Restore(restore) => wait(restore.run(&here)),
        Command::Bench(bench) => wait(bench.run(&here)),
    }
}

impl Settings {
    fn here(&self) -> Result<Here> {
        let mut config = Config::read(self.config.as_deref())?;
        let set = |setting: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                setting.clone_from(value);
            }
        };
        set(&mut config.database, &self.database);
        set(&mut config.city, &self.city);
        set(&mut config.language, &self.language);
        config.check()?;
        let language = Language {
            english: config.language == "en",
        };
        Ok(Here { config, language })
    }
}

/// Runs what waits for the database.
fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the runtime does not start")?
        .block_on(work)
}
