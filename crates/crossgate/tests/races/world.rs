//! Gateways on one SQLite file, and the API behind them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::SessionStore as _;
use crossgate_store_sqlite::SqliteStore;
use tempfile::TempDir;

use crate::api::Api;
use crate::client::Door;
use crate::support::{Gateway, Plan, free_port, run_to_end};

/// `public_url` is that of the load balancer that would stand in front.
const CONFIGURATION: &str = r#"
public_url = "http://localhost:${PUBLIC_PORT}"
secret     = "a secret of the races that is thirty-two bytes long"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 2
[app]
url = "${API_URL}"
[[api]]
path    = "/api"
url     = "${API_URL}"
token   = "api"
[sign_in.credentials.login]
request       = "POST /api/login"
user          = "/user"
access_token  = "/token"
refresh_token = "/refreshToken"
expires_in    = "/expiresIn"
[sign_in.credentials.refresh]
request = "POST /api/refresh"
[sign_in.credentials.logout]
request = "POST /api/logout"
body    = { refreshToken = "{refresh_token}" }
[throttle]
per_account = 1000000
per_address = 1000000
[store]
url = "sqlite:crossgate.db"
"#;

/// See the [module](self).
pub(crate) struct World<A = Api> {
    pub(crate) api: A,
    plans: Vec<Plan>,
    gateways: Vec<Option<Gateway>>,
    origin: String,
    folder: TempDir,
}

impl World {
    /// Starts one gateway for each address of the API.
    pub(crate) fn new(api: Api) -> Self {
        let addresses = api.addresses.clone();
        Self::behind(api, &addresses, CONFIGURATION)
    }

    /// Waits until somebody's access token has ended.
    pub(crate) async fn token_end(&self, email: &str) {
        let end = self.api.book().end_of(email);
        wait_until(end).await;
    }
}

impl<A> World<A> {
    /// As [`new`](World::new), with another configuration.
    pub(crate) fn behind(api: A, addresses: &[SocketAddr], configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let public_port = free_port().to_string();
        let plan = |address| {
            let url = format!("http://{address}");
            let environment = [("PUBLIC_PORT", public_port.as_str()), ("API_URL", &url)];
            Plan::new(folder.path().to_path_buf(), configuration, &environment)
        };
        let plans: Vec<Plan> = addresses.iter().map(plan).collect();
        let origin = format!("http://localhost:{public_port}");
        let mut world = Self { api, gateways: plans.iter().map(|_| None).collect(), plans, origin, folder };
        (0..world.plans.len()).for_each(|gateway| world.start(gateway));
        world
    }

    /// Writes another configuration, for those that start from now on.
    pub(crate) fn rewrite(&self, configuration: &str) {
        std::fs::write(self.folder.path().join("crossgate.toml"), configuration).unwrap();
    }

    /// SIGTERM, and a new start when it has stopped. Others go on meanwhile.
    pub(crate) async fn restart(&mut self, gateway: usize) {
        let mut running = self.gateways[gateway].take().expect("it runs");
        let plan = self.plans[gateway].clone();
        let restarting = tokio::task::spawn_blocking(move || {
            running.ask_to_stop();
            assert!(running.wait().success(), "it stops in good order");
            Gateway::start(&plan).unwrap_or_else(|log| panic!("the gateway does not start: {log}"))
        });
        self.gateways[gateway] = Some(restarting.await.unwrap());
    }

    /// A command of the operator, which has to do what it was asked.
    pub(crate) async fn command(&self, arguments: &'static [&'static str]) {
        let plan = self.plans[0].clone();
        let output = tokio::task::spawn_blocking(move || run_to_end(&plan, arguments)).await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    pub(crate) fn start(&mut self, gateway: usize) {
        let started = Gateway::start(&self.plans[gateway]);
        self.gateways[gateway] =
            Some(started.unwrap_or_else(|log| panic!("the gateway does not start: {log}")));
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self, gateway: usize) {
        drop(self.gateways[gateway].take().expect("it runs").kill());
    }

    pub(crate) fn door(&self, gateway: usize) -> Door {
        Door { address: self.plans[gateway].address(), origin: self.origin.clone() }
    }

    pub(crate) fn doors(&self) -> Vec<Door> {
        (0..self.plans.len()).map(|gateway| self.door(gateway)).collect()
    }

    /// The store file, as a command of the operator opens it.
    pub(crate) fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.folder.path().join("crossgate.db")).unwrap()
    }

    /// Why a session ended; none where it goes on.
    pub(crate) async fn end_reason(&self, session: HashedSessionId) -> Option<EndReason> {
        self.store().ended(session).await.unwrap().map(|ended| ended.reason)
    }
}

/// Waits until a moment has passed.
pub(crate) async fn wait_until(moment: Instant) {
    tokio::time::sleep_until((moment + Duration::from_millis(1)).into()).await;
}

/// The operating system's clock, as the gateways read it.
pub(crate) fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap())
}
