//! Endpoints that only tell something.

use crossgate_core::provider::ProviderProtocol;
use crossgate_core::signing_keys::KEY_SET_MAX_AGE;
use crossgate_nextauth::{
    CameFrom, ClientLogLevel, ErrorAnswer, ErrorRequest, ProviderEntry, ProviderKind, answer_error,
    parse_client_log, providers_body,
};
use http::{HeaderValue, StatusCode, header};

use super::ask::Ask;
use super::body::read_bytes;
use super::pages::template_fault;
use super::sign_in::CREDENTIALS;
use crate::answer::{self, Answer};
use crate::pages::{self, ErrorPage, Link};
use crate::refusal::Refusal;
use crate::upstream::AnswerBody;

/// `GET providers`.
pub(super) fn providers(ask: &Ask) -> Answer {
    let credentials = ask.settings().credentials.as_ref();
    let credentials = credentials.map(|settings| ProviderEntry {
        id: CREDENTIALS,
        name: &settings.label,
        kind: ProviderKind::Credentials,
    });
    let others = ask.settings().providers.iter().map(|settings| ProviderEntry {
        id: settings.id.as_str(),
        name: &settings.name,
        kind: match settings.protocol {
            ProviderProtocol::OpenId(_) => ProviderKind::Oidc,
            ProviderProtocol::OAuth2(_) => ProviderKind::OAuth,
        },
    });
    let entries: Vec<ProviderEntry<'_>> = credentials.into_iter().chain(others).collect();
    answer::json(StatusCode::OK, &providers_body(&entries, ask.urls(), ask.dialect()))
}

/// Whether `provider` is the API's own login, and configured.
pub(super) fn is_credentials(ask: &Ask, provider: &str) -> bool {
    provider == CREDENTIALS && ask.settings().credentials.is_some()
}

/// `GET error`.
pub(super) fn error(ask: &Ask) -> Result<Answer, Refusal> {
    let request = ErrorRequest {
        error: ask.query("error"),
        code: ask.query("code"),
        came_from: CameFrom::of(&ask.headers),
    };
    let page = match answer_error(&request, ask.urls(), ask.dialect()) {
        ErrorAnswer::Forward { location } => return Ok(answer::redirect(&location)),
        ErrorAnswer::Page(page) => page,
    };
    let html = pages::error(&ErrorPage {
        app_name: ask.settings().public_origin.authority(),
        status: page.status,
        title: page.title,
        sentence: page.sentence,
        quoted: page.quoted.as_deref(),
        code: None,
        request_id: Some(&ask.id.to_string()),
        links: &[
            Link { label: "Sign in", href: &ask.endpoint("signin") },
            Link { label: "Go to the front page", href: "/" },
        ],
    });
    Ok(answer::page(page.status, html.map_err(template_fault)?))
}

/// `POST _log`: what a v4 client reports. Strangers can write here, so it is cut, cleaned and never loud.
pub(super) async fn log(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let bytes = read_bytes(ask.body.take()).await?;
    let Ok(report) = parse_client_log(&bytes) else { return Err(Refusal::BodyTooLarge(bytes.len() as u64)) };
    let level = match report.level {
        ClientLogLevel::Error => "error",
        ClientLogLevel::Warn => "warn",
        ClientLogLevel::Debug => "debug",
    };
    tracing::debug!(target: "crossgate::client", request_id = %ask.id, level, code = ?report.code, message = ?report.message, path = ?report.path, "a browser reports");
    Ok(answer::empty(StatusCode::OK))
}

/// `/.well-known/jwks.json`: public, and cacheable for less than a new key is published before it signs.
pub(super) fn key_set(ask: &Ask) -> Answer {
    let mut answer = answer::json(StatusCode::OK, &ask.gateway().keys.ring().key_set(ask.now));
    let policy = format!("public, max-age={}", KEY_SET_MAX_AGE.as_secs());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        cacheable(&mut answer, policy);
    }
    answer
}

/// The style sheet of our pages; its address changes with its content.
pub(super) fn style_sheet() -> Answer {
    let mut answer = answer::empty(StatusCode::OK);
    *answer.body_mut() = AnswerBody::whole(pages::STYLE_SHEET);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    cacheable(&mut answer, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer
}

fn cacheable(answer: &mut Answer, policy: HeaderValue) {
    let headers = answer.headers_mut();
    headers.remove(header::PRAGMA);
    headers.remove(header::EXPIRES);
    headers.insert(header::CACHE_CONTROL, policy);
}
