//! P4: pages asked for at a steady pace, whether or not earlier ones were answered (an open loop), by
//! residents, officials and a leader. A page's time counts from when it was due to be asked for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rules::person::Person;
use store::{Narrow, Page, Sight};
use tokio::task::JoinSet;

use super::Options;
use super::folder::Folder;
use super::http::{Connection, encode};
use super::measure::{Times, since};
use super::report::{Report, Target};
use super::town::{Town, config};
use crate::config::Config;
use crate::demo::dice::Dice;

const MEANT: u32 = 1_000_000;
pub const MODEST: u32 = 20_000;
/// Has the longest inbox of the city.
const CLERK: &str = "1022";
/// May read every case.
const LEADER: &str = "lanhdao";
/// Cases whose pages are asked for.
const CASES: u32 = 300;
const WORDS: &[&str] = &[
    "dang ky dat",
    "đèn đường",
    "rac thai",
    "ngap",
    "khai sinh",
    "cây xanh",
];

/// A kind of page: its name, the door it needs, who asks, and its addresses.
struct Kind {
    name: &'static str,
    login: Option<&'static str>,
    paths: Vec<String>,
}

pub async fn p4(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let cases = options.cases.unwrap_or(MODEST);
    let size = format!("{} requests/s for {} s", options.rate, options.seconds);
    let mut report = Report::new("p4", cases, size, options.seed);
    let room = folder.room(&format!("city-{cases}"))?;
    let config = config(base, &room, None);
    let started = Instant::now();
    let town = Town::serve(&config, &room, cases).await?;
    report.figure(
        "the city made and standing",
        started.elapsed().as_secs_f64(),
        "s",
    );
    report.figure("cases in it", town.hall.facts().len() as f64, "");
    let kinds = kinds(&town, &mut report).await?;
    if kinds.is_empty() {
        bail!("none of the pages exists");
    }
    let taken = steady(&town, &kinds, options).await?;
    let all = Times::new(taken.values().flatten().copied().collect());
    report.aimed(
        "all pages: p50",
        all.median(),
        "ms",
        Target::at_most(5.0).with(MEANT),
    );
    report.aimed(
        "all pages: p99",
        all.at(0.99),
        "ms",
        Target::at_most(50.0).with(MEANT),
    );
    for (name, taken) in taken {
        let times = Times::new(taken);
        report.figure(
            format!("{name}: p50 of {}", times.count()),
            times.median(),
            "ms",
        );
        report.figure(format!("{name}: p99"), times.at(0.99), "ms");
    }
    report.remark("Pages are compressed as for a browser; server and clients share the cores.");
    town.close().await;
    Ok(report)
}

async fn kinds(town: &Town, report: &mut Report) -> Result<Vec<Kind>> {
    let leading = town
        .city()
        .sign_in(LEADER, town.password(), "bench", "bench")
        .await?
        .person;
    let public = codes(town, &Person::Nobody).await?;
    let own = codes(town, &leading).await?;
    let each =
        |before: &str, all: &[String]| all.iter().map(|one| format!("{before}{one}")).collect();
    let words: Vec<String> = WORDS.iter().map(|words| encode(words)).collect();
    let (resident, clerk, leader) = (None, Some(CLERK), Some(LEADER));
    let mut kinds = Vec::new();
    for (name, door, login, paths) in [
        ("home", "/", resident, vec!["/".to_owned()]),
        (
            "report form",
            "/report",
            resident,
            vec!["/report".to_owned()],
        ),
        ("track", "/track", resident, each("/track?code=", &public)),
        (
            "search of services",
            "/services",
            resident,
            each("/services?q=", &words),
        ),
        ("inbox", "/inbox", clerk, vec!["/inbox".to_owned()]),
        ("case", "/cases/{code}", leader, each("/cases/", &own)),
        ("search of cases", "/find", clerk, each("/find?q=", &words)),
        ("league", "/league", leader, vec!["/league".to_owned()]),
        ("open city", "/open", resident, vec!["/open".to_owned()]),
    ] {
        if !Town::has(door) {
            report.remark(format!(
                "{name}: {door} is not among the routes; not measured."
            ));
        } else if paths.is_empty() {
            report.remark(format!(
                "{name}: this city has no case to show; not measured."
            ));
        } else {
            kinds.push(Kind { name, login, paths });
        }
    }
    Ok(kinds)
}

/// Codes of the newest cases that this person may see; of an official, those whose whole file is open
/// to them.
async fn codes(town: &Town, person: &Person) -> Result<Vec<String>> {
    let page = Page {
        after: None,
        most: CASES,
    };
    let reader = town.hall.reader();
    let mut codes = Vec::new();
    for line in reader.cases(person, &Narrow::default(), page).await? {
        let sight = reader.case(person, line.id).await?.map(|seen| seen.sight);
        if *person == Person::Nobody || sight == Some(Sight::Whole) {
            codes.push(line.code);
        }
    }
    Ok(codes)
}

/// Open connections at rest, by login: a browser keeps its own.
type Pool = Arc<Mutex<Vec<Connection>>>;

async fn steady(
    town: &Town,
    kinds: &[Kind],
    options: &Options,
) -> Result<BTreeMap<&'static str, Vec<f64>>> {
    let mut cookies: BTreeMap<Option<&str>, String> = BTreeMap::new();
    for login in kinds.iter().map(|kind| kind.login) {
        if let Entry::Vacant(place) = cookies.entry(login) {
            place.insert(town.browser(login).await?.cookie);
        }
    }
    let pool: Pool = Pool::default();
    let mut dice = Dice::new(options.seed);
    let many = options.rate * options.seconds;
    let gap = Duration::from_secs(1) / options.rate.max(1);
    let mut working: JoinSet<Result<(&'static str, f64)>> = JoinSet::new();
    // Every page once before, so that no figure holds a first touch alone.
    for kind in kinds {
        fetch(&pool, town, &kind.paths[0], &cookies[&kind.login]).await?;
    }
    let began = Instant::now();
    for n in 0..many {
        let due = began + gap * n;
        tokio::time::sleep_until(due.into()).await;
        let kind = &kinds[n as usize % kinds.len()];
        let path = dice
            .pick(&kind.paths)
            .context("a page without an address")?
            .clone();
        let (name, cookie, pool, address) = (
            kind.name,
            cookies[&kind.login].clone(),
            pool.clone(),
            town.address,
        );
        working.spawn(async move {
            fetch_from(&pool, address, &path, &cookie).await?;
            Ok((name, since(due)))
        });
    }
    let mut taken: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    while let Some(one) = working.join_next().await {
        let (name, time) = one??;
        taken.entry(name).or_default().push(time);
    }
    Ok(taken)
}

async fn fetch(pool: &Pool, town: &Town, path: &str, cookie: &str) -> Result<()> {
    fetch_from(pool, town.address, path, cookie).await
}

async fn fetch_from(
    pool: &Pool,
    address: std::net::SocketAddr,
    path: &str,
    cookie: &str,
) -> Result<()> {
    let idle = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut connection = match idle {
        Some(connection) => connection,
        None => Connection::open(address).await?,
    };
    connection.cookie = cookie.to_owned();
    let mut answer = connection.get(path).await?;
    if answer.status == 303 {
        let to = answer.location.clone();
        answer = connection.get(&to).await?;
    }
    if answer.status != 200 {
        bail!("{path} answered {}", answer.status);
    }
    pool.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(connection);
    Ok(())
}
