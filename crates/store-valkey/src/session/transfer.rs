//! What is kept here, page by page, for another store; and what another store knows of ended sessions.

use std::collections::BTreeMap;

use crossgate_core::session::{EndedSession, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{Page, PageMark, StoreError, StoreFuture, TransferStore, UseName, UsedName};
use futures_util::future::{join_all, try_join_all};
use redis::Cmd;

use super::end::{ENDING, Gone};
use super::place::Place;
use crate::ValkeyStore;
use crate::endings::Ending;
use crate::keeper::Keeper;
use crate::names::Bucket;
use crate::values;

/// So many sessions are taken over by one script at most; others wait meanwhile.
const AT_ONCE: usize = 500;

/// Bytes of an id and of a used name.
const NAME_LENGTH: usize = 32;

impl TransferStore for ValkeyStore {
    fn ended_page(&self, after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        self.ask(|keeper| async move { keeper.ended_page(after).await })
    }

    fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        self.ask(move |keeper| async move { keeper.used_page(after, now).await })
    }

    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        self.ask(|keeper| async move { keeper.take_over_ended(batch).await })
    }
}

impl Keeper {
    async fn ended_page(&self, after: Option<PageMark>) -> Result<Page<EndedSession>, StoreError> {
        let starts: Vec<_> = Bucket::all().map(|bucket| self.names.in_bucket(bucket, "ended", b"")).collect();
        let pattern = self.names.in_any_bucket("ended");
        let (kept, next) = self.values_of(&pattern, &starts, after).await?;
        let mut rows = Vec::new();
        for (name, value) in kept {
            let ended = values::ended(HashedSessionId::from_bytes(name), &value)?;
            rows.extend(Some(ended).filter(|ended| ended.ended_at > self.forgotten()));
        }
        Ok(Page { rows, next })
    }

    async fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> Result<Page<UsedName>, StoreError> {
        let start = self.names.alone("used", b"");
        let pattern = [&start[..], b"*"].concat();
        let (kept, next) = self.values_of(&pattern, &[start], after).await?;
        let mut rows = Vec::new();
        for (name, value) in kept {
            let used = UsedName { name: UseName::from_bytes(name), until: values::time_of(&value)? };
            rows.extend(Some(used).filter(|used| used.until > now));
        }
        Ok(Page { rows, next })
    }

    /// The ends of names that begin so, and what is kept under them.
    async fn values_of(
        &self,
        pattern: &[u8],
        starts: &[Vec<u8>],
        after: Option<PageMark>,
    ) -> Result<(Vec<([u8; NAME_LENGTH], Vec<u8>)>, Option<PageMark>), StoreError> {
        let mark = after.as_ref().map_or(&[][..], PageMark::as_bytes);
        let (keys, next) = self.scan(pattern, mark).await?;
        // Another prefix may begin like ours.
        let named = keys.iter().filter_map(|key| {
            let (start, name) = key.split_last_chunk()?;
            starts.iter().any(|known| known == start).then_some((key, *name))
        });
        let (keys, names): (Vec<_>, Vec<_>) = named.unzip();
        let kept = self.read_each(keys.into_iter().map(get).collect()).await?;
        let mut found = Vec::new();
        for (name, value) in names.into_iter().zip(kept) {
            found.extend(values::some_bytes(value)?.map(|value| (name, value)));
        }
        Ok((found, next.map(PageMark::new)))
    }

    async fn take_over_ended(&self, batch: Vec<EndedSession>) -> Result<usize, StoreError> {
        let claims = batch.into_iter().map(async |ended| {
            let place = Place { bucket: Bucket::of(&ended.subject), id: ended.id };
            Ok::<_, StoreError>((self.claim_or_find(place).await?.bucket, ended))
        });
        let mut by_bucket: BTreeMap<Bucket, Vec<EndedSession>> = BTreeMap::new();
        for (bucket, ended) in try_join_all(claims).await? {
            by_bucket.entry(bucket).or_default().push(ended);
        }
        let takes = by_bucket.iter().map(|(bucket, batch)| self.take_over_in(*bucket, batch));
        Ok(try_join_all(takes).await?.into_iter().sum())
    }

    async fn take_over_in(&self, bucket: Bucket, batch: &[EndedSession]) -> Result<usize, StoreError> {
        let mut lived = 0;
        for batch in batch.chunks(AT_ONCE) {
            let arguments = batch.iter().flat_map(arguments).collect();
            let gone = Gone::list(self.run_in(bucket, &self.scripts.take_over, arguments, ENDING).await?)?;
            lived += gone.len();
            for gone in gone {
                let Some(ended) = batch.iter().find(|ended| ended.id == gone.id) else { continue };
                let ending = Ending { reason: ended.reason, now: ended.ended_at };
                self.gone(bucket, vec![gone], ending).await;
            }
            join_all(batch.iter().map(|ended| self.write(self.forget_place(&ended.id)))).await;
        }
        Ok(lived)
    }
}

fn get(key: &Vec<u8>) -> Cmd {
    let mut command = redis::cmd("GET");
    command.arg(key);
    command
}

fn arguments(ended: &EndedSession) -> [Vec<u8>; 4] {
    [
        ended.id.as_bytes().to_vec(),
        ended.subject.as_str().into(),
        values::time(ended.ended_at).into(),
        ended.reason.code().into(),
    ]
}
