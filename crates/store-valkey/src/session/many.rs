//! What is done with the sessions of everybody: over all buckets.

use std::collections::BTreeMap;

use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionLifetimes, SessionRecord, Timeout,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{EVENT_RETENTION, EVENTS_KEPT, StoreError};
use futures_util::future::try_join_all;

use super::end::Gone;
use super::find::dated_id;
use super::place::Place;
use crate::endings::Ending;
use crate::keeper::{Keeper, Promise};
use crate::link::Again;
use crate::names::Bucket;
use crate::values;

/// So many sessions are looked at in a bucket at once.
const AT_ONCE: usize = 500;

/// A member of an index, and in which bucket.
type Member = (Vec<u8>, Bucket);

/// What a sweep of a bucket did.
struct Swept {
    is_more_due: bool,
    ended: Vec<EndedSession>,
}

/// What a sweep needs to know.
struct Sweep {
    lifetimes: SessionLifetimes,
    now: Timestamp,
}

impl Keeper {
    /// Ends in all buckets together those that began first.
    pub(super) async fn end_all_before(
        &self,
        created_before: Timestamp,
        ending: Ending,
        limit: usize,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let (mut ended, mut last) = (Vec::new(), b"(".to_vec());
        last.extend(values::time(created_before));
        // Others may end some of them first; then there may be further ones.
        while ended.len() < limit {
            let wanted = (limit - ended.len()).min(AT_ONCE);
            let first = self.first_of_all("born", b"-", &last, wanted).await?;
            if first.is_empty() {
                break;
            }
            let by_bucket = by_bucket(first)?;
            let ends = by_bucket.iter().map(|(bucket, ids)| self.end_in(*bucket, ids, ending));
            ended.extend(try_join_all(ends).await?.into_iter().flatten());
        }
        Ok(ended)
    }

    pub(super) async fn list_all(
        &self,
        after: Option<HashedSessionId>,
        limit: usize,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let (mut found, mut after) = (Vec::new(), after);
        // Some may end while they are read; a short answer would be taken for the last one.
        while found.len() < limit {
            let wanted = (limit - found.len()).min(AT_ONCE);
            let first = after.map_or_else(|| b"-".to_vec(), |id| [b"(", &id.as_bytes()[..]].concat());
            let members = self.first_of_all("ids", &first, b"+", wanted).await?;
            let place = |(id, bucket): &Member| Ok(Place { bucket: *bucket, id: values::id_of(id)? });
            let places = members.iter().map(place).collect::<Result<Vec<_>, StoreError>>()?;
            let Some(last) = places.last() else { break };
            after = Some(last.id);
            found.extend(self.rows(places).await?);
        }
        Ok(found)
    }

    /// The first members of an index of all buckets, in order.
    async fn first_of_all(
        &self,
        index: &str,
        first: &[u8],
        last: &[u8],
        limit: usize,
    ) -> Result<Vec<Member>, StoreError> {
        let looks = Bucket::all().map(async |bucket| {
            let mut command = redis::cmd("ZRANGEBYLEX");
            command.arg(self.names.of_bucket(bucket, index)).arg(first).arg(last);
            command.arg("LIMIT").arg(0).arg(limit);
            let members = values::byte_list(self.read(command).await?)?;
            Ok::<_, StoreError>(members.into_iter().map(move |member| (member, bucket)))
        });
        let mut members: Vec<_> = try_join_all(looks).await?.into_iter().flatten().collect();
        members.sort_unstable();
        members.truncate(limit);
        Ok(members)
    }

    pub(super) async fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<EndedSession>, StoreError> {
        self.note_sweep(now);
        let sweep = &Sweep { lifetimes, now };
        let looked = try_join_all(Bucket::all().map(|bucket| self.sweep(bucket, sweep, 0))).await?;
        let mut ended = Vec::new();
        for (bucket, _) in Bucket::all().zip(looked).filter(|(_, swept)| swept.is_more_due) {
            while ended.len() < limit {
                let swept = self.sweep(bucket, sweep, (limit - ended.len()).min(AT_ONCE)).await?;
                ended.extend(swept.ended);
                if !swept.is_more_due {
                    break;
                }
            }
        }
        Ok(ended)
    }

    /// A session whose time is up is refused whether or not it has ended, so nothing waits for replicas here.
    async fn sweep(&self, bucket: Bucket, sweep: &Sweep, limit: usize) -> Result<Swept, StoreError> {
        let manner = (Promise::None, Again::Harmless);
        let arguments = sweep_arguments(sweep, limit);
        let answer = self.run_in(bucket, &self.scripts.sweep, arguments, manner).await?;
        let [due, old, silent] = values::exactly(answer)?;
        let mut ended = Vec::new();
        for (gone, timeout) in [(old, Timeout::Absolute), (silent, Timeout::Idle)] {
            let ending = Ending { reason: EndReason::Expired(timeout), now: sweep.now };
            ended.extend(self.gone(bucket, Gone::list(gone)?, ending).await);
        }
        Ok(Swept { is_more_due: values::number(&due)? > 0, ended })
    }
}

fn sweep_arguments(Sweep { lifetimes, now }: &Sweep, limit: usize) -> Vec<Vec<u8>> {
    vec![
        values::time(*now).into(),
        values::time(now.before(lifetimes.absolute)).into(),
        values::time(now.before(lifetimes.idle)).into(),
        limit.to_string().into(),
        values::time(now.before(EVENT_RETENTION)).into(),
        EVENTS_KEPT.to_string().into(),
    ]
}

fn by_bucket(members: Vec<Member>) -> Result<BTreeMap<Bucket, Vec<HashedSessionId>>, StoreError> {
    let mut buckets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (member, bucket) in members {
        buckets.entry(bucket).or_default().push(dated_id(&member)?);
    }
    Ok(buckets)
}
