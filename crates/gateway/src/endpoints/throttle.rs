//! Limits on sign-in attempts, per account and per client address, counted in the store.

use std::net::IpAddr;
use std::time::Duration;

use crossgate_core::csrf::keyed_hash;
use crossgate_core::session::HashedSessionId;
use crossgate_store::{CounterName, StoreError};

use super::ask::Ask;
use crate::refusal::Refusal;
use crate::session::SessionFault;

/// An attempt that was counted before it was made, so that parallel guesses cannot outrun the count.
pub(super) struct CountedAttempt {
    account: Option<CounterName>,
    address: CounterName,
}

/// Counts an attempt, at an account if one is known before; an attempt beyond a limit is not made.
pub(super) async fn count(ask: &Ask, account: Option<&str>) -> Result<CountedAttempt, Refusal> {
    count_at(ask, account.map(|account| name(ask, b"account", normal(account).as_bytes()))).await
}

/// Counts an attempt at an account of which the counter is known.
pub(super) async fn count_at(ask: &Ask, account: Option<CounterName>) -> Result<CountedAttempt, Refusal> {
    let limits = ask.settings().throttle;
    let attempt = CountedAttempt { account, address: name(ask, b"address", &network(ask.client.0)) };
    let counters = attempt.account.into_iter().chain([attempt.address]).collect();
    let counts = ask
        .gateway()
        .store
        .count_attempt(counters, limits.window, ask.now)
        .await
        .map_err(SessionFault::Store)?;
    let per_account = attempt.account.map(|_| limits.per_account);
    let over = counts.iter().zip(per_account.into_iter().chain([limits.per_address]));
    let wait = over
        .filter(|(count, limit)| count.count > u64::from(*limit))
        .map(|(count, _)| count.window_ends_at.since(ask.now))
        .max();
    wait.map_or(Ok(attempt), |wait: Duration| Err(Refusal::TooManyAttempts(wait)))
}

/// Counts a change of what a session's token says, which is made only if an API agrees.
pub(super) async fn count_update(ask: &Ask, session: HashedSessionId) -> Result<CountedAttempt, Refusal> {
    count_at(ask, Some(name(ask, b"update", session.as_bytes()))).await
}

/// Counts a client that did not prove who it is (RFC 6749 §2.3.1). Apart from sign-ins: an API that has a wrong secret
/// locks nobody out who shares its address.
pub(super) async fn count_refused_client(ask: &Ask) -> Result<(), Refusal> {
    let limits = ask.settings().throttle;
    let counter = name(ask, b"client", &network(ask.client.0));
    let store = &ask.gateway().store;
    let counts = store.count_attempt(vec![counter], limits.window, ask.now).await;
    let counts = counts.map_err(SessionFault::Store)?;
    match counts.first().filter(|count| count.count > u64::from(limits.per_address)) {
        Some(count) => Err(Refusal::TooManyAttempts(count.window_ends_at.since(ask.now))),
        None => Ok(()),
    }
}

impl CountedAttempt {
    /// The counter of the account.
    pub(super) const fn account(&self) -> Option<CounterName> {
        self.account
    }

    /// What was typed was right, but nobody is signed in yet: the address is not held to it, and the account is, or
    /// whoever knows a password could begin anew before every code that they guess.
    pub(super) async fn forget_address(self, ask: &Ask) {
        tell(ask.gateway().store.refund_attempt(vec![self.address]).await);
    }

    /// The sign-in succeeded. A failure to forget is not the person's.
    pub(super) async fn forget(self, ask: &Ask) {
        let store = &ask.gateway().store;
        let outcome = store.forget_attempts(self.account.into_iter().collect()).await;
        let outcome = match outcome {
            Ok(()) => store.refund_attempt(vec![self.address]).await,
            error => error,
        };
        tell(outcome);
    }
}

fn tell(outcome: Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!(target: "crossgate::sign_in", %error, "attempts could not be forgotten");
    }
}

fn name(ask: &Ask, kind: &[u8], value: &[u8]) -> CounterName {
    CounterName::from_bytes(keyed_hash(&ask.gateway().throttle_key, &[kind, b":", value]))
}

/// Spellings that APIs usually take for the same account count together.
fn normal(account: &str) -> String {
    account.trim().to_lowercase()
}

/// One household or server has many IPv6 addresses: its /64 counts as one.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().into_iter().take(8).collect(),
    }
}
