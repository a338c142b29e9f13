//! One database, and the gateways that die over it.

use std::fmt;
use std::sync::Barrier;
use std::time::Duration;

use tempfile::TempDir;

use crate::api;
use crate::claim::{Claim, Report};
use crate::judge::Judge;
use crate::people::{CAST, Role};
use crate::scene::{Scene, Trouble};
use crate::support::random::Random;
use crate::support::{Browser, Gateway, Plan};

/// The latest moment of a crash, after the people began or after the process was started.
const LATEST: Duration = Duration::from_millis(40);

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "a secret of the crash test, thirty-two bytes long"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 2
[app]
url = "${API_URL}"
[[api]]
path  = "/api"
url   = "${API_URL}"
token = "api"
[sign_in.credentials]
login  = { request = "POST /api/login", user = "/user", access_token = "/token", refresh_token = "/refreshToken" }
logout = { request = "POST /api/logout", body = { refreshToken = "{refresh_token}" } }
[throttle]
per_account = 1000000
per_address = 1000000
[store]
url = "sqlite:crossgate.db"
"#;

/// What all worlds together have seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) sign_ins: usize,
    pub(crate) sign_outs: usize,
    unknown: usize,
    judged: usize,
    pub(crate) violations: Vec<String>,
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign_ins, sign_outs, unknown, judged, violations } = self;
        write!(
            formatter,
            "{sign_ins} sign-ins acknowledged, {sign_outs} sign-outs acknowledged, {} violations \
             ({unknown} were cut off unanswered, {judged} claims judged)",
            violations.len()
        )
    }
}

/// See the [module](self).
pub(crate) struct World {
    plan: Plan,
    /// What still has to hold.
    ledger: Vec<Claim>,
    key: Option<String>,
    _folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("http://{}", api::start());
        let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &[("API_URL", &url)]);
        Self { plan, ledger: Vec::new(), key: None, _folder: folder }
    }

    /// Rounds of crashes; then everything that ever had to hold is looked at once more.
    pub(crate) fn live_through(mut self, rounds: usize, random: &mut Random, tally: &mut Tally) {
        let mut gateway = self.start(random, tally);
        for round in 0..rounds {
            let reports = self.burst(gateway, round, random.moment(LATEST));
            let claims = tally.take_in(reports);
            gateway = self.start(random, tally);
            let mut settled = self.judge(&claims, tally);
            self.ledger.append(&mut settled);
        }
        let ledger = std::mem::take(&mut self.ledger);
        self.judge(&ledger, tally);
    }

    /// Starts the gateway, once in vain: it is killed while it still opens the database.
    fn start(&mut self, random: &mut Random, tally: &mut Tally) -> Gateway {
        let early = Gateway::launch(&self.plan);
        std::thread::sleep(random.moment(LATEST));
        early.kill();
        let gateway =
            Gateway::start(&self.plan).unwrap_or_else(|log| panic!("the gateway does not start: {log}"));
        match Judge::new(self.browser()).key_set() {
            Ok(key) if *self.key.get_or_insert_with(|| key.clone()) == key => {}
            Ok(key) => tally.violations.push(format!("the signing key changed: {:?} → {key}", self.key)),
            Err(trouble) => tally.violations.push(trouble),
        }
        gateway
    }

    fn browser(&self) -> Browser {
        Browser::new(self.plan.address(), &self.plan.origin())
    }

    /// All people begin at once; after `delay` the gateway is gone.
    fn burst(&self, gateway: Gateway, round: usize, delay: Duration) -> Vec<Result<Report, Trouble>> {
        let (address, origin) = (self.plan.address(), self.plan.origin());
        let scene = &Scene { address, origin, start: Barrier::new(CAST.len() + 1) };
        std::thread::scope(|threads| {
            let play = |(name, role): (&str, Role)| {
                let person = format!("{name}.{round}@shop.example");
                threads.spawn(move || role(scene, &person))
            };
            let people: Vec<_> = CAST.into_iter().map(play).collect();
            scene.start.wait();
            std::thread::sleep(delay);
            gateway.kill();
            people.into_iter().map(|person| person.join().expect("no person panics")).collect()
        })
    }

    fn judge(&self, claims: &[Claim], tally: &mut Tally) -> Vec<Claim> {
        let mut judge = Judge::new(self.browser());
        tally.judged += claims.len();
        let mut settled = Vec::new();
        for claim in claims {
            match judge.judge(claim) {
                Ok(mut claims) => settled.append(&mut claims),
                Err(trouble) => tally.violations.push(trouble),
            }
        }
        settled
    }
}

impl Tally {
    fn take_in(&mut self, reports: Vec<Result<Report, Trouble>>) -> Vec<Claim> {
        let mut claims = Vec::new();
        for report in reports {
            let mut report = report.unwrap_or_else(Report::violation);
            self.sign_ins += report.sign_ins;
            self.sign_outs += report.sign_outs;
            self.violations.append(&mut report.violations);
            claims.append(&mut report.claims);
        }
        let is_unknown = |claim: &&Claim| matches!(claim, Claim::AllOrNone { .. } | Claim::OldOrNew { .. });
        self.unknown += claims.iter().filter(is_unknown).count();
        claims
    }
}
