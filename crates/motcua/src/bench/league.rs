//! P1 and P2: the league in memory over synthetic cases; beside it the same rows and the simpler naive
//! question in PostgreSQL and DuckDB, in the same run.

use std::time::Instant;

use anyhow::{Result, ensure};
use facts::{Cohort, Dimension, Facts, Figure, Filter, Query};

use super::folder::Folder;
use super::measure::Times;
use super::report::{Report, Target};
use super::synthetic::{DAY, END, Synthetic, meaning};
use super::{Options, yardstick};

/// The size the targets are meant for.
const MEANT: u32 = 25_000_000;
const MODEST: u32 = 1_000_000;
const HANOI: i32 = 7 * 3600;
const TIMES: usize = 21;
const SHAPE: &str = "250 units, 200 services, 126 areas, ten years";

/// P1: the whole league, its memory, and the yardsticks.
pub fn p1(options: &Options, folder: &Folder) -> Result<Report> {
    let cases = options.cases.unwrap_or(MODEST);
    let mut report = Report::new("p1", cases, SHAPE, options.seed);
    let facts = filled(cases, options.seed, &mut report)?;
    let bytes = facts.bytes() as f64 / f64::from(cases.max(1));
    report.aimed("memory of a case", bytes, "bytes", Target::at_most(16.0));
    fixed_loop(cases, options.seed, &mut report)?;
    let all = ask(&[Dimension::Unit], Cohort::All, vec![]);
    ensure!(
        !facts.ask(&all).groups.is_empty(),
        "a league without groups"
    );
    let ours = time(&facts, &all);
    report.aimed(
        "league by unit, all time: median",
        ours.median(),
        "ms",
        Target::at_most(20.0).with(MEANT),
    );
    report.figure("league by unit, all time: least", ours.least(), "ms");
    snapshot(&facts, folder, &mut report)?;
    drop(facts);
    yardstick::league(
        options,
        folder,
        (0, i64::from(u32::MAX)),
        ours.median(),
        &mut report,
    )?;
    Ok(report)
}

/// P2: one year, other groups, filters, two dimensions; the yardsticks for the first of them.
pub fn p2(options: &Options, folder: &Folder) -> Result<Report> {
    use Dimension::{Area, Channel, Month, Service, Unit};
    let cases = options.cases.unwrap_or(MODEST);
    let mut report = Report::new("p2", cases, SHAPE, options.seed);
    let facts = filled(cases, options.seed, &mut report)?;
    let (from, to) = (END - 366 * DAY, END - DAY);
    let year = Cohort::Opened { from, to };
    let due = Cohort::Due {
        from: END - 366 * DAY,
        to: END - DAY,
    };
    let live = Cohort::Live {
        from: END - 30 * DAY,
        to: END,
    };
    let all = Cohort::All;
    let service = || vec![Filter::Service(vec!["service-3".into()])];
    let areas = || {
        vec![Filter::Area(
            (0..9).map(|area| Some(format!("area-{area}"))).collect(),
        )]
    };
    let overdue = || vec![Filter::Is(Figure::Overdue)];
    for (what, query, most) in [
        (
            "by unit, opened in one year",
            ask(&[Unit], year, vec![]),
            5.0,
        ),
        ("by unit, due in one year", ask(&[Unit], due, vec![]), 5.0),
        (
            "by unit, at work in the last month",
            ask(&[Unit], live, vec![]),
            5.0,
        ),
        ("by area, one year", ask(&[Area], year, vec![]), 5.0),
        ("by service, one year", ask(&[Service], year, vec![]), 5.0),
        ("by month, one year", ask(&[Month], year, vec![]), 5.0),
        ("by channel, one year", ask(&[Channel], year, vec![]), 5.0),
        (
            "by unit, one year, one service",
            ask(&[Unit], year, service()),
            5.0,
        ),
        (
            "by unit, one year, nine areas",
            ask(&[Unit], year, areas()),
            5.0,
        ),
        (
            "by unit, one year, overdue only",
            ask(&[Unit], year, overdue()),
            5.0,
        ),
        (
            "unit × month, one year",
            ask(&[Unit, Month], year, vec![]),
            60.0,
        ),
        (
            "unit × month, all time",
            ask(&[Unit, Month], all, vec![]),
            60.0,
        ),
        (
            "unit × service, one year",
            ask(&[Unit, Service], year, vec![]),
            60.0,
        ),
    ] {
        let target = Target::at_most(most).with(MEANT);
        report.aimed(
            format!("{what}: median"),
            time(&facts, &query).median(),
            "ms",
            target,
        );
    }
    let ours = time(&facts, &ask(&[Unit], year, vec![])).median();
    drop(facts);
    yardstick::league(options, folder, (from, to), ours, &mut report)?;
    Ok(report)
}

fn filled(cases: u32, seed: u64, report: &mut Report) -> Result<Facts> {
    let started = Instant::now();
    let mut city = Synthetic::new(cases, seed);
    let mut facts = Facts::new();
    for slot in 0..cases {
        let row = city.row(slot);
        facts.put(slot, &city.fact(&row))?;
    }
    let nanoseconds = started.elapsed().as_secs_f64() * 1e9 / f64::from(cases.max(1));
    report.figure("made and put, a case", nanoseconds, "ns");
    Ok(facts)
}

fn ask(by: &[Dimension], cohort: Cohort, filters: Vec<Filter>) -> Query {
    Query {
        as_of: END,
        cohort,
        meaning: meaning(),
        filters,
        by: by.to_vec(),
        zone: HANOI,
        durations: true,
        quality: false,
    }
}

fn time(facts: &Facts, query: &Query) -> Times {
    Times::of(TIMES, || drop(facts.ask(query)))
}

/// What the machine can do today: the least a league needs, a loop over three bytes a case into 512
/// histograms of 256 bins, nothing exact and nothing filtered.
fn fixed_loop(cases: u32, seed: u64, report: &mut Report) -> Result<()> {
    let mut dice = crate::demo::dice::Dice::new(seed);
    let units: Vec<u16> = (0..cases)
        .map(|_| (dice.share().powf(2.2) * 400.0) as u16)
        .collect();
    let bins: Vec<u8> = (0..cases).map(|_| (dice.throw() >> 56) as u8).collect();
    let half = cases as usize / 2;
    let count = |units: &[u16], bins: &[u8]| {
        let mut counts = vec![0u32; 512 * 256];
        for (unit, bin) in units.iter().zip(bins) {
            counts[usize::from(*unit & 511) * 256 + usize::from(*bin)] += 1;
        }
        counts.into_iter().max()
    };
    let mut most = None;
    let times = Times::of(TIMES, || {
        most = std::thread::scope(|scope| {
            let other = scope.spawn(|| count(&units[..half], &bins[..half]));
            count(&units[half..], &bins[half..]).max(other.join().ok().flatten())
        });
    });
    ensure!(most.is_some(), "the fixed loop counted nothing");
    report.figure(
        "yardstick: a bare loop over 3 bytes a case, median",
        times.median(),
        "ms",
    );
    Ok(())
}

fn snapshot(facts: &Facts, folder: &Folder, report: &mut Report) -> Result<()> {
    let path = folder.path().join("league.facts");
    let started = Instant::now();
    facts.save(&path)?;
    report.figure("snapshot saved", started.elapsed().as_secs_f64(), "s");
    let started = Instant::now();
    let loaded = Facts::load(&path)?.len();
    report.figure("snapshot loaded", started.elapsed().as_secs_f64(), "s");
    ensure!(loaded == facts.len(), "a snapshot that lost cases");
    std::fs::remove_file(&path)?;
    Ok(())
}
