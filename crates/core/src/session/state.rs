//! The life of a session: active, expired or ended. Moving on takes the time and can be refused.

use std::time::Duration;

use crate::identity::Subject;
use crate::provider::ProviderKeys;
use crate::session::id::HashedSessionId;
use crate::time::Timestamp;

/// How long sessions live. Both limits are enforced on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// Ends a session that made no request for this long (polling the session endpoint is not activity).
    pub idle: Duration,
    /// Ends a session this long after sign-in, whatever it did.
    pub absolute: Duration,
}

impl SessionLifetimes {
    /// The state at `now` of a session with these times.
    #[must_use]
    pub fn state(&self, created_at: Timestamp, last_seen_at: Timestamp, now: Timestamp) -> SessionState {
        if now.since(created_at) >= self.absolute {
            SessionState::Expired(Timeout::Absolute)
        } else if now.since(last_seen_at) >= self.idle {
            SessionState::Expired(Timeout::Idle)
        } else {
            SessionState::Active
        }
    }

    /// When a session with these times will end if nothing happens any more.
    #[must_use]
    pub fn end(&self, created_at: Timestamp, last_seen_at: Timestamp) -> Timestamp {
        last_seen_at.after(self.idle).min(created_at.after(self.absolute))
    }
}

/// A session as the store keeps it. What identifies or authorises is inside `sealed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// SHA-256 of the id in the cookie.
    pub id: HashedSessionId,
    /// Whose session it is; for listing and revoking by person.
    pub subject: Subject,
    /// When the sign-in happened.
    pub created_at: Timestamp,
    /// The last request that counts as activity.
    pub last_seen_at: Timestamp,
    /// What the provider's logout finds it by, where a provider signed the person in.
    pub provider: Option<ProviderKeys>,
    /// Grows with every replacement of the content; a stale writer is refused.
    pub version: u64,
    /// The sealed [`SessionContent`](super::SessionContent).
    pub sealed: Vec<u8>,
}

/// Which limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// No activity for the idle timeout.
    Idle,
    /// The absolute timeout since sign-in.
    Absolute,
}

/// Why a session ended. Written to the store; an operator reads the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The person signed out in this browser.
    SignedOut,
    /// The person ended all of their sessions.
    SignedOutEverywhere,
    /// The person ended this session from another one.
    RevokedByOwner,
    /// A new sign-in in the same browser took its place.
    Replaced,
    /// A limit was passed.
    Expired(Timeout),
    /// An operator ended it.
    RevokedByOperator,
    /// The provider that signed the person in said that the session there ended.
    ProviderSignedOut,
    /// The other side refused to renew the tokens that the session lives by.
    RefreshRefused,
    /// The answer to a refresh was lost, and the other side does not take the old refresh token any more.
    RefreshLost,
    /// An API revoked a token of it (RFC 7009).
    RevokedByApi,
    /// The app removed the session cookie of next-auth.
    SignedOutByApp,
}

impl EndReason {
    /// All reasons, for round trips through storage.
    pub const ALL: [Self; 12] = [
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::RevokedByOwner,
        Self::Replaced,
        Self::Expired(Timeout::Idle),
        Self::Expired(Timeout::Absolute),
        Self::RevokedByOperator,
        Self::ProviderSignedOut,
        Self::RefreshRefused,
        Self::RefreshLost,
        Self::RevokedByApi,
        Self::SignedOutByApp,
    ];

    /// The stable code in storage, logs and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::RevokedByOwner => "revoked_by_owner",
            Self::Replaced => "replaced",
            Self::Expired(Timeout::Idle) => "idle_timeout",
            Self::Expired(Timeout::Absolute) => "absolute_timeout",
            Self::RevokedByOperator => "revoked_by_operator",
            Self::ProviderSignedOut => "provider_signed_out",
            Self::RefreshRefused => "refresh_refused",
            Self::RefreshLost => "refresh_lost",
            Self::RevokedByApi => "revoked_by_api",
            Self::SignedOutByApp => "signed_out_by_app",
        }
    }

    /// The reason with this code, if there is one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// In which state a session is at a given time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It may be used.
    Active,
    /// A limit was passed; it may only be ended.
    Expired(Timeout),
    /// It was ended.
    Ended(EndReason),
}

/// A transition that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session that is {state:?} cannot {wanted}")]
pub struct TransitionError {
    /// The state it is in.
    pub state: SessionState,
    /// What was asked of it.
    pub wanted: &'static str,
}

/// What remains of a session: that it was, whose, and why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSession {
    /// Which one.
    pub id: HashedSessionId,
    /// Whose.
    pub subject: Subject,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

impl SessionRecord {
    /// The state at `now`.
    #[must_use]
    pub fn state(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> SessionState {
        lifetimes.state(self.created_at, self.last_seen_at, now)
    }

    /// Notes activity at `now`. Time never goes backwards in a record.
    ///
    /// # Errors
    /// When the session is no longer active: activity does not revive it.
    pub fn touch(&mut self, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), TransitionError> {
        match self.state(lifetimes, now) {
            SessionState::Active => {
                self.last_seen_at = self.last_seen_at.max(now);
                Ok(())
            }
            state => Err(TransitionError { state, wanted: "be used" }),
        }
    }

    /// When it will end if nothing happens any more.
    #[must_use]
    pub fn expires_at(&self, lifetimes: &SessionLifetimes) -> Timestamp {
        lifetimes.end(self.created_at, self.last_seen_at)
    }

    /// Ends it. An expired session ends with the timeout as its reason, whatever was asked.
    #[must_use]
    pub fn end(self, reason: EndReason, lifetimes: &SessionLifetimes, now: Timestamp) -> EndedSession {
        let reason = match self.state(lifetimes, now) {
            SessionState::Expired(timeout) => EndReason::Expired(timeout),
            SessionState::Active | SessionState::Ended(_) => reason,
        };
        EndedSession { id: self.id, subject: self.subject, ended_at: now, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIMES: SessionLifetimes =
        SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn record() -> SessionRecord {
        SessionRecord {
            id: HashedSessionId::from_bytes([7; 32]),
            subject: Subject::parse("ada").unwrap(),
            created_at: at(1000),
            last_seen_at: at(1000),
            provider: None,
            version: 1,
            sealed: Vec::new(),
        }
    }

    #[test]
    fn activity_keeps_a_session_until_the_absolute_timeout() {
        let mut session = record();
        for second in (1000..1600).step_by(50) {
            session.touch(&LIFETIMES, at(second)).unwrap();
        }
        assert_eq!(session.state(&LIFETIMES, at(1600)), SessionState::Expired(Timeout::Absolute));
    }

    #[test]
    fn silence_ends_it_and_activity_does_not_revive_it() {
        let mut session = record();
        assert_eq!(session.state(&LIFETIMES, at(1059)), SessionState::Active);
        assert_eq!(session.state(&LIFETIMES, at(1060)), SessionState::Expired(Timeout::Idle));
        assert!(session.touch(&LIFETIMES, at(1060)).is_err());
        assert_eq!(session.state(&LIFETIMES, at(1060)), SessionState::Expired(Timeout::Idle));
    }

    #[test]
    fn a_clock_that_goes_back_neither_ends_nor_prolongs() {
        let mut session = record();
        session.touch(&LIFETIMES, at(900)).unwrap();
        assert_eq!(session.last_seen_at, at(1000));
    }

    #[test]
    fn signing_out_of_an_expired_session_keeps_the_true_reason() {
        let ended = record().end(EndReason::SignedOut, &LIFETIMES, at(5000));
        assert_eq!(ended.reason, EndReason::Expired(Timeout::Absolute));
    }

    #[test]
    fn every_reason_survives_its_code() {
        for reason in EndReason::ALL {
            assert_eq!(EndReason::from_code(reason.code()), Some(reason));
        }
    }
}
