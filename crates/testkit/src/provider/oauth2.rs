//! An OAuth 2 provider without OpenID Connect, with the habits of GitHub.

use std::cell::{OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::time::Clock as _;
use serde_json::{Map, Value, json};

use super::authorization::{Authorization, Desk, parameters_of};
use super::client::ClientCheck;
use super::grants::{Grants, Refused};
use super::people::Account;
use crate::clock::TestClock;
use crate::upstream::{Reply, Seen, Upstream};

/// See the [module](self). Clones are the same provider.
#[derive(Clone)]
pub struct OAuth2Provider {
    upstream: Upstream,
    server: Rc<Server>,
}

struct Server {
    clock: Arc<TestClock>,
    address: OnceCell<String>,
    grants: Rc<Grants>,
    profile: RefCell<Option<super::server::Change>>,
}

impl Deref for OAuth2Provider {
    type Target = Upstream;

    fn deref(&self) -> &Upstream {
        &self.upstream
    }
}

impl OAuth2Provider {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no address left on this machine.
    #[must_use]
    pub fn start(clock: Arc<TestClock>) -> Self {
        let (address, grants, profile) = (OnceCell::new(), Rc::default(), RefCell::default());
        let server = Rc::new(Server { clock, address, grants, profile });
        let usual = Rc::clone(&server);
        let upstream = Upstream::start(move |seen| usual.reply(seen));
        server.address.set(format!("http://{}", upstream.address())).expect("it is set once");
        Self { upstream, server }
    }

    /// Its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.server.issuer()
    }

    /// A browser was sent to this address: what a person sees there. It looks closely at the request.
    ///
    /// # Panics
    /// When the request is not what OAuth 2 and PKCE ask for.
    #[must_use]
    pub fn authorize(&self, url: &str) -> Authorization {
        self.server.authorize(url)
    }

    /// From now on profiles are changed like this.
    pub fn profile(&self, change: impl Fn(&mut Map<String, Value>) + 'static) {
        *self.server.profile.borrow_mut() = Some(Rc::new(change));
    }

    /// The id of this person here: a number.
    #[must_use]
    pub fn number(&self, login: &str) -> u64 {
        Account::of(login).number
    }
}

impl Server {
    fn issuer(&self) -> &str {
        self.address.get().expect("it has an address")
    }

    fn authorize(&self, url: &str) -> Authorization {
        let parameters = parameters_of(url, &format!("{}/login/oauth/authorize", self.issuer()));
        let (grants, now) = (Rc::clone(&self.grants), self.clock.now());
        Authorization::new(parameters, Desk { grants, issuer: None, now })
    }

    /// It has never heard of `prompt`: there is a page for everybody.
    fn page(&self, seen: &Seen) -> Reply {
        let _looked_at = self.authorize(&format!("{}{}", self.issuer(), seen.target));
        Reply::body(200, "text/html; charset=utf-8", "<h1>Sign in to Hub</h1>")
    }

    fn reply(&self, seen: &Seen) -> Reply {
        match (seen.method.as_str(), seen.path()) {
            ("GET", "/login/oauth/authorize") => self.page(seen),
            ("POST", "/login/oauth/access_token") => self.token(seen),
            ("GET", "/user" | "/user/emails") if !seen.has("user-agent") => Reply::status(403),
            ("GET", "/user") => self.about(seen, |account| self.changed(account.profile())),
            ("GET", "/user/emails") => self.about(seen, Account::emails),
            _ => Reply::status(404),
        }
    }

    fn changed(&self, profile: Map<String, Value>) -> Value {
        let mut profile = profile;
        self.profile.borrow().iter().for_each(|change| change(&mut profile));
        Value::Object(profile)
    }

    fn about(&self, seen: &Seen, tell: impl FnOnce(&Account) -> Value) -> Reply {
        match self.grants.login_of(seen) {
            Some(login) => Reply::json(200, &tell(Account::of(&login))),
            None => Reply::json(401, &json!({ "message": "Bad credentials" })),
        }
    }

    /// GitHub answers 200 whatever happened, and in a form for everybody who does not ask for JSON.
    fn token(&self, seen: &Seen) -> Reply {
        let answer = match self.redeem(seen) {
            Ok(access_token) => json!({ "access_token": access_token, "token_type": "bearer", "scope": "" }),
            Err(code) => json!({ "error": code, "error_description": "told so" }),
        };
        let wants_json = seen.header("accept").is_some_and(|accept| accept.contains("application/json"));
        match wants_json {
            true => Reply::json(200, &answer),
            false => Reply::body(200, "application/x-www-form-urlencoded", "access_token=not-json"),
        }
    }

    fn redeem(&self, seen: &Seen) -> Result<String, Refused> {
        let now = self.clock.now();
        ClientCheck { audiences: &[], now }.judge(seen).ok_or("incorrect_client_credentials")?;
        let grant = self.grants.redeem(seen, now).map_err(|_| "bad_verification_code")?;
        Ok(self.grants.issue_tokens(&grant).access_token)
    }
}
