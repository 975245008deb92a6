//! One fresh store for each test, on the engine it asks for.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use store::{DatabaseConfig, FilesConfig, Reader, Store, StoreConfig, Writer};

pub const CITY: &str = "can-tho";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// `both_engines!(name, …)`: each `async fn name(fixture: Fixture)` becomes two tests.
macro_rules! both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() {
                crate::engines::run(crate::engines::Engine::Sqlite, super::$name);
            })*
        }
        mod postgres {
            $(#[test] fn $name() {
                crate::engines::run(crate::engines::Engine::Postgres, super::$name);
            })*
        }
    };
}

/// `command!(writer, [cloned, values], |tx| tx.verb(…))`: one command of one verb.
macro_rules! command {
    ($writer:expr, [$($value:ident),*], |$tx:ident| $verb:expr) => {
        $writer
            .run("test", move |$tx| {
                $(let $value = $value.clone();)*
                Box::pin(async move { $verb.await })
            })
            .await
    };
}

pub struct Fixture {
    pub engine: Engine,
    pub config: StoreConfig,
    pub store: Store,
    pub directory: tempfile::TempDir,
}

impl Fixture {
    pub fn reader(&self) -> Reader {
        self.store.reader(CITY)
    }
    pub fn writer(&self) -> Writer {
        self.store.writer(CITY)
    }

    /// Changes what is stored behind the store's back, as somebody with the database password could.
    pub async fn tamper(&self, sql: &str) -> u64 {
        tamper(&self.config, sql).await
    }
}

pub async fn tamper(config: &StoreConfig, sql: &str) -> u64 {
    match &config.database {
        DatabaseConfig::Sqlite(path) => {
            let conn = rusqlite::Connection::open(path).unwrap();
            conn.busy_timeout(Duration::from_secs(10)).unwrap();
            conn.execute(sql, []).unwrap() as u64
        }
        DatabaseConfig::Postgres(url) => {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                .await
                .unwrap();
            let driver = tokio::spawn(connection);
            let changed = client.execute(sql, &[]).await.unwrap();
            drop(client);
            driver.await.unwrap().unwrap();
            changed
        }
    }
}

pub fn run<F, W>(engine: Engine, test: F)
where
    F: FnOnce(Fixture) -> W,
    W: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match founded(engine).await {
            Some(fixture) => test(fixture).await,
            None => println!("PostgreSQL not found, skipped"),
        }
    });
}

/// A migrated store with the city in it.
pub async fn founded(engine: Engine) -> Option<Fixture> {
    let fixture = empty(engine).await?;
    fixture.store.migrate().await.unwrap();
    let settings = serde_json::json!({"zone": "Asia/Ho_Chi_Minh"});
    command!(fixture.writer(), [settings], |tx| tx.save_city(
        "Cần Thơ",
        true,
        &settings
    ))
    .unwrap();
    Some(fixture)
}

pub async fn empty(engine: Engine) -> Option<Fixture> {
    let directory = tempfile::tempdir().unwrap();
    let database = match engine {
        Engine::Sqlite => DatabaseConfig::Sqlite(directory.path().join("city.db")),
        Engine::Postgres => DatabaseConfig::Postgres(new_database().await?),
    };
    let files = FilesConfig::Local(directory.path().join("files"));
    let config = StoreConfig { database, files };
    let store = Store::open(&config).await.unwrap();
    Some(Fixture {
        engine,
        config,
        store,
        directory,
    })
}

async fn new_database() -> Option<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server()?;
    let name = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let url = format!("{server} dbname=postgres");
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let driver = tokio::spawn(connection);
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    client.batch_execute(&sql).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
    Some(format!("{server} dbname={name}"))
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
    let directory = tempfile::Builder::new()
        .prefix("motcua-pg")
        .tempdir()
        .unwrap()
        .keep();
    let owner = unprivileged(&directory);
    let run = |program: &str| {
        let mut command = Command::new(bin.join(program));
        if let Some((user, group)) = owner {
            chown(&directory, Some(user), Some(group)).unwrap();
            command.uid(user).gid(group);
        }
        command
            .current_dir(&directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let data = directory.join("data");
    let made = run("initdb")
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
        .unwrap();
    assert!(made.success(), "initdb failed");
    let mut server = run("postgres")
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=300",
        ])
        .args(["-c", "shared_buffers=64MB", "-k"])
        .arg(&directory)
        .arg("-D")
        .arg(&data)
        .spawn()
        .unwrap();
    // A stopped server may stay as a zombie where nobody reaps orphans: wait five seconds at most.
    let script = "cat >/dev/null; kill -QUIT $1; n=0
        while kill -0 $1 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done; rm -rf $2";
    let keeper = Command::new("sh")
        .args(["-c", script, "sh", &server.id().to_string()])
        .arg(&directory)
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    // Its input closes when this process is gone.
    std::mem::forget(keeper);
    let socket = directory.join(".s.PGSQL.5432");
    let patience = Instant::now();
    while !ready(&bin, &directory) {
        assert!(
            server.try_wait().unwrap().is_none(),
            "PostgreSQL stopped at its start"
        );
        assert!(
            patience.elapsed() < Duration::from_secs(60),
            "{socket:?} did not answer"
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
    if std::fs::metadata(directory).unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    ["postgres:", "nobody:"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.starts_with(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
