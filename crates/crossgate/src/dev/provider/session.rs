//! Sessions of the gateway, as its store has them.

use std::sync::Arc;

use crossgate_core::keys::KeyPurpose;
use crossgate_core::provider::ProviderLogin;
use crossgate_core::seal::Sealer;
use crossgate_core::session::{
    ContentError, EndReason, HashedSessionId, SessionContent, SessionHandle, SessionLifetimes, SessionRecord,
    SessionState,
};
use crossgate_core::settings::Settings;
use crossgate_core::time::Timestamp;
use crossgate_gateway::{Gateway, SweepError};
use crossgate_store::{ReplaceOutcome, Store, StoreError};

use super::ID;
use crate::system::SystemEntropy;

/// So many are shown.
const MOST_SHOWN: usize = 200;
/// Writers that may come first.
const ATTEMPTS: usize = 20;

/// What the provider can do with sessions of the gateway.
pub(super) struct Sessions {
    store: Arc<dyn Store>,
    gateway: Arc<Gateway>,
    sealer: Sealer,
    lifetimes: SessionLifetimes,
    /// Whether an API receives tokens of this provider, so that they are renewed.
    renews_here: bool,
}

/// A session, opened.
pub(super) struct SignedIn {
    pub(super) record: SessionRecord,
    pub(super) content: SessionContent,
    /// Whether its tokens are renewed at this provider.
    pub(super) is_renewed_here: bool,
}

/// Nothing was done.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Follow(#[from] SweepError),
    #[error("others change the session all the time")]
    Busy,
}

impl SignedIn {
    /// The sign-in here, where it was one.
    pub(super) fn login_here(&self) -> Option<&ProviderLogin> {
        self.content.provider.as_ref().filter(|login| login.provider.as_str() == ID)
    }

    /// Whether it holds a token that can end.
    pub(super) fn has_tokens(&self) -> bool {
        self.content.tokens.is_some() || self.is_renewed_here
    }
}

impl Sessions {
    pub(super) fn new(settings: &Settings, store: Arc<dyn Store>, gateway: Arc<Gateway>) -> Self {
        let here = settings.providers.iter().find(|provider| provider.id.as_str() == ID);
        Self {
            store,
            gateway,
            sealer: Sealer::new(settings.secrets.derive(KeyPurpose::SessionContent)),
            lifetimes: settings.lifetimes,
            renews_here: here.is_some_and(|provider| !provider.token_targets.is_empty()),
        }
    }

    /// Who is signed in, those who came last first. Sessions of another secret are left out.
    pub(super) async fn list(&self, now: Timestamp) -> Result<Vec<SignedIn>, SessionError> {
        let records = self.store.list_all(None, MOST_SHOWN).await?;
        let mut sessions: Vec<_> =
            records.into_iter().filter_map(|record| self.open(record, now).ok()?).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.record.created_at));
        Ok(sessions)
    }

    /// The session of this name, if it lives.
    pub(super) async fn find(
        &self,
        handle: &SessionHandle,
        now: Timestamp,
    ) -> Result<Option<SignedIn>, SessionError> {
        match self.store.load_by_handle(handle.clone()).await? {
            Some(record) => Ok(self.open(record, now)?),
            None => Ok(None),
        }
    }

    fn open(&self, record: SessionRecord, now: Timestamp) -> Result<Option<SignedIn>, ContentError> {
        if record.state(&self.lifetimes, now) != SessionState::Active {
            return Ok(None);
        }
        let content = SessionContent::open(&record.sealed, &record.id, &self.sealer)?;
        let login = content.provider.as_ref().filter(|login| login.provider.as_str() == ID);
        let is_renewed_here = self.renews_here && login.is_some_and(|login| login.refresh_token.is_some());
        Ok(Some(SignedIn { record, content, is_renewed_here }))
    }

    /// The tokens of a session end now: whoever needs one has to renew it.
    pub(super) async fn expire(&self, session: SignedIn, now: Timestamp) -> Result<(), SessionError> {
        let (handle, mut next) = (session.record.id.handle(), Some(session));
        for _ in 0..ATTEMPTS {
            let Some(session) = next else { return Ok(()) };
            let SignedIn { record, mut content, .. } = session;
            end_tokens(&mut content, now);
            let sealed = content.seal(&record.id, &self.sealer, &SystemEntropy)?;
            match self.store.replace_content(record.id, record.version, sealed).await? {
                ReplaceOutcome::Stale { .. } => next = self.find(&handle, now).await?,
                _ => return self.follow().await,
            }
        }
        Err(SessionError::Busy)
    }

    /// Ends a session as if whoever has to renew its tokens had refused.
    pub(super) async fn end_refused(&self, id: HashedSessionId, now: Timestamp) -> Result<(), SessionError> {
        let reason = EndReason::RefreshRefused;
        if self.store.end(id, reason, now).await?.is_some() {
            tracing::info!(target: "crossgate::session", session = %id.handle(), reason = reason.code(), "a session ended");
        }
        self.follow().await
    }

    /// The gateway learns of it before anybody makes the next request.
    async fn follow(&self) -> Result<(), SessionError> {
        self.gateway.follow().await?;
        Ok(())
    }
}

/// When they were obtained is forgotten too: a token that lived for a moment only would count a second longer.
fn end_tokens(content: &mut SessionContent, now: Timestamp) {
    if let Some(tokens) = &mut content.tokens {
        (tokens.expires_at, tokens.obtained_at) = (Some(now), None);
    }
    for token in content.provider.iter_mut().flat_map(|login| &mut login.tokens) {
        (token.expires_at, token.obtained_at) = (Some(now), None);
    }
}
