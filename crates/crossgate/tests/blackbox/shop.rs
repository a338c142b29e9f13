//! The gateway in front of the example shop, with the example's own configuration.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{Answer, Browser, Gateway, Plan, exchange};

/// Which of the example's configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Api,
    Issued,
}

impl Mode {
    fn file(self) -> PathBuf {
        example(match self {
            Self::Api => "crossgate.toml",
            Self::Issued => "crossgate.issued.toml",
        })
    }
}

/// A file of the example.
pub(crate) fn example(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop").join(path)
}

/// Where the example's API and app run, if they do.
pub(crate) struct Shop {
    pub(crate) api_url: String,
    pub(crate) app_url: String,
    jwt_secret: String,
}

impl Shop {
    /// The running shop; without one a test is skipped, and says so.
    pub(crate) fn running() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let found = variable("SHOP_API_URL").zip(variable("SHOP_APP_URL"));
        let Some((api_url, app_url)) = found else {
            eprintln!("skipped: the example apps are not running (SHOP_API_URL, SHOP_APP_URL)");
            return None;
        };
        let jwt_secret = variable("SHOP_JWT_SECRET").or_else(|| variable("JWT_SECRET")).unwrap_or_default();
        Some(Self { api_url, app_url, jwt_secret })
    }

    pub(crate) fn open(&self, mode: Mode) -> Front {
        self.open_with(mode, &self.api_url, |configuration| configuration)
    }

    /// With another way to the API, or a changed configuration.
    pub(crate) fn open_with(
        &self,
        mode: Mode,
        api_url: &str,
        change: impl FnOnce(String) -> String,
    ) -> Front {
        let folder = tempfile::tempdir().unwrap();
        let configuration = change(std::fs::read_to_string(mode.file()).unwrap());
        let environment = [
            ("CROSSGATE_SECRET", "a secret of the tests that is long enough for anybody"),
            ("API_URL", api_url),
            ("APP_URL", &self.app_url),
            ("JWT_SECRET", &self.jwt_secret),
            // Nothing here opens it.
            ("WISHLIST_URL", "http://127.0.0.1:1"),
        ];
        let plan = Plan::new(folder.path().to_path_buf(), &configuration, &environment);
        let gateway = Gateway::start(&plan).unwrap_or_else(|log| panic!("the gateway does not start: {log}"));
        Front { plan, _gateway: gateway, _folder: folder }
    }
}

/// A gateway in front of the shop.
pub(crate) struct Front {
    pub(crate) plan: Plan,
    _gateway: Gateway,
    _folder: TempDir,
}

impl Front {
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.plan.port)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.plan.address(), &self.plan.origin())
    }

    pub(crate) fn ada(&self) -> Browser {
        self.signed_in("ada@shop.example", "correct-horse-1")
    }

    pub(crate) fn grace(&self) -> Browser {
        self.signed_in("grace@shop.example", "correct-horse-2")
    }

    fn signed_in(&self, email: &str, password: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(email, password).unwrap();
        assert!(answer.status == 200 && browser.session.is_some(), "{answer:?}");
        browser
    }

    /// Sends a request of one's own making; `HOST` in it stands for our own host.
    pub(crate) fn exchange(&self, name: &str, text: &str) -> Answer {
        let text = text.replace("HOST", &self.host());
        exchange(self.plan.address(), text.as_bytes())
            .unwrap_or_else(|failed| panic!("{name}: {text:?} {failed:?}"))
    }
}
