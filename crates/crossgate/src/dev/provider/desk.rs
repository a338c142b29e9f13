//! The provider's own page: who is signed in, and what can be done about it.

use crossgate_core::session::SessionHandle;
use http::StatusCode;

use super::Provider;
use super::answer::{self, Answer};
use super::pages::{self, Done};
use super::server::Fields;
use super::session::{SessionError, SignedIn};

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Its tokens end now.
    Expire,
    /// And are not renewed.
    Refuse,
    /// Its session here ends, and the gateway is told.
    SignOut,
}

/// `GET /`
pub(super) async fn show(provider: &Provider, done: Option<Done>) -> Answer {
    match provider.sessions.list(provider.now()).await {
        Ok(sessions) => pages::desk(provider, &sessions, done),
        Err(error) => answer::fault(&error.to_string()),
    }
}

/// A button was pressed. The form is one of our own pages'.
pub(super) async fn act(provider: &Provider, action: Action, fields: &Fields) -> Answer {
    let handle = fields.get("session").and_then(|text| SessionHandle::parse(text).ok());
    let Some(handle) = handle else {
        return answer::refusal(StatusCode::BAD_REQUEST, "no session was named");
    };
    let session = match provider.sessions.find(&handle, provider.now()).await {
        Ok(Some(session)) => session,
        Ok(None) => return go_back(Done::Gone),
        Err(error) => return answer::fault(&error.to_string()),
    };
    match action {
        Action::Expire => told(provider.sessions.expire(session, provider.now()).await, Done::Expired),
        Action::Refuse => refuse(provider, session).await,
        Action::SignOut => sign_out(provider, &session).await,
    }
}

/// Where nobody would ask us for new tokens, the session ends at once: people see the same.
async fn refuse(provider: &Provider, session: SignedIn) -> Answer {
    let here = session.login_here().and_then(|login| login.session.clone());
    match here.filter(|_| session.is_renewed_here) {
        Some(theirs) => {
            provider.grants.end(&theirs.0);
            told(provider.sessions.expire(session, provider.now()).await, Done::Refused)
        }
        None => {
            let ended = provider.sessions.end_refused(session.record.id, provider.now()).await;
            told(ended, Done::Ended)
        }
    }
}

async fn sign_out(provider: &Provider, session: &SignedIn) -> Answer {
    let Some(login) = session.login_here() else {
        return answer::refusal(StatusCode::BAD_REQUEST, "that session did not begin here");
    };
    match provider.sign_out_there(login).await {
        Ok(()) => go_back(Done::SignedOut),
        Err(error) => answer::fault(&error.to_string()),
    }
}

fn told(outcome: Result<(), SessionError>, done: Done) -> Answer {
    match outcome {
        Ok(()) => go_back(done),
        Err(error) => answer::fault(&error.to_string()),
    }
}

/// The page again, so that loading it anew repeats nothing.
fn go_back(done: Done) -> Answer {
    answer::see_other(&format!("/?done={}", done.code()))
}
