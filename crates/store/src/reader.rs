//! The right to read one city. Cannot write: there is no verb for it.

use std::sync::Arc;

use crate::dialect::Dialect;
use crate::engine::Conn;
use crate::error::{Result, StoreError};
use crate::store::{Engine, Inner};
use crate::tx::Tx;
use crate::value::{Row, Value};

/// Cheap to clone. Its questions are in `read/*.rs`.
#[derive(Clone)]
pub struct Reader {
    pub(crate) store: Arc<Inner>,
    pub(crate) city: Arc<str>,
}

impl Reader {
    pub fn city(&self) -> &str {
        &self.city
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self.store.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn rows(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        let mut conn = Lent::of(&self.store).await?;
        conn.get()?.all(sql, params).await
    }

    pub(crate) async fn all<T>(
        &self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.rows(sql, params)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub(crate) async fn maybe<T>(
        &self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let rows = self.rows(sql, params).await?;
        rows.into_iter().next().map(read).transpose()
    }

    pub(crate) async fn one<T>(
        &self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<T> {
        let rows = self.rows(sql, params).await?;
        read(crate::engine::first(rows)?)
    }

    /// A view of one moment that stays still while long work reads page after page.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot> {
        let mut lent = Lent::of(&self.store).await?;
        lent.busy = true;
        lent.get()?.begin_snapshot().await?;
        Ok(Snapshot { lent })
    }
}

/// Whatever questions can be asked of: a reader, or the transaction of a command.
pub(crate) trait Source: Send {
    fn city(&self) -> Arc<str>;
    fn rows(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> impl Future<Output = Result<Vec<Row>>> + Send;
}

impl Source for &Reader {
    fn city(&self) -> Arc<str> {
        self.city.clone()
    }
    async fn rows(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        Reader::rows(self, sql, params).await
    }
}

impl Source for &mut Tx {
    fn city(&self) -> Arc<str> {
        self.shared_city()
    }
    async fn rows(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        Tx::all(self, sql, params, Ok).await
    }
}

/// A connection on loan; goes back to its pool when dropped.
pub(crate) struct Lent {
    store: Arc<Inner>,
    conn: Option<Conn>,
    /// Inside a transaction: must be closed, not given back.
    busy: bool,
}

impl Lent {
    async fn of(store: &Arc<Inner>) -> Result<Self> {
        Ok(Self {
            store: store.clone(),
            conn: Some(store.connection().await?),
            busy: false,
        })
    }

    fn get(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or(StoreError::Closed)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        match self.conn.take() {
            Some(Conn::Postgres(client)) if self.busy => {
                drop(deadpool_postgres::Object::take(*client));
            }
            Some(conn) => self.store.give_back(conn),
            None => {}
        }
    }
}

/// One moment of the store, held open. Drop it soon: it keeps old versions of rows alive.
pub(crate) struct Snapshot {
    lent: Lent,
}

impl Snapshot {
    pub(crate) async fn all<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.lent.get()?.all(sql, params).await?;
        // SQLite answers without waiting: let others run between pages.
        tokio::task::yield_now().await;
        rows.into_iter().map(read).collect()
    }

    pub(crate) async fn end(mut self) -> Result<()> {
        self.lent.get()?.commit().await?;
        self.lent.busy = false;
        Ok(())
    }
}
