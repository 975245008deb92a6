//! A transaction and the verbs inside it. Commands get a `&mut Tx`; nobody else can write.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::dialect::{self, Dialect};
use crate::engine::{Conn, first, sqlite};
use crate::error::{Result, StoreError};
use crate::store::{Engine, Inner};
use crate::value::{Row, Value};

/// What a command returns: `Box::pin(async move { … })`.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// Attempts on PostgreSQL when commands collide, before the fault is passed on.
const ATTEMPTS: u32 = 12;

/// One command's transaction in one city.
pub struct Tx {
    /// `None` only while the transaction is being taken apart.
    conn: Option<Conn>,
    city: Arc<str>,
    /// A statement failed in a way that may succeed when the whole command runs again.
    retry: bool,
    /// Something was put into the outbox.
    pub(crate) woke: bool,
}

impl Tx {
    fn new(conn: Conn, city: Arc<str>) -> Self {
        Self {
            conn: Some(conn),
            city,
            retry: false,
            woke: false,
        }
    }

    pub fn city(&self) -> &str {
        &self.city
    }

    /// For parameters beside a `&mut` verb.
    pub(crate) fn shared_city(&self) -> Arc<str> {
        self.city.clone()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.conn.as_ref().map_or(Dialect::Sqlite, Conn::dialect)
    }

    fn conn(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or(StoreError::Closed)
    }

    fn noted<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let Err(error) = &outcome {
            self.retry |= error.may_retry();
        }
        outcome
    }

    pub(crate) async fn all<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.conn()?.all(sql, params).await;
        self.noted(rows)?.into_iter().map(read).collect()
    }

    pub(crate) async fn maybe<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let rows = self.conn()?.all(sql, params).await;
        self.noted(rows)?.into_iter().next().map(read).transpose()
    }

    /// The same question with many keys, answered in their order. PostgreSQL is not waited for between.
    pub(crate) async fn maybe_many<T>(
        &mut self,
        sql: &str,
        keys: &[Vec<Value<'_>>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let answers = self.conn()?.all_many(sql, keys).await;
        let first = |rows: Vec<Row>| rows.into_iter().next().map(&read).transpose();
        self.noted(answers)?.into_iter().map(first).collect()
    }

    pub(crate) async fn one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<T> {
        let rows = self.conn()?.all(sql, params).await;
        read(first(self.noted(rows)?)?)
    }

    /// The number of rows changed.
    pub(crate) async fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let outcome = self.conn()?.execute(sql, params).await;
        self.noted(outcome)
    }

    pub(crate) async fn execute_many(&mut self, steps: &[(&str, Vec<Value<'_>>)]) -> Result<()> {
        let outcome = self.conn()?.execute_many(steps).await;
        self.noted(outcome)
    }
}

impl Drop for Tx {
    /// A command whose caller went away: its connection is closed, so that nothing half done returns
    /// to the pool.
    fn drop(&mut self) {
        if let Some(Conn::Postgres(client)) = self.conn.take() {
            drop(deadpool_postgres::Object::take(*client));
        }
    }
}

/// The right to change one city. Handed to `actions` and the shell only.
#[derive(Clone)]
pub struct Writer {
    pub(crate) store: Arc<Inner>,
    pub(crate) city: Arc<str>,
}

impl Writer {
    pub fn city(&self) -> &str {
        &self.city
    }

    /// Runs one command in one transaction and answers after its commit is durable. An error from the
    /// command undoes all it wrote. The closure may run again when PostgreSQL reports a collision, so
    /// it clones what it needs:
    /// `writer.run("open", move |tx| { let case = case.clone(); Box::pin(async move { … }) })`.
    ///
    /// # Errors
    /// Those of the command, and [`StoreError`] for the transaction itself.
    ///
    /// # Panics
    /// Where the command panics, or (on SQLite) waits for anything but its transaction.
    pub async fn run<T, E, F>(&self, name: &'static str, command: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
    {
        let outcome = match &self.store.engine {
            Engine::Sqlite(engine) => self.grouped(engine, name, command).await,
            Engine::Postgres(pool) => self.repeated(pool, name, command).await,
        };
        let (value, woke) = outcome?;
        if woke {
            self.store.committed.notify_one();
        }
        Ok(value)
    }

    async fn grouped<T, E, F>(
        &self,
        engine: &sqlite::Sqlite,
        name: &'static str,
        command: F,
    ) -> Result<(T, bool), E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let city = self.city.clone();
        let job: sqlite::Job = Box::new(move |place| {
            let ran = catch_unwind(AssertUnwindSafe(|| in_place(place, city, name, &command)));
            Box::new(move |commit: Result<()>| {
                let told = answer.send(match (ran, commit) {
                    (Ok(Ok(_)), Err(fault)) => Ok(Err(E::from(fault))),
                    (ran, _) => ran,
                });
                if told.is_err() {
                    tracing::debug!(name, "the caller did not wait for the answer");
                }
            })
        });
        engine.send(job).await?;
        match answered.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(StoreError::Closed.into()),
        }
    }

    async fn repeated<T, E, F>(
        &self,
        pool: &deadpool_postgres::Pool,
        name: &'static str,
        command: F,
    ) -> Result<(T, bool), E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
    {
        let mut attempt = 1;
        loop {
            let client = pool.get().await.map_err(StoreError::from)?;
            let mut tx = Tx::new(Conn::Postgres(Box::new(client)), self.city.clone());
            tx.conn()?.begin().await?;
            let error = match command(&mut tx).await {
                Ok(value) => match tx.conn()?.commit().await {
                    Ok(()) => {
                        let woke = tx.woke;
                        drop(tx.conn.take());
                        return Ok((value, woke));
                    }
                    Err(fault) => {
                        tx.retry |= fault.may_retry();
                        E::from(fault)
                    }
                },
                Err(error) => error,
            };
            let retry = tx.retry && attempt < ATTEMPTS;
            tx.conn()?.script("ROLLBACK").await?;
            drop(tx.conn.take());
            if !retry {
                return Err(error);
            }
            tracing::debug!(name, attempt, "collided, runs again");
            tokio::time::sleep(std::time::Duration::from_millis(u64::from(
                attempt * attempt,
            )))
            .await;
            attempt += 1;
        }
    }
}

/// One command inside its savepoint, on the writer thread.
fn in_place<T, E, F>(
    place: Result<&mut Option<sqlite::Connection>>,
    city: Arc<str>,
    name: &'static str,
    command: &F,
) -> Result<(T, bool), E>
where
    E: From<StoreError>,
    F: for<'t> Fn(&'t mut Tx) -> Work<'t, T, E>,
{
    let place = place?;
    let conn = place.take().ok_or(StoreError::Closed)?;
    let mut tx = Tx::new(Conn::Sqlite(conn), city);
    let ran = catch_unwind(AssertUnwindSafe(|| {
        match command(&mut tx)
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => {
                panic!("the command {name} waits for something outside its transaction")
            }
        }
    }));
    let woke = tx.woke;
    let Some(Conn::Sqlite(mut conn)) = tx.conn.take() else {
        return Err(StoreError::Closed.into());
    };
    let ended = match &ran {
        Ok(Ok(_)) => conn.word(dialect::sqlite::RELEASE),
        _ => conn.script(dialect::sqlite::UNDO),
    };
    *place = Some(conn);
    match ran {
        Err(panic) => resume_unwind(panic),
        Ok(Err(error)) => Err(error),
        Ok(Ok(value)) => {
            ended?;
            Ok((value, woke))
        }
    }
}
