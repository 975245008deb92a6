//! Two drivers behind one connection type. An enum, not a trait: there are two, and both are known.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use crate::dialect::{self, Dialect};
use crate::error::{Result, StoreError};
use crate::value::{Row, Value};

/// One connection, owned by whoever asks questions with it now.
pub(crate) enum Conn {
    Sqlite(sqlite::Connection),
    Postgres(Box<deadpool_postgres::Object>),
}

impl Conn {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Conn::Sqlite(_) => Dialect::Sqlite,
            Conn::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn all(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
        match self {
            Conn::Sqlite(conn) => conn.all(sql, params),
            Conn::Postgres(client) => postgres::all(client, sql, params).await,
        }
    }

    /// The same question with many parameters, answered in their order.
    pub(crate) async fn all_many(
        &mut self,
        sql: &str,
        keys: &[Vec<Value<'_>>],
    ) -> Result<Vec<Vec<Row>>> {
        match self {
            Conn::Sqlite(conn) => keys.iter().map(|key| conn.all(sql, key)).collect(),
            Conn::Postgres(client) => postgres::all_many(client, sql, keys).await,
        }
    }

    /// The number of rows the statement changed.
    pub(crate) async fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        match self {
            Conn::Sqlite(conn) => conn.execute(sql, params),
            Conn::Postgres(client) => postgres::execute(client, sql, params).await,
        }
    }

    /// Many statements in one go: PostgreSQL sends them without waiting for each answer.
    pub(crate) async fn execute_many(&mut self, steps: &[(&str, Vec<Value<'_>>)]) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => {
                for (sql, params) in steps {
                    conn.execute(sql, params)?;
                }
                Ok(())
            }
            Conn::Postgres(client) => postgres::execute_many(client, steps).await,
        }
    }

    /// Several statements as one text, without parameters: migrations and transaction words.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => conn.script(sql),
            Conn::Postgres(client) => Ok(client.batch_execute(sql).await?),
        }
    }

    pub(crate) async fn begin(&mut self) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => conn.script(dialect::sqlite::BEGIN),
            Conn::Postgres(client) => Ok(client.batch_execute(dialect::postgres::BEGIN).await?),
        }
    }

    /// A transaction that sees one moment of the store until it ends, and changes nothing.
    pub(crate) async fn begin_snapshot(&mut self) -> Result<()> {
        match self {
            Conn::Sqlite(conn) => conn.script(dialect::sqlite::BEGIN_SNAPSHOT),
            Conn::Postgres(client) => Ok(client
                .batch_execute(dialect::postgres::BEGIN_SNAPSHOT)
                .await?),
        }
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.script("COMMIT").await
    }
}

/// The first row of an answer that must have one.
pub(crate) fn first(rows: Vec<Row>) -> Result<Row> {
    rows.into_iter()
        .next()
        .ok_or_else(|| StoreError::missing("a row"))
}
