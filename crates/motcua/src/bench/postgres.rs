//! A PostgreSQL of its own for the time of a bench: private folder, Unix socket only, durable as it
//! comes. It is stopped and removed when dropped.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::folder::Folder;

const USER: &str = "motcua";
const LONGEST_START: Duration = Duration::from_secs(30);

pub struct Private {
    programs: PathBuf,
    version: String,
    server: Child,
    /// Removed after the server has ended: fields are dropped in order.
    folder: Folder,
}

impl Private {
    /// `None` where PostgreSQL is not installed.
    ///
    /// # Errors
    /// Where it is, but does not start.
    pub fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let folder = Folder::open(None)?;
        // The server refuses to run as root; Debian's package brings a user for it.
        let other = match std::fs::metadata("/proc/self")?.uid() {
            0 => {
                Some(user("postgres").context("there is no user `postgres` to run the server as")?)
            }
            _ => None,
        };
        if let Some((user, group)) = other {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
        }
        let data = folder.path().join("data");
        let made = as_user(&programs.join("initdb"), other)
            .args([
                "-A",
                "trust",
                "-U",
                USER,
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .current_dir(folder.path())
            .output()?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let server = as_user(&programs.join("postgres"), other)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "shared_buffers=256MB",
                "-c",
                "work_mem=256MB",
            ])
            .args(["-c", "max_connections=60", "-c", "max_wal_size=4GB"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut private = Self {
            programs,
            version: String::new(),
            server,
            folder,
        };
        private.wait()?;
        let version = private.psql("postgres", "SHOW server_version;")?;
        let number = version.split_whitespace().next().unwrap_or_default();
        private.version = format!("PostgreSQL {number}");
        Ok(Some(private))
    }

    fn wait(&mut self) -> Result<()> {
        let started = Instant::now();
        while self.psql("postgres", "SELECT 1;").is_err() {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at once: {status}");
            }
            ensure!(
                started.elapsed() < LONGEST_START,
                "PostgreSQL does not answer"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    /// As the setting `database` takes it, of a database made now.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn database(&self, name: &str) -> Result<String> {
        self.psql("postgres", &format!("CREATE DATABASE {name};"))?;
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        Ok(format!("postgres://{USER}@{socket}/{name}"))
    }

    /// What the script prints, bare rows.
    ///
    /// # Errors
    /// With what psql says.
    pub fn psql(&self, database: &str, script: &str) -> Result<String> {
        let mut client = Command::new(self.programs.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                USER,
                "-d",
                database,
                "-h",
            ])
            .arg(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = client.stdin.take() {
            input.write_all(script.as_bytes())?;
        }
        let output = client.wait_with_output()?;
        ensure!(
            output.status.success(),
            "psql: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // A fast shutdown; where that fails, a hard one.
        let told = super::start::tell(self.server.id(), "INT");
        let ended =
            told.and_then(|()| super::start::ended(&mut self.server, Duration::from_secs(20)));
        if let Err(error) = ended {
            tracing::warn!(%error, "the bench's PostgreSQL did not end when told");
            if let Err(error) = self.server.kill().and_then(|()| self.server.wait()) {
                tracing::error!(%error, "the bench's PostgreSQL still runs");
            }
        }
    }
}

fn as_user(program: &Path, other: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = other {
        command.uid(user).gid(group);
    }
    command
}

/// The folder of `initdb`: on the path, or where Debian puts it; the newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut debian: Vec<PathBuf> = debian
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let mut all = debian.into_iter().rev().chain(std::env::split_paths(&path));
    all.find(|folder| {
        ["initdb", "postgres", "psql"]
            .iter()
            .all(|name| folder.join(name).exists())
    })
}

/// User and group of a name in `/etc/passwd`.
fn user(name: &str) -> Option<(u32, u32)> {
    let text = std::fs::read_to_string("/etc/passwd").ok()?;
    let fields: Vec<&str> = text
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then(|| fields.collect()))?;
    Some((fields.get(1)?.parse().ok()?, fields.get(2)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_answers_and_is_gone_afterwards() {
        let Some(server) = Private::start().expect("starts") else {
            println!("PostgreSQL is not here");
            return;
        };
        assert!(
            server.version().starts_with("PostgreSQL "),
            "{}",
            server.version()
        );
        assert!(
            server
                .database("one")
                .expect("made")
                .starts_with("postgres://")
        );
        assert_eq!(
            server
                .psql("one", "SELECT 40 + 2;")
                .expect("answers")
                .trim(),
            "42"
        );
        let (folder, process) = (server.folder.path().to_owned(), server.server.id());
        drop(server);
        assert!(!folder.exists());
        assert!(!Path::new(&format!("/proc/{process}")).exists());
    }
}
