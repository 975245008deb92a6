//! Words that only SQLite understands.

pub(super) const LOCKED: &str = "";
pub(super) const BY_UNIT: &str = "INDEXED BY task_unit";
/// In order of the key the planner would rather read the whole city than sort what is open.
pub(super) const BY_OPEN: &str = "INDEXED BY case_open_due";

/// Durable (a commit is on disk before it is answered), readers never wait for the writer. The file is
/// not mapped into memory: each connection's map counts the whole database as the server's own, and the
/// system's cache holds the pages anyway. The caches (KiB) bound what one writer and eight readers hold.
pub(crate) const OPEN_WRITER: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;
    PRAGMA wal_autocheckpoint = 4000; PRAGMA mmap_size = 0;";
pub(crate) const OPEN_READER: &str = "PRAGMA query_only = ON; PRAGMA busy_timeout = 10000;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA mmap_size = 0;";

pub(crate) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(crate) const BEGIN_SNAPSHOT: &str = "BEGIN";
pub(crate) const SAVEPOINT: &str = "SAVEPOINT command";
pub(crate) const RELEASE: &str = "RELEASE command";
pub(crate) const UNDO: &str = "ROLLBACK TO command; RELEASE command";

/// The words are kept in `search`; the index holds no second copy of them.
pub(super) const SEARCH_INDEX: &str = "CREATE VIRTUAL TABLE search_text USING fts5(
    scope, words, content='', contentless_delete=1, detail=column,
    tokenize='unicode61 remove_diacritics 0');";

pub(crate) const SEARCH_ADD: &str = "INSERT INTO search_text (scope, words) VALUES ($1, $2)";
/// Directly after [`SEARCH_ADD`].
pub(crate) const SEARCH_INSERT: &str = "INSERT INTO search
    (city, kind, ref, case_id, title, words, public, at, doc)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, last_insert_rowid())";
/// After `search` has the new words.
pub(crate) const SEARCH_REFRESH: &str = "UPDATE search_text SET scope = $4,
    words = (SELECT words FROM search WHERE city = $1 AND kind = $2 AND ref = $3)
    WHERE rowid = (SELECT doc FROM search WHERE city = $1 AND kind = $2 AND ref = $3)";
pub(crate) const SEARCH_RESTORE: &str =
    "INSERT INTO search_text (rowid, scope, words) VALUES ($1, $2, $3)";
/// Before the row of `search` goes.
pub(crate) const SEARCH_DROP: &str = "DELETE FROM search_text
    WHERE rowid = (SELECT doc FROM search WHERE city = $1 AND kind = $2 AND ref = $3)";
/// Newest first without sorting: the row numbers grow with time.
/// CROSS JOIN keeps the planner from starting anywhere but at the words. `{join}`: further tables.
pub(crate) const SEARCH_FROM: &str = "FROM search_text t
    CROSS JOIN search s ON s.city = $1 AND s.doc = t.rowid {join} WHERE t.search_text MATCH $2";
pub(crate) const SEARCH_ORDER: &str = "ORDER BY t.rowid DESC";

pub(super) fn ddl(portable: &str) -> String {
    portable.replace(") CLUSTERED;", ") WITHOUT ROWID;")
}

/// `$3` → `?3`: SQLite would count `$n` by first appearance. Written into `out`, which is reused.
pub(crate) fn numbered(sql: &str, out: &mut String) {
    out.clear();
    out.reserve(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        out.push('?');
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The query words as FTS5 reads them: every word must occur, the last one may be unfinished.
pub(crate) fn search_query(scope: &[String], words: &[&str]) -> String {
    let mut query = String::new();
    for token in scope {
        query.push_str(&format!("scope:\"{token}\" AND "));
    }
    for (n, word) in words.iter().enumerate() {
        let last = n + 1 == words.len();
        let star = if last && word.chars().count() >= 2 {
            "*"
        } else {
            ""
        };
        let and = if last { "" } else { " AND " };
        query.push_str(&format!("words:\"{word}\"{star}{and}"));
    }
    query
}
