//! Everything together: API, app, store, clock, the gateway between them, and browsers in front.

mod connections;
mod periodic;
mod running;

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::entropy::Entropy;
use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_gateway::{Certificate, Finding, check_live};
use crossgate_store::Store;
use crossgate_store::memory::MemoryStore;
use tokio::sync::watch;
use tracing::subscriber::DefaultGuard;

use crate::answer::Answer;
use crate::api::{ADA, Api, Person};
use crate::app::App;
use crate::browser::Browser;
use crate::certificate::TestCertificate;
use crate::clock::TestClock;
use crate::config::Place;
use crate::entropy::{FaultyEntropy, TestEntropy};
use crate::log::Log;
use crate::neighbour::Neighbour;
use crate::nth::Faults;
use crate::provider::{Authorization, OAuth2Provider, Provider};
use crate::providers::{Providers, WITH_PROVIDERS};
use crate::store::FaultyStore;
use crate::wire::Wire;

use self::running::Parts;
pub(crate) use self::running::Running;

/// The world of a story.
pub struct World {
    /// The API.
    pub api: Api,
    /// The app.
    pub app: App,
    /// The store, which fails on command.
    pub store: Arc<FaultyStore>,
    /// The clock.
    pub clock: Arc<TestClock>,
    /// What the operator would read.
    pub log: Log,
    /// What fails at a call that is said by its number.
    pub faults: Faults,
    gateway: Running,
    entropy: Arc<dyn Entropy>,
    certificate: Option<watch::Sender<Certificate>>,
    changes: Vec<String>,
    providers: Option<Providers>,
    places: Vec<Place>,
    _listening: DefaultGuard,
}

/// A world that is not there yet.
#[derive(Default)]
pub struct WorldBuilder {
    changes: Vec<String>,
    store: Option<Arc<dyn Store>>,
    seed: u64,
    has_providers: bool,
    certificate: Option<TestCertificate>,
}

impl WorldBuilder {
    /// With a change to the shop's configuration, see [`merged`].
    #[must_use]
    pub fn config(self, change: &str) -> Self {
        let mut builder = self;
        builder.changes.push(change.to_owned());
        builder
    }

    /// With providers that people can sign in with.
    #[must_use]
    pub fn providers(self) -> Self {
        Self { has_providers: true, ..self.config(WITH_PROVIDERS) }
    }

    /// On another store than a fresh one in memory.
    #[must_use]
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// With TLS.
    #[must_use]
    pub fn certificate(self, certificate: TestCertificate) -> Self {
        Self { certificate: Some(certificate), ..self }
    }

    /// With other chances.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Begins.
    pub async fn start(self) -> World {
        let log = Log::default();
        let listening = log.listen();
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new()));
        let faults = Faults::default();
        let (inner, nth) = (TestEntropy::new(self.seed), faults.entropy.clone());
        let is_stuck = Arc::clone(&faults.is_stuck);
        let parts = Parts {
            store: Arc::new(FaultyStore::with_faults(store, faults.store.clone())),
            clock: Arc::default(),
            entropy: Arc::new(FaultyEntropy { inner, nth, is_stuck }),
            certificate: self.certificate.as_ref().map(TestCertificate::as_current),
        };
        let (api, app) = (Api::start(&parts.clock), App::start());
        let providers = self.has_providers.then(|| Providers::start(&parts.clock));
        let behind = providers.iter().flat_map(Providers::upstreams).chain([&*api, &*app]);
        behind.for_each(|upstream| upstream.fail(&faults.upstreams));
        let mut places = providers.as_ref().map(Providers::places).unwrap_or_default();
        places.push(("API", format!("http://{}", api.address())));
        places.push(("APP", format!("http://{}", app.address())));
        let gateway = parts.run(&self.changes, &places).await.expect("the gateway starts");
        let Parts { store, clock, entropy, certificate } = parts;
        let changes = self.changes;
        World {
            api,
            app,
            store,
            clock,
            log,
            faults,
            gateway,
            entropy,
            certificate,
            changes,
            providers,
            places,
            _listening: listening,
        }
    }
}

impl World {
    /// The shop as it is configured by default.
    pub async fn new() -> Self {
        WorldBuilder::default().start().await
    }

    /// The shop with a change to its configuration, see [`merged`].
    pub async fn with(change: &str) -> Self {
        WorldBuilder::default().config(change).start().await
    }

    /// The shop with two providers, `good` and `other`, and a change to its configuration. `${PROVIDER}`,
    /// `${OTHER_PROVIDER}` and `${HUB}` stand for the addresses of providers in it, `${CLIENT_ID}`,
    /// `${CLIENT_SECRET}` and `${CLIENT_KEY}` for who the shop is there.
    pub async fn with_providers(change: &str) -> Self {
        WorldBuilder::default().providers().config(change).start().await
    }

    /// A world to choose everything for.
    #[must_use]
    pub fn build() -> WorldBuilder {
        WorldBuilder::default()
    }

    fn providers(&self) -> &Providers {
        self.providers.as_ref().expect("a world with providers")
    }

    /// The provider that the shop calls `good`.
    ///
    /// # Panics
    /// When this world has none.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.providers().good
    }

    /// The provider that the shop calls `other`.
    ///
    /// # Panics
    /// When this world has none.
    #[must_use]
    pub fn other_provider(&self) -> &Provider {
        &self.providers().other
    }

    /// The provider without OpenID Connect.
    ///
    /// # Panics
    /// When this world has none.
    #[must_use]
    pub fn hub(&self) -> &OAuth2Provider {
        &self.providers().hub
    }

    /// A browser was sent to this address at one of the providers: what a person sees there.
    ///
    /// # Panics
    /// When it leads to none of them, or the request is not as it should be.
    #[must_use]
    pub fn authorize(&self, url: &str) -> Authorization {
        self.providers().authorize(url)
    }

    /// Lets time pass.
    pub fn let_pass(&self, duration: Duration) {
        self.clock.let_pass(duration);
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Somebody's fresh browser.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(self.gateway.address, &self.gateway.origin, Arc::clone(&self.clock))
    }

    /// A browser in which this person has signed in.
    pub async fn browser_of(&self, person: Person) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(person).await.expect_status(200);
        assert!(answer.sets_session_cookie(), "{answer:?}");
        browser
    }

    /// A browser in which Ada has signed in.
    pub async fn signed_in(&self) -> Browser {
        self.browser_of(ADA).await
    }

    /// The address under which browsers know the shop.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.gateway.origin
    }

    /// The `Host` of the shop.
    #[must_use]
    pub fn host(&self) -> &str {
        self.gateway.origin.split("://").last().unwrap_or_default()
    }

    /// A connection on which the test says every byte.
    pub async fn wire(&self) -> Wire {
        Wire::open(self.gateway.address).await
    }

    /// Says these bytes on a fresh connection and gives all that comes until the gateway closes it.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut wire = self.wire().await;
        wire.send(bytes).await;
        wire.rest().await
    }

    /// Says these bytes on a fresh connection and gives the first answer.
    pub async fn ask(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut wire = self.wire().await;
        wire.send(bytes).await;
        wire.answer().await
    }

    /// What `crossgate check --live` finds out with this configuration.
    ///
    /// # Panics
    /// When nobody can be asked.
    pub async fn check_live(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut tell = |finding| findings.push(finding);
        let (settings, clock) = (&self.gateway.settings, &*self.clock);
        check_live(settings, clock, Arc::clone(&self.entropy), &mut tell).await.expect("it can be asked");
        findings
    }

    /// Stops the gateway and starts it again, with one more change to its configuration. Everything else stays.
    pub async fn restart_with(&mut self, change: &str) {
        let outcome = self.try_restart_with(change).await;
        assert_eq!(outcome, Ok(()));
    }

    /// As [`restart_with`](Self::restart_with), where it may refuse to start.
    ///
    /// # Errors
    /// With what the operator would read. The old gateway is gone then.
    pub async fn try_restart_with(&mut self, change: &str) -> Result<(), String> {
        self.gateway.kill().await;
        self.changes.push(change.to_owned());
        self.gateway = self.parts().run(&self.changes, &self.places).await?;
        Ok(())
    }

    /// A second gateway with the same configuration, on the same store.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_neighbour(&self) -> Neighbour {
        let running = self.parts().run(&self.changes, &self.places).await;
        Neighbour::new(running.expect("the neighbour starts"))
    }

    fn parts(&self) -> Parts {
        Parts {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            certificate: self.certificate.clone(),
        }
    }
}
