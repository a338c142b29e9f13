//! Providers: the other side of a sign-in, scripted, with real keys and on the world's clock.
//!
//! Their authorization endpoint is a page that a person looks at, so browsers make no request to it: a test takes the
//! address to which the browser was sent, [decides](Authorization) and opens where that leads. Whoever asks there over
//! HTTP is nobody: no page is looked at, and nobody is signed in.

mod authorization;
mod client;
mod grants;
mod keys;
mod oauth2;
mod people;
mod server;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::clock::TestClock;
use crate::upstream::{Reply, Upstream};

pub use authorization::{Authorization, FormPost};
pub use client::{CLIENT_ID, CLIENT_KEY, CLIENT_SECRET, ClientProof};
pub use keys::Signing;
pub use oauth2::OAuth2Provider;

use authorization::parameters_of;
use people::{Account, object};
use server::{Changed, Server};

/// An OpenID Provider. What it does with requests in general is in [`Upstream`]; clones are the same provider.
#[derive(Clone)]
pub struct Provider {
    upstream: Upstream,
    server: Rc<Server>,
}

impl Deref for Provider {
    type Target = Upstream;

    fn deref(&self) -> &Upstream {
        &self.upstream
    }
}

impl Provider {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no address left on this machine.
    #[must_use]
    pub fn start(clock: Arc<TestClock>) -> Self {
        let server = Rc::new(Server::new(clock));
        let usual = Rc::clone(&server);
        let upstream = Upstream::start(move |seen| usual.reply(seen));
        server.address.set(format!("http://{}", upstream.address())).expect("it is set once");
        Self { upstream, server }
    }

    /// Its issuer, which is also its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.server.issuer()
    }

    /// A browser was sent to this address: what a person sees there. It looks closely at the request.
    ///
    /// # Panics
    /// When the request is not what OpenID Connect and PKCE ask for.
    #[must_use]
    pub fn authorize(&self, url: &str) -> Authorization {
        self.server.authorize(url)
    }

    /// A browser was sent to this address to sign out: where it goes afterwards (OIDC RP-Initiated Logout §2, §3).
    ///
    /// # Panics
    /// When it is no request to sign out, or names no place to go to.
    #[must_use]
    pub fn sign_out(&self, url: &str) -> String {
        let parameters = parameters_of(url, &self.server.at("/end-session"));
        let find = |name: &str| {
            let value = parameters.iter().find(|(candidate, _)| candidate == name);
            value.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}: {url}"))
        };
        assert_eq!(find("client_id"), CLIENT_ID);
        assert_eq!(find("id_token_hint").split('.').count(), 3, "{url}");
        let back = url::Url::parse(find("post_logout_redirect_uri")).expect("an address");
        let query =
            form_urlencoded::Serializer::new(String::new()).append_pair("state", find("state")).finish();
        format!("{}?{query}", back.path())
    }

    /// From now on ID tokens are changed like this before they are signed. Changes add up.
    pub fn claims(&self, change: impl Fn(&mut Map<String, Value>) + 'static) {
        self.change(Changed::Claims, change);
    }

    /// From now on ID tokens have this claim; null leaves it out.
    pub fn claim(&self, name: &str, value: Value) {
        let name = name.to_owned();
        self.claims(move |claims| put(claims, &name, &value));
    }

    /// From now on UserInfo answers are changed like this.
    pub fn user_info(&self, change: impl Fn(&mut Map<String, Value>) + 'static) {
        self.change(Changed::UserInfo, change);
    }

    /// From now on the discovery document is changed like this.
    pub fn discovery(&self, change: impl Fn(&mut Map<String, Value>) + 'static) {
        self.change(Changed::Discovery, change);
    }

    /// From now on the answers of the token endpoint are changed like this.
    pub fn token_answer(&self, change: impl Fn(&mut Map<String, Value>) + 'static) {
        self.change(Changed::TokenAnswer, change);
    }

    fn change(&self, what: Changed, change: impl Fn(&mut Map<String, Value>) + 'static) {
        self.server.changes.borrow_mut().entry(what).or_default().push(Rc::new(change));
    }

    /// From now on the token endpoint does this.
    pub fn token_endpoint(&self, reply: impl Fn() -> Reply + 'static) {
        self.on("POST /token", move |_| reply());
    }

    /// From now on this comes instead of the key set.
    pub fn key_set(&self, reply: impl Fn() -> Reply + 'static) {
        self.on("GET /jwks", move |_| reply());
    }

    /// From now on this comes instead of the discovery document.
    pub fn discovery_document(&self, reply: impl Fn() -> Reply + 'static) {
        self.on("GET /.well-known/openid-configuration", move |_| reply());
    }

    /// From now on tokens are signed like this.
    pub fn sign_with(&self, signing: Signing) {
        self.server.keys.sign_with(signing);
    }

    /// Signs with another key from now on. The old one is gone from the key set.
    pub fn rotate_keys(&self) {
        self.server.keys.rotate();
    }

    /// Signs with another key from the next ID token on: whoever fetched the key set before does not know it.
    pub fn rotate_keys_before_signing(&self) {
        self.server.rotates_before_signing.set(true);
    }

    /// From now on the next key stands in the key set too, so that there are two of a kind.
    pub fn announce_next_key(&self) {
        self.server.keys.announce_next();
    }

    /// From now on its answers carry this `iss` (RFC 9207), or none.
    pub fn iss(&self, issuer: Option<&str>) {
        *self.server.issuer_in_answers.borrow_mut() = Some(issuer.map(str::to_owned));
    }

    /// From now on authorization requests must be pushed (RFC 9126).
    pub fn want_pushed_requests(&self) {
        self.server.wants_pushed.set(true);
    }

    /// From now on PKCE means nothing here: every code is redeemed, whoever began.
    pub fn ignore_verifiers(&self) {
        self.server.grants.ignores_verifiers.set(true);
    }

    /// Everything is as it was in the beginning, but keys that are gone and what was given out.
    pub fn behave(&self) {
        self.forget_scripts();
        self.server.changes.borrow_mut().clear();
        self.server.keys.sign_with(Signing::default());
        *self.server.issuer_in_answers.borrow_mut() = None;
        self.server.wants_pushed.set(false);
        self.server.grants.ignores_verifiers.set(false);
        self.server.rotates_before_signing.set(false);
    }

    /// How clients proved who they are, request by request.
    #[must_use]
    pub fn client_proofs(&self) -> Vec<ClientProof> {
        self.server.proofs.borrow().clone()
    }

    /// The tokens that were revoked (RFC 7009), in order.
    #[must_use]
    pub fn revoked(&self) -> Vec<String> {
        self.server.grants.revoked()
    }

    /// This person's last session here (`sid`).
    ///
    /// # Panics
    /// When they never signed in here.
    #[must_use]
    pub fn last_session(&self, login: &str) -> String {
        self.server.grants.last_session(login).expect("they signed in here")
    }

    /// This person's `sub`.
    #[must_use]
    pub fn subject(&self, login: &str) -> &'static str {
        Account::of(login).subject
    }

    /// A logout token about this person and their last session here, changed like this (OIDC Back-Channel Logout
    /// §2.4).
    #[must_use]
    pub fn logout_token(&self, login: &str, change: impl FnOnce(&mut Map<String, Value>)) -> String {
        self.logout_token_of_type(Some("logout+jwt"), login, change)
    }

    /// As [`logout_token`](Self::logout_token), with this `typ`.
    #[must_use]
    pub fn logout_token_of_type(
        &self,
        media_type: Option<&str>,
        login: &str,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> String {
        let now = self.server.now().as_seconds();
        let mut claims = object(json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120,
            "jti": format!("logout-{}", self.server.grants.next()),
            "sub": Account::of(login).subject,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        }));
        if let Some(session) = self.server.grants.last_session(login) {
            claims.insert("sid".to_owned(), json!(session));
        }
        change(&mut claims);
        self.server.keys.sign(media_type, &claims)
    }
}

/// Puts a member into an object; null takes it out.
fn put(object: &mut Map<String, Value>, name: &str, value: &Value) {
    match value {
        Value::Null => object.remove(name),
        value => object.insert(name.to_owned(), value.clone()),
    };
}
