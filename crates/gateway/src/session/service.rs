//! Finds, begins and ends sessions: cookie → hash → cache → store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossgate_core::cookie::{CookieNames, PresentedCookie, find};
use crossgate_core::csrf::{CsrfBinding, CsrfTokens};
use crossgate_core::entropy::Entropy;
use crossgate_core::identity::Subject;
use crossgate_core::provider::ProviderLogin;
use crossgate_core::route::ClaimRequirement;
use crossgate_core::seal::Sealer;
use crossgate_core::session::{
    ContentError, HashedSessionId, SessionContent, SessionId, SessionLifetimes, SessionRecord, SessionState,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{Activity, NewSession, Store};
use http::HeaderMap;
use quick_cache::sync::Cache;

use super::answer::{SessionAnswer, SessionFault, Unknown};
use super::cache::LiveCache;
use super::follow::{Belief, Following};
use super::held::{Asked, Held};
use super::live::LiveSession;
use super::streams::OpenStreams;

/// Sessions kept in memory at most.
const CACHED_SESSIONS: usize = 200_000;
/// Unknown ids remembered at most, and for how long: random cookies must not hammer the store.
const REMEMBERED_UNKNOWN: usize = 10_000;
const UNKNOWN_FOR: Duration = Duration::from_secs(10);

/// A session that just began, with the id that only its browser may have.
pub(crate) struct Begun {
    pub(crate) id: SessionId,
    pub(crate) session: Arc<LiveSession>,
}

/// See the [module](self).
pub(crate) struct Sessions {
    pub(super) store: Arc<dyn Store>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) sealer: Sealer,
    csrf: CsrfTokens,
    pub(super) lifetimes: SessionLifetimes,
    cookie: &'static str,
    asked: Asked,
    pub(super) live: LiveCache,
    unknown: Cache<HashedSessionId, Unknown>,
    /// Grows with every ended session; a load that saw it change may have read a row that is gone by now.
    pub(super) endings: AtomicU64,
    pub(super) touched: Mutex<Vec<Activity>>,
    pub(super) streams: Arc<OpenStreams>,
    pub(super) following: Following,
}

/// What [`Sessions`] is made of.
pub(crate) struct SessionParts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) sealer: Sealer,
    pub(crate) csrf: CsrfTokens,
    pub(crate) lifetimes: SessionLifetimes,
    pub(crate) cookies: CookieNames,
    pub(crate) asked: Asked,
}

impl Sessions {
    pub(crate) fn new(parts: SessionParts) -> Self {
        let SessionParts { store, entropy, sealer, csrf, lifetimes, cookies, asked } = parts;
        Self {
            store,
            entropy,
            sealer,
            csrf,
            lifetimes,
            cookie: cookies.session,
            asked,
            live: LiveCache::new(CACHED_SESSIONS),
            unknown: Cache::new(REMEMBERED_UNKNOWN),
            endings: AtomicU64::new(0),
            touched: Mutex::new(Vec::new()),
            streams: Arc::default(),
            following: Following::default(),
        }
    }

    /// The id that the cookie presents, if it has the form of one.
    pub(crate) fn presented(&self, headers: &HeaderMap) -> Option<HashedSessionId> {
        match find(headers, self.cookie) {
            PresentedCookie::One(value) => SessionId::parse(value.as_bytes()).ok().map(|id| id.hash()),
            PresentedCookie::Absent | PresentedCookie::Ambiguous => None,
        }
    }

    /// Finds the session of a request and notes activity.
    pub(crate) async fn find(&self, headers: &HeaderMap, now: Timestamp) -> SessionAnswer {
        let answer = self.peek(headers, now).await;
        if let SessionAnswer::Active(session) = &answer
            && session.touch(now, self.touch_granularity())
        {
            self.remember_touch(Activity { id: session.id(), seen_at: now });
        }
        answer
    }

    /// Finds the session of a request without that counting as activity.
    pub(crate) async fn peek(&self, headers: &HeaderMap, now: Timestamp) -> SessionAnswer {
        let id = match find(headers, self.cookie) {
            PresentedCookie::Absent => return SessionAnswer::Absent,
            PresentedCookie::Ambiguous => return SessionAnswer::Unknown,
            PresentedCookie::One(value) => match SessionId::parse(value.as_bytes()) {
                Ok(id) => id.hash(),
                Err(_) => return SessionAnswer::Unknown,
            },
        };
        self.look_up(id, now).await
    }

    /// Finds a session by what its id hashes to, without that counting as activity.
    pub(crate) async fn look_up(&self, id: HashedSessionId, now: Timestamp) -> SessionAnswer {
        match self.live.get(&id) {
            Some(session) => match self.belief(session.confirmed_at(), now) {
                Belief::Believed => self.judge(session, now),
                belief => Box::pin(self.confirm(session, belief, now)).await,
            },
            // Boxed, as is what asks the store: seldom needed, and large in the future of every request.
            None => Box::pin(self.load(id, now)).await,
        }
    }

    /// Asks the store about a cached session.
    async fn confirm(&self, session: Arc<LiveSession>, belief: Belief, now: Timestamp) -> SessionAnswer {
        match self.reload(session.id(), now).await {
            Ok(Some(session)) => self.judge(session, now),
            Ok(None) => self.load(session.id(), now).await,
            Err(_) if belief == Belief::Doubted => self.judge(session, now),
            Err(fault) => SessionAnswer::Unavailable(fault),
        }
    }

    fn judge(&self, session: Arc<LiveSession>, now: Timestamp) -> SessionAnswer {
        match session.state(&self.lifetimes, now) {
            _ if session.is_ended() => SessionAnswer::Unknown,
            SessionState::Active => SessionAnswer::Active(session),
            SessionState::Expired(timeout) => SessionAnswer::Expired(timeout),
            SessionState::Ended(reason) => SessionAnswer::Ended(reason),
        }
    }

    async fn load(&self, id: HashedSessionId, now: Timestamp) -> SessionAnswer {
        if let Some(unknown) = self.unknown.get(&id).filter(|unknown| now < unknown.until) {
            return unknown.answer();
        }
        let endings = self.endings.load(Ordering::Acquire);
        let session = match self.store.load(id).await {
            Ok(Some(record)) => self.read(self.under_first_secret(record).await),
            Ok(None) => return self.explain(id, now).await,
            Err(error) => return SessionAnswer::Unavailable(error.into()),
        };
        match session {
            Ok(session) => self.judge(self.keep_newer(session, endings, now), now),
            Err(fault) => SessionAnswer::Unavailable(fault),
        }
    }

    /// Why there is no session of this id, where that is remembered.
    async fn explain(&self, id: HashedSessionId, now: Timestamp) -> SessionAnswer {
        match self.store.ended(id).await {
            Ok(ended) => {
                let reason = ended.map(|ended| ended.reason);
                let unknown = Unknown { until: now.after(UNKNOWN_FOR), reason };
                self.unknown.insert(id, unknown);
                unknown.answer()
            }
            Err(error) => SessionAnswer::Unavailable(error.into()),
        }
    }

    /// The session in a row.
    pub(super) fn read(&self, record: SessionRecord) -> Result<LiveSession, SessionFault> {
        let content = self.open(&record)?;
        self.live_session(&record, content)
    }

    pub(super) fn open(&self, record: &SessionRecord) -> Result<SessionContent, ContentError> {
        SessionContent::open(&record.sealed, &record.id, &self.sealer)
    }

    pub(super) fn live_session(
        &self,
        record: &SessionRecord,
        content: SessionContent,
    ) -> Result<LiveSession, SessionFault> {
        let held = Held::new(content, &self.asked)?;
        let csrf_token = self.csrf.short_token(CsrfBinding::Session(record.id));
        Ok(LiveSession::new(record, held, csrf_token, Arc::clone(&self.streams)))
    }

    /// Begins a session. It is durable when this resolves; the one it replaces is gone.
    pub(crate) async fn begin(
        &self,
        content: SessionContent,
        replaces: Option<HashedSessionId>,
        now: Timestamp,
    ) -> Result<Begun, SessionFault> {
        let id = SessionId::generate(&*self.entropy)?;
        let session = self.begin_as(&id, content, replaces, now).await?;
        Ok(Begun { id, session })
    }

    /// As [`begin`](Self::begin), under an id that follows from something else.
    pub(crate) async fn begin_as(
        &self,
        id: &SessionId,
        content: SessionContent,
        replaces: Option<HashedSessionId>,
        now: Timestamp,
    ) -> Result<Arc<LiveSession>, SessionFault> {
        let sealed = content.seal(&id.hash(), &self.sealer, &*self.entropy)?;
        let subject = content.identity.subject.clone();
        let record = SessionRecord {
            id: id.hash(),
            subject,
            created_at: now,
            last_seen_at: now,
            provider: content.provider.as_ref().map(ProviderLogin::keys),
            version: 1,
            sealed,
        };
        let session = self.live_session(&record, content)?;
        let endings = self.endings.load(Ordering::Acquire);
        self.store.create(NewSession { record, replaces }).await?;
        replaces.iter().for_each(|replaced| self.forget(replaced));
        // It may have ended already, with all of the person's. Its own end of another one does not count.
        let expected = endings.wrapping_add(u64::from(replaces.is_some()));
        Ok(self.keep_newer(session, expected, now))
    }

    /// The sessions of a person with what they know, newest first. One that does not open is left out.
    pub(crate) async fn list(
        &self,
        subject: Subject,
        now: Timestamp,
    ) -> Result<Vec<(SessionRecord, SessionContent)>, SessionFault> {
        let records = self.store.list(subject).await?;
        let live =
            records.into_iter().filter(|record| record.state(&self.lifetimes, now) == SessionState::Active);
        Ok(live
            .filter_map(|record| {
                let content = SessionContent::open(&record.sealed, &record.id, &self.sealer).ok()?;
                Some((record, content))
            })
            .collect())
    }

    /// When a session ends if nothing happens any more.
    pub(crate) fn expires_at(&self, session: &LiveSession) -> Timestamp {
        self.lifetimes.end(session.created_at(), session.last_seen_at())
    }

    /// Whether the person of a session fulfils a requirement. Those of the routes are answered at once.
    pub(crate) fn fulfils(&self, session: &LiveSession, requirement: &ClaimRequirement) -> bool {
        session.held.fulfils(requirement, &self.asked)
    }

    pub(super) fn remember_touch(&self, activity: Activity) {
        if let Ok(mut touched) = self.touched.lock()
            && touched.len() < CACHED_SESSIONS
        {
            touched.push(activity);
        }
    }

    fn touch_granularity(&self) -> Duration {
        (self.lifetimes.idle / 20).clamp(Duration::from_secs(1), Duration::from_secs(60))
    }
}
