//! What others gave for a session that has ended goes back to them: the API's logout is called, and the provider's
//! tokens are revoked. Bounded in time; no failure matters to anybody but the operator.

use std::rc::Rc;
use std::time::Duration;

use crossgate_core::credentials::CredentialsSettings;
use crossgate_core::session::SessionContent;
use http::header::InvalidHeaderValue;

use crate::conversation::Said;
use crate::gateway::Worker;
use crate::session::{EndedWith, LiveSession};
use crate::session_call::{converse, say};

/// How long the API's own logout may take.
const LOGOUT_LIMIT: Duration = Duration::from_secs(5);

/// Tells the API and the provider of sessions that ended, in the background and one after the other.
pub(crate) fn give_up_all(worker: &Rc<Worker>, ended: EndedWith) {
    let worker = Rc::clone(worker);
    tokio::task::spawn_local(async move {
        for session in ended.sessions {
            if let Ok(content) = session.content() {
                give_up(&worker, &session, &content).await;
            }
        }
    });
}

/// Tells the API and the provider.
///
/// `content` may be newer than what the session knew.
pub(crate) async fn give_up(worker: &Worker, session: &LiveSession, content: &SessionContent) {
    tokio::join!(tell_api(worker, session, content), tell_provider(worker, content));
}

async fn tell_api(worker: &Worker, session: &LiveSession, content: &SessionContent) {
    let Some(settings) = &worker.gateway.settings.credentials else { return };
    if let Err(problem) = call_logout(worker, settings, session, content).await {
        tracing::warn!(target: "crossgate::sign_out", session = %session.handle(), "the API's logout failed: {problem}");
    }
}

async fn tell_provider(worker: &Worker, content: &SessionContent) {
    let (gateway, Some(login)) = (&worker.gateway, &content.provider) else { return };
    if let Some(provider) = gateway.providers.of_login(&login.provider, &login.issuer) {
        provider.give_back(login, gateway.now()).await;
    }
}

async fn call_logout(
    worker: &Worker,
    settings: &CredentialsSettings,
    session: &LiveSession,
    content: &SessionContent,
) -> Result<(), Box<dyn std::error::Error>> {
    let conversation = converse(worker, settings.api, content);
    let (Some(template), Some(mut conversation)) = (&settings.logout, conversation) else { return Ok(()) };
    let token = worker.gateway.tokens.issued_header(settings.api, session, conversation.now)?;
    // A header that the operator declared stays.
    let headers = token.filter(|(name, _)| !template.sets(name)).into_iter();
    let headers = headers.map(|(name, value)| Ok((name, value.to_header(session)?)));
    let headers = headers.collect::<Result<_, InvalidHeaderValue>>()?;
    let said = Said { what: "logout", template, limit: LOGOUT_LIMIT };
    let answered = say(&mut conversation, settings.prepare.as_ref(), said, content, headers).await?;
    match answered.status.is_success() {
        true => Ok(()),
        false => Err(format!("status {}", answered.status).into()),
    }
}
