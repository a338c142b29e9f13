//! The checked configuration: ready parts, nothing that anybody downstream would have to validate again.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderName;

use crate::client_address::TrustedProxies;
use crate::credentials::CredentialsSettings;
use crate::csrf::CsrfMode;
use crate::keys::Secrets;
pub use crate::next_auth::Dialect;
use crate::next_auth::NextAuthSettings;
use crate::origin::PublicOrigin;
use crate::page::PageNaming;
use crate::provider::{AccountSettings, ProviderSettings};
use crate::return_to::ReturnToPolicy;
use crate::route::RouteTable;
use crate::secret::SecretText;
use crate::session::SessionLifetimes;
use crate::signing_keys::SigningKeySettings;
use crate::store_url::StoreUrl;
use crate::strict_transport::StrictTransport;
use crate::token::UpstreamToken;

/// Everything the program needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Under which address browsers know us.
    pub public_origin: PublicOrigin,
    /// The `secret` list.
    pub secrets: Secrets,
    /// Where we listen and whom we believe.
    pub listen: ListenSettings,
    /// That browsers are to come back by https alone, where that is said.
    pub strict_transport: Option<StrictTransport>,
    /// Limits of requests and connections.
    pub limits: Limits,
    /// The Next.js app.
    pub app: AppSettings,
    /// The APIs, in the order they were written.
    pub apis: Vec<ApiSettings>,
    /// Who may ask for what.
    pub routes: RouteTable,
    /// Sign-in with the API's own login, if configured.
    pub credentials: Option<CredentialsSettings>,
    /// Sign-in with providers, in the order they were written.
    pub providers: Vec<ProviderSettings>,
    /// Who the API says that somebody from a provider is, if it is asked.
    pub account: Option<AccountSettings>,
    /// How long sessions live.
    pub lifetimes: SessionLifetimes,
    /// How cross-site requests are told apart.
    pub csrf: CsrfMode,
    /// How sign-in attempts are limited.
    pub throttle: ThrottleSettings,
    /// Where browsers may be sent.
    pub return_to: ReturnToPolicy,
    /// The app's own pages, where it has them.
    pub own_pages: OwnPages,
    /// How signing keys are kept.
    pub signing_keys: SigningKeySettings,
    /// Where sessions are kept.
    pub store: StoreLocation,
}

/// Which of the [`Settings::apis`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiIndex(pub usize);

/// Where we listen and whom we believe.
#[derive(Debug, Clone)]
pub struct ListenSettings {
    /// The public listener.
    pub address: SocketAddr,
    /// The admin listener (`/live`, `/ready`, `/metrics`); loopback unless changed, absent when switched off.
    pub admin: Option<SocketAddr>,
    /// Peers whose forwarding headers count. Default: nobody.
    pub trusted_proxies: TrustedProxies,
    /// Threads that serve requests. Default: one per core.
    pub workers: Option<NonZeroUsize>,
    /// How long in-flight requests and streams may take after SIGTERM.
    pub shutdown_grace: Duration,
    /// The certificate, where TLS ends here and not at a load balancer.
    pub tls: Option<TlsFiles>,
    /// Who may speak HTTP/2.
    pub http2: Http2Mode,
}

/// Where a certificate and its key are. Both files are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// PEM: the server's own certificate, then those between it and the root.
    pub certificate: PathBuf,
    /// PEM: the private key.
    pub key: PathBuf,
}

/// Who may speak HTTP/2 (RFC 9113).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Http2Mode {
    /// Nobody.
    Off,
    /// Browsers that agree on it by ALPN (RFC 7301). Needs TLS.
    #[default]
    Tls,
    /// They, and whoever begins with it on a connection without TLS ("prior knowledge", RFC 9113 §3.3).
    Cleartext,
}

/// Limits that are on by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request head, request line included.
    pub head_bytes: usize,
    /// Header lines of a request.
    pub header_count: usize,
    /// Bytes of a request body, unless the route says otherwise.
    pub body_bytes: u64,
    /// Open connections in the whole process.
    pub connections: usize,
    /// Time for a whole request head; also how long an idle connection is kept.
    pub head_timeout: Duration,
    /// How long nothing of a request body may come while somebody waits for it.
    pub body_timeout: Duration,
    /// How long a client may take nothing of an answer that is there.
    pub reader_timeout: Duration,
}

/// An upstream: where it is and how long it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamSettings {
    /// Name in logs and metrics.
    pub name: String,
    /// Host as it is resolved and as it stands in errors.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time until the first byte of the answer.
    pub answer_timeout: Duration,
}

/// The Next.js app.
#[derive(Debug, Clone)]
pub struct AppSettings {
    /// Where it is.
    pub upstream: UpstreamSettings,
    /// `basePath` and `i18n.locales` of its `next.config`.
    pub naming: PageNaming,
    /// Which API's token pages receive too.
    pub token_of: Option<ApiIndex>,
    /// How it uses next-auth.
    pub next_auth: NextAuthSettings,
    /// Largest request body, in bytes.
    pub body_bytes: u64,
}

/// An API.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Where it is.
    pub upstream: UpstreamSettings,
    /// The path prefix it serves, without a trailing slash.
    pub path: String,
    /// What it receives to know who is asking.
    pub token: UpstreamToken,
    /// Who it is at the endpoints `introspect` and `revoke`, where it may ask them.
    pub client: Option<ApiClient>,
    /// Browser cookies it may see. Default: none at all.
    pub cookies: Vec<String>,
    /// Largest request body, in bytes.
    pub body_bytes: u64,
    /// Response headers that a browser must not see, beside those that are never passed on.
    pub hidden_headers: Vec<HeaderName>,
}

/// Who an API is when it asks us about a token (RFC 6749 §2.3.1, RFC 7662 §2.1, RFC 7009 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiClient {
    /// Its `client_id`.
    pub id: String,
    /// Its `client_secret`.
    pub secret: SecretText,
}

impl ApiClient {
    /// Shortest accepted secret, in bytes.
    pub const SHORTEST_SECRET: usize = 32;

    /// Whether this is its id and its secret. How long that takes says nothing about where they differ.
    #[must_use]
    pub fn has(&self, id: &str, secret: &SecretText) -> bool {
        (self.id == id) & (self.secret == *secret)
    }
}

/// Pages of the app that take the place of the built-in ones: path, with a query if need be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnPages {
    /// Sign-in.
    pub sign_in: Option<String>,
    /// Sign-out.
    pub sign_out: Option<String>,
    /// Errors of sign-in.
    pub error: Option<String>,
    /// "Look at your e-mail".
    pub verify_request: Option<String>,
}

/// How sign-in attempts are limited. Counted in the store, so that restarts and other nodes do not forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleSettings {
    /// Failed attempts per account and window.
    pub per_account: u32,
    /// Failed attempts per client address and window.
    pub per_address: u32,
    /// The window.
    pub window: Duration,
}

/// Where sessions are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreLocation {
    /// One file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, or several of which one can be written to.
    Postgres(StoreUrl),
    /// A Valkey or Redis server, or the servers of a cluster or its sentinels.
    Valkey(StoreUrl),
    /// Nowhere: gone with the process. For trying out and for tests.
    Memory,
}
