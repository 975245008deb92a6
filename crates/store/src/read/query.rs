//! A question put together from parts that depend on filters. Values never enter the text.

use crate::value::Value;

pub(crate) struct Query<'a> {
    pub sql: String,
    pub params: Vec<Value<'a>>,
}

impl<'a> Query<'a> {
    pub(crate) fn new(sql: impl Into<String>, params: impl Into<Vec<Value<'a>>>) -> Self {
        Self {
            sql: sql.into(),
            params: params.into(),
        }
    }

    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push(' ');
        self.sql.push_str(sql);
        self
    }

    /// `with("AND c.unit =", unit)`: the text and a new parameter.
    pub(crate) fn with(&mut self, sql: &str, value: impl Into<Value<'a>>) -> &mut Self {
        self.push(sql).push("").value(value)
    }

    /// A new parameter after the text so far.
    fn value(&mut self, value: impl Into<Value<'a>>) -> &mut Self {
        self.params.push(value.into());
        let n = self.params.len();
        self.sql.push_str(&format!("${n}"));
        self
    }

    /// `c.unit IN ($3, $4)`; an empty list matches nothing.
    pub(crate) fn one_of<V: Into<Value<'a>>>(
        &mut self,
        column: &str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        let mut first = true;
        for value in values {
            match first {
                true => self.push(&format!("{column} IN (")),
                false => self.push(","),
            };
            self.value(value);
            first = false;
        }
        self.push(if first { "1 = 0" } else { ")" })
    }
}

/// What the planner of SQLite makes of a question in an empty store.
#[cfg(test)]
pub(crate) mod plan {
    use super::Query;
    use crate::reader::Reader;
    use crate::{DatabaseConfig, FilesConfig, Store, StoreConfig};

    /// It stands as long as its folder.
    pub async fn empty() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let config = StoreConfig {
            database: DatabaseConfig::Sqlite(folder.path().join("store.db")),
            files: FilesConfig::Local(folder.path().to_owned()),
        };
        let store = Store::open(&config).await.expect("opened");
        store.migrate().await.expect("migrated");
        (folder, store)
    }

    pub async fn of(reader: &Reader, query: &Query<'_>) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let way = reader.all(&sql, &query.params, |mut row| {
            for _ in 0..3 {
                row.next::<i64>()?;
            }
            row.next::<String>()
        });
        way.await.expect("a plan").join("; ")
    }
}
