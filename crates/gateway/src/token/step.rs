//! Which headers go to which upstream for a session.

use crossgate_core::route::RouteTarget;
use crossgate_core::secret::SecretText;
use crossgate_core::settings::{ApiIndex, ApiSettings, Settings};
use crossgate_core::time::Timestamp;
use crossgate_core::token::{ProviderTokenSettings, TokenHeader, TokenSigning, UpstreamToken};
use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::issuer::{IssueError, Issuer};
use crate::session::{FreshHeader, LiveSession};

/// The header that tells pages who is asking.
const IDENTITY_HEADER: HeaderName = HeaderName::from_static("x-crossgate-identity");

/// Headers that say who is asking. At most one token, and for pages the identity.
#[derive(Debug, Default)]
pub(crate) struct UpstreamHeaders {
    pub(crate) token: Option<(HeaderName, HeaderValue)>,
    pub(crate) identity: Option<(HeaderName, HeaderValue)>,
}

/// Why there is no token that an upstream would accept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenRefusal {
    /// The API's own token has ended.
    #[error("the API's own token has ended")]
    Expired,
    /// The sign-in brought no token for this API.
    #[error("the sign-in brought no token for this API")]
    Absent,
    /// A fault of ours.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

/// The token step.
pub(crate) struct UpstreamTokens {
    pub(crate) issuer: Issuer,
    tokens: Vec<UpstreamToken>,
    token_of_app: Option<ApiIndex>,
}

impl UpstreamTokens {
    pub(crate) fn new(issuer: Issuer, settings: &Settings) -> Self {
        let tokens = settings.apis.iter().map(|api: &ApiSettings| api.token.clone()).collect();
        Self { issuer, tokens, token_of_app: settings.app.token_of }
    }

    /// How many header values a session keeps ready: one per API and the identity.
    pub(crate) fn slots(settings: &Settings) -> usize {
        settings.apis.len() + 1
    }

    /// The headers for an upstream. Pages receive the token of their API too, where the sign-in brought one; where a
    /// page is open, a token that has ended is left out and the page is shown without.
    pub(crate) fn headers_for(
        &self,
        target: RouteTarget,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<UpstreamHeaders, TokenRefusal> {
        match target {
            RouteTarget::Api(api) => {
                Ok(UpstreamHeaders { token: self.token(api, session, now)?, identity: None })
            }
            RouteTarget::App(_) => {
                let token = match self.token_of_app.map(|api| self.token(api, session, now)) {
                    // Whoever signed in another way than with this API never has its token: asking them to sign in
                    // again would lead in a circle.
                    Some(Err(TokenRefusal::Absent)) | None => None,
                    Some(token) => token?,
                };
                Ok(UpstreamHeaders { token, identity: Some(self.identity(session, now)?) })
            }
        }
    }

    /// As [`headers_for`](Self::headers_for) an open page: without a token where there is none.
    pub(crate) fn headers_for_open(
        &self,
        target: RouteTarget,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<UpstreamHeaders, TokenRefusal> {
        match (self.headers_for(target, session, now), target) {
            (Err(TokenRefusal::Expired | TokenRefusal::Absent), RouteTarget::App(_)) => {
                Ok(UpstreamHeaders { token: None, identity: Some(self.identity(session, now)?) })
            }
            (Err(TokenRefusal::Expired | TokenRefusal::Absent), RouteTarget::Api(_)) => {
                Ok(UpstreamHeaders::default())
            }
            (headers, _) => headers,
        }
    }

    /// The token for an API's account hook, as a value of `Authorization`.
    pub(crate) fn account_token(
        &self,
        api: &ApiSettings,
        profile: Value,
        now: Timestamp,
    ) -> Result<HeaderValue, IssueError> {
        let origin = format!("http://{}:{}", api.upstream.host, api.upstream.port);
        let (audience, signing) = match &api.token {
            UpstreamToken::Issued(settings) => (settings.audience.as_str(), &settings.signing),
            _ => (origin.as_str(), &TokenSigning::Es256),
        };
        let token = self.issuer.account_token(audience, signing, profile, now)?;
        Ok(TokenHeader::bearer().value(&token).parse()?)
    }

    fn token(
        &self,
        api: ApiIndex,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<Option<(HeaderName, HeaderValue)>, TokenRefusal> {
        let value = |header: &TokenHeader, value| Ok(Some((header.name.clone(), value)));
        match self.tokens.get(api.0) {
            None | Some(UpstreamToken::None | UpstreamToken::Cookie) => Ok(None),
            Some(UpstreamToken::Issued(settings)) => {
                let make = || self.issuer.access_token(settings, session, now);
                value(&settings.header, session.fresh_header(api.0, now, make)?)
            }
            Some(UpstreamToken::Api(header)) => {
                value(header, session.fresh_header(api.0, now, || own_token(header, session, now))?)
            }
            Some(UpstreamToken::Provider(settings)) => {
                let make = || provider_token(settings, session, now);
                value(&settings.header, session.fresh_header(api.0, now, make)?)
            }
        }
    }

    fn identity(
        &self,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<(HeaderName, HeaderValue), TokenRefusal> {
        let value =
            session.fresh_header(self.tokens.len(), now, || self.issuer.identity_token(session, now))?;
        Ok((IDENTITY_HEADER, value))
    }
}

/// The token that the API's own login returned.
fn own_token(
    header: &TokenHeader,
    session: &LiveSession,
    now: Timestamp,
) -> Result<FreshHeader, TokenRefusal> {
    let tokens = session.content.tokens.as_ref().ok_or(TokenRefusal::Absent)?;
    kept_token(header, &tokens.access_token, tokens.expires_at, now)
}

/// The token of the provider that signed the person in; none for people who signed in another way.
fn provider_token(
    settings: &ProviderTokenSettings,
    session: &LiveSession,
    now: Timestamp,
) -> Result<FreshHeader, TokenRefusal> {
    let login = session.content.provider.as_ref().filter(|login| login.provider == settings.provider);
    let token = login.and_then(|login| login.token_for(&settings.target)).ok_or(TokenRefusal::Absent)?;
    kept_token(&settings.header, &token.access_token, token.expires_at, now)
}

fn kept_token(
    header: &TokenHeader,
    token: &SecretText,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<FreshHeader, TokenRefusal> {
    let use_until = expires_at.unwrap_or(Timestamp::from_millis(i64::MAX));
    if now >= use_until {
        return Err(TokenRefusal::Expired);
    }
    let value = header.value(token.expose_secret()).parse().map_err(IssueError::Header)?;
    Ok(FreshHeader { value, use_until })
}
