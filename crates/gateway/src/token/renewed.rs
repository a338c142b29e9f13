//! Tokens that others issued, renewed where it is time.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::session::SessionContent;
use crossgate_core::settings::ApiIndex;
use crossgate_core::time::Timestamp;
use crossgate_core::token::UpstreamToken;
use crossgate_core::token_life::{Freshness, TokenLife};

use super::issuer::IssueError;
use super::refusal::TokenRefusal;
use super::step::UpstreamTokens;
use crate::gateway::Worker;
use crate::refresh::{Landed, RefreshKey, RefreshSource};
use crate::session::LiveSession;

impl UpstreamTokens {
    /// Whether it takes no look at the content to know that there is nothing to renew.
    fn has_nothing_to_renew(&self, api: ApiIndex, session: &LiveSession, now: Timestamp) -> bool {
        // A header is kept no longer than until its token is due.
        let is_fresh = || session.has_fresh_header(api.0, now);
        match self.token_of(api) {
            None | Some(UpstreamToken::None | UpstreamToken::Issued(_) | UpstreamToken::NextAuth(_)) => true,
            Some(UpstreamToken::Api(_)) => !session.has_tokens() || is_fresh(),
            Some(UpstreamToken::Provider(_)) => !session.is_of_provider() || is_fresh(),
            Some(UpstreamToken::Cookie) => false,
        }
    }

    /// Which token of a session an API receives, if it can be renewed.
    fn renewable(&self, api: ApiIndex, content: &SessionContent) -> Option<RefreshSource> {
        match self.token_of(api)? {
            UpstreamToken::None | UpstreamToken::Issued(_) | UpstreamToken::NextAuth(_) => None,
            UpstreamToken::Api(_) => {
                content.tokens.as_ref()?;
                self.own.renews(content).map(|api| RefreshSource::Own { api })
            }
            UpstreamToken::Cookie => {
                let issuer = self.own.renews(content).filter(|issuer| *issuer == api);
                issuer.map(|api| RefreshSource::Own { api })
            }
            UpstreamToken::Provider(settings) => {
                let login = content.provider.as_ref().filter(|login| login.provider == settings.provider)?;
                login.refresh_token.as_ref()?;
                let (provider, target) = (login.provider.clone(), settings.target.clone());
                Some(RefreshSource::Provider { provider, target })
            }
        }
    }

    fn renewable_of(
        &self,
        api: ApiIndex,
        session: &LiveSession,
    ) -> Result<Option<(RefreshSource, TokenLife)>, IssueError> {
        let content = session.content()?;
        let source = self.renewable(api, &content);
        Ok(source.and_then(|source| self.life_of(&source, &content).map(|life| (source, life))))
    }

    /// How long the token is good, if the session has it.
    pub(crate) fn life_of(&self, source: &RefreshSource, content: &SessionContent) -> Option<TokenLife> {
        match source {
            RefreshSource::Own { api } => self.own.life(*api, content),
            RefreshSource::Provider { provider, target } => {
                let login = content.provider.as_ref().filter(|login| login.provider == *provider)?;
                Some(login.token_for(target)?.life())
            }
        }
    }
}

/// The session with a token for this API that is good for a while. A token that is only due is renewed in the
/// background, and nobody waits.
pub(super) async fn renewed(
    tokens: &UpstreamTokens,
    worker: &Rc<Worker>,
    session: Arc<LiveSession>,
    api: ApiIndex,
    now: Timestamp,
) -> Result<Arc<LiveSession>, TokenRefusal> {
    if tokens.has_nothing_to_renew(api, &session, now) {
        return Ok(session);
    }
    let Some((source, life)) = tokens.renewable_of(api, &session)? else { return Ok(session) };
    let freshness = life.freshness(session.jitter(), now);
    if matches!(freshness, Freshness::Fresh { .. }) {
        return Ok(session);
    }
    let (refreshes, key) = (&worker.gateway.refreshes, RefreshKey { session: session.id(), source });
    if freshness == Freshness::Due {
        refreshes.begin(worker, key, now);
        return Ok(session);
    }
    match Box::pin(refreshes.wait(worker, key, now)).await {
        Landed::Ready(session) => Ok(session),
        Landed::Ended(reason) => Err(TokenRefusal::SessionEnded(reason)),
        // Between our margin and its very end a token is better than nothing.
        Landed::Later(_) if !life.has_ended(now) => Ok(session),
        Landed::Later(after) => Err(TokenRefusal::Later(after)),
    }
}
