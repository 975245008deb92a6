//! P8: real service requests of another city through `import requests`, in a process of its own.

use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Options;
use super::folder::Folder;
use super::report::{Report, Target};
use super::start::command;
use super::town::config;
use crate::config::Config;

/// Rows in the table that the target is meant for.
const MEANT: u32 = 121_145;

pub async fn p8(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let Some(table) = &options.table else {
        let mut report = Report::new("p8", 0, "no table", options.seed);
        report.remark("No table was named (--table): the import was not measured.");
        return Ok(report);
    };
    let room = folder.empty_room("import")?;
    let config = Config {
        city: "imported".to_owned(),
        ..config(base, &room, None)
    };
    let started = Instant::now();
    let output = command(&config, options)?
        .args(["import", "requests"])
        .arg(table)
        .arg("--map")
        .arg(&options.mapping)
        .arg("--report")
        .arg(room.join("set-aside.csv"))
        .arg("--json")
        .stdin(Stdio::null())
        .output()?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(
        output.status.success(),
        "import: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let told: Value = serde_json::from_slice(&output.stdout).context("what the import says")?;
    let count = |name: &str| told.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    let (rows, loaded, aside) = (count("rows"), count("loaded"), count("set_aside"));
    let mut report = Report::new("p8", rows as u32, table.display().to_string(), options.seed);
    report.aimed(
        "whole import, start of the program included",
        seconds,
        "s",
        Target::at_most(10.0).with(MEANT),
    );
    report.figure("rows in the table", rows, "");
    report.figure("cases loaded", loaded, "");
    report.figure("rows set aside, each with its reason", aside, "");
    report.aimed(
        "rows of which nothing is said",
        rows - loaded - aside,
        "",
        Target::at_most(0.0),
    );
    if let Some(reasons) = told.get("reasons") {
        report.remark(format!("Reasons: {reasons}"));
    }
    Ok(report)
}
