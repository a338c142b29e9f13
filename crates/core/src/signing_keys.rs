//! When a signing key is published, signs and retires. Everything follows from when the keys were made, so that all
//! processes on one store come to the same answer without talking to each other.
//!
//! ```text
//! made ──PUBLISH_LEAD──▶ signs ───▶ the next key signs ──LONGEST_TOKEN_LIFETIME + RETIREMENT_MARGIN──▶ retired
//! └──────────────────────── published and accepted ─────────────────────────────────────────────────┘
//! ```
//!
//! The first key has nobody to wait for: it signs at once.

use std::time::Duration;

use crate::time::Timestamp;
use crate::token::LONGEST_TOKEN_LIFETIME;

/// How long whoever verifies may keep the key set (`max-age`).
pub const KEY_SET_MAX_AGE: Duration = Duration::from_secs(5 * 60);

/// How long a key is published before it signs: longer than anybody may keep a key set in which it is missing, and all
/// processes have read it by then.
pub const PUBLISH_LEAD: Duration = Duration::from_secs(10 * 60);

/// How much longer than the last token signed with it a key is accepted. Also how long a process may sign with keys
/// that it could not read again: in that time a successor that it has not heard of cannot have retired them.
pub const RETIREMENT_MARGIN: Duration = Duration::from_secs(60 * 60);

const _: () = assert!(KEY_SET_MAX_AGE.as_secs() < PUBLISH_LEAD.as_secs());

/// How signing keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningKeySettings {
    /// How old the newest key becomes before the next one is made; `None` for never.
    pub rotate_every: Option<Duration>,
}

impl SigningKeySettings {
    /// Whether it is time for a key after one that was made then.
    #[must_use]
    pub fn is_due(&self, newest: Timestamp, now: Timestamp) -> bool {
        self.rotate_every.is_some_and(|period| now.since(newest) >= period)
    }
}

/// In which part of its life a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Whoever verifies may learn of it; nothing is signed with it yet.
    Published,
    /// It signs.
    Signing,
    /// Another one signs; what it signed may still be alive.
    VerifyingOnly,
    /// Nothing that it signed is alive.
    Retired,
}

/// The lives of several keys, by when they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySchedule {
    made: Vec<Timestamp>,
}

impl KeySchedule {
    /// Of keys that can be used. Positions are those in the order of time.
    #[must_use]
    pub fn new(made: impl IntoIterator<Item = Timestamp>) -> Self {
        let mut made: Vec<Timestamp> = made.into_iter().collect();
        made.sort_unstable();
        Self { made }
    }

    /// Which key signs: the newest one that was published for long enough. Where none was, the oldest: it is the first,
    /// or what is left.
    #[must_use]
    pub fn signer(&self, now: Timestamp) -> Option<usize> {
        let ready = self.made.iter().rposition(|made| made.after(PUBLISH_LEAD) <= now);
        ready.or_else(|| (!self.made.is_empty()).then_some(0))
    }

    /// From when on a key signs.
    #[must_use]
    pub fn signs_from(&self, position: usize) -> Option<Timestamp> {
        let made = *self.made.get(position)?;
        Some(if position == 0 { made } else { made.after(PUBLISH_LEAD) })
    }

    /// Whether nothing is alive any more that a key which was made then has signed. That key need not be one of those
    /// that can be used; its successor must be.
    #[must_use]
    pub fn is_retired(&self, made: Timestamp, now: Timestamp) -> bool {
        let successor = self.made.iter().find(|later| **later > made);
        successor.is_some_and(|successor| {
            successor.after(PUBLISH_LEAD).after(LONGEST_TOKEN_LIFETIME).after(RETIREMENT_MARGIN) <= now
        })
    }

    /// In which part of its life a key is.
    #[must_use]
    pub fn state(&self, position: usize, now: Timestamp) -> Option<KeyState> {
        let (made, signer) = (*self.made.get(position)?, self.signer(now)?);
        Some(match position.cmp(&signer) {
            _ if self.is_retired(made, now) => KeyState::Retired,
            std::cmp::Ordering::Less => KeyState::VerifyingOnly,
            std::cmp::Ordering::Equal => KeyState::Signing,
            std::cmp::Ordering::Greater => KeyState::Published,
        })
    }
}

/// Whether keys that were read then may still sign. A successor that was made right after that retires none of them
/// before everything is over that they sign until here.
#[must_use]
pub fn may_sign(read_at: Timestamp, now: Timestamp) -> bool {
    now.since(read_at) < RETIREMENT_MARGIN
}

#[cfg(test)]
#[path = "signing_keys_tests.rs"]
mod tests;
