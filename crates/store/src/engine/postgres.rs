//! PostgreSQL: a pool of connections, prepared statements kept per connection.
//! Encrypted connections are absent: the database stands beside the server, reached by socket or a
//! private network.

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures::future::{join_all, try_join_all};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type};

use crate::error::{Result, StoreError};
use crate::value::{Row, Value};

/// Connections of one process at most.
const CONNECTIONS: usize = 24;

pub(crate) fn pool(url: &str) -> Result<Pool> {
    let config: tokio_postgres::Config = url.parse()?;
    let manager = Manager::from_config(
        config,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(std::time::Duration::from_secs(10)))
        .build()
        .map_err(|e| StoreError::Database {
            message: e.to_string(),
            retry: false,
        })
}

pub(crate) async fn all(client: &Object, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>> {
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, &borrowed(params)).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn execute(client: &Object, sql: &str, params: &[Value<'_>]) -> Result<u64> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.execute(&statement, &borrowed(params)).await?)
}

pub(crate) async fn all_many(
    client: &Object,
    sql: &str,
    keys: &[Vec<Value<'_>>],
) -> Result<Vec<Vec<Row>>> {
    try_join_all(keys.iter().map(|key| all(client, sql, key))).await
}

pub(crate) async fn execute_many(client: &Object, steps: &[(&str, Vec<Value<'_>>)]) -> Result<()> {
    // Joined futures are sent in the order of the list and answered in it.
    let steps = steps.iter().map(async |(sql, params)| {
        let statement = client.prepare_cached(sql).await?;
        client.execute(&statement, &borrowed(params)).await
    });
    let failed = join_all(steps).await.into_iter().filter_map(Result::err);
    // Behind the step that failed the others only hear that the transaction is lost: it alone says why.
    let lost =
        |error: &tokio_postgres::Error| error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION);
    match failed.min_by_key(lost) {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

fn borrowed<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

fn read(row: &tokio_postgres::Row) -> Result<Row> {
    let mut values = Vec::with_capacity(row.len());
    for (n, column) in row.columns().iter().enumerate() {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(n)?.map(Value::Int),
            Type::INT4 => row
                .try_get::<_, Option<i32>>(n)?
                .map(|i| Value::Int(i64::from(i))),
            Type::BOOL => row
                .try_get::<_, Option<bool>>(n)?
                .map(|b| Value::Int(i64::from(b))),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(n)?.map(Value::Real),
            Type::TEXT | Type::VARCHAR => row
                .try_get::<_, Option<String>>(n)?
                .map(|t| Value::Text(t.into())),
            Type::BYTEA => row
                .try_get::<_, Option<Vec<u8>>>(n)?
                .map(|b| Value::Bytes(b.into())),
            ref other => {
                return Err(StoreError::misuse(format!(
                    "column {} has the type {other}, outside the portable subset",
                    column.name()
                )));
            }
        };
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(Row::new(values))
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) if *ty == Type::FLOAT8 => (*n as f64).to_sql(ty, out),
            Value::Int(n) if *ty == Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
            Value::Int(n) => n.to_sql(ty, out),
            Value::Real(x) => x.to_sql(ty, out),
            Value::Text(text) => text.as_ref().to_sql(ty, out),
            Value::Bytes(bytes) => bytes.as_ref().to_sql(ty, out),
            Value::Id(id) => id.as_bytes().as_slice().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let fits = match self {
            Value::Null => true,
            Value::Int(_) => matches!(*ty, Type::INT8 | Type::INT4 | Type::FLOAT8),
            Value::Real(_) => *ty == Type::FLOAT8,
            Value::Text(_) => matches!(*ty, Type::TEXT | Type::VARCHAR),
            Value::Bytes(_) | Value::Id(_) => *ty == Type::BYTEA,
        };
        match fits {
            true => self.to_sql(ty, out),
            false => Err(format!("{self:?} does not fit the type {ty}").into()),
        }
    }
}
