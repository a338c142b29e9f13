//! `signin`: the page, and the start of a sign-in.

use crossgate_nextauth::{
    CREDENTIALS_PROVIDER, CsrfAction, MessageKind, Outcome, ReplyMode, SignInAnswer, SignInRequest,
    answer_sign_in, reply_to,
};

use crossgate_oidc::transaction::Purpose;

use super::ask::Ask;
use super::body::read_fields;
use super::provider::{Leaving, leave};
use super::{csrf, pages};
use crate::answer::{self, Answer};
use crate::pages::Notice;
use crate::refusal::Refusal;

/// `GET signin`: the app's own page, or ours.
pub(super) async fn page(ask: &Ask) -> Result<Answer, Refusal> {
    let return_to = ask.return_to(None);
    let request = SignInRequest {
        return_to: &return_to,
        error: ask.query("error"),
        code: ask.query("code"),
        csrf_failed: ask.query("csrf") == Some("true"),
    };
    match answer_sign_in(&request, ask.urls(), ask.dialect()) {
        SignInAnswer::Forward { location } => Ok(answer::redirect(&location)),
        SignInAnswer::Page(message) => {
            let notice = message.map(|message| match message.kind {
                MessageKind::Information => Notice::Information(message.sentence),
                MessageKind::WrongInput => Notice::WrongInput(message.sentence),
                MessageKind::Failure => Notice::Failure(message.sentence),
            });
            pages::sign_in(ask, &return_to, notice).await
        }
    }
}

/// `POST signin[/provider]`: off to the provider. Credentials have no flow of their own to start, so the page is the
/// answer; also where no such provider is known.
pub(super) async fn start(ask: Ask, provider: Option<&str>) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    if csrf::check(&ask, &fields).is_err() {
        let outcome = Outcome::CsrfFailed { action: CsrfAction::SignIn };
        return Ok(answer::of_reply(&reply_to(&outcome, ask.urls(), mode)));
    }
    match provider.and_then(|id| ask.gateway().providers.get(id)) {
        Some(provider) => {
            leave(&ask, Leaving { provider, purpose: Purpose::SignIn, mode, fields: &fields }).await
        }
        None => Ok(answer::of_reply(&reply_to(&Outcome::SignInPage, ask.urls(), mode))),
    }
}

/// The id under which the API's own login is known.
pub(crate) const CREDENTIALS: &str = CREDENTIALS_PROVIDER;
