//! What Crossgate asks of a store.
//!
//! The port is one trait per kind of data ([`SessionStore`], [`ThrottleStore`], [`KeyStore`], [`ReplayStore`],
//! [`LeaseStore`], [`EventStore`], [`TransferStore`]), so that a further kind is a further trait. [`Store`] is all of them together, and the readiness check. [`memory`]
//! keeps everything in the process. The feature `suite` holds the checks that every store must pass.
//!
//! Nothing here knows a runtime or a driver: the answers are boxed futures that any executor can wait for.
//! A future does nothing before it is polled. Once polled it may be dropped: a write that has begun still
//! happens whole or not at all.

use std::pin::Pin;

use crossgate_core::time::Timestamp;

pub mod error;
pub mod event;
pub mod key;
pub mod lease;
pub mod memory;
pub mod replay;
pub mod session;
#[cfg(feature = "suite")]
pub mod suite;
pub mod throttle;
pub mod transfer;

pub use error::StoreError;
pub use event::{EVENT_RETENTION, EVENTS_KEPT, EventCursor, EventStore, Events, SessionEvent};
pub use key::{KeyStore, StoredKey};
pub use lease::{ABANDONED_LEASE_RETENTION, LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore};
pub use replay::{FirstUse, ReplayStore, UseName};
pub use session::{
    Activity, ENDED_SESSION_RETENTION, EndOutcome, NewSession, ProviderSelector, ReplaceOutcome, SessionStore,
};
pub use throttle::{AttemptCount, CounterName, ThrottleStore};
pub use transfer::{Page, PageMark, TransferStore, UsedName};

/// What every method of a store gives: the answer later, or why there is none.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Everything that Crossgate keeps, in one place.
pub trait Store:
    SessionStore + ThrottleStore + KeyStore + ReplayStore + LeaseStore + EventStore + TransferStore
{
    /// Whether the store can be read and written right now. For the readiness endpoint.
    ///
    /// # Errors
    /// With the reason when it cannot.
    fn check(&self) -> StoreFuture<'_, ()>;

    /// What the clock of the store's server says, for processes on several machines to go by; `None` where whoever
    /// shares the store shares the machine.
    ///
    /// # Errors
    /// When the server does not answer.
    fn time(&self) -> StoreFuture<'_, Option<Timestamp>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
