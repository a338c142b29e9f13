//! How sessions end.

use std::collections::BTreeMap;
use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndedSession, HashedSessionId};
use crossgate_store::{ENDED_SESSION_RETENTION, EndOutcome, ProviderSelector, StoreError};
use futures_util::future::{join_all, try_join_all};
use redis::{Cmd, Value};

use super::place::Place;
use crate::endings::Ending;
use crate::keeper::{Keeper, Promise};
use crate::link::Again;
use crate::names::Bucket;
use crate::script::Script;
use crate::values;

/// So many sessions end by one script at most; others wait meanwhile.
const AT_ONCE: usize = 500;

/// Where a session was is forgotten a little later than why it ended.
const PLACE_RETENTION: Duration = ENDED_SESSION_RETENTION.saturating_add(Duration::from_secs(3600));

/// Ending twice is as good as once, and has to be there after a failover.
const ENDING: (Promise, Again) = (Promise::Ended, Again::Harmless);

/// A session that a script ended.
#[derive(Debug)]
pub(super) struct Gone {
    id: HashedSessionId,
    subject: Vec<u8>,
    provider_subject: Vec<u8>,
    provider_session: Vec<u8>,
}

impl Gone {
    pub(super) fn list(answer: Value) -> Result<Vec<Self>, StoreError> {
        values::list(answer)?.into_iter().map(Self::from_answer).collect()
    }

    fn from_answer(answer: Value) -> Result<Self, StoreError> {
        let [id, subject, provider_subject, provider_session] = values::exactly(answer)?.map(values::bytes);
        Ok(Self {
            id: values::id_of(&id?)?,
            subject: subject?,
            provider_subject: provider_subject?,
            provider_session: provider_session?,
        })
    }

    /// Nothing where the row was damaged: it is gone, but there is nobody to name.
    fn ended(&self, Ending { reason, now }: Ending) -> Option<EndedSession> {
        let subject = values::subject(&self.subject);
        if subject.is_none() {
            let session = self.id.handle();
            tracing::warn!(target: "crossgate::store", %session, "a damaged session was removed");
        }
        Some(EndedSession { id: self.id, subject: subject?, ended_at: now, reason })
    }
}

impl Keeper {
    pub(super) async fn end(
        &self,
        id: HashedSessionId,
        ending: Ending,
    ) -> Result<Option<EndedSession>, StoreError> {
        let Some(place) = self.place_of(&id).await? else { return Ok(None) };
        Ok(self.end_in(place.bucket, &[id], ending).await?.into_iter().next())
    }

    /// Ends those of the sessions that are still in the bucket.
    pub(super) async fn end_in(
        &self,
        bucket: Bucket,
        ids: &[HashedSessionId],
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let mut ended = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let ids = ids.iter().map(|id| id.as_bytes().to_vec());
            ended.extend(self.end_by(bucket, &self.scripts.end, ids, ending).await?);
        }
        Ok(ended)
    }

    async fn end_by(
        &self,
        bucket: Bucket,
        script: &Script,
        which: impl Iterator<Item = Vec<u8>>,
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let answer = self.run_in(bucket, script, arguments(ending, which), ENDING).await?;
        Ok(self.gone(bucket, Gone::list(answer)?, ending).await)
    }

    pub(super) async fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        ending: Ending,
    ) -> Result<EndOutcome, StoreError> {
        let Some(place) = self.place_of(&id).await? else { return Ok(EndOutcome::Gone) };
        let which = [id.as_bytes().to_vec(), version.to_string().into_bytes()];
        let arguments = arguments(ending, which.into_iter());
        let answer = self.run_in(place.bucket, &self.scripts.end_unchanged, arguments, ENDING).await?;
        let mut answer = values::list(answer)?.into_iter();
        let current = values::bytes(answer.next().unwrap_or_default())?;
        let Some(gone) = answer.next() else {
            return Ok(EndOutcome::Stale { current: values::decimal(&current)? });
        };
        let ended = self.gone(place.bucket, Gone::list(gone)?, ending).await;
        Ok(ended.into_iter().next().map_or(EndOutcome::Gone, EndOutcome::Ended))
    }

    pub(super) async fn end_all_of(
        &self,
        subject: &Subject,
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let which = std::iter::once(subject.as_str().into());
        self.end_by(Bucket::of(subject), &self.scripts.end_person, which, ending).await
    }

    pub(super) async fn end_all_of_provider(
        &self,
        selector: ProviderSelector,
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let (list, keys) = match selector {
            ProviderSelector::Subject(subject) => {
                (self.by_provider_subject(subject.as_bytes()), [subject.as_bytes().to_vec(), Vec::new()])
            }
            ProviderSelector::Session(session) => {
                (self.by_provider_session(session.as_bytes()), [Vec::new(), session.as_bytes().to_vec()])
            }
            ProviderSelector::Both { subject, session } => {
                let keys = [subject.as_bytes().to_vec(), session.as_bytes().to_vec()];
                (self.by_provider_subject(subject.as_bytes()), keys)
            }
        };
        let places = self.places_in(list).await?;
        let ends = places.iter().map(|(bucket, ids)| self.end_provider_in(*bucket, ids, &keys, ending));
        Ok(try_join_all(ends).await?.into_iter().flatten().collect())
    }

    /// The sessions of a list by bucket. Some may have ended, or not have begun yet.
    async fn places_in(&self, list: Vec<u8>) -> Result<BTreeMap<Bucket, Vec<HashedSessionId>>, StoreError> {
        let mut command = redis::cmd("SMEMBERS");
        command.arg(list);
        let members = match self.read(command).await? {
            Value::Set(members) => members,
            other => values::list(other)?,
        };
        let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for member in members {
            let Place { bucket, id } = Place::from_bytes(&values::bytes(member)?)?;
            places.entry(bucket).or_default().push(id);
        }
        Ok(places)
    }

    async fn end_provider_in(
        &self,
        bucket: Bucket,
        ids: &[HashedSessionId],
        keys: &[Vec<u8>; 2],
        ending: Ending,
    ) -> Result<Vec<EndedSession>, StoreError> {
        let mut ended = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let which = keys.iter().cloned().chain(ids.iter().map(|id| id.as_bytes().to_vec()));
            ended.extend(self.end_by(bucket, &self.scripts.end_provider, which, ending).await?);
        }
        Ok(ended)
    }

    /// What is to be done when sessions are gone from their bucket. Gives what there is to say of them.
    pub(super) async fn gone(&self, bucket: Bucket, gone: Vec<Gone>, ending: Ending) -> Vec<EndedSession> {
        gone.iter().for_each(|gone| self.endings.note(gone.id, ending));
        // What stays lying about means nothing, so nobody hears when this fails.
        let commands = gone.iter().flat_map(|gone| self.tidying(bucket, gone));
        join_all(commands.map(|command| self.write(command))).await;
        gone.iter().filter_map(|gone| gone.ended(ending)).collect()
    }

    fn tidying(&self, bucket: Bucket, gone: &Gone) -> Vec<Cmd> {
        let mut forget = redis::cmd("PEXPIRE");
        forget.arg(self.names.place(&gone.id.handle())).arg(PLACE_RETENTION.as_millis());
        let mut commands = vec![forget];
        let place = Place { bucket, id: gone.id }.to_bytes();
        for (key, list) in [
            (&gone.provider_subject, self.by_provider_subject(&gone.provider_subject)),
            (&gone.provider_session, self.by_provider_session(&gone.provider_session)),
        ] {
            if !key.is_empty() {
                let mut remove = redis::cmd("SREM");
                remove.arg(list).arg(&place);
                commands.push(remove);
            }
        }
        commands
    }
}

fn arguments(Ending { reason, now }: Ending, which: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut arguments = vec![reason.code().into(), values::time(now).into()];
    arguments.extend(which);
    arguments
}
