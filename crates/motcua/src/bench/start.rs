//! P6 and P7: the program started as it is in service, until its first page is answered, and what it
//! holds in memory then. Only the processes started here are told to end.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::Options;
use super::folder::Folder;
use super::http::Connection;
use super::machine::resident;
use super::measure::{Times, since};
use super::pages::MODEST;
use super::report::{Report, Target};
use super::town::{self, Town};
use crate::config::Config;
use crate::serve::snapshot;

const TIMES: usize = 3;
/// A city may have to be made first.
const LONGEST: Duration = Duration::from_secs(600);
const PAGES: &[&str] = &["/", "/services", "/services?q=dang+ky+dat", "/sign-in"];

/// P6: start to the first answered page.
pub async fn p6(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let (mut report, config) = standing("p6", base, options, folder).await?;
    let kept = snapshot(&config);
    let mut without = Vec::new();
    let mut with = Vec::new();
    for _ in 0..TIMES {
        if kept.exists() {
            std::fs::remove_file(&kept)?;
        }
        let mut first = Server::start(&config, options)?;
        without.push(first.first_page().await?);
        // Saves its snapshot on the way out.
        first.end()?;
        let mut second = Server::start(&config, options)?;
        with.push(second.first_page().await?);
        second.end()?;
    }
    let target = match report.cases {
        0..=1_000_000 => Target::at_most(1_000.0).with(1_000_000),
        _ => Target::at_most(6_000.0).with(25_000_000),
    };
    report.aimed(
        "start to the first page: median",
        Times::new(with).median(),
        "ms",
        target,
    );
    report.figure(
        "the same, figures counted from the log",
        Times::new(without).median(),
        "ms",
    );
    Ok(report)
}

/// P7: memory of the server.
pub async fn p7(base: &Config, options: &Options, folder: &Folder) -> Result<Report> {
    let (mut report, config) = described("p7", base, options, folder)?;
    let target = match report.cases {
        0..=1_000_000 => Target::at_most(300.0).with(1_000_000),
        _ => Target::at_most(900.0).with(25_000_000),
    };
    let fresh = folder.empty_room("city-fresh")?.canonicalize()?;
    let cases = report.cases.min(MODEST).to_string();
    let mut maker = Server::start_with(
        &town::config(base, &fresh, None),
        options,
        &["--demo", "--cases", &cases],
    )?;
    maker.first_page().await?;
    let (made, _) = resident(maker.child.id()).context("the server is gone")?;
    maker.end()?;
    report.aimed(
        format!("resident after making a city of {cases} cases"),
        made,
        "MB",
        target,
    );
    std::fs::remove_dir_all(&fresh)?;
    Town::serve(&config, &city_room(options, folder)?, report.cases)
        .await?
        .close()
        .await;
    let mut server = Server::start(&config, options)?;
    server.first_page().await?;
    let (before, _) =
        resident(server.child.id()).context("the server's memory is not to be read")?;
    let mut browser = Connection::open(server.address).await?;
    for _ in 0..50 {
        for page in PAGES {
            browser.get(page).await?;
        }
    }
    let (after, most) = resident(server.child.id()).context("the server is gone")?;
    server.end()?;
    report.figure("resident after the first page", before, "MB");
    report.aimed("resident after 200 pages", after, "MB", target);
    report.figure("most it ever held", most, "MB");
    Ok(report)
}

/// The city of this size, made where it is not there.
async fn standing(
    name: &'static str,
    base: &Config,
    options: &Options,
    folder: &Folder,
) -> Result<(Report, Config)> {
    let (report, config) = described(name, base, options, folder)?;
    let room = city_room(options, folder)?;
    Town::serve(&config, &room, report.cases)
        .await?
        .close()
        .await;
    Ok((report, config))
}

fn described(
    name: &'static str,
    base: &Config,
    options: &Options,
    folder: &Folder,
) -> Result<(Report, Config)> {
    let cases = options.cases.unwrap_or(MODEST);
    let config = town::config(base, &city_room(options, folder)?, None);
    let report = Report::new(name, cases, "the demonstration year, SQLite", options.seed);
    Ok((report, config))
}

fn city_room(options: &Options, folder: &Folder) -> Result<PathBuf> {
    let cases = options.cases.unwrap_or(MODEST);
    Ok(folder.room(&format!("city-{cases}"))?.canonicalize()?)
}

/// A process of our own in service.
struct Server {
    child: Child,
    address: SocketAddr,
    started: Instant,
}

impl Server {
    fn start(config: &Config, options: &Options) -> Result<Self> {
        Self::start_with(config, options, &[])
    }

    fn start_with(config: &Config, options: &Options, more: &[&str]) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let started = Instant::now();
        let child = command(config, options)?
            .arg("serve")
            .args(more)
            .env("MOTCUA_LISTEN", address.to_string())
            .env("MOTCUA_PUBLIC_URL", format!("http://{address}"))
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self {
            child,
            address,
            started,
        })
    }

    /// Milliseconds from the start.
    async fn first_page(&mut self) -> Result<f64> {
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await {
                let answer = connection.get("/").await?;
                ensure!(
                    answer.status == 200,
                    "the first page answered {}",
                    answer.status
                );
                return Ok(since(self.started));
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended before its first page: {status}");
            }
            ensure!(
                self.started.elapsed() < LONGEST,
                "the server does not answer"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn end(mut self) -> Result<()> {
        tell(self.child.id(), "TERM")?;
        ended(&mut self.child, Duration::from_secs(30))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            tracing::error!(%error, "the bench's server still runs");
        }
    }
}

/// The program with the settings of a city, as its environment says them.
///
/// # Errors
/// Where this program does not know where it lies.
pub fn command(config: &Config, options: &Options) -> Result<Command> {
    let own = std::env::current_exe().context("where this program lies")?;
    let program = options.program.as_deref().unwrap_or(&own);
    let absolute = |path: &Path| std::path::absolute(path);
    let mut command = Command::new(program);
    command
        .env("MOTCUA_DATABASE", &config.database)
        .env("MOTCUA_FILES", &config.files)
        .env("MOTCUA_CITY", &config.city)
        .env("MOTCUA_LOG", "warn")
        .env("MOTCUA_SERVICES", absolute(&config.services)?)
        .env("MOTCUA_DATA", absolute(&config.data)?);
    Ok(command)
}

/// Sends a signal to one process.
///
/// # Errors
/// Where it is not there.
pub fn tell(process: u32, signal: &str) -> Result<()> {
    let told = Command::new("kill")
        .args([format!("-{signal}"), process.to_string()])
        .status()?;
    ensure!(
        told.success(),
        "the process {process} could not be told to end"
    );
    Ok(())
}

/// Waits until it has ended.
///
/// # Errors
/// Where it has not by then.
pub fn ended(child: &mut Child, longest: Duration) -> Result<()> {
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        ensure!(
            started.elapsed() < longest,
            "the process {} does not end",
            child.id()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
