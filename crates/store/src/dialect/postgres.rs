//! Words that only PostgreSQL understands, and the one function that speaks to Citus.

pub(super) const LOCKED: &str = " FOR UPDATE";
pub(super) const BY_UNIT: &str = "";
pub(super) const BY_OPEN: &str = "";

pub(crate) const BEGIN: &str = "BEGIN";
pub(crate) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) const SEARCH_INDEX: &str = "ALTER TABLE search ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED;
    CREATE INDEX search_vector ON search USING gin (vector);";

/// `{join}`: further tables.
pub(crate) const SEARCH_FROM: &str =
    "FROM search s {join} WHERE s.city = $1 AND s.vector @@ to_tsquery('simple', $2)";
pub(crate) const SEARCH_ORDER: &str = "ORDER BY s.at DESC, s.ref DESC";

/// Two servers that start together must not migrate together.
pub(crate) const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(7239210)";
pub(crate) const MIGRATION_UNLOCK: &str = "SELECT pg_advisory_unlock(7239210)";
pub(crate) const HAS_CITUS: &str = "SELECT count(*) FROM pg_extension WHERE extname = 'citus'";

pub(super) fn ddl(portable: &str) -> String {
    portable
        .replace(" BLOB", " BYTEA")
        .replace(") CLUSTERED;", ");")
}

/// Every table is spread by `city`; nothing is a reference table, for every key begins with it.
pub(crate) fn distribute(table: &str) -> String {
    format!("SELECT create_distributed_table('{table}', 'city')")
}

/// The query words as tsquery reads them: every word must occur, the last one may be unfinished.
pub(crate) fn search_query(words: &[&str]) -> String {
    let mut query = String::new();
    for (n, word) in words.iter().enumerate() {
        let last = n + 1 == words.len();
        let star = if last && word.chars().count() >= 2 {
            ":*"
        } else {
            ""
        };
        let and = if last { "" } else { " & " };
        query.push_str(&format!("'{word}'{star}{and}"));
    }
    query
}
