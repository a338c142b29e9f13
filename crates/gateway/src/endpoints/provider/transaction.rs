//! The transaction cookies: one per attempt, so that several tabs can sign in side by side.

use crossgate_core::cookie::{PresentedCookie, SameSite, find, names_with_prefix, set_line_for};
use crossgate_core::provider::ResponseMode;
use crossgate_oidc::transaction::{HeldTransaction, LIFETIME, SignInTransaction, suffix_of_state, surplus};
use crossgate_store::FirstUse;

use crate::endpoints::ask::Ask;
use crate::endpoints::first_use::{CLOCKS_DIFFER, first_use};
use crate::provider::{Provider, TransactionFault};
use crate::refusal::Refusal;

/// The `Set-Cookie` lines for a sign-in that begins: its own, and the removal of those that are too many.
pub(super) fn remember(
    ask: &Ask,
    provider: &Provider,
    transaction: &SignInTransaction,
) -> Result<Vec<String>, Refusal> {
    let gateway = ask.gateway();
    let name = cookie_name(ask, &transaction.cookie_suffix());
    let sealed = transaction
        .seal(&name, &gateway.transaction_sealer, &*gateway.entropy)
        .map_err(|error| Refusal::Internal(error.to_string()))?;
    let too_many = surplus(present(ask), name.len() + sealed.len(), ask.now);
    let mut lines: Vec<_> = too_many.iter().map(|name| line(ask, provider, name, "")).collect();
    lines.push(line(ask, provider, &name, &sealed));
    Ok(lines)
}

/// The sign-in that this state belongs to, if this browser began it.
pub(super) fn find_begun(ask: &Ask, state: &str) -> Result<SignInTransaction, TransactionFault> {
    let name = cookie_name(ask, &suffix_of_state(state));
    let text = match find(&ask.headers, &name) {
        PresentedCookie::Absent => return Err(TransactionFault::Absent),
        PresentedCookie::Ambiguous => return Err(TransactionFault::Ambiguous),
        PresentedCookie::One(text) => text,
    };
    let transaction = SignInTransaction::open(&name, text, &ask.gateway().transaction_sealer)?;
    transaction.judge_age(ask.now)?;
    Ok(transaction)
}

/// Each sign-in is finished once, whoever holds a copy of its cookie.
pub(super) async fn use_once(ask: &Ask, transaction: &SignInTransaction) -> Result<FirstUse, Refusal> {
    let worthless_at = transaction.begun_at.after(LIFETIME + CLOCKS_DIFFER);
    let state = transaction.state.expose_secret();
    Ok(first_use(ask.gateway(), b"state", state, (worthless_at, ask.now)).await?)
}

/// The line that removes the cookie of a sign-in, if this browser has one for this state.
pub(super) fn removal(ask: &Ask, provider: &Provider, state: &str) -> Option<String> {
    let name = cookie_name(ask, &suffix_of_state(state));
    let is_there = find(&ask.headers, &name) != PresentedCookie::Absent;
    is_there.then(|| line(ask, provider, &name, ""))
}

fn present(ask: &Ask) -> Vec<HeldTransaction> {
    let names = names_with_prefix(&ask.headers, ask.gateway().cookies.transaction_prefix);
    names.into_iter().map(|name| describe(ask, name)).collect()
}

fn describe(ask: &Ask, name: &str) -> HeldTransaction {
    let value = match find(&ask.headers, name) {
        PresentedCookie::One(value) => value,
        PresentedCookie::Absent | PresentedCookie::Ambiguous => "",
    };
    let begun_at = SignInTransaction::open(name, value, &ask.gateway().transaction_sealer)
        .ok()
        .map(|transaction| transaction.begun_at);
    HeldTransaction { name: name.to_owned(), size: name.len() + value.len(), begun_at }
}

fn cookie_name(ask: &Ask, suffix: &str) -> String {
    format!("{}{suffix}", ask.gateway().cookies.transaction_prefix)
}

/// A form that another site posts brings no `Lax` cookies along. An empty value removes the cookie.
fn line(ask: &Ask, provider: &Provider, name: &str, value: &str) -> String {
    let same_site = match provider.settings.authorization.response_mode {
        ResponseMode::Query => SameSite::Lax,
        ResponseMode::FormPost => SameSite::None,
    };
    let seconds = if value.is_empty() { 0 } else { LIFETIME.as_secs() };
    set_line_for(name, value, same_site, ask.gateway().cookies.secure, Some(seconds))
}
