//! Forward migrations, embedded. Each runs once, in one transaction, on both engines; one that was written beside a
//! later one runs where that has run already.

use crate::dialect::{Dialect, postgres as pg, statistics};
use crate::engine::{Conn, first, sqlite};
use crate::error::{Result, StoreError};
use crate::params;
use crate::store::{Engine, Inner};

/// One step of the schema. `indexes_search`: lays the full-text index of the engine over `search`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub version: i64,
    pub text: &'static str,
    pub indexes_search: bool,
}

impl Migration {
    const fn of(version: i64, text: &'static str) -> Self {
        Self {
            version,
            text,
            indexes_search: false,
        }
    }
}

#[rustfmt::skip] // one line each
pub const MIGRATIONS: &[Migration] = &[
    Migration { indexes_search: true, ..Migration::of(1, include_str!("../migrations/0001_city.sql")) },
    Migration::of(2, include_str!("../migrations/0002_drafts_and_registers.sql")),
    Migration::of(3, include_str!("../migrations/0003_papers.sql")),
    Migration::of(4, include_str!("../migrations/0004_authority.sql")),
    Migration::of(6, include_str!("../migrations/0006_money.sql")),
    Migration::of(7, include_str!("../migrations/0007_counter.sql")),
    Migration::of(8, include_str!("../migrations/0008_flow.sql")),
    Migration::of(9, include_str!("../migrations/0009_messages.sql")),
    Migration::of(10, include_str!("../migrations/0010_portal.sql")),
    Migration::of(11, include_str!("../migrations/0011_numbers.sql")),
    Migration::of(12, include_str!("../migrations/0012_residents.sql")),
    Migration::of(13, include_str!("../migrations/0013_open311.sql")),
    Migration::of(15, include_str!("../migrations/0015_hotline.sql")),
    Migration::of(16, include_str!("../migrations/0016_linked.sql")),
    Migration::of(17, include_str!("../migrations/0017_shown.sql")),
    Migration::of(18, include_str!("../migrations/0018_handling.sql")),
    Migration::of(19, include_str!("../migrations/0019_following.sql")),
    Migration::of(20, include_str!("../migrations/0020_partners.sql")),
    Migration::of(21, include_str!("../migrations/0021_sample.sql")),
    Migration::of(22, include_str!("../migrations/0022_cells.sql")),
    Migration::of(23, include_str!("../migrations/0023_original.sql")),
];

/// Begins with `city` like every table, though a migration is the whole installation's (`*`).
const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
  city TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (city, version))";

pub(crate) async fn run(store: &Inner, migrations: &[Migration]) -> Result<()> {
    let mut conn = own_connection(store).await?;
    if conn.dialect() == Dialect::Sqlite {
        return apply(&mut conn, migrations).await;
    }
    conn.script(pg::MIGRATION_LOCK).await?;
    let outcome = apply(&mut conn, migrations).await;
    if outcome.is_err() {
        // A failed migration must not stay open on a connection that returns to the pool.
        conn.script("ROLLBACK").await?;
    }
    conn.script(pg::MIGRATION_UNLOCK).await?;
    outcome
}

/// A writing connection beside the writer, for work on the whole store while nothing else writes.
pub(crate) async fn own_connection(store: &Inner) -> Result<Conn> {
    Ok(match &store.engine {
        Engine::Sqlite(engine) => Conn::Sqlite(sqlite::Connection::writer(engine.readers.path())?),
        Engine::Postgres(pool) => Conn::Postgres(Box::new(pool.get().await?)),
    })
}

async fn apply(conn: &mut Conn, migrations: &[Migration]) -> Result<()> {
    conn.script(LEDGER).await?;
    let newest = migrations.last().map_or(0, |m| m.version);
    for migration in migrations {
        conn.begin().await?;
        // Asked inside the transaction: another server may have come first.
        let last = "SELECT coalesce(max(version), 0) FROM migration WHERE city = $1";
        let done: i64 = first(conn.all(last, &params!["*"]).await?)?.next()?;
        if done > newest {
            return Err(StoreError::misuse(format!(
                "the database is at version {done}, this program knows only {newest}"
            )));
        }
        let known = "SELECT count(*) FROM migration WHERE city = $1 AND version = $2";
        let known: i64 = first(conn.all(known, &params!["*", migration.version]).await?)?.next()?;
        if known > 0 {
            conn.commit().await?;
            continue;
        }
        let dialect = conn.dialect();
        conn.script(&dialect.ddl(migration.text)).await?;
        if migration.indexes_search {
            conn.script(dialect.search_index()).await?;
        }
        // With the last one, and with one that comes after it.
        if dialect == Dialect::Sqlite && migration.version.max(done) == newest {
            statistics::tell(conn).await?;
        }
        let note = "INSERT INTO migration (city, version) VALUES ($1, $2)";
        conn.execute(note, &params!["*", migration.version]).await?;
        conn.commit().await?;
        spread(conn, dialect, migration.text).await?;
    }
    Ok(())
}

/// Where Citus is installed, new tables are spread by `city`.
async fn spread(conn: &mut Conn, dialect: Dialect, text: &str) -> Result<()> {
    if dialect != Dialect::Postgres {
        return Ok(());
    }
    let citus: i64 = first(conn.all(pg::HAS_CITUS, &[]).await?)?.next()?;
    if citus == 0 {
        return Ok(());
    }
    for table in tables(text) {
        conn.script(&pg::distribute(table)).await?;
    }
    Ok(())
}

/// The tables a migration creates, in its order.
pub fn tables(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split_whitespace().next())
}

/// The columns that a migration adds to tables that were there: (table, column), in its order.
pub fn added(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines()
        .filter_map(|line| line.strip_prefix("ALTER TABLE "))
        .filter_map(|rest| rest.split_once(" ADD COLUMN "))
        .filter_map(|(table, rest)| Some((table, rest.split_whitespace().next()?)))
}
