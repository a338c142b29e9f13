//! Whether a token still counts (RFC 7662).

use http::StatusCode;
use serde_json::{Value, json};

use super::Question;
use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::refusal::Refusal;
use crate::token::VerifiedToken;

/// RFC 7662 §2.2: `active`, and what the token says. "If the introspection call is properly authorized but the token is
/// not active, does not exist on this server, or the protected resource is not allowed to introspect this particular
/// token, then the authorization server MUST return an introspection response with the "active" field set to "false"",
/// and nothing else, not even why.
pub(super) async fn answer(ask: &Ask, question: &Question<'_>) -> Result<Answer, Refusal> {
    let body = match active(ask, question).await? {
        Some(token) => of_active(token),
        None => json!({ "active": false }),
    };
    Ok(answer::json(StatusCode::OK, &body))
}

/// RFC 7662 §4, "the authorization server MUST perform all applicable checks against a token's state":
///
/// 1. "If the token can expire": whether it has expired.
/// 2. "If the token can be issued before it is able to be used": ours counts from the moment that it is issued.
/// 3. "If the token can be revoked after it was issued": whether its session has ended. Only the store knows; without it
///    there is no answer, which is no answer "false".
/// 4. "If the token has been signed": the signature.
/// 5. "If the token can be used only at certain resource servers": whether it is for the API that asks.
async fn active(ask: &Ask, question: &Question<'_>) -> Result<Option<VerifiedToken>, Refusal> {
    let Some(token) = question.verified(ask) else { return Ok(None) }; // 1, 4, 5
    let session = ask.gateway().sessions.alive(token.session.clone(), ask.now).await?; // 3
    Ok(session.map(|_| token))
}

fn of_active(token: VerifiedToken) -> Value {
    let mut body = token.claims;
    body.insert("active".to_owned(), Value::Bool(true));
    body.insert("token_type".to_owned(), Value::String("Bearer".to_owned()));
    Value::Object(body)
}
