//! The app's session token: sealed for requests to the app, opened when the app or its server comes back with one.

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::cookie::texts;
use crossgate_core::entropy::Entropy;
use crossgate_core::next_auth::{AppCookieSettings, Dialect, FromApp, NextAuthSettings};
use crossgate_core::secret::SecretText;
use crossgate_core::session::SessionHandle;
use crossgate_core::time::Timestamp;
use crossgate_core::token::TokenHeader;
use crossgate_nextauth::cookie::{CookieCipher, Joined, Registered, TokenClaims, join, judge_claims, split};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};

use super::claims::claims_of;
use super::cookies::ReservedNames;
use crate::session::{FreshHeader, LiveSession, ReadyValue};
use crate::token::IssueError;

/// How long one sealed token is sent, at most. It is good for much longer; a fresh one is what an app expects that counts
/// from `iat`.
const PERIOD: Duration = Duration::from_secs(300);

/// The session cookie towards the app.
pub(crate) struct AppCookie {
    settings: NextAuthSettings,
    cookie: AppCookieSettings,
    names: ReservedNames,
    cipher: CookieCipher,
    entropy: Arc<dyn Entropy>,
}

impl AppCookie {
    /// None where the app's secret is not known.
    pub(crate) fn new(settings: &NextAuthSettings, entropy: &Arc<dyn Entropy>) -> Option<Arc<Self>> {
        let cookie = settings.cookie.clone()?;
        Some(Arc::new(Self {
            names: ReservedNames::new(&cookie.name),
            cipher: CookieCipher::new(settings.dialect, &cookie.name, &cookie.secrets),
            settings: settings.clone(),
            cookie,
            entropy: Arc::clone(entropy),
        }))
    }

    /// Names that neither browsers nor upstreams have a say in.
    pub(crate) fn names(&self) -> &ReservedNames {
        &self.names
    }

    pub(crate) fn name(&self) -> &str {
        &self.cookie.name
    }

    /// Whether what the app does to the cookie counts.
    pub(super) fn is_adopted(&self) -> bool {
        self.cookie.from_app == FromApp::Adopt
    }

    /// The `Cookie` pairs with a session's token.
    pub(crate) fn pairs(&self, session: &LiveSession, now: Timestamp) -> Result<FreshHeader, IssueError> {
        let token = self.seal(session, now)?;
        let pieces = split(&self.cookie.name, token.expose_secret(), self.dialect());
        let pairs: Vec<_> = pieces.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.fresh(&pairs.join("; "), now)
    }

    /// The same token as a header of an API's own.
    pub(crate) fn header(
        &self,
        header: &TokenHeader,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<FreshHeader, IssueError> {
        self.fresh(&header.value(self.seal(session, now)?.expose_secret()), now)
    }

    fn fresh(&self, text: &str, now: Timestamp) -> Result<FreshHeader, IssueError> {
        let value = ReadyValue::whole(&HeaderValue::from_str(text)?);
        Ok(FreshHeader { value, use_until: now.after(PERIOD.min(self.cookie.max_age / 2)) })
    }

    fn seal(&self, session: &LiveSession, now: Timestamp) -> Result<SecretText, IssueError> {
        let claims = self.claims(session)?;
        let handle = session.handle();
        let registered =
            Registered { session: Some(handle.as_str()), issued_at: now, max_age: self.cookie.max_age };
        self.seal_as(claims, &registered)
    }

    /// Seals claims as the app itself would that knows nothing of Crossgate. Gives the cookies that hold the token.
    pub(crate) fn seal_for_browser(
        &self,
        claims: Map<String, Value>,
        now: Timestamp,
        max_age: Duration,
    ) -> Result<Vec<(String, String)>, IssueError> {
        let token = self.seal_as(claims, &Registered { session: None, issued_at: now, max_age })?;
        Ok(split(&self.cookie.name, token.expose_secret(), self.dialect()))
    }

    fn seal_as(
        &self,
        claims: Map<String, Value>,
        registered: &Registered<'_>,
    ) -> Result<SecretText, IssueError> {
        let claims = TokenClaims::new(claims, registered, &*self.entropy)?;
        Ok(self.cipher.seal(&claims, &*self.entropy)?)
    }

    /// What the app's token says of a session, but for what differs from token to token.
    pub(crate) fn claims(&self, session: &LiveSession) -> Result<Map<String, Value>, IssueError> {
        Ok(claims_of(&*session.content()?, &self.settings)?)
    }

    /// How long the app itself lets a token live.
    pub(crate) fn max_age(&self) -> Duration {
        self.cookie.max_age
    }

    /// The claims of a token that opens under a secret of ours and is live.
    pub(crate) fn open(&self, token: &str, now: Timestamp) -> Option<Map<String, Value>> {
        let claims = self.cipher.open(token).ok()?;
        judge_claims(claims, now).ok().map(|checked| checked.claims)
    }

    /// The session that the token in a request names, as the app's own server passes it on.
    pub(crate) fn presented(&self, headers: &HeaderMap, now: Timestamp) -> Option<SessionHandle> {
        let Joined::Whole(token) = join(texts(headers), &self.cookie.name) else { return None };
        SessionHandle::parse(self.open(&token, now)?.get("sid")?.as_str()?).ok()
    }

    fn dialect(&self) -> Dialect {
        self.settings.dialect
    }
}
