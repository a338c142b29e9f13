//! Sign-ins and sign-outs that the app makes itself, by what it does to its session cookie.

use std::rc::Rc;

use crossgate_core::client_address::ClientAddress;
use crossgate_core::cookie::set_line;
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::upstream_cookie::CookieJar;
use http::HeaderMap;
use serde_json::{Map, Value};

use super::ask::Ask;
use super::begin::{Admitted, begin};
use super::throttle;
use super::to_the_end::to_the_end;
use crate::gateway::Worker;
use crate::give_up::give_up_all;
use crate::next_auth::{identity_of, without_reserved};
use crate::refusal::Refusal;
use crate::request_id::RequestId;

/// The way of signing in, in the session.
const BY_APP: &str = "app";

/// Whoever made a request to the app without being signed in.
pub(crate) struct Visitor {
    pub(crate) headers: HeaderMap,
    pub(crate) client: ClientAddress,
    pub(crate) id: RequestId,
}

/// The app says who this is: a session begins. Gives the line that sets its cookie.
pub(crate) async fn sign_in_by_app(
    worker: &Rc<Worker>,
    visitor: Visitor,
    subject: Subject,
    claims: Map<String, Value>,
) -> Result<String, Refusal> {
    let ask = Ask::of_visitor(worker, visitor);
    let counted = throttle::count(&ask, None).await?;
    let admitted = Admitted {
        identity: person(subject, &claims),
        sign_in: BY_APP.to_owned(),
        tokens: None,
        cookies: CookieJar::default(),
        provider: None,
        app_claims: without_reserved(claims),
        replaces: ask.gateway().sessions.presented(&ask.headers),
    };
    let line = begin(&ask, admitted).await?;
    counted.forget(&ask).await;
    Ok(line)
}

/// Only what says who it is: what an app writes into its own token gives nobody a role at an API.
fn person(subject: Subject, claims: &Map<String, Value>) -> Identity {
    let identity = identity_of(subject, claims.clone());
    let members = [("id", "sub"), ("name", "name"), ("email", "email"), ("image", "image")];
    let member = |(name, claim): (&str, &str)| Some((name.to_owned(), identity.claim(claim)?));
    let user = members.into_iter().filter_map(member).collect();
    Identity { user, ..identity }
}

/// The app has removed its session cookie: the session ends. Gives the line that removes ours.
pub(crate) async fn sign_out_by_app(worker: &Rc<Worker>, id: HashedSessionId) -> Result<String, Refusal> {
    let ending = Rc::clone(worker);
    to_the_end(async move {
        let gateway = &ending.gateway;
        let ended = gateway.sessions.end_with(id, EndReason::SignedOutByApp, gateway.now()).await?;
        gateway.metrics.signed_out(ended.count as u64);
        give_up_all(&ending, ended);
        Ok(())
    })
    .await?;
    let cookies = worker.gateway.cookies;
    Ok(set_line(cookies.session, "", cookies.secure, Some(0)))
}
