//! The claims hook: an API says which claims the app's token has beside those that follow from who is signed in. It is
//! asked at every sign-in, and at next-auth's `update()`.

use std::time::Duration;

use crossgate_core::client_address::ClientAddress;
use crossgate_core::credentials::AnswerFault;
use crossgate_core::identity::Identity;
use crossgate_core::next_auth::ClaimsHookSettings;
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::CookieJar;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};

use super::claims::without_reserved;
use crate::conversation::{CallFault, Conversation, Said};
use crate::gateway::Worker;
use crate::refusal::Refusal;
use crate::token::{ProofKind, TokenRefusal};
use crate::upstream::CallAnswer;

/// How long the hook may take.
const LIMIT: Duration = Duration::from_secs(15);
/// Its name in the log.
const WHAT: &str = "app.next_auth.hook";
/// Largest object of claims, in bytes of JSON.
pub(crate) const LARGEST_CLAIMS: usize = 16 * 1024;

/// On what occasion the hook is asked.
pub(crate) enum Occasion<'a> {
    /// A sign-in.
    SignIn,
    /// `update()`, with what it was called with.
    Update(Option<&'a Value>),
}

impl Occasion<'_> {
    /// As next-auth names it.
    const fn trigger(&self) -> &'static str {
        match self {
            Self::SignIn => "signIn",
            Self::Update(_) => "update",
        }
    }
}

/// About whom the hook is asked, and on whose behalf.
pub(crate) struct HookQuestion<'a> {
    pub(crate) identity: &'a Identity,
    /// Which way of signing in it is, or was.
    pub(crate) sign_in: &'a str,
    pub(crate) occasion: Occasion<'a>,
    pub(crate) client: ClientAddress,
    pub(crate) now: Timestamp,
}

/// Asks the hook, where there is one; otherwise there are no claims.
///
/// # Errors
/// When it does not answer, or not as declared.
pub(crate) async fn ask_hook(
    worker: &Worker,
    question: &HookQuestion<'_>,
) -> Result<Map<String, Value>, Refusal> {
    let settings = &worker.gateway.settings;
    let Some(hook) = &settings.app.next_auth.hook else { return Ok(Map::new()) };
    let missing = || Refusal::Internal("the claims hook names an API that is not there".to_owned());
    let pool = worker.api(hook.api).ok_or_else(missing)?;
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, proof(worker, hook, question)?)]);
    let conversation =
        Conversation::new(pool, &worker.gateway.public_side, CookieJar::default(), question.now);
    let mut conversation = conversation.of_client(question.client);
    let said = Said { what: WHAT, template: &hook.call, limit: LIMIT };
    let answered = conversation.say_with(said, &|name| value_of(question, name), headers).await;
    let claims = answered.and_then(|answered| judge(&answered, hook));
    claims.map_err(|fault| fault.into_refusal(conversation.api_name()))
}

/// What the API verifies before it believes the body: our signature on whom it is about. It can never pass for a proof
/// to the account hook, nor for an access token.
fn proof(
    worker: &Worker,
    hook: &ClaimsHookSettings,
    question: &HookQuestion<'_>,
) -> Result<HeaderValue, Refusal> {
    let gateway = &worker.gateway;
    let api = gateway.settings.apis.get(hook.api.0);
    let api =
        api.ok_or_else(|| Refusal::Internal("the claims hook names an API that is not there".into()))?;
    let claims = json!({
        "sub": question.identity.subject.as_str(),
        "sign_in": question.sign_in,
        "trigger": question.occasion.trigger(),
    });
    let token = gateway.tokens.proof(api, ProofKind::Claims, claims, question.now);
    Ok(token.map_err(TokenRefusal::from)?)
}

/// The variables of the hook's templates. One without a value is left out where it stands alone.
fn value_of(question: &HookQuestion<'_>, name: &str) -> Option<Value> {
    match name {
        "sub" | "name" | "email" | "image" => question.identity.claim(name),
        "user" => Some(Value::Object(question.identity.user.clone())),
        "sign_in" => Some(question.sign_in.into()),
        "trigger" => Some(question.occasion.trigger().into()),
        "data" => match question.occasion {
            Occasion::Update(Some(data)) => Some(data.clone()),
            Occasion::Update(None) | Occasion::SignIn => Some(Value::Null),
        },
        _ => None,
    }
}

/// The claims in the answer: any 2xx whose JSON has an object at the declared place.
fn judge(answered: &CallAnswer, hook: &ClaimsHookSettings) -> Result<Map<String, Value>, CallFault> {
    claims_in(answered, hook).map_err(|fault| CallFault::Answer { what: WHAT, fault })
}

fn claims_in(answered: &CallAnswer, hook: &ClaimsHookSettings) -> Result<Map<String, Value>, AnswerFault> {
    let (what, place) = (|| "claims".to_owned(), || format!("\"{}\"", hook.claims));
    let unusable = |why| AnswerFault::Unusable { what: what(), place: place(), why };
    match answered.status {
        status if status.is_success() => {}
        status if status.is_server_error() => return Err(AnswerFault::ApiFailed(status.as_u16())),
        status => return Err(AnswerFault::NoSuccess(status.as_u16())),
    }
    let body: Value = serde_json::from_slice(&answered.body).map_err(|_| AnswerFault::NotJson)?;
    let claims = body.pointer(&hook.claims);
    let claims = claims.ok_or_else(|| AnswerFault::Missing { what: what(), place: place() })?;
    let claims = claims.as_object().ok_or_else(|| unusable("it is no object"))?;
    match size_of(claims) <= LARGEST_CLAIMS {
        true => Ok(without_reserved(claims.clone())),
        false => Err(unusable("it is larger than 16 KiB")),
    }
}

/// Bytes of claims, written as JSON.
pub(crate) fn size_of(claims: &Map<String, Value>) -> usize {
    serde_json::to_vec(claims).map_or(usize::MAX, |text| text.len())
}
