//! `motcua bench`: the numbers to reach, measured, with their yardsticks in the same run.
//!
//! Each bench makes its own data from a seed, in a folder that is removed at the end unless one is
//! named, speaks to loopback addresses only and is bounded in count and time. What could not be
//! measured (a yardstick or a page that is not here) is said in a sentence, never left out.
//! Absent: P5, P12 and P13, which are measured elsewhere.

mod commands;
mod definition;
mod folder;
mod guess;
mod http;
mod import;
mod league;
mod machine;
mod measure;
mod pages;
mod papers;
mod postgres;
mod report;
mod reports;
mod search;
mod start;
pub mod synthetic;
mod town;
mod yardstick;

use std::path::PathBuf;

use anyhow::{Result, bail};

pub use machine::Machine;
pub use report::{Figure, Remark, Report, Target};

use crate::config::Config;
use folder::Folder;

/// Every bench by its number in the list of numbers to reach.
pub const NAMES: &[&str] = &[
    "p1", "p2", "p3", "p4", "p6", "p7", "p8", "p9", "p10", "p11", "p14", "guess",
];

/// Sizes. `None`: what the bench itself takes as modest.
#[derive(Debug, Clone)]
pub struct Options {
    pub cases: Option<u32>,
    /// Commands in P3.
    pub commands: u32,
    pub clients: u32,
    /// Requests each second in P4, and for how many seconds.
    pub rate: u32,
    pub seconds: u32,
    pub seed: u64,
    /// Where the data is made and kept for the next run; a folder of its own, removed, where absent.
    pub folder: Option<PathBuf>,
    /// A Python that has the module `duckdb`.
    pub python: String,
    /// Measure without the yardsticks that are programs of their own.
    pub alone: bool,
    /// The program that P6, P7 and P8 start; this one where absent.
    pub program: Option<PathBuf>,
    /// The table that P8 imports, and its mapping.
    pub table: Option<PathBuf>,
    pub mapping: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cases: None,
            commands: 4_000,
            clients: 16,
            rate: 50,
            seconds: 20,
            seed: 20_250_701,
            folder: None,
            python: "python3".to_owned(),
            alone: false,
            program: None,
            table: None,
            mapping: "data/import/boston-311.toml".into(),
        }
    }
}

/// Runs one bench, or `all` of them one after the other.
///
/// # Errors
/// Where the name is unknown or the bench could not be run at all.
pub async fn run(config: &Config, name: &str, options: &Options) -> Result<Vec<Report>> {
    let names: Vec<&str> = match name {
        "all" => NAMES.to_vec(),
        one => vec![one],
    };
    let folder = Folder::open(options.folder.as_deref())?;
    let mut reports = Vec::new();
    for name in names {
        tracing::info!(name, "measuring");
        reports.push(one(config, name, options, &folder).await?);
    }
    Ok(reports)
}

async fn one(config: &Config, name: &str, options: &Options, folder: &Folder) -> Result<Report> {
    match name {
        "p1" => league::p1(options, folder),
        "p2" => league::p2(options, folder),
        "p3" => commands::p3(config, options, folder).await,
        "p4" => pages::p4(config, options, folder).await,
        "p6" => start::p6(config, options, folder).await,
        "p7" => start::p7(config, options, folder).await,
        "p8" => import::p8(config, options, folder).await,
        "p9" => papers::p9(options),
        "p10" => search::p10(config, options, folder).await,
        "p11" => definition::p11(config, options),
        "guess" => guess::guess(config, options),
        "p14" => reports::p14(config, options, folder).await,
        other => bail!("there is no bench {other}: all, {}", NAMES.join(", ")),
    }
}
