//! Tokens that others issued, renewed where it is time.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::session::SessionContent;
use crossgate_core::settings::ApiIndex;
use crossgate_core::time::Timestamp;
use crossgate_core::token::UpstreamToken;
use crossgate_core::token_life::{Freshness, TokenLife};

use super::refusal::TokenRefusal;
use super::step::UpstreamTokens;
use crate::gateway::Worker;
use crate::refresh::{Landed, RefreshKey, RefreshSource};
use crate::session::LiveSession;

impl UpstreamTokens {
    /// Which token of this session an API receives, if it can be renewed.
    fn renewable(&self, api: ApiIndex, session: &LiveSession) -> Option<RefreshSource> {
        let content = &session.content;
        match self.tokens.get(api.0)? {
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
    let Some(source) = tokens.renewable(api, &session) else { return Ok(session) };
    let Some(life) = tokens.life_of(&source, &session.content) else { return Ok(session) };
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
