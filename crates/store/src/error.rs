//! Why a store gave no answer.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a store gave no answer.
///
/// The text is for operators and holds neither secrets nor the contents of rows. A person at a browser gets what
/// the edge makes of the variant, never this text. Cloneable, because one failed commit fails everybody in it.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// The store cannot work now: busy, full, closed, an I/O error. Trying again later may help, and nothing is
    /// known about the data. A write that got this answer counts as not done.
    Unavailable {
        /// What the driver or the system said.
        cause: Arc<dyn Error + Send + Sync>,
    },
    /// Something was found that this program does not write. Trying again does not help.
    Damaged {
        /// What does not fit, without its contents.
        what: String,
    },
    /// A row with this name is there already, or was there and ended. Nothing was overwritten.
    AlreadyExists {
        /// What kind of row.
        what: &'static str,
    },
}

impl StoreError {
    /// The store cannot work now.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable { cause: Arc::from(cause.into()) }
    }

    /// Something was found that fits no state.
    pub fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// The stable code for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "store_unavailable",
            Self::Damaged { .. } => "store_damaged",
            Self::AlreadyExists { .. } => "store_already_exists",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { cause } => write!(f, "the store is unavailable: {cause}"),
            Self::Damaged { what } => {
                write!(f, "the store holds something that Crossgate does not write: {what}")
            }
            Self::AlreadyExists { what } => write!(f, "the store has this {what} already"),
        }
    }
}

impl Error for StoreError {
    /// The text says the cause already, so the chain goes on behind it; printing both repeats nothing.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { cause } => cause.source(),
            Self::Damaged { .. } | Self::AlreadyExists { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_reads_the_cause_exactly_once() {
        let full = std::io::Error::other("no space left on device");
        let error = StoreError::unavailable(full);
        assert_eq!(error.to_string(), "the store is unavailable: no space left on device");
        assert!(error.source().is_none_or(|source| !error.to_string().contains(&source.to_string())));
    }
}
