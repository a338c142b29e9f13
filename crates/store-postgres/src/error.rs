//! Why a database cannot be the store.

use tokio_postgres::error::SqlState;

use crate::failure::{Failure, chain};

/// Why the database cannot be the store. The text says what to change, and never how to sign in.
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL {place}: {problem}")]
pub struct OpenError {
    /// Its hosts and its name, as far as they are known; neither user nor password.
    pub place: String,
    /// What is wrong with it. The text says it already, so it is not given as the source as well.
    pub problem: OpenProblem,
}

/// What is wrong with the database, or with the way to it.
#[derive(Debug, thiserror::Error)]
pub enum OpenProblem {
    /// The URL says something else than where a database is.
    #[error("{0}")]
    Url(String),
    /// Certificates cannot be checked.
    #[error("TLS cannot be used: {0}")]
    Tls(String),
    /// Nobody answers, or it does not let us in.
    #[error("there is no connection: {0}")]
    NoConnection(String),
    /// Its texts are not UTF-8.
    #[error("the database's encoding is {0}; create one with the encoding UTF8")]
    Encoding(String),
    /// It acknowledges before it has written.
    #[error(
        "synchronous_commit is off, so that a crash would bring ended sessions back; \
         ALTER ROLE … SET synchronous_commit = on"
    )]
    LosesCommits,
    /// It takes no writes.
    #[error("the server is read-only; name the primary in the URL, or all servers")]
    ReadOnly,
    /// The schema belongs to another program.
    #[error(
        "the schema {0} has tables of another program; it was left as it is, configure another with `schema`"
    )]
    Foreign(String),
    /// A newer Crossgate wrote it.
    #[error(
        "a newer Crossgate wrote this schema (version {found}, this one knows up to {known}); it was left as it is, \
         start that version or restore an older copy"
    )]
    NewerSchema {
        /// The version in the database.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// It has to be brought up to date first.
    #[error("the schema is at version {found} and has to be at {needed}; run `crossgate store migrate`")]
    OlderSchema {
        /// The version in the database; 0 where there is none.
        found: u32,
        /// What this program needs.
        needed: u32,
    },
    /// The user of the URL may not do it.
    #[error("{0}; use a user that may, or have one run `crossgate store migrate`")]
    NotPermitted(String),
    /// The system gives no thread or no socket.
    #[error("the system does not let us: {0}")]
    System(#[from] std::io::Error),
    /// PostgreSQL refuses for another reason.
    #[error("{0}")]
    Refused(String),
}

impl From<tokio_postgres::Error> for OpenProblem {
    fn from(error: tokio_postgres::Error) -> Self {
        let code = error.code().cloned();
        let text = Failure::from(error).to_string();
        match code {
            Some(SqlState::INSUFFICIENT_PRIVILEGE) => Self::NotPermitted(text),
            Some(SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly,
            Some(_) => Self::Refused(text),
            None => Self::NoConnection(text),
        }
    }
}

impl OpenProblem {
    /// What became of an attempt to connect.
    pub(crate) fn of_connecting(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Self::NoConnection(format!(
                "PostgreSQL says: {} ({})",
                refusal.message(),
                refusal.code().code()
            )),
            None => Self::NoConnection(chain(error)),
        }
    }
}
