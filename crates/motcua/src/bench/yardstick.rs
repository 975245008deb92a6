//! The league asked of PostgreSQL and DuckDB on the same rows, the naive way. Programs of the machine
//! are used, none is shipped; one that is not here is said so.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Options;
use super::folder::Folder;
use super::measure::Times;
use super::postgres::Private;
use super::report::{Report, Target};
use super::synthetic::{END, Synthetic};

const QUESTION: &str = include_str!("league.sql");
const DUCKDB: &str = include_str!("league_duckdb.py");
const TIMES: usize = 5;

/// Asks both about the cases opened from one second up to another, and puts the ratios to `ours`
/// (milliseconds) into the report.
pub fn league(
    options: &Options,
    folder: &Folder,
    (from, to): (i64, i64),
    ours: f64,
    report: &mut Report,
) -> Result<()> {
    if options.alone {
        report.remark("Yardsticks were left out as asked.");
        return Ok(());
    }
    let rows = folder.path().join("league.csv");
    write_rows(&rows, report.cases, options.seed)?;
    match duckdb(&options.python, &rows, (from, to))? {
        Some((version, times)) => compare(&format!("DuckDB {version}"), &times, ours, 15.0, report),
        None => report.remark(format!(
            "DuckDB is not here (no module `duckdb` in {}): not compared.",
            options.python
        )),
    }
    match Private::start()? {
        Some(server) => {
            let times = postgres(&server, &rows, (from, to))?;
            compare(server.version(), &times, ours, 50.0, report);
        }
        None => report.remark("PostgreSQL is not here: not compared."),
    }
    std::fs::remove_file(&rows)?;
    Ok(())
}

fn compare(name: &str, times: &Times, ours: f64, least: f64, report: &mut Report) {
    report.figure(
        format!("yardstick: {name}, naive league, median"),
        times.median(),
        "ms",
    );
    report.aimed(
        format!("times faster than {name}"),
        times.median() / ours.max(1e-6),
        "×",
        Target::at_least(least),
    );
}

fn write_rows(path: &Path, cases: u32, seed: u64) -> Result<()> {
    let mut file = BufWriter::new(File::create(path).with_context(|| path.display().to_string())?);
    let mut city = Synthetic::new(cases, seed);
    let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    for slot in 0..cases {
        let row = city.row(slot);
        // The throws of the table's other columns, so that the rows are the same.
        city.fact(&row);
        writeln!(
            file,
            "{},{},{},{},{},{},{}",
            row.unit,
            row.service,
            text(row.area.map(|area| area as i64)),
            row.opened,
            text(row.due),
            text(row.ended.map(|(at, _)| at)),
            text(row.ended.map(|(_, ending)| i64::from(ending))),
        )?;
    }
    file.flush()?;
    Ok(())
}

/// Version and times; `None` where there is no DuckDB.
fn duckdb(python: &str, rows: &Path, (from, to): (i64, i64)) -> Result<Option<(String, Times)>> {
    let version = Command::new(python)
        .args(["-c", "import duckdb; print(duckdb.__version__)"])
        .output();
    let Some(version) = version.ok().filter(|output| output.status.success()) else {
        return Ok(None);
    };
    let output = Command::new(python)
        .args(["-c", DUCKDB])
        .arg(rows)
        .args([END, from, to].map(|second| second.to_string()))
        .arg(TIMES.to_string())
        .output()?;
    ensure!(
        output.status.success(),
        "DuckDB: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let times = numbers(&String::from_utf8_lossy(&output.stdout), "");
    ensure!(
        times.count() == TIMES,
        "DuckDB timed {} of {TIMES} runs",
        times.count()
    );
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    Ok(Some((version, times)))
}

fn postgres(server: &Private, rows: &Path, (from, to): (i64, i64)) -> Result<Times> {
    let load = format!(
        "CREATE UNLOGGED TABLE league (unit int2, service int2, area int2, opened int8, due int8, ended int8, ending int2);\n\
         \\copy league FROM '{}' CSV\n\
         VACUUM ANALYZE league;\n",
        rows.display()
    );
    server.psql("postgres", &load)?;
    let mut script =
        format!("\\set now {END}\n\\set from {from}\n\\set to {to}\n\\o /dev/null\n\\timing on\n");
    for _ in 0..TIMES {
        script.push_str(QUESTION);
    }
    let times = numbers(&server.psql("postgres", &script)?, "Time: ");
    ensure!(
        times.count() == TIMES,
        "PostgreSQL timed {} of {TIMES} runs",
        times.count()
    );
    Ok(times)
}

/// The numbers of the lines that begin so.
fn numbers(text: &str, before: &str) -> Times {
    let found = text
        .lines()
        .filter_map(|line| line.strip_prefix(before)?.split(' ').next()?.parse().ok());
    Times::new(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_from_what_psql_says() {
        let text = "Timing is on.\nTime: 12.500 ms\nTime: 1534.114 ms (00:01.534)\n";
        assert_eq!(numbers(text, "Time: "), Times::new(vec![12.5, 1534.114]));
    }
}
