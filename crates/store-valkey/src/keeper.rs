//! What every method of the store needs: the way to the servers, the names of keys, the scripts, and what a write that
//! is promised to last waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crossgate_core::time::Timestamp;
use crossgate_store::StoreError;
use redis::{Cmd, RedisError, Value};

use crate::address::Address;
use crate::endings::Endings;
use crate::error::{ServerFault, store_error};
use crate::link::{Again, Link, Request};
use crate::names::{Bucket, Names};
use crate::script::{Script, ScriptCall, Scripts};
use crate::values;

/// What somebody may rely on when a write is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Nothing: it is done again soon, or nobody misses it.
    None,
    /// That it was written, on as many replicas as the operator wants.
    Written,
    /// That a session ended. Has to outlive the server, so one replica has to have it where there is one.
    Ended,
}

/// What every method needs.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(crate) link: Link,
    pub(crate) names: Names,
    pub(crate) scripts: Scripts,
    pub(crate) endings: Endings,
    wait: u32,
    /// Whether a replica followed the server of the bucket when it was last asked.
    followed: Vec<AtomicBool>,
    /// The time of the last sweep, in milliseconds.
    swept_at: AtomicI64,
}

impl Keeper {
    pub(crate) fn new(address: &Arc<Address>) -> Self {
        Self {
            link: Link::new(address),
            names: Names::new(&address.prefix),
            scripts: Scripts::new(),
            endings: Endings::default(),
            wait: address.wait,
            followed: Bucket::all().map(|_| AtomicBool::new(true)).collect(),
            swept_at: AtomicI64::new(i64::MIN),
        }
    }

    pub(crate) async fn read(&self, command: Cmd) -> Result<Value, StoreError> {
        self.link.read(command).await.map_err(failed)
    }

    /// A command that writes, and does no harm when it is done twice.
    pub(crate) async fn write(&self, command: Cmd) -> Result<Value, StoreError> {
        self.link.write(&Request::Command(command), Again::Harmless).await.map_err(failed)
    }

    /// Runs a script on keys that are in no bucket; it is promised that it was written.
    pub(crate) async fn run(
        &self,
        script: &Script,
        keys: Vec<Vec<u8>>,
        arguments: Vec<Vec<u8>>,
        again: Again,
    ) -> Result<Value, StoreError> {
        let call = ScriptCall { script, keys, arguments };
        let (value, confirmed) = self.send(call, self.wait, again).await?;
        confirmed_by(confirmed, self.wait)?;
        Ok(value)
    }

    /// Runs a script on a bucket.
    pub(crate) async fn run_in(
        &self,
        bucket: Bucket,
        script: &Script,
        arguments: Vec<Vec<u8>>,
        (promise, again): (Promise, Again),
    ) -> Result<Value, StoreError> {
        let needed = self.needed(bucket, promise);
        let (answer, confirmed) =
            self.send(self.bucket_call(bucket, script, arguments), needed, again).await?;
        let [value, replicas] = values::exactly(answer)?;
        let is_followed = values::number(&replicas)? > 0;
        self.note_followed(bucket, is_followed);
        // Nobody can take over who is not there; what the operator wants is wanted all the same.
        let needed = if promise == Promise::Ended && !is_followed { self.wait } else { needed };
        confirmed_by(confirmed, needed)?;
        Ok(value)
    }

    fn bucket_call<'a>(
        &self,
        bucket: Bucket,
        script: &'a Script,
        own_arguments: Vec<Vec<u8>>,
    ) -> ScriptCall<'a> {
        let tag = self.names.tag(bucket);
        let keys = vec![tag.into(), format!("{tag}:").into_bytes()];
        let remembered = crossgate_store::ENDED_SESSION_RETENTION.as_millis().to_string();
        let mut arguments = vec![self.names.channel().into_bytes(), remembered.into_bytes()];
        arguments.extend(own_arguments);
        ScriptCall { script, keys, arguments }
    }

    async fn send(
        &self,
        call: ScriptCall<'_>,
        needed: u32,
        again: Again,
    ) -> Result<(Value, i64), StoreError> {
        if needed == 0 {
            return Ok((self.link.write(&Request::Script(call), again).await.map_err(failed)?, 0));
        }
        self.link.confirm(call, needed, again).await.map_err(failed)
    }

    fn needed(&self, bucket: Bucket, promise: Promise) -> u32 {
        let is_followed =
            || self.followed.get(bucket.index()).is_some_and(|known| known.load(Ordering::Relaxed));
        match promise {
            Promise::None => 0,
            Promise::Written => self.wait,
            Promise::Ended => self.wait.max(u32::from(is_followed())),
        }
    }

    fn note_followed(&self, bucket: Bucket, is_followed: bool) {
        if let Some(known) = self.followed.get(bucket.index()) {
            known.store(is_followed, Ordering::Relaxed);
        }
    }

    pub(crate) fn note_sweep(&self, now: Timestamp) {
        self.swept_at.store(now.as_millis(), Ordering::Relaxed);
    }

    /// The time of the last sweep.
    pub(crate) fn swept_at(&self) -> Timestamp {
        Timestamp::from_millis(self.swept_at.load(Ordering::Relaxed))
    }
}

fn failed(error: RedisError) -> StoreError {
    store_error(&error)
}

fn confirmed_by(confirmed: i64, needed: u32) -> Result<(), StoreError> {
    if confirmed >= i64::from(needed) {
        return Ok(());
    }
    Err(StoreError::unavailable(ServerFault::NotConfirmed { confirmed, needed }))
}
