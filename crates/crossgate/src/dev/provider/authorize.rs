//! The authorization endpoint: a page with a button for everybody one can be.
//!
//! What is asked is judged in this order (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.2, RFC 7636 §4.3). Until step 3 nobody is
//! sent anywhere; from step 4 on the client is told:
//!
//! 1. No parameter stands twice (RFC 6749 §3.1).
//! 2. `client_id` is that of the gateway.
//! 3. `redirect_uri` is the gateway's, to the letter.
//! 4. `response_type` is `code`.
//! 5. `scope` has `openid`.
//! 6. `code_challenge_method` is `S256`, and there is a challenge of that length.
//! 7. `prompt` is not `none`: somebody has to choose.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::seal::SealError;
use crossgate_core::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use url::Url;

use super::answer::{self, Answer};
use super::grants::{Coded, Grant, random_text};
use super::pages;
use super::people::Person;
use super::server::Fields;
use super::{CLIENT_ID, ID, Provider};
use crate::system::SystemEntropy;

/// How long somebody may look at the page.
const LIFETIME_OF_PAGES: Duration = Duration::from_secs(60 * 60);
const REQUEST: &[u8] = b"authorization-request";
/// SHA-256 in base64url.
const LENGTH_OF_CHALLENGE: usize = 43;

/// A request that was found good. It waits, sealed, in the page.
#[derive(Debug, Serialize, Deserialize)]
struct AuthorizationRequest {
    redirect_uri: String,
    state: String,
    nonce: Option<String>,
    challenge: String,
    scope: String,
    audience: Option<String>,
    asked_at: i64,
}

/// Why there is no page.
enum Refusal {
    /// Nobody knows whom to tell: whoever looks at the browser is told.
    Here(&'static str),
    /// The client is told (RFC 6749 §4.1.2.1).
    There(Box<AuthorizationRequest>, &'static str),
}

/// `GET /authorize`
pub(super) fn ask(provider: &Provider, fields: &Fields) -> Answer {
    match provider.judge(fields) {
        Ok(request) => match provider.seal_request(&request) {
            Ok(sealed) => {
                let hint = fields.get("login_hint").unwrap_or_default();
                pages::choose(provider, &sealed, hint)
            }
            Err(error) => answer::fault(&error.to_string()),
        },
        Err(Refusal::Here(sentence)) => answer::refusal(StatusCode::BAD_REQUEST, sentence),
        Err(Refusal::There(request, error)) => provider.go_back(&request, &[("error", error)]),
    }
}

/// `POST /authorize`: somebody chose. The form is one of our own pages'.
pub(super) fn choose(provider: &Provider, fields: &Fields) -> Answer {
    let Some(request) = fields.get("request").and_then(|sealed| provider.open_request(sealed)) else {
        let sentence = "this page is too old: go back to the app and sign in again";
        return answer::refusal(StatusCode::BAD_REQUEST, sentence);
    };
    if fields.get("deny").is_some() {
        return provider.go_back(&request, &[("error", "access_denied")]);
    }
    match provider.person(fields) {
        Some(person) => provider.approve(request, &person),
        None => answer::refusal(StatusCode::BAD_REQUEST, "that is no e-mail address: go back and try again"),
    }
}

impl Provider {
    /// The numbers are those of the [module](self).
    fn judge(&self, fields: &Fields) -> Result<AuthorizationRequest, Refusal> {
        // 1.
        if fields.has_twice() {
            return Err(Refusal::Here("a parameter stands twice"));
        }
        // 2.
        if fields.get("client_id") != Some(CLIENT_ID) {
            return Err(Refusal::Here("only Crossgate can send people here: client_id is another one"));
        }
        // 3.
        let redirect_uri = self.at_gateway(&format!("callback/{ID}"));
        if fields.get("redirect_uri") != Some(&redirect_uri) {
            return Err(Refusal::Here("redirect_uri is not the one of Crossgate"));
        }
        let request = self.read(redirect_uri, fields);
        match error_in(fields) {
            Some(error) => Err(Refusal::There(Box::new(request), error)),
            None => Ok(request),
        }
    }

    fn read(&self, redirect_uri: String, fields: &Fields) -> AuthorizationRequest {
        let text = |name| fields.get(name).unwrap_or_default().to_owned();
        let audience = fields.get("audience").or_else(|| fields.get("resource"));
        AuthorizationRequest {
            redirect_uri,
            state: text("state"),
            nonce: fields.get("nonce").map(str::to_owned),
            challenge: text("code_challenge"),
            scope: text("scope"),
            audience: audience.map(str::to_owned),
            asked_at: self.now().as_seconds(),
        }
    }

    fn seal_request(&self, request: &AuthorizationRequest) -> Result<String, SealError> {
        let plain = serde_json::to_vec(request).map_err(|_| SealError::UnknownForm)?;
        Ok(URL_SAFE_NO_PAD.encode(self.sealer.seal(&plain, REQUEST, &SystemEntropy)?))
    }

    fn open_request(&self, sealed: &str) -> Option<AuthorizationRequest> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = self.sealer.open(&sealed, REQUEST).ok()?;
        let request: AuthorizationRequest = serde_json::from_slice(&plain).ok()?;
        let age = self.now().since(Timestamp::from_seconds(request.asked_at));
        (age < LIFETIME_OF_PAGES).then_some(request)
    }

    fn person(&self, fields: &Fields) -> Option<Person> {
        match fields.get("person") {
            Some(subject) => self.people.find(subject).cloned(),
            None => Person::of_email(fields.get("email")?),
        }
    }

    fn approve(&self, request: AuthorizationRequest, person: &Person) -> Answer {
        match self.code_for(&request, person) {
            Ok(code) => self.go_back(&request, &[("code", &code)]),
            Err(error) => answer::fault(&error.to_string()),
        }
    }

    fn code_for(
        &self,
        request: &AuthorizationRequest,
        person: &Person,
    ) -> Result<String, crossgate_core::entropy::EntropyError> {
        let grant = Grant {
            claims: person.claims().clone(),
            session: random_text(&SystemEntropy)?,
            scope: request.scope.clone(),
            audience: request.audience.clone(),
            number: 0,
        };
        let coded = Coded {
            grant,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            issued_at: self.now(),
        };
        self.grants.issue_code(coded, &SystemEntropy)
    }

    /// To the client, with `state` and `iss` (RFC 9207).
    fn go_back(&self, request: &AuthorizationRequest, parameters: &[(&str, &str)]) -> Answer {
        let Ok(mut url) = Url::parse(&request.redirect_uri) else {
            return answer::fault("redirect_uri is no address");
        };
        let further = [("state", request.state.as_str()), ("iss", self.issuer())];
        url.query_pairs_mut().extend_pairs(parameters.iter().copied()).extend_pairs(further);
        answer::see_other(url.as_str())
    }
}

/// Steps 4 to 7.
fn error_in(fields: &Fields) -> Option<&'static str> {
    // 4.
    if fields.get("response_type") != Some("code") {
        return Some("unsupported_response_type");
    }
    // 5.
    if !fields.get("scope").unwrap_or_default().split(' ').any(|scope| scope == "openid") {
        return Some("invalid_scope");
    }
    // 6.
    let challenge = fields.get("code_challenge").unwrap_or_default();
    if fields.get("code_challenge_method") != Some("S256") || challenge.len() != LENGTH_OF_CHALLENGE {
        return Some("invalid_request");
    }
    // 7.
    (fields.get("prompt") == Some("none")).then_some("login_required")
}
