//! Signing out at the provider as well: the way there, and the way back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::return_to::ReturnTo;

use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::pages;
use crate::provider::ProviderFault;
use crate::refusal::Refusal;
use crate::session::LiveSession;

/// What the sealed address is bound to.
const ASSOCIATED: &[u8] = b"signed-out";

/// How long the provider's own description may keep a person from leaving.
const WAY_OUT_LIMIT: Duration = Duration::from_secs(3);

/// Where the browser signs out at the provider, if that is wanted and possible. Whatever goes wrong, the session here
/// has ended.
pub(in crate::endpoints) async fn way_out(
    ask: &Ask,
    session: &LiveSession,
    return_to: &ReturnTo,
) -> Option<String> {
    let content = session.content().ok()?;
    let login = content.provider.as_ref()?;
    let provider = ask.gateway().providers.of_login(&login.provider, &login.issuer)?;
    let state = seal(ask, return_to)?;
    let redirect = ask.urls().signed_out();
    let url = provider.end_session_url(login, &redirect, &state, ask.now);
    let url = tokio::time::timeout(WAY_OUT_LIMIT, url).await.unwrap_or(Err(ProviderFault::Pausing));
    url.unwrap_or_else(|fault| {
        tracing::warn!(target: "crossgate::sign_out", request_id = %ask.id, provider = %login.provider, "no sign-out at the provider: {fault}");
        None
    })
}

fn seal(ask: &Ask, return_to: &ReturnTo) -> Option<String> {
    let gateway = ask.gateway();
    let target = return_to.absolute().as_bytes();
    let sealed = gateway.sign_out_sealer.seal(target, ASSOCIATED, &*gateway.entropy).ok()?;
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// `GET signedout`: back from the provider. Without a state of ours there is only a page to show.
pub(in crate::endpoints) fn arrive(ask: &Ask) -> Result<Answer, Refusal> {
    match ask.query("state").and_then(|state| open(ask, state)) {
        Some(return_to) => Ok(answer::redirect(return_to.absolute())),
        None => pages::signed_out(ask),
    }
}

fn open(ask: &Ask, state: &str) -> Option<ReturnTo> {
    let sealed = URL_SAFE_NO_PAD.decode(state).ok()?;
    let target = ask.gateway().sign_out_sealer.open(&sealed, ASSOCIATED).ok()?;
    ask.settings().return_to.parse(std::str::from_utf8(&target).ok()?).ok()
}
