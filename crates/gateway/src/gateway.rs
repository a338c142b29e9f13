//! What all workers share, and what each has for itself.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::cookie::CookieNames;
use crossgate_core::csrf::CsrfTokens;
use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::secret::SecretKey;
use crossgate_core::settings::{ApiIndex, Settings};
use crossgate_core::time::{Clock, Timestamp};
use crossgate_core::token::UpstreamToken;
use crossgate_nextauth::{CREDENTIALS_PROVIDER, EndpointUrls};
use crossgate_store::Store;
use http::HeaderName;

use crate::listener::DateLine;
use crate::metrics::Metrics;
use crate::move_in::{FormerSessions, NextAuthCookies};
use crate::move_out::MoveOut;
use crate::next_auth::AppCookie;
use crate::provider::Providers;
use crate::refresh::Refreshes;
use crate::request_id::RequestIds;
use crate::session::{Asked, SessionFault, SessionParts, Sessions};
use crate::token::{Issuer, KeyFault, KeyKeeper, UpstreamTokens};
use crate::upstream::{Pool, PublicSide};

/// Everything that the workers of one process share.
pub struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) sessions: Sessions,
    pub(crate) keys: Arc<KeyKeeper>,
    pub(crate) tokens: UpstreamTokens,
    /// The session cookie towards the app, where its secret is known.
    pub(crate) app_cookie: Option<Arc<AppCookie>>,
    pub(crate) csrf: CsrfTokens,
    pub(crate) providers: Providers,
    pub(crate) refreshes: Refreshes,
    /// Seals what we remember of a sign-in while the browser is at a provider.
    pub(crate) transaction_sealer: Sealer,
    /// Seals a sign-in between its first and its second step.
    pub(crate) step_sealer: Sealer,
    /// Seals where a browser goes after signing out at a provider.
    pub(crate) sign_out_sealer: Sealer,
    pub(crate) cookies: CookieNames,
    pub(crate) throttle_key: SecretKey,
    /// Where people may have been signed in before.
    pub(crate) former_sessions: Option<Box<dyn FormerSessions>>,
    /// Names the sessions of those.
    pub(crate) former_sessions_key: SecretKey,
    /// Where people will be signed in afterwards.
    pub(crate) move_out: Option<MoveOut>,
    pub(crate) public_side: PublicSide,
    pub(crate) urls: EndpointUrls,
    /// Headers that carry tokens to any upstream; from a browser they never pass.
    pub(crate) token_headers: Vec<HeaderName>,
    pub(crate) metrics: Metrics,
}

impl Gateway {
    /// Makes the gateway ready to serve: loads the signing keys, or makes the first one.
    ///
    /// # Errors
    /// When the store does not answer, no signing key in it can be used, or providers cannot be reached for want of
    /// certificates.
    pub async fn start(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Arc<Self>, StartFault> {
        let secrets = &settings.secrets;
        let keys = Arc::new(start_keys(&settings, &store, &entropy, clock.now()).await?);
        let public_origin = settings.public_origin.as_str().to_owned();
        let issuer = Issuer::new(public_origin, Arc::clone(&keys), Arc::clone(&entropy));
        let csrf = CsrfTokens::new(secrets.derive(KeyPurpose::CsrfToken));
        let cookies =
            if settings.public_origin.is_secure() { CookieNames::SECURE } else { CookieNames::LOOPBACK };
        let sessions = Sessions::new(SessionParts {
            store: Arc::clone(&store),
            entropy: Arc::clone(&entropy),
            sealer: Sealer::new(secrets.derive(KeyPurpose::SessionContent)),
            csrf: csrf.clone(),
            lifetimes: settings.lifetimes,
            cookies,
            asked: Asked::new(&settings),
        });
        let app_cookie = AppCookie::new(&settings.app.next_auth, &entropy);
        Ok(Arc::new(Self {
            keys,
            tokens: UpstreamTokens::new(issuer, &settings, app_cookie.clone()),
            move_out: MoveOut::new(&settings.app.next_auth, app_cookie.as_ref()),
            app_cookie,
            providers: Providers::new(&settings.providers, &entropy)?,
            transaction_sealer: Sealer::new(secrets.derive(KeyPurpose::SignInTransaction)),
            step_sealer: Sealer::new(secrets.derive(KeyPurpose::SecondStep)),
            sign_out_sealer: Sealer::new(secrets.derive(KeyPurpose::SignOutState)),
            throttle_key: secrets.derive(KeyPurpose::ThrottleNames).newest().clone(),
            former_sessions: former_sessions(&settings),
            former_sessions_key: secrets.derive(KeyPurpose::FormerSessions).newest().clone(),
            token_headers: token_headers(&settings),
            public_side: PublicSide::new(&settings.public_origin),
            urls: endpoint_urls(&settings),
            metrics: Metrics::new(),
            refreshes: Refreshes::default(),
            settings,
            store,
            clock,
            entropy,
            sessions,
            csrf,
            cookies,
        }))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Learns what other processes on the same store did to sessions. To be called five times a second, and whenever it is
    /// [woken](Self::woken).
    ///
    /// # Errors
    /// When the store does not answer; until it does, cached sessions are looked up before they are used.
    pub async fn follow(&self) -> Result<usize, SweepError> {
        self.sessions.follow(self.now()).await.map_err(SweepError)
    }

    /// Resolves when the store says that another process may have done something to sessions; never where it cannot
    /// tell.
    pub async fn woken(&self) {
        self.sessions.woken().await;
    }

    /// Writes down activity and ends sessions that passed their limits. To be called about once a second.
    ///
    /// # Errors
    /// When the store does not answer; nothing is lost, the next call tries again.
    pub async fn sweep(&self) -> Result<usize, SweepError> {
        self.sessions.sweep(self.now()).await.map_err(SweepError)
    }

    /// Reads the signing keys again, makes the next one when it is time, and removes what retired. To be called about
    /// every ten seconds.
    ///
    /// # Errors
    /// When something could not be done; the keys that were known stay, and the next call tries again.
    pub async fn tend_keys(&self) -> Result<(), KeyFault> {
        self.keys.tend(self.now()).await
    }
}

async fn start_keys(
    settings: &Settings,
    store: &Arc<dyn Store>,
    entropy: &Arc<dyn Entropy>,
    now: Timestamp,
) -> Result<KeyKeeper, KeyFault> {
    let sealer = Sealer::new(settings.secrets.derive(KeyPurpose::SigningKeys));
    KeyKeeper::start(Arc::clone(store), sealer, Arc::clone(entropy), settings.signing_keys, now).await
}

/// Tokens of the API that the app kept are those of the API's own login, and are renewed as those are.
fn former_sessions(settings: &Settings) -> Option<Box<dyn FormerSessions>> {
    let move_in = settings.app.next_auth.move_in.as_ref()?;
    let sign_in = if move_in.access_token.is_some() { CREDENTIALS_PROVIDER } else { "next-auth" };
    Some(Box::new(NextAuthCookies::new(move_in, sign_in)))
}

/// Why the gateway cannot start. For the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// See [`KeyFault`].
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// There is no client for providers.
    #[error("the certificates that this system trusts cannot be read, so no provider can be reached: {0}")]
    Client(#[from] reqwest::Error),
}

/// Periodic work could not be done.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SweepError(SessionFault);

/// The addresses of our endpoints and of the app's own pages.
pub(crate) fn endpoint_urls(settings: &Settings) -> EndpointUrls {
    EndpointUrls::new(&settings.public_origin, &settings.app.next_auth.base_path, &settings.own_pages)
}

fn token_headers(settings: &Settings) -> Vec<HeaderName> {
    let names = settings.apis.iter().filter_map(|api| match &api.token {
        UpstreamToken::None | UpstreamToken::Cookie => None,
        UpstreamToken::Issued(issued) => Some(issued.header.name.clone()),
        UpstreamToken::Api(header) | UpstreamToken::NextAuth(header) => Some(header.name.clone()),
        UpstreamToken::Provider(provider) => Some(provider.header.name.clone()),
    });
    let mut names: Vec<_> = names.collect();
    names.dedup();
    names
}

/// What one worker has for itself: its connections to the upstreams, and names for its requests.
pub(crate) struct Worker {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) app: Rc<Pool>,
    pub(crate) apis: Vec<Rc<Pool>>,
    pub(crate) request_ids: RequestIds,
    pub(crate) date: DateLine,
    /// Held by work that the worker does not leave undone when it stops.
    pub(crate) busy: Rc<()>,
}

impl Worker {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Result<Rc<Self>, EntropyError> {
        let settings = &gateway.settings;
        let app = Pool::new(settings.app.upstream.clone());
        let apis = settings.apis.iter().map(|api| Pool::new(api.upstream.clone())).collect();
        let request_ids = RequestIds::new(&*gateway.entropy)?;
        let (date, busy) = Default::default();
        Ok(Rc::new(Self { gateway, app, apis, request_ids, date, busy }))
    }

    pub(crate) fn api(&self, index: ApiIndex) -> Option<&Rc<Pool>> {
        self.apis.get(index.0)
    }

    /// Lets go of connections that upstreams closed.
    pub(crate) fn tidy(&self) {
        std::iter::once(&self.app).chain(&self.apis).for_each(|pool| pool.tidy());
    }
}
