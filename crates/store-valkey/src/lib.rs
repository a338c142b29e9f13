//! Keeps Crossgate's sessions in Valkey or Redis: one server, one behind Sentinels, or a cluster.
//!
//! The rows of a person share a hash slot, and whatever changes more than one of them is one script, so it happens whole
//! or not at all. Only two things lie elsewhere: where the session of an id is, and which sessions the logout of a
//! provider is about. Both are written before the row and mean nothing without it.
//!
//! # What a failing server takes with it
//!
//! Replicas follow a moment later. What a server acknowledged but no replica has yet is lost when it fails and a replica
//! takes over: a session that has just begun (its cookie means nothing then), activity, new content (the session goes on
//! with the tokens of before), a counted attempt, that a name was used. With `wait=1` in the URL nothing of this is
//! acknowledged before a replica has it.
//!
//! **An end of a session always waits for a replica**, where one follows; if none confirms within a second, the answer is
//! an error and the end may be asked for again. Besides, every process remembers the last 50,000 ends that it did or heard
//! of, and ends a session of these again that it finds alive. What remains: all replicas are away, then the server fails,
//! and a replica that was away for longer is made the server.
//!
//! # Beginning a session in the place of another person's
//!
//! Two people's rows may be on two servers, so both are not changed at once: the new session begins, then the old one
//! ends. If the process dies in between, the old session lives on; only the browser that is just getting the new cookie
//! holds the old one.

mod address;
mod endings;
mod error;
mod event;
mod keeper;
mod key;
mod lease;
mod link;
mod names;
mod open;
mod replay;
mod script;
mod session;
mod thread;
mod throttle;
mod values;
mod wake;

// Only so that TLS has a cryptographic library; the driver names none.
use rustls as _;

use std::sync::Arc;

use crossgate_core::time::Timestamp;
use crossgate_store::{Store, StoreError, StoreFuture};

pub use address::UrlProblem;
pub use error::{OpenError, OpenProblem, ServerFault};

use address::Address;
use keeper::Keeper;
use names::Bucket;
use thread::Worker;
use wake::Wakes;

/// A store in Valkey or Redis.
///
/// Dropping it waits until everything that was asked for is done.
#[derive(Debug)]
pub struct ValkeyStore {
    keeper: Arc<Keeper>,
    wakes: Wakes,
    worker: Worker,
}

impl ValkeyStore {
    /// Connects to the servers and looks whether they can be the store. Blocks until that is known, some seconds at most.
    ///
    /// The URL is `valkey://[user:password@]host[:port][/database]`, `valkeys://` with TLS; `redis://` and `rediss://`
    /// mean the same. A cluster is recognised; with `cluster=true`, or with `sentinel=<name>`, there may be several
    /// hosts, separated by commas. `prefix` is what the names of all keys begin with (`crossgate` unless it is given).
    /// `wait` is how many replicas have to confirm each write that is promised to last; 0 unless it is given, and at
    /// least one for the end of a session where a replica follows.
    ///
    /// # Errors
    /// [`OpenError`], which says what to change.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        open::open(url)
    }

    /// Whether a URL can be that of a store, without asking any server.
    ///
    /// # Errors
    /// [`UrlProblem`], which quotes nothing of the URL.
    pub fn judge_url(url: &str) -> Result<(), UrlProblem> {
        Address::parse(url).map(drop)
    }

    /// A future that has `work` done.
    fn ask<T: Send + 'static, F: Future<Output = Result<T, StoreError>> + Send + 'static>(
        &self,
        work: impl FnOnce(Arc<Keeper>) -> F + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let keeper = Arc::clone(&self.keeper);
        Box::pin(async move { self.worker.ask(work(keeper)).await })
    }
}

impl Store for ValkeyStore {
    /// Writes something in every part of the store and reads it.
    fn check(&self) -> StoreFuture<'_, ()> {
        self.ask(|keeper| async move { keeper.check().await })
    }

    fn time(&self) -> StoreFuture<'_, Option<Timestamp>> {
        self.ask(|keeper| async move { keeper.time().await.map(Some) })
    }
}

impl Keeper {
    async fn check(&self) -> Result<(), StoreError> {
        futures_util::future::try_join_all(Bucket::all().map(|bucket| self.check_bucket(bucket))).await?;
        Ok(())
    }

    /// Of the servers of a cluster always the same one is asked: the one that has the first bucket.
    async fn time(&self) -> Result<Timestamp, StoreError> {
        let keys = Bucket::all().take(1).map(|bucket| self.names.of_bucket(bucket, "clock")).collect();
        let [seconds, micros] = values::exactly(self.ask_clock(keys).await?)?.map(values::bytes);
        let (seconds, micros) = (values::decimal(&seconds?)?, values::decimal(&micros?)?);
        let millis = seconds.saturating_mul(1000).saturating_add(micros / 1000);
        Ok(Timestamp::from_millis(i64::try_from(millis).map_err(|_| values::unexpected())?))
    }

    async fn check_bucket(&self, bucket: Bucket) -> Result<(), StoreError> {
        let key = self.names.of_bucket(bucket, "ready");
        let mut write = redis::cmd("SET");
        write.arg(&key).arg("").arg("PX").arg(60_000);
        self.write(write).await?;
        let mut read = redis::cmd("GET");
        read.arg(&key);
        self.read(read).await.map(drop)
    }
}
