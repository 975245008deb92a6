//! The store: one database for many cities, and the files beside it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify, broadcast};

use crate::engine::{Conn, postgres, sqlite};
use crate::error::Result;
use crate::files::{Files, FilesConfig};
use crate::follow::Change;
use crate::migrate;
use crate::reader::Reader;
use crate::tx::Writer;

/// Where the city remembers.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    pub database: DatabaseConfig,
    pub files: FilesConfig,
}

#[derive(Debug, Clone)]
pub enum DatabaseConfig {
    /// A file; its directory must exist.
    Sqlite(PathBuf),
    /// `host=/run/postgresql user=motcua dbname=motcua` or `postgres://…`.
    Postgres(String),
}

pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(deadpool_postgres::Pool),
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) files: Files,
    pub(crate) committed: Notify,
    pub(crate) changes: broadcast::Sender<Change>,
    /// How far the listeners of this process were told, by city.
    pub(crate) told: Mutex<HashMap<String, i64>>,
}

impl Inner {
    /// A connection for reading, given back to its pool by [`Inner::give_back`].
    pub(crate) async fn connection(&self) -> Result<Conn> {
        Ok(match &self.engine {
            Engine::Sqlite(engine) => Conn::Sqlite(engine.readers.take().await?),
            Engine::Postgres(pool) => Conn::Postgres(Box::new(pool.get().await?)),
        })
    }

    pub(crate) fn give_back(&self, conn: Conn) {
        if let (Engine::Sqlite(engine), Conn::Sqlite(conn)) = (&self.engine, conn) {
            engine.readers.give_back(conn);
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

impl Store {
    /// Opens the database and the files; [`Store::migrate`] must run before the first use.
    ///
    /// # Errors
    /// Where the file or the server cannot be opened.
    pub async fn open(config: &StoreConfig) -> Result<Self> {
        let engine = match &config.database {
            DatabaseConfig::Sqlite(path) => Engine::Sqlite(sqlite::Sqlite::open(path)?),
            DatabaseConfig::Postgres(url) => {
                let pool = postgres::pool(url)?;
                drop(pool.get().await?);
                Engine::Postgres(pool)
            }
        };
        let files = Files::open(&config.files)?;
        let (changes, _) = broadcast::channel(4096);
        let inner = Inner {
            engine,
            files,
            committed: Notify::new(),
            changes,
            told: Mutex::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Brings the schema to this version. Forward only; safe to call at every start and from several
    /// servers at once.
    pub async fn migrate(&self) -> Result<()> {
        migrate::run(&self.inner, migrate::MIGRATIONS).await
    }

    /// The right to read one city.
    pub fn reader(&self, city: &str) -> Reader {
        Reader {
            store: self.inner.clone(),
            city: city.into(),
        }
    }

    /// The right to change one city.
    pub fn writer(&self, city: &str) -> Writer {
        Writer {
            store: self.inner.clone(),
            city: city.into(),
        }
    }

    pub fn files(&self) -> &Files {
        &self.inner.files
    }

    /// Resolves after a commit that left work in the outbox: the sealing and posting loops wait here
    /// (with a time limit, for commits of other servers are not heard).
    pub async fn committed(&self) {
        self.inner.committed.notified().await;
    }
}
