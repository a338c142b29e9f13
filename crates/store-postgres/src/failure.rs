//! Why a statement failed, what that says of the connection, and whether it may be sent once more.

use std::fmt;
use std::time::Duration;

use crossgate_store::StoreError;
use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::statement::Repeat;

/// Why a statement gave no answer.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    kind: Kind,
    /// For the operator. Names neither values nor who connects with which password.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Others did the same at the same time; nothing happened.
    Conflict,
    /// The server takes no writes, because it is not the primary or not any more; nothing happened.
    ReadOnly,
    /// A rule of a table forbids it: a row of this name is there; nothing happened.
    Taken,
    /// The data files are broken.
    Damaged,
    /// The server refused for another reason; nothing happened.
    Refused,
    /// The connection broke or the server said nothing: nobody knows what happened.
    Lost,
    /// There is no connection to ask on; nothing happened.
    NoConnection,
}

impl Failure {
    /// Nothing came within the time.
    pub(crate) fn silence(waited: Duration) -> Self {
        Self { kind: Kind::Lost, text: format!("PostgreSQL did not answer within {waited:?}") }
    }

    /// Whether the statement may be sent again. What others did at the same time is over soon; for the rest there is
    /// another connection.
    pub(crate) fn may_be_repeated(&self, repeat: Repeat) -> bool {
        match self.kind {
            Kind::Conflict | Kind::ReadOnly => true,
            Kind::Lost => repeat == Repeat::Harmless,
            Kind::Taken | Kind::Damaged | Kind::Refused | Kind::NoConnection => false,
        }
    }

    /// Whether it may have been done all the same.
    pub(crate) fn is_unknown(&self) -> bool {
        self.kind == Kind::Lost
    }

    pub(crate) fn is_conflict(&self) -> bool {
        self.kind == Kind::Conflict
    }

    /// Whether a row of this name is there already.
    pub(crate) fn is_taken(&self) -> bool {
        self.kind == Kind::Taken
    }

    /// Whether every connection that was opened before is doubtful: it leads to a server that is gone, or that is not
    /// the primary any more.
    pub(crate) fn dooms_connections(&self) -> bool {
        matches!(self.kind, Kind::ReadOnly | Kind::Lost)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure.kind {
            Kind::Damaged => Self::damaged(failure.text),
            _ => Self::unavailable(failure),
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Self { kind: kind(refusal), text: describe(refusal) },
            None => Self { kind: Kind::Lost, text: chain(&error) },
        }
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        let text = match error {
            PoolError::Timeout(TimeoutType::Wait) => {
                "all connections to PostgreSQL are busy: the server is slow or stands still, or there are too few of \
                 them (`pool`)"
                    .into()
            }
            PoolError::Timeout(_) => "no connection to PostgreSQL could be made in time".into(),
            PoolError::Backend(error) => Self::from(error).text,
            other => chain(&other),
        };
        Self { kind: Kind::NoConnection, text }
    }
}

fn kind(refusal: &DbError) -> Kind {
    let code = refusal.code();
    match code {
        // The connection ends with it. While a commit waits for a standby this comes although it has happened.
        _ if ends_the_connection(refusal) => Kind::Lost,
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Kind::Conflict,
        &SqlState::READ_ONLY_SQL_TRANSACTION => Kind::ReadOnly,
        &SqlState::UNIQUE_VIOLATION => Kind::Taken,
        &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => Kind::Damaged,
        _ => Kind::Refused,
    }
}

/// Classes 08 (connection) and 57P (somebody stops the server), and whatever the server itself calls fatal.
fn ends_the_connection(refusal: &DbError) -> bool {
    let is_fatal = matches!(refusal.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    is_fatal || refusal.code().code().starts_with("08") || refusal.code().code().starts_with("57P")
}

/// Without the detail, which quotes rows.
fn describe(refusal: &DbError) -> String {
    let hint = match refusal.code() {
        &SqlState::INVALID_SQL_STATEMENT_NAME | &SqlState::DUPLICATE_PSTATEMENT => {
            "; behind a pooler that keeps no session add prepared=false to the URL"
        }
        &SqlState::INSUFFICIENT_PRIVILEGE => "; grant it to the user of the URL",
        &SqlState::UNDEFINED_TABLE | &SqlState::UNDEFINED_FUNCTION => {
            "; something removed it, run `crossgate store migrate` or restore a copy"
        }
        _ => "",
    };
    format!("PostgreSQL says: {} ({}){hint}", refusal.message(), refusal.code().code())
}

/// The error and what caused it. The driver names hosts at most, never the password.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
