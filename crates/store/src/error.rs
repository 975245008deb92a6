//! What can go wrong between the city and its memory. Faults and one honest "somebody was faster";
//! never a decision: refusals come from `rules`.

use rules::case::Recorded;
use rules::ids::CaseId;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A fault of the store, or a version conflict.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The case moved on since it was read. Holds what happened meanwhile, for the page to show.
    #[error("case {} is at version {}, not {}", .0.case, .0.now, .0.seen)]
    Conflict(Box<Conflict>),
    /// A unique key exists already; `what` names the constraint or the columns.
    #[error("already there: {what}")]
    Duplicate { what: String },
    #[error("not there: {what}")]
    Missing { what: String },
    /// What is stored cannot be read back; the store was altered from outside or by a newer version.
    #[error("stored data cannot be read: {what}")]
    Corrupt { what: String },
    /// The caller broke the contract of the store (a moment finer than a microsecond, a hole in versions).
    #[error("wrong use of the store: {what}")]
    Misuse { what: String },
    #[error("database: {message}")]
    Database { message: String, retry: bool },
    #[error("files: {message}")]
    Files { message: String },
    #[error("the store is closed")]
    Closed,
}

/// Who was faster, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub case: CaseId,
    /// The version the caller had read.
    pub seen: u32,
    /// The version stored now.
    pub now: u32,
    /// The events after `seen`, oldest first.
    pub meanwhile: Vec<Recorded>,
}

impl StoreError {
    /// Stored data that cannot be understood.
    pub fn corrupt(what: impl Into<String>) -> Self {
        StoreError::Corrupt { what: what.into() }
    }
    pub(crate) fn missing(what: impl Into<String>) -> Self {
        StoreError::Missing { what: what.into() }
    }
    pub(crate) fn misuse(what: impl Into<String>) -> Self {
        StoreError::Misuse { what: what.into() }
    }
    pub(crate) fn files(error: impl std::fmt::Display) -> Self {
        StoreError::Files {
            message: error.to_string(),
        }
    }
    /// A serialisation failure or a deadlock: the same command may succeed when run again.
    pub(crate) fn may_retry(&self) -> bool {
        matches!(self, StoreError::Database { retry: true, .. })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi;
        if let rusqlite::Error::SqliteFailure(code, message) = &error {
            let unique = [
                ffi::SQLITE_CONSTRAINT_UNIQUE,
                ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ffi::SQLITE_CONSTRAINT_ROWID,
            ];
            if unique.contains(&code.extended_code) {
                let what = message.clone().unwrap_or_default();
                return StoreError::Duplicate { what };
            }
        }
        StoreError::Database {
            message: error.to_string(),
            retry: false,
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let code = error.code();
        if code == Some(&SqlState::UNIQUE_VIOLATION) {
            let what = error.as_db_error().and_then(|e| e.constraint());
            return StoreError::Duplicate {
                what: what.unwrap_or("unique key").to_owned(),
            };
        }
        let retry = code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
            || code == Some(&SqlState::T_R_DEADLOCK_DETECTED);
        let message = match error.as_db_error() {
            Some(inner) => inner.to_string(),
            None => match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
        };
        StoreError::Database { message, retry }
    }
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(inner) => inner.into(),
            deadpool_postgres::PoolError::Closed => StoreError::Closed,
            other => StoreError::Database {
                message: other.to_string(),
                retry: false,
            },
        }
    }
}
