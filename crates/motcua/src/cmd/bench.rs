//! `bench`: the numbers to reach, measured on this machine.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{Answer, Here};
use crate::bench::{self, Options, Report};

#[derive(Args)]
pub struct Bench {
    /// p1, p2, p3, p4, p6, p7, p8, p9, p10, p11, p14, guess, or all.
    #[arg(default_value = "all")]
    name: String,
    /// Cases; each bench has a modest number of its own.
    #[arg(long)]
    cases: Option<u32>,
    /// Commands in p3.
    #[arg(long, default_value_t = Options::default().commands)]
    commands: u32,
    /// Clients in p3.
    #[arg(long, default_value_t = Options::default().clients)]
    clients: u32,
    /// Requests each second in p4.
    #[arg(long, default_value_t = Options::default().rate)]
    rate: u32,
    /// Seconds of p4.
    #[arg(long, default_value_t = Options::default().seconds)]
    seconds: u32,
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
    /// Make the data here and keep it for the next run.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// A Python with the module `duckdb`, for p1.
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    python: String,
    /// Without the yardsticks that are programs of their own.
    #[arg(long)]
    alone: bool,
    /// The table that p8 imports.
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// The mapping of that table.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "data/import/boston-311.toml"
    )]
    map: PathBuf,
}

impl Bench {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let options = Options {
            cases: self.cases,
            commands: self.commands,
            clients: self.clients,
            rate: self.rate,
            seconds: self.seconds,
            seed: self.seed,
            folder: self.folder.clone(),
            python: self.python.clone(),
            alone: self.alone,
            program: None,
            table: self.table.clone(),
            mapping: self.map.clone(),
        };
        let reports = bench::run(&here.config, &self.name, &options).await?;
        let text: String = reports.iter().map(Report::text).collect();
        Ok(Answer {
            text,
            json: serde_json::to_value(&reports)?,
            fine: reports.iter().all(Report::fine),
        })
    }
}
