//! What the table says about a request.

use super::rule::Access;
use crate::page::Transport;
use crate::settings::ApiIndex;

/// The decision about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteDecision<'t> {
    /// One of our own endpoints answers.
    Endpoint(Endpoint),
    /// It may go to an upstream once `access` is fulfilled.
    Forward(Forward<'t>),
    /// Nobody gets it.
    Refuse(RouteRefusal),
}

/// Where a request goes and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forward<'t> {
    /// To whom.
    pub target: RouteTarget,
    /// What it takes.
    pub access: &'t Access,
    /// Which rule decided, for people.
    pub rule: &'t str,
    /// Whether the caller's own `Authorization` may stay and stand in for a session.
    pub accept_bearer: bool,
    /// What may be seen of the page that the caller comes from.
    pub before: PageBefore<'t>,
}

/// The page that `Next-Url` names. Where an intercepting route fits, Next.js shows that one, with the layouts around it,
/// in place of the page in the path. Without the header it shows the page in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageBefore<'t> {
    /// There is none, or everybody may see it: the header goes on.
    Open,
    /// The header goes on for those who fulfil this too.
    Needs(&'t Access),
    /// It names no page, or several: the header goes no further.
    Unreadable,
}

/// Who serves a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteTarget {
    /// The Next.js app, and how its page is asked for.
    App(Transport),
    /// An API.
    Api(ApiIndex),
}

/// Our own endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// `session`
    Session,
    /// `csrf`
    Csrf,
    /// `providers`
    Providers,
    /// `signin`, with a provider or without
    SignIn(Option<String>),
    /// `callback/<provider>`
    Callback(String),
    /// `signout`
    SignOut,
    /// `error`
    Error,
    /// `verify-request`
    VerifyRequest,
    /// `_log`
    Log,
    /// `sessions`
    Sessions,
    /// `sessions/<handle>`
    SessionOf(String),
    /// `link/<provider>`
    Link(String),
    /// `backchannel-logout/<provider>`
    BackchannelLogout(String),
    /// `introspect`, where an API asks whether a token still counts
    Introspect,
    /// `revoke`, where an API ends the session that a token belongs to
    Revoke,
    /// `signedout`, where providers send browsers back to
    SignedOut,
    /// `/.well-known/jwks.json`
    KeySet,
    /// The style sheet of the built-in pages.
    StyleSheet,
}

/// Why nobody gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteRefusal {
    /// It looks like a transport of a protected page, but is none we know.
    UnknownTransport,
    /// Its query has a name that Next.js keeps for itself.
    ReservedQuery,
    /// Crossgate asks the API this; nobody else may.
    OursAlone,
}
