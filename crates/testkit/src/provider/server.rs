//! The endpoints of an OpenID Provider.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::time::{Clock as _, Timestamp};
use serde_json::{Map, Value, json};

use super::authorization::{Authorization, Desk, parameters_of};
use super::client::{ClientCheck, ClientProof};
use super::grants::{Grant, Grants, Refused, half_hash};
use super::keys::Keys;
use super::people::{Account, object};
use crate::clock::TestClock;
use crate::upstream::{Reply, Seen};

/// A change to a JSON object before it is sent.
pub(super) type Change = Rc<dyn Fn(&mut Map<String, Value>)>;

/// How an ID token lives, in seconds.
const LIFETIME: i64 = 300;

/// Which of the provider's objects are changed before they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Changed {
    Claims,
    UserInfo,
    Discovery,
    TokenAnswer,
}

pub(super) struct Server {
    pub(super) clock: Arc<TestClock>,
    pub(super) address: OnceCell<String>,
    pub(super) keys: Keys,
    pub(super) grants: Rc<Grants>,
    pub(super) changes: RefCell<HashMap<Changed, Vec<Change>>>,
    /// `iss` in answers, where it is another one than the issuer, or none.
    pub(super) issuer_in_answers: RefCell<Option<Option<String>>>,
    /// Whether the authorization request has to be pushed (RFC 9126).
    pub(super) wants_pushed: Cell<bool>,
    pub(super) pushed: RefCell<HashMap<String, Vec<(String, String)>>>,
    pub(super) proofs: RefCell<Vec<ClientProof>>,
    pub(super) rotates_before_signing: Cell<bool>,
}

impl Server {
    pub(super) fn new(clock: Arc<TestClock>) -> Self {
        Self {
            clock,
            address: OnceCell::new(),
            keys: Keys::default(),
            grants: Rc::default(),
            changes: RefCell::default(),
            issuer_in_answers: RefCell::default(),
            wants_pushed: Cell::default(),
            pushed: RefCell::default(),
            proofs: RefCell::default(),
            rotates_before_signing: Cell::default(),
        }
    }

    pub(super) fn issuer(&self) -> &str {
        self.address.get().expect("it has an address")
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn reply(&self, seen: &Seen) -> Reply {
        match (seen.method.as_str(), seen.path()) {
            ("GET", "/.well-known/openid-configuration") => Reply::json(200, &self.discovery()),
            ("GET", "/jwks") => Reply::json(200, &self.keys.key_set()),
            ("GET", "/authorize") => self.authorize(&self.at(&seen.target)).without_a_person(),
            ("POST", "/token") => answer(self.token(seen)),
            ("GET" | "POST", "/userinfo") => self.user_info(seen),
            ("POST", "/par") => self.push(seen),
            ("POST", "/revoke") => self.revoke(seen),
            _ => Reply::status(404),
        }
    }

    /// What a person sees at this address. A request that was pushed (RFC 9126 §4) is used once.
    pub(super) fn authorize(&self, url: &str) -> Authorization {
        let parameters = parameters_of(url, &self.at("/authorize"));
        let reference = parameters.iter().find(|(name, _)| name == "request_uri");
        assert_eq!(reference.is_some(), self.wants_pushed.get(), "pushed or not: {url}");
        let parameters = match reference {
            None => parameters,
            Some((_, reference)) => {
                let mut names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                assert_eq!(names, ["client_id", "request_uri"], "nothing else stands in the address: {url}");
                self.pushed.borrow_mut().remove(reference).expect("it was pushed, and is used once")
            }
        };
        Authorization::new(parameters, self.desk()).for_open_id()
    }

    fn desk(&self) -> Desk {
        let instead = self.issuer_in_answers.borrow().clone();
        let issuer = instead.unwrap_or_else(|| Some(self.issuer().to_owned()));
        Desk { grants: Rc::clone(&self.grants), issuer, now: self.now() }
    }

    pub(super) fn changed(&self, what: Changed, object: Map<String, Value>) -> Value {
        let mut object = object;
        let changes = self.changes.borrow().get(&what).cloned().unwrap_or_default();
        changes.iter().for_each(|change| change(&mut object));
        Value::Object(object)
    }

    /// OIDC Discovery §3.
    fn discovery(&self) -> Value {
        let mut document = object(json!({
            "issuer": self.issuer(),
            "authorization_endpoint": self.at("/authorize"),
            "token_endpoint": self.at("/token"),
            "jwks_uri": self.at("/jwks"),
            "userinfo_endpoint": self.at("/userinfo"),
            "revocation_endpoint": self.at("/revoke"),
            "end_session_endpoint": self.at("/end-session"),
            "scopes_supported": ["openid", "email", "profile"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported":
                ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
        }));
        if self.wants_pushed.get() {
            document.insert("pushed_authorization_request_endpoint".to_owned(), json!(self.at("/par")));
            document.insert("require_pushed_authorization_requests".to_owned(), json!(true));
        }
        self.changed(Changed::Discovery, document)
    }

    /// Notes how the client proved who it is.
    fn client(&self, seen: &Seen) -> Result<(), Refused> {
        let audiences = [self.issuer().to_owned(), self.at("/token")];
        let proof = ClientCheck { audiences: &audiences, now: self.now() }.judge(seen);
        self.proofs.borrow_mut().push(proof.ok_or("invalid_client")?);
        Ok(())
    }

    /// RFC 6749 §4.1.3, §6.
    fn token(&self, seen: &Seen) -> Result<Value, Refused> {
        self.client(seen)?;
        match seen.form_value("grant_type").as_deref() {
            Some("authorization_code") => {
                let grant = self.grants.redeem(seen, self.now())?;
                Ok(self.tokens(&grant, true))
            }
            Some("refresh_token") => Ok(self.tokens(&self.grants.refresh(seen)?, false)),
            _ => Err("unsupported_grant_type"),
        }
    }

    fn tokens(&self, grant: &Grant, with_id_token: bool) -> Value {
        let tokens = self.grants.issue_tokens(grant);
        let mut answer = object(json!({
            "access_token": tokens.access_token, "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": tokens.refresh_token, "scope": grant.scope,
        }));
        if with_id_token {
            if self.rotates_before_signing.take() {
                self.keys.rotate();
            }
            let id_token = self.id_token(grant, &tokens.access_token);
            answer.insert("id_token".to_owned(), json!(id_token));
        }
        self.changed(Changed::TokenAnswer, answer)
    }

    /// OIDC Core §2.
    fn id_token(&self, grant: &Grant, access_token: &str) -> String {
        let now = self.now().as_seconds();
        let mut claims = object(json!({
            "iss": self.issuer(), "aud": super::CLIENT_ID, "iat": now, "exp": now + LIFETIME,
            "auth_time": grant.approved_at.as_seconds(), "at_hash": half_hash(access_token),
            "sid": grant.session,
        }));
        claims.extend(Account::of(&grant.login).claims());
        if let Some(nonce) = &grant.nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        self.keys.sign(Some("JWT"), &object(self.changed(Changed::Claims, claims)))
    }

    /// OIDC Core §5.3.
    fn user_info(&self, seen: &Seen) -> Reply {
        match self.grants.login_of(seen) {
            None => Reply::status(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\""),
            Some(login) => Reply::json(200, &self.changed(Changed::UserInfo, Account::of(&login).claims())),
        }
    }

    /// RFC 9126 §2; no parameter may stand twice (RFC 6749 §3.1).
    fn push(&self, seen: &Seen) -> Reply {
        if let Err(refused) = self.client(seen) {
            return answer(Err(refused));
        }
        let names: Vec<_> = seen.form().into_iter().map(|(name, _)| name).collect();
        if names.iter().any(|name| names.iter().filter(|other| *other == name).count() > 1) {
            return Reply::json(400, &json!({ "error": "invalid_request" }));
        }
        let handle = format!("urn:ietf:params:oauth:request_uri:{}", self.grants.next());
        let proof = ["client_secret", "client_assertion", "client_assertion_type"];
        let fields = seen.form().into_iter().filter(|(name, _)| !proof.contains(&name.as_str()));
        self.pushed.borrow_mut().insert(handle.clone(), fields.collect());
        Reply::json(201, &json!({ "request_uri": handle, "expires_in": 60 }))
    }

    /// RFC 7009 §2.
    fn revoke(&self, seen: &Seen) -> Reply {
        if let Err(refused) = self.client(seen) {
            return answer(Err(refused));
        }
        self.grants.revoke(&seen.form_value("token").unwrap_or_default());
        Reply::status(200)
    }
}

/// RFC 6749 §5.1, §5.2.
fn answer(outcome: Result<Value, Refused>) -> Reply {
    let reply = match outcome {
        Ok(tokens) => Reply::json(200, &tokens),
        Err("invalid_client") => Reply::json(401, &json!({ "error": "invalid_client" })),
        Err(code) => Reply::json(400, &json!({ "error": code, "error_description": "told so" })),
    };
    reply.header("Cache-Control", "no-store")
}
