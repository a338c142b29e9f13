//! `POST session`, next-auth's `update()`: what a person may change in the app's token, and what the API says to it.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::session::SessionContent;
use crossgate_nextauth::update_refused_body;
use http::StatusCode;
use serde_json::{Map, Value};

use super::ask::Ask;
use super::body::read_fields_and;
use super::session::describe;
use super::to_the_end::to_the_end;
use super::{csrf, throttle};
use crate::answer::{self, Answer};
use crate::next_auth::{ClaimChanges, HookQuestion, Occasion, ask_hook, size_of};
use crate::refusal::Refusal;
use crate::session::{LiveSession, SessionAnswer};

/// Largest JSON of all claims that people may change, in bytes.
const LARGEST_CHANGED: usize = 4 * 1024;

/// Takes over what may be changed, and answers as `GET` does.
pub(super) async fn update(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let (fields, data) = read_fields_and(&ask.headers, body, "data").await?;
    if csrf::check(&ask, &fields).is_err() {
        return Ok(answer::json(StatusCode::BAD_REQUEST, &update_refused_body()));
    }
    let found = match ask.gateway().sessions.find(&ask.headers, ask.now).await {
        SessionAnswer::Active(session) => change(&ask, session, data.as_ref()).await?,
        nobody => nobody,
    };
    describe(&ask, found)
}

async fn change(
    ask: &Ask,
    session: Arc<LiveSession>,
    data: Option<&Value>,
) -> Result<SessionAnswer, Refusal> {
    let mut claims = listed(&ask.settings().app.next_auth.update, data);
    check_size(ask, &session, &claims)?;
    claims.extend(claims_of_hook(ask, &session, data).await?);
    if claims.is_empty() {
        return Ok(SessionAnswer::Active(session));
    }
    let changes = ClaimChanges::setting(claims);
    let (worker, id, now) = (Rc::clone(&ask.worker), session.id(), ask.now);
    let amended = to_the_end(async move {
        let change = |content: &mut SessionContent| changes.apply(&mut content.app_claims, |_| false);
        Ok(worker.gateway.sessions.amend(id, &change, now).await?)
    });
    match amended.await? {
        Some(session) => Ok(SessionAnswer::Active(session)),
        None => Ok(ask.peek().await),
    }
}

/// The members of the data, or of `user` in it, that people may change. Everything else is passed over.
fn listed(names: &BTreeSet<String>, data: Option<&Value>) -> Map<String, Value> {
    let Some(data) = data else { return Map::new() };
    let value = |name: &String| data.get(name).or_else(|| data.get("user")?.get(name)).cloned();
    names.iter().filter_map(|name| Some((name.clone(), value(name)?))).collect()
}

/// All that people may change counts together, so that no number of small changes makes a large token.
fn check_size(ask: &Ask, session: &LiveSession, changed: &Map<String, Value>) -> Result<(), Refusal> {
    let names = &ask.settings().app.next_auth.update;
    let mut all = session.content()?.into_owned().app_claims;
    all.retain(|name, _| names.contains(name));
    all.extend(changed.clone());
    match changed.is_empty() || size_of(&all) <= LARGEST_CHANGED {
        true => Ok(()),
        false => Err(Refusal::BodyTooLarge(LARGEST_CHANGED as u64)),
    }
}

/// What the API says to it, where it is asked. While it fails nothing changes.
async fn claims_of_hook(
    ask: &Ask,
    session: &LiveSession,
    data: Option<&Value>,
) -> Result<Map<String, Value>, Refusal> {
    if ask.settings().app.next_auth.hook.is_none() {
        return Ok(Map::new());
    }
    let counted = throttle::count_update(ask, session.id()).await?;
    let content = session.content()?;
    let question = HookQuestion {
        identity: &content.identity,
        sign_in: &content.sign_in,
        occasion: Occasion::Update(data),
        client: ask.client,
        now: ask.now,
    };
    let claims = ask_hook(&ask.worker, &question).await;
    let claims = claims.map_err(|refusal| Refusal::ClaimsUnavailable(Box::new(refusal)))?;
    counted.forget(ask).await;
    Ok(claims)
}
