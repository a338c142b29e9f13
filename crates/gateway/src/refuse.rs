//! The answer to a refused request, in the caller's language. It never carries bytes of an upstream.

use std::borrow::Cow;

use crossgate_core::page::PageNaming;
use crossgate_core::route::RouteTarget;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;

use crate::answer::{self, Answer};
use crate::caller::Caller;
use crate::gateway::Gateway;
use crate::pages::{self, GatewayErrorPage};
use crate::refusal::{Loudness, Refusal};
use crate::request_id::RequestId;

/// What of a request its refusal needs.
pub(crate) struct Refused {
    pub(crate) caller: Caller,
    pub(crate) target: Option<PathAndQuery>,
    pub(crate) id: RequestId,
}

impl Refused {
    pub(crate) fn new(
        (method, headers, target): (&Method, &HeaderMap, Option<&PathAndQuery>),
        route: Option<RouteTarget>,
        id: RequestId,
    ) -> Self {
        Self { caller: Caller::of(method, headers, route), target: target.cloned(), id }
    }
}

/// Answers a refusal and writes it down.
pub(crate) fn refuse(gateway: &Gateway, refused: &Refused, refusal: &Refusal) -> Answer {
    let description = refusal.describe();
    gateway.metrics.refused(description.code.as_str());
    log(refused, refusal);
    let needs_sign_in = description.status == StatusCode::UNAUTHORIZED;
    let mut answer = match refused.caller {
        Caller::Navigation if needs_sign_in => answer::redirect(&sign_in_address(gateway, refused, refusal)),
        Caller::Navigation | Caller::EndpointNavigation => error_page(gateway, refused, refusal),
        Caller::NextData if needs_sign_in => next_data_redirect(&sign_in_address(gateway, refused, refusal)),
        Caller::ServerAction if needs_sign_in => action_redirect(gateway, refused, refusal),
        _ => as_json(refused, refusal),
    };
    if let Some(seconds) = description.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn log(refused: &Refused, refusal: &Refusal) {
    let (id, code) = (refused.id, refusal.describe().code.as_str());
    let path = refused.target.as_ref().map_or("-", PathAndQuery::path);
    match refusal.describe().loudness {
        Loudness::Quiet => {
            tracing::debug!(target: "crossgate::refusal", request_id = %id, code, path, "refused: {refusal}")
        }
        Loudness::Notable => {
            tracing::info!(target: "crossgate::refusal", request_id = %id, code, path, "refused: {refusal}")
        }
        Loudness::Alarming => {
            tracing::error!(target: "crossgate::refusal", request_id = %id, code, path, "failed: {refusal}")
        }
    }
}

fn as_json(refused: &Refused, refusal: &Refusal) -> Answer {
    let description = refusal.describe();
    let mut body = answer::error_body(description.code, refused.id, description.hint);
    if let (Some(body), Some(reason)) = (body.as_object_mut(), refusal.end_reason()) {
        body.insert("reason".to_owned(), reason.code().into());
    }
    answer::json(description.status, &body)
}

fn error_page(gateway: &Gateway, refused: &Refused, refusal: &Refusal) -> Answer {
    let description = refusal.describe();
    let id = refused.id.to_string();
    let page = GatewayErrorPage {
        app_name: gateway.settings.public_origin.authority(),
        status: description.status,
        code: description.code,
        request_id: &id,
    };
    match pages::gateway_error(&page) {
        Ok(html) => answer::page(description.status, html),
        Err(_) => as_json(refused, refusal),
    }
}

/// Where to sign in, and to come back to exactly here afterwards. Where a session has ended, the page learns why.
fn sign_in_address(gateway: &Gateway, refused: &Refused, refusal: &Refusal) -> String {
    let settings = &gateway.settings;
    let here = refused.target.as_ref().map(|target| page_address(&settings.app.naming, target));
    let back = settings.return_to.parse_or_home(here.as_deref());
    let built_in = || settings.app.next_auth.endpoint("signin");
    let page = settings.own_pages.sign_in.clone().unwrap_or_else(built_in);
    let separator = if page.contains('?') { '&' } else { '?' };
    let callback: String = form_urlencoded::byte_serialize(back.location().as_bytes()).collect();
    let reason = refusal.end_reason().map(|reason| format!("&reason={}", reason.code())).unwrap_or_default();
    format!("{page}{separator}callbackUrl={callback}{reason}")
}

/// The address a person would type for what was asked, without the transport.
fn page_address<'a>(naming: &PageNaming, target: &'a PathAndQuery) -> Cow<'a, str> {
    let request = naming.page_of(target.path());
    if request.page == target.path() && target.query().is_none_or(|query| !query.contains("_rsc")) {
        return Cow::Borrowed(target.as_str());
    }
    let page = if request.transport == crossgate_core::page::Transport::Path {
        target.path()
    } else {
        &request.page
    };
    let base = if request.transport == crossgate_core::page::Transport::Path {
        ""
    } else {
        naming.base_path.as_str()
    };
    let query: Vec<&str> = target
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.starts_with("_rsc"))
        .collect();
    match query.is_empty() {
        true => Cow::Owned(format!("{base}{page}")),
        false => Cow::Owned(format!("{base}{page}?{}", query.join("&"))),
    }
}

/// What the Pages Router understands as a redirect; without the base path it navigates for real.
fn next_data_redirect(location: &str) -> Answer {
    answer::json(
        StatusCode::OK,
        &json!({
            "pageProps": {
                "__N_REDIRECT": location,
                "__N_REDIRECT_STATUS": 307,
                "__N_REDIRECT_BASE_PATH": false,
            },
            "__N_SSP": true,
        }),
    )
}

/// What the App Router understands as a redirect after a Server Action.
fn action_redirect(gateway: &Gateway, refused: &Refused, refusal: &Refusal) -> Answer {
    let mut answer = as_json(refused, refusal);
    if let Ok(value) = HeaderValue::from_str(&format!("{};push", sign_in_address(gateway, refused, refusal)))
    {
        answer.headers_mut().insert("x-action-redirect", value);
    }
    answer
}
