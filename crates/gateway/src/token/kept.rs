//! Tokens and cookies that others issued and the session keeps.

use crossgate_core::credentials::CredentialsSettings;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{SessionContent, TokenSet};
use crossgate_core::settings::{ApiIndex, Settings};
use crossgate_core::time::Timestamp;
use crossgate_core::token::{ProviderTokenSettings, TokenHeader, UpstreamToken};
use crossgate_core::token_life::{Freshness, TokenLife};
use crossgate_nextauth::CREDENTIALS_PROVIDER;
use http::HeaderValue;

use super::issuer::IssueError;
use super::refusal::TokenRefusal;
use crate::session::LiveSession;

/// What is configured about the tokens and cookies of the API's own login.
pub(crate) struct OwnSettings {
    /// The API that people sign in with.
    login: Option<ApiIndex>,
    /// The API of the account hook.
    hook: Option<ApiIndex>,
    refresh: Option<RefreshNeeds>,
    /// The APIs that receive tokens of the login or the hook.
    token_apis: Vec<ApiIndex>,
    /// The APIs that receive their own cookies.
    cookie_apis: Vec<ApiIndex>,
    /// The path of every API.
    paths: Vec<String>,
}

/// Without what no refresh can be asked for.
struct RefreshNeeds {
    refresh_token: bool,
}

impl OwnSettings {
    pub(crate) fn new(settings: &Settings) -> Self {
        let credentials = settings.credentials.as_ref();
        let needs = |credentials: &CredentialsSettings| {
            let variables = credentials.refresh.as_ref()?.call.variables();
            Some(RefreshNeeds { refresh_token: variables.contains("refresh_token") })
        };
        Self {
            login: credentials.map(|credentials| credentials.api),
            hook: settings.account.as_ref().map(|account| account.api),
            refresh: credentials.and_then(needs),
            token_apis: apis_with(settings, |token| matches!(token, UpstreamToken::Api(_))),
            cookie_apis: apis_with(settings, |token| matches!(token, UpstreamToken::Cookie)),
            paths: settings.apis.iter().map(|api| api.path.clone()).collect(),
        }
    }

    pub(super) fn path_of(&self, api: ApiIndex) -> &str {
        self.paths.get(api.0).map_or("/", String::as_str)
    }

    /// The API that the tokens and cookies of this session are of, if it can renew them.
    pub(super) fn renews(&self, content: &SessionContent) -> Option<ApiIndex> {
        let needs = self.refresh.as_ref()?;
        let has_refresh_token = content.tokens.as_ref().is_some_and(|tokens| tokens.refresh_token.is_some());
        let has_something = content.tokens.is_some() || !content.cookies.is_empty();
        let can = has_something && (has_refresh_token || !needs.refresh_token);
        let giver = match content.tokens {
            Some(_) => self.owner_of_tokens(content),
            None => self.giver_of_cookies(content),
        };
        self.login.filter(|login| can && giver == Some(*login))
    }

    /// The API that gave a session its cookies. They go to no other.
    pub(super) fn giver_of_cookies(&self, content: &SessionContent) -> Option<ApiIndex> {
        if content.sign_in == CREDENTIALS_PROVIDER { self.login } else { self.hook }
    }

    /// The API whose tokens a session has. An account hook may stand beside the API, and give tokens of it: where the
    /// hook's own API receives none, they are of the API that people sign in with.
    pub(super) fn owner_of_tokens(&self, content: &SessionContent) -> Option<ApiIndex> {
        let giver = self.giver_of_cookies(content)?;
        if self.token_apis.contains(&giver) { Some(giver) } else { self.login.or(Some(giver)) }
    }

    /// Whether sign-ins give tokens of this very API. It then receives no other API's.
    fn has_tokens_of_its_own(&self, api: ApiIndex) -> bool {
        [self.login, self.hook].contains(&Some(api))
    }

    /// How long what the API's own login gave is good: its token and its cookies, each where an API receives it. That
    /// which ends first counts.
    pub(super) fn life(&self, api: ApiIndex, content: &SessionContent) -> Option<TokenLife> {
        let token = content.tokens.as_ref().filter(|_| !self.token_apis.is_empty()).map(TokenSet::life);
        let cookies = self.cookie_apis.contains(&api).then(|| content.cookies.life(self.path_of(api)));
        let endless = |life: &TokenLife| life.ends_at.unwrap_or(Timestamp::from_millis(i64::MAX));
        token.into_iter().chain(cookies.flatten()).min_by_key(endless)
    }
}

fn apis_with(settings: &Settings, fits: impl Fn(&UpstreamToken) -> bool) -> Vec<ApiIndex> {
    let apis = settings.apis.iter().enumerate();
    apis.filter(|(_, api)| fits(&api.token)).map(|(index, _)| ApiIndex(index)).collect()
}

/// Until when the token that the API's own login returned may be sent, if this API receives it.
pub(super) fn own_token(
    own: &OwnSettings,
    (api, header): (ApiIndex, &TokenHeader),
    session: &LiveSession,
    now: Timestamp,
) -> Result<Timestamp, TokenRefusal> {
    if !session.has_tokens() {
        return Err(TokenRefusal::Absent);
    }
    let content = session.content().map_err(IssueError::Content)?;
    if own.has_tokens_of_its_own(api) && own.owner_of_tokens(&content) != Some(api) {
        return Err(TokenRefusal::Absent);
    }
    let tokens = content.tokens.as_ref().ok_or(TokenRefusal::Absent)?;
    sendable(header, &tokens.access_token)?;
    // What can be renewed is renewed with everything that came with it, as soon as one of these is due.
    let renewable = own.renews(&content).map(|renews| own.life(renews, &content).unwrap_or(tokens.life()));
    use_until(renewable.unwrap_or(tokens.life()), renewable.is_some(), session, now)
}

/// The token of the provider that signed the person in, and until when it may be sent; none for people who signed in
/// another way.
pub(super) fn provider_token(
    settings: &ProviderTokenSettings,
    session: &LiveSession,
    now: Timestamp,
) -> Result<(SecretText, Timestamp), TokenRefusal> {
    if !session.is_of_provider() {
        return Err(TokenRefusal::Absent);
    }
    let content = session.content().map_err(IssueError::Content)?;
    let login = content.provider.as_ref().filter(|login| login.provider == settings.provider);
    let login = login.ok_or(TokenRefusal::Absent)?;
    let token = login.token_for(&settings.target).ok_or(TokenRefusal::Absent)?;
    let is_renewable = login.refresh_token.is_some();
    let use_until = use_until(token.life(), is_renewable, session, now)?;
    Ok((sendable(&settings.header, &token.access_token)?.clone(), use_until))
}

/// The token, if it can stand in a header.
fn sendable<'a>(header: &TokenHeader, token: &'a SecretText) -> Result<&'a SecretText, IssueError> {
    let value = SecretText::new(header.value(token.expose_secret()));
    HeaderValue::from_str(value.expose_secret())?;
    Ok(token)
}

/// Until when a token may be sent without another look. One that can be renewed was renewed before this is asked, so
/// whatever is there now is the best there is.
fn use_until(
    life: TokenLife,
    is_renewable: bool,
    session: &LiveSession,
    now: Timestamp,
) -> Result<Timestamp, TokenRefusal> {
    match (is_renewable, life.freshness(session.jitter(), now)) {
        (true, Freshness::Fresh { until }) => Ok(until),
        (true, Freshness::Due | Freshness::Ended) => Ok(now),
        (false, _) if life.has_ended(now) => Err(TokenRefusal::Expired),
        (false, _) => Ok(life.ends_at.unwrap_or(Timestamp::from_millis(i64::MAX))),
    }
}

/// The cookies that the API set, for a request to this path.
pub(super) fn cookies_for(
    own: &OwnSettings,
    api: ApiIndex,
    session: &LiveSession,
    path: &str,
    now: Timestamp,
) -> Result<HeaderValue, TokenRefusal> {
    let content = session.content().map_err(IssueError::Content)?;
    if content.cookies.is_empty() || own.giver_of_cookies(&content) != Some(api) {
        return Err(TokenRefusal::Absent);
    }
    content.cookies.header_for(path, now).ok_or(TokenRefusal::Expired)
}
