//! `crossgate store copy`: what one store keeps, in another one.

mod progress;
mod rest;
mod sessions;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crossgate_core::time::Clock as _;
use crossgate_store::{Store, StoreError};
use tokio::task::JoinSet;

use crate::system::SystemClock;

use progress::Progress;
use rest::Rest;
use sessions::Tally;

/// So many writes are under way at once: a store commits those together that come together.
const AT_ONCE: usize = 64;

/// From where to where.
#[derive(Clone)]
pub(super) struct Copying {
    pub(super) from: Arc<dyn Store>,
    pub(super) to: Arc<dyn Store>,
}

/// What was done.
pub(super) struct Copied {
    sessions: Tally,
    rest: Rest,
}

impl Copying {
    /// Copies what the other store does not have yet. Keys go first: whoever starts there meanwhile makes none of its
    /// own. Ends go after sessions: what ended meanwhile ends there too.
    pub(super) async fn run(&self) -> Result<Copied, StoreError> {
        let now = SystemClock.now();
        let keys = self.copy_keys().await?;
        let mut progress = Progress::start();
        let sessions = self.copy_sessions(&mut progress).await?;
        progress.end();
        let (ended, ended_there) = self.copy_ended().await?;
        let used = self.copy_used(now).await?;
        Ok(Copied { sessions, rest: Rest { keys, ended, ended_there, used } })
    }

    /// Does something with each, several at once; gives what came of them in any order.
    async fn each<T: Send + 'static, O: Send + 'static, F>(
        &self,
        things: Vec<T>,
        work: fn(Arc<dyn Store>, T) -> F,
    ) -> Result<Vec<O>, StoreError>
    where
        F: Future<Output = Result<O, StoreError>> + Send + 'static,
    {
        let (mut running, mut outcomes) = (JoinSet::new(), Vec::with_capacity(things.len()));
        for thing in things {
            if running.len() == AT_ONCE {
                outcomes.extend(next(&mut running).await?);
            }
            running.spawn(work(Arc::clone(&self.to), thing));
        }
        while let Some(outcome) = next(&mut running).await? {
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

async fn next<O: 'static>(running: &mut JoinSet<Result<O, StoreError>>) -> Result<Option<O>, StoreError> {
    let Some(outcome) = running.join_next().await else { return Ok(None) };
    outcome.map_err(StoreError::unavailable)?.map(Some)
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, rest } = self;
        writeln!(f, "{sessions}")?;
        writeln!(f, "  ends          {} known, {} sessions ended by them", rest.ended, rest.ended_there)?;
        writeln!(f, "  used names    {} remembered", rest.used)?;
        writeln!(f, "  signing keys  {} copied", rest.keys)?;
        write!(f, "Nothing was removed from the store that was copied.")
    }
}
