//! The authorization endpoint: what a person decides there.

use std::collections::BTreeSet;
use std::rc::Rc;

use crossgate_core::time::Timestamp;
use url::Url;

use super::client::CLIENT_ID;
use super::grants::{Grant, Grants};
use crate::upstream::Reply;

/// What the page at the provider needs to know to answer.
pub(super) struct Desk {
    pub(super) grants: Rc<Grants>,
    /// `iss` in the answer (RFC 9207).
    pub(super) issuer: Option<String>,
    pub(super) now: Timestamp,
}

/// A person in front of the provider's question whether the shop may know who they are.
pub struct Authorization {
    parameters: Vec<(String, String)>,
    desk: Desk,
}

/// A form that the provider has the browser send (OAuth 2.0 Form Post Response Mode).
pub struct FormPost {
    /// Path at the shop.
    pub target: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

/// Unguessable values have 256 bits, in base64url.
const LENGTH_OF_RANDOM: usize = 43;

impl Authorization {
    /// Looks closely at the request; RFC 6749 §4.1.1, RFC 7636 §4.3.
    pub(super) fn new(parameters: Vec<(String, String)>, desk: Desk) -> Self {
        let names: BTreeSet<_> = parameters.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), parameters.len(), "a parameter stands more than once: {parameters:?}");
        let authorization = Self { parameters, desk };
        for (name, wanted) in
            [("response_type", "code"), ("client_id", CLIENT_ID), ("code_challenge_method", "S256")]
        {
            assert_eq!(authorization.parameter(name), Some(wanted), "{name}: {authorization:?}");
        }
        for name in ["state", "code_challenge"] {
            authorization.assert_random(name);
        }
        assert!(authorization.callback().contains("/api/auth/callback/"), "{authorization:?}");
        authorization
    }

    /// What OpenID Connect asks for beside that (OIDC Core §3.1.2.1).
    pub(super) fn for_open_id(self) -> Self {
        self.assert_random("nonce");
        let scope = self.parameter("scope").unwrap_or_default();
        assert!(scope.split(' ').any(|scope| scope == "openid"), "{self:?}");
        self
    }

    fn assert_random(&self, name: &str) {
        let value = self.parameter(name).unwrap_or_else(|| panic!("no {name}: {self:?}"));
        assert!(value.len() >= LENGTH_OF_RANDOM, "{name} is short: {self:?}");
    }

    /// A parameter of the request.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    /// The names of all parameters.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.parameters.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// `state`
    #[must_use]
    pub fn state(&self) -> &str {
        self.parameter("state").unwrap_or_default()
    }

    /// The path of the shop's `redirect_uri`.
    ///
    /// # Panics
    /// When it is no address.
    #[must_use]
    pub fn callback(&self) -> String {
        let redirect_uri = self.parameter("redirect_uri").unwrap_or_default();
        Url::parse(redirect_uri).expect("redirect_uri is an address").path().to_owned()
    }

    /// This person agrees: where the browser goes then.
    #[must_use]
    pub fn approve(&self, login: &str) -> String {
        self.answer(&[("code", &self.code_for(login))])
    }

    /// This person agrees, and the answer comes as a form.
    ///
    /// # Panics
    /// When the shop did not ask for one.
    #[must_use]
    pub fn approve_in_form(&self, login: &str) -> FormPost {
        assert_eq!(self.parameter("response_mode"), Some("form_post"), "{self:?}");
        let fields = self.fields(&[("code", &self.code_for(login))]);
        FormPost { target: self.callback(), fields }
    }

    /// The code that this person would come back with.
    #[must_use]
    pub fn code_for(&self, login: &str) -> String {
        let text = |name| self.parameter(name).unwrap_or_default().to_owned();
        let audience = self.parameter("audience").or_else(|| self.parameter("resource"));
        self.desk.grants.issue_code(Grant {
            login: login.to_owned(),
            redirect_uri: text("redirect_uri"),
            challenge: text("code_challenge"),
            nonce: self.parameter("nonce").map(str::to_owned),
            scope: text("scope"),
            session: self.desk.grants.open_session(login),
            audience: audience.map(str::to_owned),
            approved_at: self.desk.now,
        })
    }

    /// The person says no.
    #[must_use]
    pub fn deny(&self) -> String {
        self.fail("access_denied", "the person said no")
    }

    /// The provider answers with an error (RFC 6749 §4.1.2.1).
    #[must_use]
    pub fn fail(&self, error: &str, description: &str) -> String {
        self.answer(&[("error", error), ("error_description", description)])
    }

    /// The provider answers with this; `state` and `iss` come along.
    #[must_use]
    pub fn answer(&self, parameters: &[(&str, &str)]) -> String {
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields(parameters)).finish();
        format!("{}?{query}", self.callback())
    }

    /// What happens where there is nobody to decide: an error in the address where no page may be shown (OIDC Core
    /// §3.1.2.6), otherwise the page.
    pub(super) fn without_a_person(&self) -> Reply {
        if self.parameter("prompt") != Some("none") {
            return Reply::body(200, "text/html; charset=utf-8", "<h1>Sign in</h1>");
        }
        let redirect_uri = Url::parse(self.parameter("redirect_uri").unwrap_or_default()).unwrap();
        let origin = redirect_uri.origin().ascii_serialization();
        let location = format!("{origin}{}", self.fail("login_required", "nobody is here"));
        Reply::status(302).header("Location", &location)
    }

    fn fields(&self, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
        let issuer = self.desk.issuer.as_deref().map(|issuer| ("iss", issuer));
        let all = parameters.iter().copied().chain([("state", self.state())]).chain(issuer);
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

impl std::fmt::Debug for Authorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.parameters.iter().map(|(name, value)| (name, value))).finish()
    }
}

/// The parameters of an authorization URL that leads to this endpoint.
pub(super) fn parameters_of(url: &str, endpoint: &str) -> Vec<(String, String)> {
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    assert_eq!(before, endpoint, "it leads elsewhere: {url}");
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
