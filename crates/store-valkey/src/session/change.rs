//! What changes while a session lives.

use std::collections::BTreeMap;

use crossgate_core::session::HashedSessionId;
use crossgate_store::{Activity, ReplaceOutcome, StoreError};
use futures_util::future::try_join_all;

use crate::keeper::{Keeper, Promise};
use crate::link::Again;
use crate::names::Bucket;
use crate::values;

/// So many sessions are changed by one script at most; others wait meanwhile.
const AT_ONCE: usize = 500;

impl Keeper {
    pub(super) async fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> Result<ReplaceOutcome, StoreError> {
        let Some(place) = self.place_of(&id).await? else { return Ok(ReplaceOutcome::Gone) };
        let next = version.checked_add(1);
        let next_text = next.map_or_else(String::new, |next| next.to_string());
        let arguments =
            vec![id.as_bytes().to_vec(), version.to_string().into(), next_text.into_bytes(), sealed];
        let manner = (Promise::Written, Again::Doubtful);
        let answer = self.run_in(place.bucket, &self.scripts.replace, arguments, manner).await?;
        match (values::byte_list(answer)?.as_slice(), next) {
            ([gone], _) if gone == b"gone" => Ok(ReplaceOutcome::Gone),
            ([stale, current], _) if stale == b"stale" => {
                Ok(ReplaceOutcome::Stale { current: values::decimal(current)? })
            }
            ([replaced], Some(version)) if replaced == b"replaced" => {
                Ok(ReplaceOutcome::Replaced { version })
            }
            _ => Err(StoreError::damaged(format!("the version of session {}", id.handle()))),
        }
    }

    pub(super) async fn touch(&self, batch: Vec<Activity>) -> Result<(), StoreError> {
        let ids: Vec<_> = batch.iter().map(|activity| activity.id).collect();
        let places = self.places_of(&ids).await?;
        let buckets: BTreeMap<_, _> = places.into_iter().map(|place| (place.id, place.bucket)).collect();
        let mut by_bucket: BTreeMap<Bucket, Vec<Activity>> = BTreeMap::new();
        for activity in batch {
            if let Some(bucket) = buckets.get(&activity.id) {
                by_bucket.entry(*bucket).or_default().push(activity);
            }
        }
        try_join_all(by_bucket.into_iter().map(|(bucket, batch)| self.touch_in(bucket, batch))).await?;
        Ok(())
    }

    async fn touch_in(&self, bucket: Bucket, batch: Vec<Activity>) -> Result<(), StoreError> {
        for batch in batch.chunks(AT_ONCE) {
            let pair =
                |Activity { id, seen_at }: &Activity| [id.as_bytes().to_vec(), values::time(*seen_at).into()];
            let arguments = batch.iter().flat_map(pair).collect();
            self.run_in(bucket, &self.scripts.touch, arguments, (Promise::None, Again::Harmless)).await?;
        }
        Ok(())
    }
}
