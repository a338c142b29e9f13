//! A session in memory: what a request needs, ready to use, and the rest packed.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use crossgate_core::csrf::CsrfToken;
use crossgate_core::session::{
    ContentError, HashedSessionId, SessionContent, SessionHandle, SessionLifetimes, SessionRecord,
    SessionState,
};
use crossgate_core::time::Timestamp;
use http::{HeaderName, HeaderValue};

use super::ended::Ended;
use super::headers::Headers;
use super::held::Held;
use super::ready::{FreshHeader, ReadyValue};
use super::streams::OpenStreams;

/// The header with the token that scripts have to send along.
pub(crate) const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// A session as requests see it. Shared by all workers; what changes is atomic. There is one for each of up to 200,000
/// people, so its size counts.
pub(crate) struct LiveSession {
    id: HashedSessionId,
    created_at: Timestamp,
    version: u64,
    pub(super) held: Held,
    csrf_token: CsrfToken,
    last_seen: AtomicI64,
    persisted: AtomicI64,
    ended: Ended,
    confirmed: AtomicI64,
    /// Where streams of this session are noted.
    pub(super) streams: Arc<OpenStreams>,
    headers: Mutex<Headers>,
}

impl LiveSession {
    pub(super) fn new(
        record: &SessionRecord,
        held: Held,
        csrf_token: CsrfToken,
        streams: Arc<OpenStreams>,
    ) -> Self {
        let last_seen = record.last_seen_at.as_millis();
        Self {
            id: record.id,
            created_at: record.created_at,
            version: record.version,
            held,
            csrf_token,
            last_seen: AtomicI64::new(last_seen),
            persisted: AtomicI64::new(last_seen),
            ended: Ended::default(),
            confirmed: AtomicI64::new(i64::MIN),
            streams,
            headers: Mutex::default(),
        }
    }

    /// All that it knows, unpacked: not for every request.
    ///
    /// # Errors
    /// Never, of what this process packed.
    pub(crate) fn content(&self) -> Result<Cow<'_, SessionContent>, ContentError> {
        self.held.content()
    }

    /// Whether the sign-in brought tokens of the API.
    pub(crate) fn has_tokens(&self) -> bool {
        self.held.has_tokens
    }

    /// Whether a provider signed the person in.
    pub(crate) fn is_of_provider(&self) -> bool {
        self.held.is_of_provider
    }

    /// The access token of the API; empty where the sign-in brought none, or no API receives it.
    pub(crate) fn expose_access_token(&self) -> &[u8] {
        self.held.expose_access_token()
    }

    /// What scripts of its pages have to send along. None only if it could not stand in a header.
    pub(crate) fn csrf_token(&self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(&self.csrf_token.text()).ok()
    }

    /// Grows with every change of the content.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// Spreads what is done for sessions that began together.
    pub(crate) fn jitter(&self) -> u8 {
        self.id.as_bytes().first().copied().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> HashedSessionId {
        self.id
    }

    pub(crate) fn handle(&self) -> SessionHandle {
        self.id.handle()
    }

    pub(crate) fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The state at `now`.
    pub(crate) fn state(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> SessionState {
        lifetimes.state(self.created_at, self.last_seen_at(), now)
    }

    /// Notes activity; true when it is time to write it down.
    pub(crate) fn touch(&self, now: Timestamp, granularity: std::time::Duration) -> bool {
        self.last_seen.fetch_max(now.as_millis(), Ordering::Relaxed);
        let persisted = self.persisted.load(Ordering::Relaxed);
        now.since(Timestamp::from_millis(persisted)) >= granularity
            && self
                .persisted
                .compare_exchange(persisted, now.as_millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    pub(crate) fn last_seen_at(&self) -> Timestamp {
        Timestamp::from_millis(self.last_seen.load(Ordering::Relaxed))
    }

    /// Takes the place of another form of the same session: what was noted there counts here, and when it ends, both do.
    pub(super) fn succeed(&mut self, other: &Self) {
        self.last_seen.fetch_max(other.last_seen_at().as_millis(), Ordering::Relaxed);
        self.ended = other.ended.shared();
    }

    /// Notes that the store has it, with this content, at `now`.
    pub(super) fn confirm(&self, now: Timestamp) {
        self.confirmed.fetch_max(now.as_millis(), Ordering::Relaxed);
    }

    /// When the store was last known to have it.
    pub(super) fn confirmed_at(&self) -> Timestamp {
        Timestamp::from_millis(self.confirmed.load(Ordering::Relaxed))
    }

    /// Marks it as over, for those who still hold it.
    pub(crate) fn mark_ended(&self) {
        self.ended.mark();
    }

    /// Whether it was ended in this process after it was found.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.is_marked()
    }

    /// Whether the header of this number is ready, and fresh at `now`.
    pub(crate) fn has_fresh_header(&self, number: usize, now: Timestamp) -> bool {
        self.headers.lock().is_ok_and(|kept| kept.fresh(number, now).is_some())
    }

    /// The header of a number, or a new one if it is no longer fresh at `now`. Who makes one makes it alone, and must not
    /// ask for another one meanwhile.
    pub(crate) fn fresh_header<E>(
        &self,
        number: usize,
        now: Timestamp,
        make: impl FnOnce() -> Result<FreshHeader, E>,
    ) -> Result<ReadyValue, E> {
        let Ok(mut kept) = self.headers.lock() else { return make().map(|header| header.value) };
        if let Some(value) = kept.fresh(number, now) {
            return Ok(value.clone());
        }
        let header = make()?;
        let value = header.value.clone();
        kept.keep(number, header);
        Ok(value)
    }
}

impl fmt::Debug for LiveSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSession")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a session takes beside what it knows and the headers that it keeps ready. There may be 200,000.
    #[test]
    fn a_session_takes_no_more_than_it_did() {
        assert!(size_of::<LiveSession>() <= 216, "{}", size_of::<LiveSession>());
    }
}
