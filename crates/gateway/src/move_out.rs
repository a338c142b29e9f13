//! Browsers are given next-auth's own session cookie beside ours, so that nobody has to sign in again when the gateway is
//! taken away. It says the same as the session, follows it with every answer, and goes when the session ends. While the
//! gateway stands, nothing that a browser sends under its name counts.

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::cookie::{name_set_by, set_line, texts};
use crossgate_core::next_auth::{MoveOutSettings, NextAuthSettings};
use crossgate_core::route::RouteDecision;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{HashedSessionId, SessionId};
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::SetCookie;
use crossgate_nextauth::cookie::{Joined, is_part_of, join};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::answer::{Answer, set_cookie};
use crate::gateway::Gateway;
use crate::move_in::asks_who_it_is;
use crate::next_auth::{AppCookie, access_token};
use crate::session::{LiveSession, SessionAnswer};
use crate::token::IssueError;
use crate::upstream::guard_caches;

/// Claims that differ from token to token.
const OF_ONE_TOKEN: [&str; 4] = ["iat", "exp", "nbf", "jti"];

/// What browsers are given.
pub(crate) struct MoveOut {
    settings: MoveOutSettings,
    cookie: Arc<AppCookie>,
}

impl MoveOut {
    /// None where browsers are given nothing.
    pub(crate) fn new(settings: &NextAuthSettings, cookie: Option<&Arc<AppCookie>>) -> Option<Self> {
        Some(Self { settings: settings.move_out.clone()?, cookie: Arc::clone(cookie?) })
    }

    /// What the app will find in the token: what it found there so far, and the API's tokens, which it has to renew then.
    fn claims(&self, session: &LiveSession) -> Result<Map<String, Value>, IssueError> {
        let mut claims = self.cookie.claims(session)?;
        let content = session.content()?;
        let refresh_token = content.tokens.as_ref().and_then(|tokens| tokens.refresh_token.as_ref());
        put(&mut claims, self.settings.access_token.as_deref(), access_token(&content));
        put(&mut claims, self.settings.refresh_token.as_deref(), refresh_token);
        Ok(claims)
    }

    /// As long as the app has it, and no longer than the session.
    fn max_age(&self, ends_at: Timestamp, now: Timestamp) -> Duration {
        self.cookie.max_age().min(ends_at.since(now))
    }

    /// The cookies that a browser lacks, by name and value. None where it has what it needs: a token that says the same,
    /// lives no longer than the session, and for half of its time at least.
    fn missing(
        &self,
        held: &Held,
        session: &LiveSession,
        (ends_at, now): (Timestamp, Timestamp),
    ) -> Result<Vec<(String, String)>, IssueError> {
        let (wanted, max_age) = (self.claims(session)?, self.max_age(ends_at, now));
        let is_enough = |claims: Map<String, Value>| {
            let end = claims.get("exp").and_then(Value::as_i64).map(Timestamp::from_seconds);
            let lasts = end.is_some_and(|end| end >= now.after(max_age / 2) && end <= ends_at);
            lasts && without_those_of_one_token(claims) == wanted
        };
        match held.token.as_ref().and_then(|token| self.cookie.open(token, now)).is_some_and(is_enough) {
            true => Ok(Vec::new()),
            false => self.cookie.seal_for_browser(wanted, now, max_age),
        }
    }
}

fn without_those_of_one_token(claims: Map<String, Value>) -> Map<String, Value> {
    claims.into_iter().filter(|(name, _)| !OF_ONE_TOKEN.contains(&name.as_str())).collect()
}

/// Writes a member of an object, however deep it is (RFC 6901). What is no object on the way stays as it is.
fn put(claims: &mut Map<String, Value>, pointer: Option<&str>, token: Option<&SecretText>) {
    let (Some((_, path)), Some(token)) = (pointer.and_then(|pointer| pointer.split_once('/')), token) else {
        return;
    };
    let mut names = path.split('/').map(|name| name.replace("~1", "/").replace("~0", "~"));
    let Some(last) = names.next_back() else { return };
    let mut object = claims;
    for name in names {
        let inner = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = inner else { return };
        object = inner;
    }
    object.insert(last, token.expose_secret().into());
}

/// What a browser holds of the app's session cookie.
struct Held {
    names: Vec<String>,
    token: Option<String>,
}

impl Held {
    fn read(headers: &HeaderMap, name: &str) -> Self {
        let mut names: Vec<String> =
            texts(headers).map(|(name, _)| name.to_owned()).filter(|held| is_part_of(held, name)).collect();
        names.sort_unstable();
        names.dedup();
        let token = match join(texts(headers), name) {
            Joined::Whole(token) => Some(token),
            Joined::Absent | Joined::Broken => None,
        };
        Self { names, token }
    }
}

/// A request of somebody who may be moving out.
pub(crate) struct Departure {
    presented: Option<HashedSessionId>,
    held: Held,
}

/// Who a browser is once it has an answer.
enum After {
    SignedIn(Arc<LiveSession>),
    Nobody,
    /// The store does not say: whatever the browser holds stays.
    NotKnown,
}

impl Departure {
    /// To be called before the request goes on. None where browsers are given nothing, and for build output.
    pub(crate) fn of(gateway: &Gateway, headers: &HeaderMap, decision: &RouteDecision<'_>) -> Option<Self> {
        let move_out = gateway.move_out.as_ref().filter(|_| asks_who_it_is(decision))?;
        let held = Held::read(headers, move_out.cookie.name());
        Some(Self { presented: gateway.sessions.presented(headers), held })
    }

    /// Makes the browser's cookie follow its session.
    pub(crate) async fn settle(self, gateway: &Gateway, answer: Answer) -> Answer {
        let mut answer = answer;
        let Some(move_out) = gateway.move_out.as_ref() else { return answer };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return answer;
        }
        let lines = match self.after(gateway, answer.headers()).await {
            After::SignedIn(session) => self.following(gateway, move_out, &session),
            After::Nobody => self.removals(gateway, &[]),
            After::NotKnown => Vec::new(),
        };
        if !lines.is_empty() {
            lines.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
            guard_caches(answer.headers_mut(), true);
        }
        answer
    }

    /// What the answer says of our own cookie counts before what the request said.
    async fn after(&self, gateway: &Gateway, answer: &HeaderMap) -> After {
        let id = match said_of(gateway, answer) {
            Some(id) => id,
            None => self.presented,
        };
        let Some(id) = id else { return After::Nobody };
        match gateway.sessions.look_up(id, gateway.now()).await {
            SessionAnswer::Active(session) => After::SignedIn(session),
            SessionAnswer::Unavailable(_) => After::NotKnown,
            SessionAnswer::Absent
            | SessionAnswer::Expired(_)
            | SessionAnswer::Ended(_)
            | SessionAnswer::Unknown => After::Nobody,
        }
    }

    fn following(&self, gateway: &Gateway, move_out: &MoveOut, session: &LiveSession) -> Vec<String> {
        let (ends_at, now) = (gateway.sessions.expires_at(session), gateway.now());
        match move_out.missing(&self.held, session, (ends_at, now)) {
            Ok(cookies) if cookies.is_empty() => Vec::new(),
            Ok(cookies) => {
                let max_age = move_out.max_age(ends_at, now);
                let mut lines = self.removals(gateway, &cookies);
                lines.extend(cookies.iter().map(|(name, value)| line(gateway, name, value, max_age)));
                lines
            }
            Err(fault) => {
                let session = session.handle();
                tracing::error!(target: "crossgate::next_auth", %session, "no cookie for moving out: {fault}");
                Vec::new()
            }
        }
    }

    /// Takes away what the browser holds, but for cookies that are set anew.
    fn removals(&self, gateway: &Gateway, set: &[(String, String)]) -> Vec<String> {
        let is_set = |held: &&String| set.iter().any(|(name, _)| name == *held);
        let old = self.held.names.iter().filter(|held| !is_set(held));
        old.map(|name| line(gateway, name, "", Duration::ZERO)).collect()
    }
}

fn line(gateway: &Gateway, name: &str, value: &str, max_age: Duration) -> String {
    // Browsers take a line for a prefixed name only with `Secure`, also one that removes.
    let is_secure = gateway.cookies.secure || name.starts_with("__");
    set_line(name, value, is_secure, Some(max_age.as_secs()))
}

/// The session that an answer gives to the browser: none where it takes it away.
#[allow(clippy::option_option, reason = "an answer that says nothing is not one that takes the cookie away")]
fn said_of(gateway: &Gateway, answer: &HeaderMap) -> Option<Option<HashedSessionId>> {
    let name = gateway.cookies.session;
    let mut lines = answer.get_all(header::SET_COOKIE).iter();
    let last = lines.rfind(|line| name_set_by(line.as_bytes()) == name.as_bytes())?;
    let cookie = last.to_str().ok().and_then(|line| SetCookie::read(line, gateway.now()));
    let value = cookie.and_then(|cookie| cookie.value);
    Some(value.and_then(|value| SessionId::parse(value.expose_secret().as_bytes()).ok()).map(|id| id.hash()))
}
