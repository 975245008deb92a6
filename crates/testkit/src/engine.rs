//! One fresh copy of a founded city for each test, on the engine it asks for. The city is founded once per
//! process and engine; a test gets a copy of its database, which takes milliseconds.
//!
//! PostgreSQL is the server named by `MOTCUA_TEST_POSTGRES` (connection words without a database), else a private
//! cluster from the machine's packages, else it is said plainly that those tests did not run.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::city::{Base, TestCity};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs a story in a city of its own, then proves the city's memory.
///
/// # Panics
/// Where the story fails, or what the city remembers does not hold together.
pub fn run<F, W>(engine: Engine, story: F)
where
    F: FnOnce(TestCity) -> W,
    W: Future<Output = ()>,
{
    let Some(base) = base(engine) else {
        println!("NOT RUN: PostgreSQL is not here");
        return;
    };
    runtime().block_on(async {
        let city = TestCity::copy_of(base).await;
        let after = city.handle();
        story(city).await;
        after.settle().await;
        after.prove().await;
    });
}

impl TestCity {
    /// Another city, founded like this one, with a memory and a clock of its own.
    ///
    /// # Panics
    /// Where the engine is not here: this city would not be either.
    pub async fn another(&self) -> TestCity {
        TestCity::copy_of(base(self.engine).expect("this city stands on it")).await
    }
}

/// A runtime of its own for each test: two threads, like a small server.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The founded city that tests copy.
fn base(engine: Engine) -> Option<&'static Base> {
    static SQLITE: OnceLock<Option<Base>> = OnceLock::new();
    static POSTGRES: OnceLock<Option<Base>> = OnceLock::new();
    let kept = match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    kept.get_or_init(|| {
        if engine == Engine::Postgres {
            server()?;
        }
        let runtime = runtime();
        let base = runtime.block_on(Base::found(engine, 0));
        runtime.shutdown_timeout(Duration::from_secs(10));
        Some(base)
    })
    .as_ref()
}

/// A place for a test's files that goes away with the test.
pub(crate) fn directory() -> TempDir {
    tempfile::Builder::new()
        .prefix("motcua-test")
        .tempdir()
        .expect("a directory")
}

/// A new database, empty or a copy of `template`: its `database` setting.
pub(crate) async fn new_database(template: Option<&str>) -> (String, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server().expect("asked only where PostgreSQL is");
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("story{}_{next}", std::process::id());
    let template = match template {
        None => "template0 ENCODING 'UTF8' LOCALE 'C'".to_owned(),
        Some(template) => template.to_owned(),
    };
    let (client, connection) =
        tokio_postgres::connect(&format!("{server} dbname=postgres"), tokio_postgres::NoTls)
            .await
            .expect("PostgreSQL answers");
    let driver = tokio::spawn(connection);
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
    // The template's own connections close a moment after its owner let go of them.
    let patience = Instant::now();
    while let Err(error) = client.batch_execute(&sql).await {
        assert!(
            patience.elapsed() < Duration::from_secs(20),
            "the database could not be made: {error:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(client);
    driver.await.expect("the driver ends").expect("in peace");
    (format!("{server} dbname={name}"), name)
}

/// Connection words without a database.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    SERVER
        .get_or_init(|| match std::env::var("MOTCUA_TEST_POSTGRES") {
            Ok(words) => Some(words),
            Err(_) => start(),
        })
        .as_deref()
}

/// A private cluster on a socket in a directory of its own. A helper process waits for this one to end,
/// however it ends, and then stops the server and removes the directory.
fn start() -> Option<String> {
    let bin = newest_bin()?;
    let directory = directory().keep();
    let owner = unprivileged(&directory);
    let program = |name: &str| {
        let mut command = Command::new(bin.join(name));
        if let Some((user, group)) = owner {
            chown(&directory, Some(user), Some(group)).expect("the cluster's owner");
            command.uid(user).gid(group);
        }
        command
            .current_dir(&directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let data = directory.join("data");
    let made = program("initdb")
        .args([
            "-A",
            "trust",
            "-U",
            "motcua",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .status()
        .expect("initdb runs");
    assert!(made.success(), "initdb failed");
    let mut server = program("postgres")
        .args(["-c", "listen_addresses=", "-c", "fsync=off"])
        .args([
            "-c",
            "max_connections=300",
            "-c",
            "shared_buffers=64MB",
            "-k",
        ])
        .arg(&directory)
        .arg("-D")
        .arg(&data)
        .spawn()
        .expect("postgres runs");
    let script = "cat >/dev/null; kill -QUIT $1; while kill -0 $1 2>/dev/null; do sleep 0.1; done; rm -rf $2";
    let keeper = Command::new("sh")
        .args(["-c", script, "sh", &server.id().to_string()])
        .arg(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell runs");
    // Its input closes when this process is gone.
    std::mem::forget(keeper);
    let patience = Instant::now();
    while !ready(&bin, &directory) {
        let ended = server.try_wait().expect("its state is known");
        assert!(ended.is_none(), "PostgreSQL stopped at its start");
        assert!(
            patience.elapsed() < Duration::from_secs(60),
            "PostgreSQL did not answer"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    std::mem::forget(server);
    Some(format!("host={} user=motcua", directory.display()))
}

fn ready(bin: &Path, directory: &Path) -> bool {
    Command::new(bin.join("pg_isready"))
        .args(["-q", "-h"])
        .arg(directory)
        .status()
        .is_ok_and(|status| status.success())
}

fn newest_bin() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("postgres").exists())
        .collect();
    found.sort();
    found.pop()
}

/// PostgreSQL does not run as root: the user and group to become, where this is root.
fn unprivileged(directory: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(directory).ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres:", "nobody:"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.starts_with(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
