//! Endpoints for upstreams: an API asks whether a token still counts (RFC 7662), or ends the session that one belongs to
//! (RFC 7009). There is no cookie and no person: whoever asks proves with a secret which API it is.

mod authenticate;
mod introspect;
mod revoke;

use crossgate_core::settings::ApiSettings;
use crossgate_core::token::{IssuedTokenSettings, UpstreamToken};
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::answer::{self, Answer};
use crate::caller::Caller;
use crate::endpoints::ask::Ask;
use crate::endpoints::body::{Fields, read_parameters};
use crate::listener::InboundBody;
use crate::refusal::Refusal;
use crate::refuse::{Refused, refuse};
use crate::token::{VerifiedToken, Verifier};

/// Largest body, in bytes: a token stands in a header, which is not larger either.
const LARGEST: usize = 16 * 1024;

/// Which scheme proves who a client is (RFC 6749 §5.2, RFC 7617 §2).
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"crossgate\", charset=\"UTF-8\"");

/// `POST introspect`.
pub(super) async fn introspect(ask: Ask) -> Answer {
    let mut ask = ask;
    let body = ask.body.take();
    let answered = match question(&ask, body).await {
        Ok(question) => introspect::answer(&ask, &question).await,
        Err(refusal) => Err(refusal),
    };
    answered.unwrap_or_else(|refusal| refused(&ask, "introspect", &refusal))
}

/// `POST revoke`.
pub(super) async fn revoke(ask: Ask) -> Answer {
    let mut ask = ask;
    let body = ask.body.take();
    let answered = match question(&ask, body).await {
        Ok(question) => revoke::answer(&ask, &question).await,
        Err(refusal) => Err(refusal),
    };
    answered.unwrap_or_else(|refusal| refused(&ask, "revoke", &refusal))
}

/// What an API asks.
struct Question<'a> {
    /// How tokens for this API are made.
    issued: &'a IssuedTokenSettings,
    /// Its `client_id`, for the log.
    client: &'a str,
    token: String,
}

impl Question<'_> {
    /// The token, if it is one of ours for the API that asks and has not expired. Why not is nobody's business but the
    /// operator's.
    fn verified(&self, ask: &Ask) -> Option<VerifiedToken> {
        let gateway = ask.gateway();
        let ring = gateway.keys.ring();
        let issuer = gateway.settings.public_origin.as_str();
        let verifier = Verifier { issuer, ring: &ring, settings: self.issued };
        let verified = verifier.verify(&self.token, ask.now);
        let told = |fault| {
            tracing::debug!(target: "crossgate::introspection", request_id = %ask.id, client = self.client, "the token does not count: {fault}");
        };
        verified.map_err(told).ok()
    }
}

/// Reads what is asked, and by whom.
///
/// 1. RFC 6749 §2.3.1: client credentials "MUST NOT be included in the request URI"; nor do tokens belong there, where
///    logs keep them (RFC 7662 §4). So there is no query at all.
/// 2. RFC 7662 §2.1, RFC 7009 §2.1: the parameters come as a form, in the body of a POST.
/// 3. The client is authenticated before anything is said about the token.
/// 4. `token` is required. `token_type_hint` may be ignored, and there is one type.
async fn question(ask: &Ask, body: Option<InboundBody>) -> Result<Question<'_>, Refusal> {
    if ask.settings().apis.iter().all(|api| api.client.is_none()) {
        return Err(Refusal::NotFound);
    }
    if !ask.query.is_empty() {
        return Err(Refusal::MalformedBody("parameters stand in the address")); // 1
    }
    let parameters = read_parameters(&ask.headers, body, LARGEST).await?; // 2
    let api = authenticate::client_of(ask, &parameters).await?; // 3
    let token = token_of(&parameters)?; // 4
    let (client, issued) = parts_of(api).ok_or(Refusal::NotFound)?;
    Ok(Question { issued, client, token })
}

fn token_of(parameters: &Fields) -> Result<String, Refusal> {
    parameters.get("token").map(str::to_owned).ok_or(Refusal::MalformedBody("there is no token"))
}

fn parts_of(api: &ApiSettings) -> Option<(&str, &IssuedTokenSettings)> {
    match (&api.client, &api.token) {
        (Some(client), UpstreamToken::Issued(issued)) => Some((&client.id, issued)),
        _ => None,
    }
}

/// RFC 6749 §5.2: JSON with `error`. 401 names the scheme; a request that cannot be read is `invalid_request`.
fn refused(ask: &Ask, endpoint: &str, refusal: &Refusal) -> Answer {
    let target = ask.endpoint(endpoint).parse::<PathAndQuery>().ok();
    let mut answer = refuse(ask.gateway(), &Refused { caller: Caller::Script, target, id: ask.id }, refusal);
    match answer.status() {
        StatusCode::UNAUTHORIZED => {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, CHALLENGE);
            answer
        }
        StatusCode::BAD_REQUEST => answer::json(
            StatusCode::BAD_REQUEST,
            &json!({
                "error": "invalid_request",
                "error_description": refusal.to_string(),
                "request_id": ask.id.to_string(),
            }),
        ),
        _ => answer,
    }
}
