//! `signin`: the page, and the start of a sign-in.

use crossgate_core::error_code::ErrorCode;
use crossgate_core::return_to::ReturnTo;
use crossgate_nextauth::{
    CREDENTIALS_PROVIDER, CsrfAction, MessageKind, Outcome, ReplyMode, SignInAnswer, SignInRequest,
    answer_sign_in, reply_to,
};

use crossgate_oidc::transaction::Purpose;

use super::ask::Ask;
use super::body::read_fields;
use super::credentials::find_step;
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
        SignInAnswer::Page(_) if request.is_for_second_step() => second_step_page(ask, &return_to).await,
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

/// The form of the second step, if this browser has passed the first one.
async fn second_step_page(ask: &Ask, return_to: &ReturnTo) -> Result<Answer, Refusal> {
    let Ok(step) = find_step(ask) else {
        let notice = Notice::Failure(ErrorCode::SecondStepExpired.message());
        return pages::sign_in(ask, return_to, Some(notice)).await;
    };
    let return_to = match ask.query("callbackUrl") {
        Some(_) => return_to,
        None => &ask.settings().return_to.parse_or_home(Some(&step.return_to)),
    };
    pages::second_step(ask, return_to, None).await
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
pub(super) const CREDENTIALS: &str = CREDENTIALS_PROVIDER;
