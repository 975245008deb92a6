//! SQLite: one writer thread with group commit, a pool of read-only connections.
//!
//! "A transaction is a message": commands wait in a queue; the writer runs up to [`GROUP`] of them
//! under one BEGIN, each in its own savepoint, commits once, and only then answers all of them.
//! There is no pool of writers: it starves one of them for seconds.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio::sync::{Semaphore, mpsc};

use crate::dialect::sqlite as words;
use crate::error::{Result, StoreError};
use crate::value::{Row, Value};

/// Commands under one commit at most.
pub(crate) const GROUP: usize = 256;
/// Commands waiting at most; a caller beyond them waits for a place.
const QUEUE: usize = 4096;

pub(crate) struct Connection {
    conn: rusqlite::Connection,
    /// Statement text with `?n`, reused.
    text: String,
}

impl Connection {
    pub(crate) fn writer(path: &Path) -> Result<Self> {
        let conn = rusqlite::Connection::open(path)?;
        conn.execute_batch(words::OPEN_WRITER)?;
        Ok(Self::with(conn))
    }

    fn reader(path: &Path) -> Result<Self> {
        let conn = rusqlite::Connection::open(path)?;
        conn.execute_batch(words::OPEN_READER)?;
        Ok(Self::with(conn))
    }

    fn with(conn: rusqlite::Connection) -> Self {
        conn.set_prepared_statement_cache_capacity(256);
        Self {
            conn,
            text: String::new(),
        }
    }

    pub(crate) fn script(&mut self, sql: &str) -> Result<()> {
        Ok(self.conn.execute_batch(sql)?)
    }

    /// One word of a transaction: these come with every command, and are prepared once.
    pub(crate) fn word(&mut self, sql: &str) -> Result<()> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    pub(crate) fn all(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        words::numbered(sql, &mut self.text);
        let mut statement = self.conn.prepare_cached(&self.text)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(read(row.get_ref(column)?)?);
            }
            found.push(Row::new(values));
        }
        Ok(found)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        words::numbered(sql, &mut self.text);
        let mut statement = self.conn.prepare_cached(&self.text)?;
        Ok(statement.execute(rusqlite::params_from_iter(params))? as u64)
    }

    /// SQLite ends the whole transaction itself on some faults (disk full).
    fn transaction_lost(&self) -> bool {
        self.conn.is_autocommit()
    }
}

fn read(value: ValueRef<'_>) -> Result<Value<'static>> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(x) => Value::Real(x),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text)
                .map_err(|e| StoreError::corrupt(format!("text that is not UTF-8: {e}")))?;
            Value::Text(text.to_owned().into())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec().into()),
    })
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(x) => ValueRef::Real(*x),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Id(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

/// Runs inside the writer thread with the open transaction, or is told why there is none. What it
/// returns is called with the outcome of the commit.
pub(crate) type Job = Box<dyn FnOnce(Result<&mut Option<Connection>>) -> Answer + Send>;
pub(crate) type Answer = Box<dyn FnOnce(Result<()>) + Send>;

pub(crate) struct Sqlite {
    queue: mpsc::Sender<Job>,
    pub(crate) readers: Readers,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let writer = Connection::writer(path)?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || write(writer, jobs))
            .map_err(StoreError::files)?;
        let readers = Readers::new(path);
        Ok(Self { queue, readers })
    }

    pub(crate) async fn send(&self, job: Job) -> Result<()> {
        self.queue.send(job).await.map_err(|_| StoreError::Closed)
    }
}

/// The writer thread. Ends when the last sender is gone and the queue is empty.
fn write(conn: Connection, mut queue: mpsc::Receiver<Job>) {
    // The connection moves into the transaction of each command and back; `None` only meanwhile.
    let mut place = Some(conn);
    while let Some(first) = queue.blocking_recv() {
        if let Err(error) = on(&mut place, |c| c.word(words::BEGIN)) {
            first(Err(error.clone()))(Err(error));
            continue;
        }
        let mut answers = Vec::new();
        let mut next = Some(first);
        let mut lost = Ok(());
        while let Some(job) = next.take() {
            answers.push(in_savepoint(&mut place, job));
            lost = on(&mut place, |c| match c.transaction_lost() {
                true => Err(StoreError::Database {
                    message: "the transaction was given up by the engine".into(),
                    retry: false,
                }),
                false => Ok(()),
            });
            if lost.is_ok() && answers.len() < GROUP {
                next = queue.try_recv().ok();
            }
        }
        let outcome = lost.and_then(|()| on(&mut place, |c| c.word("COMMIT")));
        if outcome.is_err() {
            // Already rolled back by the engine in most cases; then this says so and changes nothing.
            if let Err(error) = on(&mut place, |c| c.script("ROLLBACK")) {
                tracing::debug!(%error, "nothing to roll back");
            }
        }
        for answer in answers {
            answer(outcome.clone());
        }
    }
}

fn in_savepoint(place: &mut Option<Connection>, job: Job) -> Answer {
    match on(place, |c| c.word(words::SAVEPOINT)) {
        Ok(()) => job(Ok(place)),
        Err(error) => job(Err(error)),
    }
}

fn on<T>(
    place: &mut Option<Connection>,
    f: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    f(place.as_mut().ok_or(StoreError::Closed)?)
}

/// Read-only connections, one for each worker that reads at the same time.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    fn new(path: &Path) -> Self {
        let workers = std::thread::available_parallelism().map_or(4, |n| n.get());
        Self {
            path: path.to_owned(),
            idle: Mutex::default(),
            permits: Semaphore::new((workers * 2).max(8)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for a free place. The place is kept until [`Readers::give_back`].
    pub(crate) async fn take(&self) -> Result<Connection> {
        let permit = self.permits.acquire().await;
        let permit = permit.map_err(|_| StoreError::Closed)?;
        let idle = self.lock().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => Connection::reader(&self.path)?,
        };
        permit.forget();
        Ok(conn)
    }

    /// A connection still inside a transaction is closed instead of kept.
    pub(crate) fn give_back(&self, conn: Connection) {
        if conn.conn.is_autocommit() {
            self.lock().push(conn);
        }
        self.permits.add_permits(1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
