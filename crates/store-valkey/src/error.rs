//! What can go wrong with servers, and what it means to the store.

use crossgate_store::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::address::UrlProblem;

/// Why the servers cannot be the store. The text says what to change, and shows no password.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct OpenError {
    /// Which servers, without what stands before the hosts.
    pub place: String,
    /// What is wrong with them. The text says it already, so it is not given as the source as well.
    pub problem: OpenProblem,
}

/// What is wrong with the servers.
#[derive(Debug, thiserror::Error)]
pub enum OpenProblem {
    /// The URL cannot be understood.
    #[error("this is no URL of a store: {0}")]
    Url(#[from] UrlProblem),
    /// They do not answer, or refuse.
    #[error("{0}")]
    Unreachable(ServerFault),
    /// They are too old.
    #[error("the server is version {found}; Valkey, or Redis from version 7 on, is needed")]
    TooOld {
        /// What it says it is.
        found: String,
    },
    /// They throw rows away when memory runs out.
    #[error(
        "the server throws keys away when its memory is full (maxmemory-policy is {policy}), which would sign people \
         out and let used codes be used again; set it to noeviction"
    )]
    Evicts {
        /// The policy that is set.
        policy: String,
    },
    /// A Sentinel is where the server should be.
    #[error("this is a Sentinel; add sentinel=<name of the server> to the URL")]
    IsSentinel,
    /// A server by itself is where a cluster should be.
    #[error("this server is not part of a cluster; leave cluster=true out of the URL")]
    NoCluster,
    /// A cluster is behind Sentinels, or has another database than the first.
    #[error("this server is part of a cluster, which has database 0 only and no Sentinels")]
    IsCluster,
    /// What it says about itself cannot be read.
    #[error("the server does not say what it is; this user has to be allowed to run INFO")]
    Unknown,
    /// The system does not let us.
    #[error("no thread can be started: {0}")]
    Thread(std::io::Error),
}

/// Why a server gave no answer. Says nothing of what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServerFault {
    /// It took too long.
    #[error("the server does not answer in time")]
    Timeout,
    /// The connection could not be made, or broke.
    #[error("there is no connection to the server: {0}")]
    Connection(String),
    /// It does not know us.
    #[error("the server refuses user or password")]
    Credentials,
    /// It may not do what was asked, or cannot now.
    #[error("the server refuses: {0}")]
    Refused(String),
    /// No Sentinel knows a server of this name that writes.
    #[error("no Sentinel names a server of this name that works")]
    NoMaster,
    /// Part of the cluster is away.
    #[error("the part of the cluster that has this is away")]
    NoNode,
    /// It wrote, but too few replicas confirmed that they have it.
    #[error("{confirmed} of {needed} replicas confirmed in time")]
    NotConfirmed {
        /// How many did.
        confirmed: i64,
        /// How many have to.
        needed: u32,
    },
}

impl From<&RedisError> for ServerFault {
    fn from(error: &RedisError) -> Self {
        match error.kind() {
            ErrorKind::Io if error.is_timeout() => Self::Timeout,
            ErrorKind::Io => Self::Connection(error.to_string()),
            ErrorKind::AuthenticationFailed => Self::Credentials,
            ErrorKind::MasterNameNotFoundBySentinel => Self::NoMaster,
            ErrorKind::ClusterConnectionNotFound => Self::NoNode,
            ErrorKind::Server(ServerErrorKind::ResponseError) => Self::Refused(reason(error)),
            // The code alone: what stands behind it may repeat what was asked.
            _ => Self::Refused(error.code().unwrap_or_else(|| error.category()).to_owned()),
        }
    }
}

/// The beginning of what an `ERR` says. "unknown command" goes on with the arguments.
fn reason(error: &RedisError) -> String {
    let detail = error.detail().unwrap_or_default();
    let known = detail.split(", with args").next().unwrap_or_default();
    known.chars().take(120).collect()
}

/// What it means to whoever asked.
pub(crate) fn store_error(error: &RedisError) -> StoreError {
    StoreError::unavailable(ServerFault::from(error))
}
