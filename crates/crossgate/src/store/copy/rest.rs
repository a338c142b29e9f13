//! What is kept beside sessions.

use std::sync::Arc;

use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_store::{Store, StoreError, StoredKey, UsedName};

use super::Copying;
use crate::system::SystemClock;

/// How many of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) keys: usize,
    pub(super) ended: usize,
    pub(super) ended_there: usize,
    pub(super) used: usize,
}

impl Copying {
    /// Adds the keys that are not there, oldest first; gives how many.
    pub(super) async fn copy_keys(&self) -> Result<usize, StoreError> {
        let mut added = 0;
        for key in self.from.load_keys().await? {
            let there = self.to.load_keys().await?;
            if there.iter().all(|known| known.id != key.id) {
                add(&*self.to, &there, key).await?;
                added += 1;
            }
        }
        Ok(added)
    }

    /// How many ends are known here, and how many sessions there ended by them.
    pub(super) async fn copy_ended(&self) -> Result<(usize, usize), StoreError> {
        let (mut known, mut ended, mut after) = (0, 0, None);
        loop {
            let page = self.from.ended_page(after).await?;
            known += page.rows.len();
            ended += self.to.take_over_ended(page.rows).await?;
            after = page.next;
            if after.is_none() {
                return Ok((known, ended));
            }
        }
    }

    /// How many names must not be used again.
    pub(super) async fn copy_used(&self, now: Timestamp) -> Result<usize, StoreError> {
        let (mut used, mut after) = (0, None);
        loop {
            let page = self.from.used_page(after, now).await?;
            used += self.each(page.rows, use_there).await?.len();
            after = page.next;
            if after.is_none() {
                return Ok(used);
            }
        }
    }
}

/// Adds a key after the newest of its algorithm, so that nobody else's key is skipped.
async fn add(to: &dyn Store, there: &[StoredKey], key: StoredKey) -> Result<(), StoreError> {
    match there.iter().rfind(|known| known.algorithm == key.algorithm) {
        Some(newest) => to.add_key_after(newest.id.clone(), key).await?,
        None => to.add_first_key(key).await?,
    };
    Ok(())
}

async fn use_there(to: Arc<dyn Store>, used: UsedName) -> Result<(), StoreError> {
    // Whether it had been used there already makes no difference.
    let _known = to.use_once(used.name, used.until, SystemClock.now()).await?;
    Ok(())
}
