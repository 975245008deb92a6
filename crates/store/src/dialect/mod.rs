//! Every word that only one engine understands. The rest of the crate writes the portable subset:
//! BIGINT, TEXT, BLOB, DOUBLE PRECISION, `$1`, ON CONFLICT DO UPDATE, RETURNING, keyset pages.

pub mod postgres;
pub mod sqlite;
pub(crate) mod statistics;

/// What a statement needs that the engines spell differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Put after a SELECT of rows that this command will change. SQLite has one writer anyway.
    pub fn locked(self) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite::LOCKED,
            Dialect::Postgres => postgres::LOCKED,
        }
    }

    /// Put after the table of tasks in a question about the inboxes of some units. SQLite, which is
    /// not told how many tasks a unit has, would go through every inbox of the city; PostgreSQL measures.
    pub(crate) fn by_unit(self) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite::BY_UNIT,
            Dialect::Postgres => postgres::BY_UNIT,
        }
    }

    /// Put after `cases` where only open ones are asked for.
    pub(crate) fn by_open(self) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite::BY_OPEN,
            Dialect::Postgres => postgres::BY_OPEN,
        }
    }

    /// A migration in the words of the engine.
    pub(crate) fn ddl(self, portable: &str) -> String {
        match self {
            Dialect::Sqlite => sqlite::ddl(portable),
            Dialect::Postgres => postgres::ddl(portable),
        }
    }

    /// The full-text index over `search`.
    pub(crate) fn search_index(self) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite::SEARCH_INDEX,
            Dialect::Postgres => postgres::SEARCH_INDEX,
        }
    }
}
