//! Crossgate's own endpoints. Methods and shapes are those of the next-auth contract; the state is ours.

mod api_client;
mod api_login;
mod ask;
mod begin;
mod body;
mod by_app;
mod credentials;
mod csrf;
mod csrf_for_app;
mod first_use;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod information;
mod pages;
mod provider;
mod session;
mod sessions;
mod sign_in;
mod sign_out;
mod throttle;
mod to_the_end;
mod update;

use std::rc::Rc;

use crossgate_core::next_auth::Dialect;
use crossgate_core::route::Endpoint;
use http::Method;

use crate::answer::Answer;
use crate::gateway::Worker;
use crate::listener::InboundRequest;
use crate::refusal::Refusal;
use crate::refuse::{Refused, refuse};
use ask::Ask;
pub(crate) use begin::{COOKIE_SECONDS, user_agent};
pub(crate) use by_app::{Visitor, sign_in_by_app, sign_out_by_app};
pub(crate) use csrf_for_app::introduce;
pub(crate) use first_use::{first_use, was_used};
pub(crate) use to_the_end::to_the_end;

/// Answers a request to one of our own endpoints.
pub(crate) async fn answer(worker: &Rc<Worker>, inbound: InboundRequest, endpoint: Endpoint) -> Answer {
    let refused = Refused::new((&inbound.method, &inbound.headers, Some(&inbound.target)), None, inbound.id);
    let refused = Refused { caller: refused.caller.at_endpoint(), ..refused };
    match dispatch(Ask::new(worker, inbound), endpoint).await {
        Ok(answer) => answer,
        Err(refusal) => refuse(&worker.gateway, &refused, &refusal),
    }
}

async fn dispatch(ask: Ask, endpoint: Endpoint) -> Result<Answer, Refusal> {
    let method = match ask.method.clone() {
        Method::HEAD => Method::GET,
        method => method,
    };
    match (endpoint, method) {
        (Endpoint::Session, Method::GET) => session::read(&ask).await,
        (Endpoint::Session, Method::POST) => update::update(ask).await,
        (Endpoint::Csrf, Method::GET) => csrf::token(&ask).await,
        (Endpoint::Providers, Method::GET) => Ok(information::providers(&ask)),
        (Endpoint::SignIn(_), Method::GET) => sign_in::page(&ask).await,
        (Endpoint::SignIn(provider), Method::POST) => sign_in::start(ask, provider.as_deref()).await,
        (Endpoint::Callback(provider), Method::POST) if information::is_credentials(&ask, &provider) => {
            credentials::sign_in(ask).await
        }
        // Whoever only looks (HEAD) must not use up a sign-in.
        (Endpoint::Callback(id), Method::GET | Method::POST) if ask.method != Method::HEAD => {
            provider::finish(ask, &id).await
        }
        (Endpoint::Link(id), Method::POST) => provider::link(ask, &id).await,
        (Endpoint::BackchannelLogout(id), Method::POST) => provider::logout(ask, &id).await,
        (Endpoint::SignedOut, Method::GET) => provider::arrive(&ask),
        (Endpoint::SignOut, Method::GET) => sign_out::page(&ask).await,
        (Endpoint::SignOut, Method::POST) => sign_out::sign_out(ask).await,
        (Endpoint::Error, Method::GET) => information::error(&ask),
        (Endpoint::VerifyRequest, Method::GET) => pages::verify_request(&ask),
        (Endpoint::Log, Method::POST) if ask.dialect() == Dialect::V4 => information::log(ask).await,
        (endpoint, method) => dispatch_own(ask, endpoint, method).await,
    }
}

/// What next-auth does not have.
async fn dispatch_own(ask: Ask, endpoint: Endpoint, method: Method) -> Result<Answer, Refusal> {
    match (endpoint, method) {
        (Endpoint::Introspect, Method::POST) => Ok(api_client::introspect(ask).await),
        (Endpoint::Revoke, Method::POST) => Ok(api_client::revoke(ask).await),
        (Endpoint::Sessions, Method::GET) => sessions::list(&ask).await,
        (Endpoint::SessionOf(handle), Method::DELETE) => sessions::revoke(&ask, &handle).await,
        (Endpoint::KeySet, Method::GET) => Ok(information::key_set(&ask)),
        (Endpoint::StyleSheet, Method::GET) => Ok(information::style_sheet()),
        _ => Err(Refusal::Method),
    }
}
