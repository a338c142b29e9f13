//! What the operator declares about an app that is written for next-auth.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::credentials::CallTemplate;
use crate::secret::SecretText;
use crate::settings::ApiIndex;
use crate::template::JsonTemplate;

/// Which generation of next-auth the app uses. They differ on the wire and cannot be told apart at `GET /session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// next-auth 4.
    V4,
    /// next-auth 5 (Auth.js).
    V5,
}

impl Dialect {
    /// The name of the session cookie, unless the app overrides it. `is_secure`: browsers know the site under https.
    #[must_use]
    pub const fn session_cookie(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::V4, false) => "next-auth.session-token",
            (Self::V4, true) => "__Secure-next-auth.session-token",
            (Self::V5, false) => "authjs.session-token",
            (Self::V5, true) => "__Secure-authjs.session-token",
        }
    }
}

/// The checked `app.next_auth`.
#[derive(Debug, Clone)]
pub struct NextAuthSettings {
    /// Which generation it is.
    pub dialect: Dialect,
    /// Where next-auth's endpoints are: a path without a trailing slash.
    pub base_path: String,
    /// The session cookie towards the app, where its secret is known.
    pub cookie: Option<AppCookieSettings>,
    /// Claims of the token beside those of the reference: an object. Its variables are `sub`, `name`, `email`, `image`,
    /// `sign_in`, `access_token`, and JSON Pointers into the user object (RFC 6901).
    pub token: JsonTemplate,
    /// Members of the session beside those of the reference: an object, whose variables are JSON Pointers into the
    /// token's claims (RFC 6901).
    pub session: JsonTemplate,
    /// Claims that a person may change by `update()`.
    pub update: BTreeSet<String>,
    /// Who else says which claims the token has.
    pub hook: Option<ClaimsHookSettings>,
    /// Which cookies that browsers still hold become sessions.
    pub move_in: Option<MoveInSettings>,
    /// Whether browsers are given the cookie back. Never together with `move_in`, and never without `cookie`.
    pub move_out: Option<MoveOutSettings>,
}

impl NextAuthSettings {
    /// Where next-auth's endpoints are, unless the operator says otherwise.
    pub const BASE_PATH: &'static str = "/api/auth";

    /// An app of this generation of which nothing else is known.
    #[must_use]
    pub fn plain(dialect: Dialect) -> Self {
        Self {
            dialect,
            base_path: Self::BASE_PATH.to_owned(),
            cookie: None,
            token: JsonTemplate::Object(Vec::new()),
            session: JsonTemplate::Object(Vec::new()),
            update: BTreeSet::new(),
            hook: None,
            move_in: None,
            move_out: None,
        }
    }

    /// The path of an endpoint, such as `signin` or `callback/google`.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.base_path)
    }
}

/// The session cookie that requests towards the app carry.
#[derive(Debug, Clone)]
pub struct AppCookieSettings {
    /// The app's secrets. The first seals; all of them open. Never empty.
    pub secrets: Vec<SecretText>,
    /// The cookie's name, to which v5 binds its key.
    pub name: String,
    /// How long a sealed token is good: the app's `session.maxAge`.
    pub max_age: Duration,
    /// What becomes of cookies of this name that the app sets.
    pub from_app: FromApp,
}

/// What becomes of a session cookie that the app sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromApp {
    /// It is dropped: Crossgate alone says what the session is.
    Drop,
    /// Its claims become those of the session, its deletion is a sign-out, and one of nobody's session is a sign-in.
    Adopt,
}

/// The request by which an API says which claims the token has.
#[derive(Debug, Clone)]
pub struct ClaimsHookSettings {
    /// Which API answers.
    pub api: ApiIndex,
    /// The request. Its variables are `sub`, `name`, `email`, `image`, `user`, `sign_in`, `trigger` and `data`.
    pub call: CallTemplate,
    /// Where in the answer the claims are: a JSON Pointer (RFC 6901).
    pub claims: String,
}

/// How live cookies of next-auth become sessions.
#[derive(Debug, Clone)]
pub struct MoveInSettings {
    /// The cookies that are looked for, in this order.
    pub cookies: Vec<FormerCookie>,
    /// Secrets under which they may be sealed. Never empty.
    pub secrets: Vec<SecretText>,
    /// Where in the token the stable name of the person is: a JSON Pointer (RFC 6901).
    pub subject: String,
    /// Where the API's access token is, if the app kept it there.
    pub access_token: Option<String>,
    /// Where its refresh token is.
    pub refresh_token: Option<String>,
    /// Where it says when the access token ends.
    pub expires_at: Option<String>,
}

/// How browsers are given next-auth's own session cookie, so that the gateway can be taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveOutSettings {
    /// Where in the token the app looks for the API's access token: a JSON Pointer (RFC 6901).
    pub access_token: Option<String>,
    /// Where it looks for the refresh token.
    pub refresh_token: Option<String>,
}

/// A session cookie of next-auth as a browser may still hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerCookie {
    /// Which generation sealed it.
    pub dialect: Dialect,
    /// Its name, without the number of a piece.
    pub name: String,
}
