//! A session in memory: what a request needs, ready to use.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use crossgate_core::session::{SessionContent, SessionHandle, SessionLifetimes, SessionRecord, SessionState};
use crossgate_core::time::Timestamp;
use http::HeaderValue;

use super::streams::OpenStreams;

/// A header value and until when it may be sent.
#[derive(Debug, Clone)]
pub(crate) struct FreshHeader {
    pub(crate) value: HeaderValue,
    pub(crate) use_until: Timestamp,
}

/// A session as requests see it. Shared by all workers; what changes is atomic.
#[derive(Debug)]
pub(crate) struct LiveSession {
    /// Without what is sealed: `content` is that, and it would be kept twice.
    record: SessionRecord,
    pub(crate) content: SessionContent,
    pub(crate) csrf_token: HeaderValue,
    last_seen: AtomicI64,
    persisted: AtomicI64,
    ended: Arc<AtomicBool>,
    confirmed: AtomicI64,
    /// Where streams of this session are noted.
    pub(super) streams: Arc<OpenStreams>,
    headers: Box<[Mutex<Option<FreshHeader>>]>,
}

impl LiveSession {
    /// `header_slots`: how many different header values are kept ready.
    pub(crate) fn new(
        record: SessionRecord,
        content: SessionContent,
        csrf_token: HeaderValue,
        header_slots: usize,
        streams: Arc<OpenStreams>,
    ) -> Self {
        let last_seen = record.last_seen_at.as_millis();
        Self {
            record: SessionRecord { sealed: Vec::new(), ..record },
            content,
            csrf_token,
            last_seen: AtomicI64::new(last_seen),
            persisted: AtomicI64::new(last_seen),
            ended: Arc::default(),
            confirmed: AtomicI64::new(i64::MIN),
            streams,
            headers: (0..header_slots).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// The record as it is now.
    pub(crate) fn record(&self) -> SessionRecord {
        SessionRecord { last_seen_at: self.last_seen_at(), ..self.record.clone() }
    }

    /// Grows with every change of the content.
    pub(super) fn version(&self) -> u64 {
        self.record.version
    }

    /// Spreads what is done for sessions that began together.
    pub(crate) fn jitter(&self) -> u8 {
        self.record.id.as_bytes().first().copied().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> crossgate_core::session::HashedSessionId {
        self.record.id
    }

    pub(crate) fn handle(&self) -> SessionHandle {
        self.record.id.handle()
    }

    /// The state at `now`, without copying the record.
    pub(crate) fn state(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> SessionState {
        lifetimes.state(self.record.created_at, self.last_seen_at(), now)
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

    pub(super) fn last_seen_at(&self) -> Timestamp {
        Timestamp::from_millis(self.last_seen.load(Ordering::Relaxed))
    }

    /// Takes the place of another form of the same session: what was noted there counts here, and when it ends, both do.
    pub(super) fn succeed(&mut self, other: &Self) {
        self.last_seen.fetch_max(other.last_seen_at().as_millis(), Ordering::Relaxed);
        self.ended = Arc::clone(&other.ended);
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
        self.ended.store(true, Ordering::Release);
    }

    /// Whether it was ended in this process after it was found.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// The header in a slot, or a new one if it is no longer fresh at `now`.
    pub(crate) fn fresh_header<E>(
        &self,
        slot: usize,
        now: Timestamp,
        make: impl FnOnce() -> Result<FreshHeader, E>,
    ) -> Result<HeaderValue, E> {
        let Some(Ok(mut kept)) = self.headers.get(slot).map(Mutex::lock) else {
            return make().map(|header| header.value);
        };
        if let Some(header) = kept.as_ref().filter(|header| now < header.use_until) {
            return Ok(header.value.clone());
        }
        let header = make()?;
        let value = header.value.clone();
        *kept = Some(header);
        Ok(value)
    }
}
