//! Leaving for a provider: `POST signin/<provider>` and `POST link/<provider>`.

use crossgate_core::return_to::ReturnTo;
use crossgate_nextauth::{CsrfAction, Outcome, ProviderStage, ReplyMode, reply_to};
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::transaction::{Purpose, SignInTransaction, TransactionStart};

use super::{failed, transaction};
use crate::answer::{self, Answer, set_cookie};
use crate::endpoints::ask::Ask;
use crate::endpoints::body::{Fields, read_fields};
use crate::endpoints::{csrf, pages};
use crate::provider::Provider;
use crate::refusal::Refusal;

/// Longest `callbackUrl` that is remembered, in bytes: it travels in a cookie. For a longer one, home.
const LONGEST_RETURN: usize = 1500;

/// The field by which our own pages ask for a page in place of a redirect: browsers hold the redirect after a form to
/// the policy of the page (`form-action`, CSP 3 §6.4.1), and nobody knows where a provider redirects to.
const OWN_PAGE: &str = "ownPage";

/// A browser that is about to leave.
pub(in crate::endpoints) struct Leaving<'a> {
    pub(in crate::endpoints) provider: &'a Provider,
    pub(in crate::endpoints) purpose: Purpose,
    pub(in crate::endpoints) mode: ReplyMode,
    pub(in crate::endpoints) fields: &'a Fields,
}

/// Sends a browser to the provider. The request has been checked for CSRF.
pub(in crate::endpoints) async fn leave(ask: &Ask, leaving: Leaving<'_>) -> Result<Answer, Refusal> {
    let prepared = match prepare(ask, &leaving).await {
        Ok(prepared) => prepared,
        Err(refusal) => return failed::reply(ask, ProviderStage::Start, leaving.mode, &refusal),
    };
    let mut answer = away(ask, &prepared.url, leaving.mode, leaving.fields)?;
    prepared.cookies.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
    Ok(answer)
}

/// `POST link/<provider>`: the account there becomes one more way to sign in, for somebody who is signed in.
pub(in crate::endpoints) async fn link(ask: Ask, provider: &str) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let provider = ask.provider(provider)?;
    let session = ask.signed_in().await?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    if csrf::check(&ask, &fields).is_err() {
        let outcome = Outcome::CsrfFailed { action: CsrfAction::SignIn };
        return Ok(answer::of_reply(&reply_to(&outcome, ask.urls(), mode)));
    }
    if ask.settings().account.is_none() {
        return Err(Refusal::LinkRefused("without [sign_in.account] nobody could say whose account it is"));
    }
    let purpose = Purpose::Link { session: session.id() };
    leave(&ask, Leaving { provider: &provider, purpose, mode, fields: &fields }).await
}

/// The answer that makes a browser go on to another site.
pub(in crate::endpoints) fn away(
    ask: &Ask,
    url: &str,
    mode: ReplyMode,
    fields: &Fields,
) -> Result<Answer, Refusal> {
    match mode {
        ReplyMode::Redirect(_) if fields.get(OWN_PAGE).is_some() => pages::leaving(ask, url),
        _ => Ok(answer::of_reply(&reply_to(&Outcome::Leave { url }, ask.urls(), mode))),
    }
}

struct Prepared {
    url: String,
    cookies: Vec<String>,
}

async fn prepare(ask: &Ask, leaving: &Leaving<'_>) -> Result<Prepared, Refusal> {
    let provider = leaving.provider;
    let metadata = provider.metadata(ask.now).await.map_err(|fault| provider.refusal(fault))?;
    let transaction = begin(ask, leaving, &metadata)?;
    let url = provider.authorization_url(&metadata, &transaction, &ask.query, ask.now).await;
    let url = url.map_err(|fault| provider.refusal(fault))?.into();
    Ok(Prepared { url, cookies: transaction::remember(ask, provider, &transaction)? })
}

fn begin(
    ask: &Ask,
    leaving: &Leaving<'_>,
    metadata: &ProviderMetadata,
) -> Result<SignInTransaction, Refusal> {
    let gateway = ask.gateway();
    let start = TransactionStart {
        provider: leaving.provider.settings.id.clone(),
        issuer: metadata.issuer.clone(),
        redirect_uri: gateway.urls.callback(leaving.provider.settings.id.as_str()),
        return_to: return_to(ask, leaving.fields).absolute().to_owned(),
        purpose: leaving.purpose,
        replaces: gateway.sessions.presented(&ask.headers),
        now: ask.now,
    };
    SignInTransaction::begin(start, &*gateway.entropy).map_err(|error| Refusal::Internal(error.to_string()))
}

fn return_to(ask: &Ask, fields: &Fields) -> ReturnTo {
    let wanted = ask.return_to(fields.get("callbackUrl"));
    if wanted.absolute().len() > LONGEST_RETURN { ask.settings().return_to.home() } else { wanted }
}
