//! What is done about once a second: activity is written down, sessions that passed a limit end, and streams of sessions
//! that nobody could tell them about end too.

use std::sync::Arc;

use crossgate_core::time::Timestamp;

use super::answer::SessionFault;
use super::service::Sessions;
use super::streams::Unconfirmed;

/// Sessions that the store ends in one go at most.
const SWEEP: usize = 500;

impl Sessions {
    /// Writes down activity and ends what passed its limits; called about once a second.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<usize, SessionFault> {
        self.write_touches().await?;
        let ended = self.end_expired(now).await?;
        self.confirm_streams().await?;
        Ok(ended)
    }

    async fn end_expired(&self, now: Timestamp) -> Result<usize, SessionFault> {
        let mut total = 0;
        loop {
            let ended = self.store.end_expired(self.lifetimes, now, SWEEP).await?;
            self.let_go(&ended);
            total += ended.len();
            if ended.len() < SWEEP {
                return Ok(total);
            }
        }
    }

    /// What could not be written is kept for the next time.
    async fn write_touches(&self) -> Result<(), SessionFault> {
        let batch = self.touched.lock().map(|mut touched| std::mem::take(&mut *touched)).unwrap_or_default();
        if batch.is_empty() {
            return Ok(());
        }
        let written = self.store.touch(batch.clone()).await;
        if written.is_err() {
            batch.into_iter().for_each(|activity| self.remember_touch(activity));
        }
        Ok(written?)
    }

    /// A session may have ended between the moment it was found and the moment its stream was noted. Where it is still
    /// the one in the cache, it has not: ending it would have taken it out. The few that are not in the cache are
    /// looked for in the store.
    async fn confirm_streams(&self) -> Result<(), SessionFault> {
        for Unconfirmed { number, session } in self.streams.unconfirmed() {
            let id = session.id();
            let is_cached = self.live.peek(&id).is_some_and(|cached| Arc::ptr_eq(&cached, &session));
            if is_cached || self.store.load(id).await?.is_some() {
                self.streams.confirm(&id, number);
            } else {
                self.streams.end(&id);
            }
        }
        Ok(())
    }
}
