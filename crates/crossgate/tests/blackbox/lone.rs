//! The gateway in front of a recorder: nothing has to be installed for it.

use tempfile::TempDir;

use crate::recorder::{MARK, Recorder};
use crate::support::{Answer, Browser, Gateway, Plan, exchange};

pub(crate) const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "a secret of the tests that is long enough for anybody"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = "127.0.0.1:${CROSSGATE_ADMIN_PORT}"
workers = 1
[app]
url = "${APP_URL}"
[pages]
protected = ["/private/**"]
[[api]]
path   = "/api"
url    = "${API_URL}"
token  = "api"
public = ["/api/open/**"]
body   = "1KiB"
[sign_in.credentials]
login = { request = "POST /api/login", user = "/user", access_token = "/token" }
[store]
url = "sqlite:crossgate.db"
"#;

/// A gateway with one worker and the recorder as app and API.
pub(crate) struct Lone {
    pub(crate) plan: Plan,
    pub(crate) recorder: Recorder,
    _gateway: Gateway,
    _folder: TempDir,
}

impl Lone {
    pub(crate) fn start() -> Self {
        let (folder, recorder) = (tempfile::tempdir().unwrap(), Recorder::start());
        let url = recorder.url();
        let environment = [("APP_URL", url.as_str()), ("API_URL", url.as_str())];
        let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &environment);
        let gateway = Gateway::start(&plan).unwrap_or_else(|log| panic!("the gateway does not start: {log}"));
        Self { plan, recorder, _gateway: gateway, _folder: folder }
    }

    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.plan.port)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.plan.address(), &self.plan.origin())
    }

    pub(crate) fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in("ada@shop.example", "correct-horse-1").unwrap();
        assert!(answer.status == 200 && browser.session.is_some(), "{answer:?}");
        self.recorder.take();
        browser
    }

    /// Sends text in which `HOST` stands for our own host.
    pub(crate) fn exchange(&self, text: &str) -> Answer {
        let text = text.replace("HOST", &self.host());
        exchange(self.plan.address(), text.as_bytes()).unwrap_or_else(|failed| panic!("{text:?}: {failed:?}"))
    }

    /// What arrived at the upstream, seen after one more honest request: nothing was still on its way.
    pub(crate) fn arrived(&self) -> Vec<String> {
        let honest = self.exchange("GET /honest HTTP/1.1\r\nHost: HOST\r\n\r\n");
        assert!(honest.contains(MARK), "the gateway serves others as before: {honest:?}");
        let mut seen = self.recorder.take();
        let last = seen.pop().unwrap_or_default();
        assert!(last.starts_with("GET /honest "), "the honest request is the last one: {last}");
        seen
    }
}
