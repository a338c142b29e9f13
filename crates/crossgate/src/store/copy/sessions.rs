//! Sessions: those of both stores side by side, in the order of their ids, and of each only what is missing.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_store::{Activity, NewSession, ReplaceOutcome, Store, StoreError};

use super::{Copying, Progress};

/// So many sessions are read at once.
const PAGE: usize = 1000;

/// What became of sessions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) copied: usize,
    pub(super) changed: usize,
    pub(super) same: usize,
    /// Changed in the other store: it is the one that serves by now.
    pub(super) newer_there: usize,
    /// Ended in the other store.
    pub(super) ended_there: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Copied,
    Changed,
    Same,
    NewerThere,
    EndedThere,
}

impl Tally {
    fn note(&mut self, fate: Fate) {
        *match fate {
            Fate::Copied => &mut self.copied,
            Fate::Changed => &mut self.changed,
            Fate::Same => &mut self.same,
            Fate::NewerThere => &mut self.newer_there,
            Fate::EndedThere => &mut self.ended_there,
        } += 1;
    }

    fn read(&self) -> usize {
        self.copied + self.changed + self.same + self.newer_there + self.ended_there
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { copied, changed, same, newer_there, ended_there } = self;
        write!(
            f,
            "  sessions      {} read: {copied} copied, {changed} brought up to date, {same} the same",
            self.read()
        )?;
        if *newer_there + *ended_there > 0 {
            write!(f, "; left alone: {newer_there} newer there, {ended_there} ended there")?;
        }
        Ok(())
    }
}

/// A session here, and what the other store has of it.
struct Pair {
    here: SessionRecord,
    there: Option<SessionRecord>,
}

impl Copying {
    pub(super) async fn copy_sessions(&self, progress: &mut Progress) -> Result<Tally, StoreError> {
        let (mut after, mut tally) = (None, Tally::default());
        loop {
            let page = self.from.list_all(after, PAGE).await?;
            let Some(last) = page.last().map(|record| record.id) else { return Ok(tally) };
            let mut there = self.there(after, last).await?;
            let pair = |here: SessionRecord| Pair { there: there.remove(&here.id), here };
            let fates = self.each(page.into_iter().map(pair).collect(), settle).await?;
            fates.into_iter().for_each(|fate| tally.note(fate));
            progress.at(last, tally.read());
            after = Some(last);
        }
    }

    /// What the other store has in the range of a page.
    async fn there(
        &self,
        mut after: Option<HashedSessionId>,
        last: HashedSessionId,
    ) -> Result<HashMap<HashedSessionId, SessionRecord>, StoreError> {
        let mut found = HashMap::new();
        loop {
            let page = self.to.list_all(after, PAGE).await?;
            let is_over = page.len() < PAGE || page.last().is_none_or(|record| record.id >= last);
            after = page.last().map(|record| record.id);
            found.extend(page.into_iter().map(|record| (record.id, record)));
            if is_over {
                return Ok(found);
            }
        }
    }
}

/// Brings the other store to what is here.
async fn settle(to: Arc<dyn Store>, Pair { here, there }: Pair) -> Result<Fate, StoreError> {
    let Some(there) = there else { return create(&*to, here).await };
    if here.last_seen_at > there.last_seen_at {
        to.touch(vec![Activity { id: here.id, seen_at: here.last_seen_at }]).await?;
    }
    match there.version.cmp(&here.version) {
        std::cmp::Ordering::Less => replace(&*to, &here, there.version).await,
        std::cmp::Ordering::Equal if there.sealed == here.sealed => Ok(Fate::Same),
        std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Ok(Fate::NewerThere),
    }
}

async fn create(to: &dyn Store, here: SessionRecord) -> Result<Fate, StoreError> {
    match to.create(NewSession { record: here, replaces: None }).await {
        Ok(()) => Ok(Fate::Copied),
        Err(StoreError::AlreadyExists { .. }) => Ok(Fate::EndedThere),
        Err(error) => Err(error),
    }
}

/// Step by step up to the version here: the same version means the same content in both stores.
async fn replace(to: &dyn Store, here: &SessionRecord, mut version: u64) -> Result<Fate, StoreError> {
    while version < here.version {
        match to.replace_content(here.id, version, here.sealed.clone()).await? {
            ReplaceOutcome::Replaced { version: next } => version = next,
            ReplaceOutcome::Stale { .. } => return Ok(Fate::NewerThere),
            ReplaceOutcome::Gone => return Ok(Fate::EndedThere),
        }
    }
    Ok(Fate::Changed)
}
