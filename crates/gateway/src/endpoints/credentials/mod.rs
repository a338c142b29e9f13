//! `POST callback/credentials`: sign-in with the API's own login.

mod first_step;
mod form;

use crossgate_core::credentials::LoginRefusal;
use crossgate_nextauth::{CsrfAction, Outcome, ReplyMode};

pub(super) use form::Form;

use super::ask::Ask;
use super::begin::{Admitted, begin};
use super::body::read_fields;
use super::csrf;
use super::sign_in::CREDENTIALS;
use crate::answer::{Answer, set_cookie};
use crate::login::SignedIn;
use crate::refusal::Refusal;
use form::outcome_of;

/// How an attempt ended that is not a fault of ours.
enum Attempt {
    SignedIn(Box<SignedIn>),
    Refused(LoginRefusal),
    MissingField,
}

/// Signs somebody in.
pub(super) async fn sign_in(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    let form = Form { return_to: ask.return_to(fields.get("callbackUrl")), mode, fields };
    if let Err(refusal) = csrf::check(&ask, &form.fields) {
        tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, %refusal, "sign-in refused");
        ask.gateway().metrics.sign_in("csrf");
        return form.reply(&ask, &Outcome::CsrfFailed { action: CsrfAction::Callback }).await;
    }
    let settings = ask.settings().credentials.as_ref().ok_or(Refusal::NotFound)?;
    match first_step::attempt(&ask, settings, &form).await {
        Ok(Attempt::SignedIn(signed_in)) => admit(&ask, &form, *signed_in).await,
        Ok(Attempt::Refused(refusal)) => {
            tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, kind = ?refusal.kind, "sign-in refused by the API");
            ask.gateway().metrics.sign_in("refused");
            form.reply(&ask, &outcome_of(&refusal)).await
        }
        Ok(Attempt::MissingField) => form.reply(&ask, &Outcome::MissingField).await,
        Err(refusal) => form.reply_to_refusal(&ask, refusal).await,
    }
}

async fn admit(ask: &Ask, form: &Form, signed_in: SignedIn) -> Result<Answer, Refusal> {
    let admitted = Admitted {
        identity: signed_in.identity,
        sign_in: CREDENTIALS.to_owned(),
        tokens: signed_in.tokens,
        cookies: signed_in.cookies,
        provider: None,
        replaces: ask.gateway().sessions.presented(&ask.headers),
    };
    let cookie = match begin(ask, admitted).await {
        Ok(cookie) => cookie,
        Err(refusal) => return form.reply_to_refusal(ask, refusal).await,
    };
    let mut answer = form.reply(ask, &Outcome::SignedIn { return_to: &form.return_to }).await?;
    set_cookie(answer.headers_mut(), &cookie);
    Ok(answer)
}
