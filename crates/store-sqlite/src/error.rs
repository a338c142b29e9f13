//! What can go wrong with an SQLite file, and what it means to the store.

use std::io;
use std::path::PathBuf;

use crossgate_store::StoreError;
use rusqlite::ErrorCode;

/// Why the file cannot be the store. The text says what to change.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct OpenError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it. The text says it already, so it is not given as the source as well.
    pub problem: OpenProblem,
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum OpenProblem {
    /// Its directory is not there.
    #[error("the directory of the database does not exist; create it, or configure another place")]
    NoDirectory,
    /// It is a directory, a socket or the like.
    #[error("this is not a file; configure a file, which need not exist yet")]
    NotAFile,
    /// It may not be written.
    #[error("the database is read-only; make the file and its directory writable for this user")]
    ReadOnly,
    /// It is no SQLite file.
    #[error("this is not an SQLite database; it was left as it is, configure another file")]
    NotADatabase,
    /// It belongs to another program.
    #[error("this SQLite database belongs to another program; it was left as it is, configure another file")]
    Foreign,
    /// A newer Crossgate wrote it.
    #[error(
        "a newer Crossgate wrote this database (schema {found}, this one knows up to {known}); \
         it was left as it is, start that version or restore an older copy"
    )]
    NewerSchema {
        /// The schema in the file.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// The system does not let us.
    #[error("the database cannot be opened: {0}")]
    System(#[from] io::Error),
    /// SQLite cannot use it.
    #[error("the database cannot be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenProblem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Sqlite(error),
        }
    }
}

/// Why a piece of work failed. Exists because neither side of the translation is ours to extend.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) StoreError);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self(store_error(error))
    }
}

/// What an SQLite error means to the store. SQLite's own texts name tables and columns, never values.
pub(crate) fn store_error(error: rusqlite::Error) -> StoreError {
    match (error.sqlite_error_code(), &error) {
        (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), _) => {
            StoreError::damaged(format!("the database file ({error})"))
        }
        // The text of a failed conversion could quote what it failed on.
        (_, rusqlite::Error::FromSqlConversionFailure(column, ..)) => {
            StoreError::damaged(format!("a value of column {column} of a row"))
        }
        (_, rusqlite::Error::InvalidColumnType(_, column, _)) => {
            StoreError::damaged(format!("a value of column {column} of a row"))
        }
        _ => StoreError::unavailable(error),
    }
}
