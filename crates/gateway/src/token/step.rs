//! Which headers go to which upstream for a session.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::route::RouteTarget;
use crossgate_core::session::SessionContent;
use crossgate_core::settings::{ApiIndex, ApiSettings, Settings};
use crossgate_core::time::Timestamp;
use crossgate_core::token::{TokenHeader, TokenSigning, UpstreamToken};
use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::beginnings::Beginnings;
use super::issuer::{IssueError, Issuer, ProofKind, Signed};
use super::kept::{OwnSettings, cookies_for, own_token, provider_token};
use super::refusal::TokenRefusal;
use super::renewed::renewed;
use crate::gateway::Worker;
use crate::next_auth::AppCookie;
use crate::session::{Beginning, FreshHeader, LiveSession, ReadyValue};

/// The header that tells pages who is asking.
const IDENTITY_HEADER: HeaderName = HeaderName::from_static("x-crossgate-identity");
/// The header that carries the API's cookies to pages.
const API_COOKIE_HEADER: HeaderName = HeaderName::from_static("x-crossgate-api-cookie");

/// Headers that say who is asking. At most one token, and for pages the identity and the session cookie of next-auth.
#[derive(Debug, Default)]
pub(crate) struct UpstreamHeaders {
    pub(crate) token: Option<(HeaderName, ReadyValue)>,
    pub(crate) identity: Option<(HeaderName, ReadyValue)>,
    /// Cookies beside those of the browser that the upstream may see: at an API those that it set, at the app its session.
    pub(crate) cookies: Option<ReadyValue>,
}

/// Headers, and the session as it is now: its tokens may have been renewed.
#[derive(Debug)]
pub(crate) struct Equipped {
    pub(crate) headers: UpstreamHeaders,
    pub(crate) session: Arc<LiveSession>,
}

/// For what a session needs a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenUse<'a> {
    pub(crate) target: RouteTarget,
    /// Path and query of the request: cookies have paths.
    pub(crate) path: &'a str,
    pub(crate) now: Timestamp,
}

/// Which token an API receives, and what the headers with it have in common.
pub(super) struct ApiToken {
    pub(super) token: UpstreamToken,
    beginnings: Beginnings,
    /// What stands before a token that somebody else issued.
    scheme: Arc<Beginning>,
}

impl ApiToken {
    fn new(token: &UpstreamToken) -> Self {
        let scheme = match token {
            UpstreamToken::Api(header) => header.value("").into_bytes(),
            UpstreamToken::Provider(settings) => settings.header.value("").into_bytes(),
            _ => Vec::new(),
        };
        let scheme = Arc::new(Beginning(scheme.into_boxed_slice()));
        Self { token: token.clone(), beginnings: Beginnings::default(), scheme }
    }
}

/// Signed values of one kind, as they are kept.
fn kept(signed: &Signed, beginnings: &Beginnings) -> Result<FreshHeader, IssueError> {
    Ok(FreshHeader { value: beginnings.split(&signed.value)?, use_until: signed.use_until })
}

/// The token step.
pub(crate) struct UpstreamTokens {
    pub(crate) issuer: Issuer,
    pub(super) tokens: Vec<ApiToken>,
    pub(super) own: OwnSettings,
    identities: Beginnings,
    token_of_app: Option<ApiIndex>,
    app_cookie: Option<Arc<AppCookie>>,
}

impl UpstreamTokens {
    pub(crate) fn new(issuer: Issuer, settings: &Settings, app_cookie: Option<Arc<AppCookie>>) -> Self {
        let tokens = settings.apis.iter().map(|api: &ApiSettings| ApiToken::new(&api.token)).collect();
        let (own, token_of_app) = (OwnSettings::new(settings), settings.app.token_of);
        Self { issuer, tokens, own, identities: Beginnings::default(), token_of_app, app_cookie }
    }

    /// The headers for an upstream. Tokens that others issued are renewed where it is time. Pages receive the token of
    /// their API too, where the sign-in brought one.
    pub(crate) async fn equip(
        &self,
        worker: &Rc<Worker>,
        session: Arc<LiveSession>,
        wanted: &TokenUse<'_>,
    ) -> Result<Equipped, TokenRefusal> {
        self.issuer.catch_up(wanted.now).await;
        let Some(api) = self.api_for(wanted.target) else {
            let headers = self.headers_without_token(wanted, &session)?;
            return Ok(Equipped { headers, session });
        };
        let session = renewed(self, worker, session, api, wanted.now).await?;
        let headers = match (self.headers_with_token(api, wanted, &session), wanted.target) {
            // Whoever signed in another way than with this API never has its token: asking them to sign in again would
            // lead in a circle.
            (Err(TokenRefusal::Absent), RouteTarget::App(_)) => {
                self.headers_without_token(wanted, &session)?
            }
            (headers, _) => headers?,
        };
        Ok(Equipped { headers, session })
    }

    /// As [`equip`](Self::equip), for what is open: without a token where there is none now.
    pub(crate) async fn equip_for_open(
        &self,
        worker: &Rc<Worker>,
        session: Arc<LiveSession>,
        wanted: &TokenUse<'_>,
    ) -> Result<Equipped, TokenRefusal> {
        match self.equip(worker, Arc::clone(&session), wanted).await {
            Err(TokenRefusal::Expired | TokenRefusal::Absent | TokenRefusal::Later(_)) => {
                let headers = self.headers_without_token(wanted, &session)?;
                Ok(Equipped { headers, session })
            }
            equipped => equipped,
        }
    }

    /// The API that gave a session its cookies, if any did.
    pub(crate) fn giver_of_cookies(&self, content: &SessionContent) -> Option<ApiIndex> {
        self.own.giver_of_cookies(content)
    }

    /// The API whose tokens a session has, if it has any.
    pub(crate) fn owner_of_tokens(&self, content: &SessionContent) -> Option<ApiIndex> {
        self.own.owner_of_tokens(content)
    }

    fn api_for(&self, target: RouteTarget) -> Option<ApiIndex> {
        match target {
            RouteTarget::Api(api) => Some(api),
            RouteTarget::App(_) => self.token_of_app,
        }
    }

    pub(super) fn token_of(&self, api: ApiIndex) -> Option<&UpstreamToken> {
        self.tokens.get(api.0).map(|known| &known.token)
    }

    fn headers_without_token(
        &self,
        wanted: &TokenUse<'_>,
        session: &LiveSession,
    ) -> Result<UpstreamHeaders, TokenRefusal> {
        match wanted.target {
            RouteTarget::Api(_) => Ok(UpstreamHeaders::default()),
            RouteTarget::App(_) => Ok(UpstreamHeaders {
                token: None,
                identity: Some(self.identity(session, wanted.now)?),
                cookies: self.app_session(session, wanted.now)?,
            }),
        }
    }

    fn headers_with_token(
        &self,
        api: ApiIndex,
        wanted: &TokenUse<'_>,
        session: &LiveSession,
    ) -> Result<UpstreamHeaders, TokenRefusal> {
        let headers = self.headers_without_token(wanted, session)?;
        // A page has it in its cookie.
        if let (Some(UpstreamToken::NextAuth(_)), RouteTarget::App(_)) = (self.token_of(api), wanted.target) {
            return Ok(headers);
        }
        if !matches!(self.token_of(api), Some(UpstreamToken::Cookie)) {
            return Ok(UpstreamHeaders { token: self.token(api, session, wanted.now)?, ..headers });
        }
        match wanted.target {
            RouteTarget::Api(_) => {
                let cookies = cookies_for(&self.own, api, session, wanted.path, wanted.now)?;
                Ok(UpstreamHeaders { cookies: Some(ReadyValue::whole(&cookies)), ..headers })
            }
            RouteTarget::App(_) => {
                let cookies = cookies_for(&self.own, api, session, self.own.path_of(api), wanted.now)?;
                let token = (API_COOKIE_HEADER, ReadyValue::whole(&cookies));
                Ok(UpstreamHeaders { token: Some(token), ..headers })
            }
        }
    }

    /// The token that Crossgate signs for an API, where it does.
    pub(crate) fn issued_header(
        &self,
        api: ApiIndex,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<Option<(HeaderName, ReadyValue)>, TokenRefusal> {
        match self.token_of(api) {
            Some(UpstreamToken::Issued(_)) => self.token(api, session, now),
            _ => Ok(None),
        }
    }

    /// The token for a hook of an API, as a value of `Authorization`.
    pub(crate) fn proof(
        &self,
        api: &ApiSettings,
        kind: ProofKind,
        about: Value,
        now: Timestamp,
    ) -> Result<HeaderValue, IssueError> {
        let origin = format!("http://{}:{}", api.upstream.host, api.upstream.port);
        let (audience, signing) = match &api.token {
            UpstreamToken::Issued(settings) => (settings.audience.as_str(), &settings.signing),
            _ => (origin.as_str(), &TokenSigning::Es256),
        };
        let token = self.issuer.proof(kind, (audience, signing), about, now)?;
        Ok(TokenHeader::bearer().value(&token).parse()?)
    }

    fn token(
        &self,
        api: ApiIndex,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<Option<(HeaderName, ReadyValue)>, TokenRefusal> {
        let value = |header: &TokenHeader, value| Ok(Some((header.name.clone(), value)));
        let Some(ApiToken { token, beginnings, scheme }) = self.tokens.get(api.0) else { return Ok(None) };
        match token {
            UpstreamToken::None | UpstreamToken::Cookie => Ok(None),
            UpstreamToken::NextAuth(header) => {
                let cookie = self.app_cookie.as_ref().ok_or(TokenRefusal::Absent)?;
                let make = || cookie.header(header, session, now);
                value(header, session.fresh_header(api.0, now, make)?)
            }
            UpstreamToken::Issued(settings) => {
                let make = || kept(&self.issuer.access_token(settings, session, now)?, beginnings);
                value(&settings.header, session.fresh_header(api.0, now, make)?)
            }
            UpstreamToken::Api(header) => {
                let make = || -> Result<FreshHeader, TokenRefusal> {
                    let use_until = own_token(&self.own, (api, header), session, now)?;
                    Ok(FreshHeader { value: ReadyValue::of_own_token(Arc::clone(scheme)), use_until })
                };
                value(header, session.fresh_header(api.0, now, make)?)
            }
            UpstreamToken::Provider(settings) => {
                let make = || -> Result<FreshHeader, TokenRefusal> {
                    let (token, use_until) = provider_token(settings, session, now)?;
                    let value = ReadyValue::new(Arc::clone(scheme), token.expose_secret().as_bytes());
                    Ok(FreshHeader { value, use_until })
                };
                value(&settings.header, session.fresh_header(api.0, now, make)?)
            }
        }
    }

    /// The session cookie that the app expects, where its secret is known.
    fn app_session(&self, session: &LiveSession, now: Timestamp) -> Result<Option<ReadyValue>, IssueError> {
        let Some(cookie) = &self.app_cookie else { return Ok(None) };
        let make = || cookie.pairs(session, now);
        session.fresh_header(self.tokens.len() + 1, now, make).map(Some)
    }

    fn identity(
        &self,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<(HeaderName, ReadyValue), TokenRefusal> {
        let make = || kept(&self.issuer.identity_token(session, now)?, &self.identities);
        let value = session.fresh_header(self.tokens.len(), now, make)?;
        Ok((IDENTITY_HEADER, value))
    }
}
