//! The refresh of one session's tokens, as a protocol between processes that share a store. No socket, no clock and no
//! runtime here: every step is a question to the [`RefreshPort`], so that a scheduler can try every order of them.
//!
//! What must hold, whoever does what in between:
//! 1. Of all who want to renew one generation of tokens, one asks the other side; the others get what it stored.
//! 2. What has been stored is never asked for again: the session is re-read after the lease was taken.
//! 3. An answer that says nothing about the refresh token ends no session.
//! 4. A session that ended stays ended: new tokens are stored only into a session that is there.

use std::convert::Infallible;
use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_store::LeaseAnswer;

/// How often storing new tokens is tried: for some minutes, since they exist nowhere else. Between two attempts is a
/// pause.
const STORE_ATTEMPTS: usize = 1200;

/// What the protocol needs of the world.
pub trait RefreshPort {
    /// The session as it is stored.
    type Kept;
    /// What the other side gave.
    type Fresh;
    /// Why the store gives no answer.
    type Fault: std::fmt::Display;

    /// Asks for the lease of this session.
    fn take_lease(&self) -> impl Future<Output = Result<LeaseAnswer, Self::Fault>>;
    /// Prolongs the lease, over and over.
    fn keep_lease(&self) -> impl Future<Output = Infallible>;
    /// Prolongs the lease once; false where somebody else took it meanwhile.
    fn still_holds_lease(&self) -> impl Future<Output = Result<bool, Self::Fault>>;
    /// Gives the lease back: the work is done.
    fn give_back_lease(&self) -> impl Future<Output = ()>;
    /// Lets the lease go with the work unfinished: the next one knows that an answer may have been lost.
    fn abandon_lease(&self) -> impl Future<Output = ()>;
    /// Reads the session anew.
    fn load(&self) -> impl Future<Output = Result<Option<Self::Kept>, Self::Fault>>;
    /// Whether its tokens are still to be renewed.
    fn is_due(&self, kept: &Self::Kept) -> bool;
    /// Asks the other side for new tokens.
    fn ask(&self, kept: &Self::Kept) -> impl Future<Output = Asked<Self::Fresh>>;
    /// Stores new tokens, if the session is still there.
    fn store(&self, fresh: &Self::Fresh) -> impl Future<Output = Result<Option<Self::Kept>, Self::Fault>>;
    /// Ends the session, if it still is what was read. False where somebody changed it meanwhile.
    fn end(&self, kept: &Self::Kept, reason: EndReason) -> impl Future<Output = Result<bool, Self::Fault>>;
    /// Nobody needs these tokens any more: the session ended meanwhile.
    fn discard(&self, kept: &Self::Kept, fresh: &Self::Fresh) -> impl Future<Output = ()>;
    /// Waits a little; false when the waiting has gone on for too long.
    fn pause(&self) -> impl Future<Output = bool>;
    /// The operator shall know.
    fn report(&self, problem: &Self::Fault);
}

/// What the other side said.
#[derive(Debug)]
pub enum Asked<F> {
    /// It gave new tokens.
    Renewed(F),
    /// It does not take the refresh token.
    Refused,
    /// It said nothing about the refresh token.
    TryLater(TryLater),
}

/// There are no new tokens now, and the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryLater {
    /// When the other side wants to be asked again, if it said so.
    pub after: Option<Duration>,
    /// Whether it may have given new tokens that never arrived.
    pub is_answer_lost: bool,
    /// Whose fault it is.
    pub blame: Blame,
}

/// What a failure says about the other side. Only so much that nobody can keep others from having their tokens renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// This session's, as far as anybody knows.
    Session,
    /// Perhaps the whole side's: it counts for everybody once it happened to two sessions.
    PerhapsSide,
    /// The whole side's: it cannot be reached.
    Side,
}

impl<K> RefreshOutcome<K> {
    /// The stable code for logs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rotated(_) => "rotated",
            Self::Unchanged(_) => "unchanged",
            Self::Refused(_) => "refused",
            Self::Gone => "gone",
            Self::TryLater(_) => "try_later",
        }
    }
}

impl TryLater {
    /// The fault is on our side of the line, and nothing was sent.
    pub const OURS: Self = Self { after: None, is_answer_lost: false, blame: Blame::Session };
}

/// How a refresh ended.
#[derive(Debug)]
pub enum RefreshOutcome<K> {
    /// The other side gave new tokens, and they are stored.
    Rotated(K),
    /// There was nothing to do: somebody else had renewed them.
    Unchanged(K),
    /// The other side refused, and the session has ended for this reason.
    Refused(EndReason),
    /// The session had ended.
    Gone,
    /// Nothing is known; the session goes on.
    TryLater(TryLater),
}

/// Whose turn it is.
enum Turn<K> {
    /// Ours, with the lease.
    Ours { kept: K, was_abandoned: bool },
    /// Nobody's any more.
    Over(RefreshOutcome<K>),
}

/// Renews the tokens of the session, or finds out that somebody else did.
pub async fn refresh<P: RefreshPort>(port: &P) -> RefreshOutcome<P::Kept> {
    loop {
        match try_once(port).await {
            Ok(Some(outcome)) => return outcome,
            Ok(None) => {}
            Err(fault) => {
                port.report(&fault);
                return RefreshOutcome::TryLater(TryLater::OURS);
            }
        }
    }
}

/// None where the turn was lost to somebody else.
async fn try_once<P: RefreshPort>(port: &P) -> Result<Option<RefreshOutcome<P::Kept>>, P::Fault> {
    match wait_for_turn(port).await? {
        Turn::Over(outcome) => Ok(Some(outcome)),
        Turn::Ours { kept, was_abandoned } => {
            Ok(while_kept(port.keep_lease(), attempt(port, &kept, was_abandoned)).await)
        }
    }
}

/// Does the work while the lease is prolonged.
async fn while_kept<T>(keeping: impl Future<Output = Infallible>, work: impl Future<Output = T>) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = keeping => match never {},
    }
}

async fn wait_for_turn<P: RefreshPort>(port: &P) -> Result<Turn<P::Kept>, P::Fault> {
    loop {
        let answer = port.take_lease().await?;
        let loaded = port.load().await;
        match (answer, loaded) {
            (LeaseAnswer::Taken { was_abandoned }, Ok(Some(kept))) if port.is_due(&kept) => {
                return Ok(Turn::Ours { kept, was_abandoned });
            }
            (LeaseAnswer::Taken { was_abandoned }, Err(fault)) => {
                let_go(port, was_abandoned).await;
                return Err(fault);
            }
            (LeaseAnswer::Taken { .. }, Ok(loaded)) => {
                port.give_back_lease().await;
                return Ok(Turn::Over(settled(loaded)));
            }
            (LeaseAnswer::Held { .. }, Ok(Some(kept))) if port.is_due(&kept) => {}
            (LeaseAnswer::Held { .. }, loaded) => return Ok(Turn::Over(settled(loaded?))),
        }
        if !port.pause().await {
            return Ok(Turn::Over(RefreshOutcome::TryLater(TryLater::OURS)));
        }
    }
}

fn settled<K>(loaded: Option<K>) -> RefreshOutcome<K> {
    match loaded {
        Some(kept) => RefreshOutcome::Unchanged(kept),
        None => RefreshOutcome::Gone,
    }
}

/// Without new tokens, what was lost before stays lost.
async fn let_go<P: RefreshPort>(port: &P, is_answer_lost: bool) {
    if is_answer_lost { port.abandon_lease().await } else { port.give_back_lease().await }
}

async fn attempt<P: RefreshPort>(
    port: &P,
    kept: &P::Kept,
    was_abandoned: bool,
) -> Option<RefreshOutcome<P::Kept>> {
    match port.ask(kept).await {
        Asked::Renewed(fresh) => Some(keep(port, kept, fresh).await),
        Asked::Refused => refused(port, was_abandoned).await,
        Asked::TryLater(later) => {
            let_go(port, later.is_answer_lost || was_abandoned).await;
            Some(RefreshOutcome::TryLater(later))
        }
    }
}

/// Stores what came. Where the other side rotates, the old tokens are worth nothing any more, so this is not given up
/// lightly.
async fn keep<P: RefreshPort>(port: &P, old: &P::Kept, fresh: P::Fresh) -> RefreshOutcome<P::Kept> {
    for _ in 0..STORE_ATTEMPTS {
        match port.store(&fresh).await {
            Ok(Some(kept)) => {
                port.give_back_lease().await;
                return RefreshOutcome::Rotated(kept);
            }
            Ok(None) => {
                port.give_back_lease().await;
                port.discard(old, &fresh).await;
                return RefreshOutcome::Gone;
            }
            Err(fault) => port.report(&fault),
        }
        port.pause().await;
    }
    port.abandon_lease().await;
    RefreshOutcome::TryLater(TryLater { is_answer_lost: true, ..TryLater::OURS })
}

/// The other side does not take the refresh token. Where somebody lost an answer before, that is why.
async fn refused<P: RefreshPort>(port: &P, was_abandoned: bool) -> Option<RefreshOutcome<P::Kept>> {
    match end_unless_renewed(port, was_abandoned).await {
        Ok(outcome) => {
            port.give_back_lease().await;
            outcome
        }
        Err(fault) => {
            port.report(&fault);
            let_go(port, was_abandoned).await;
            Some(RefreshOutcome::TryLater(TryLater::OURS))
        }
    }
}

/// Whoever held the lease before us may have been slow rather than dead, and have stored its answer meanwhile: the
/// session ends only as it was read, and with tokens that are still due. And we may have been the slow one: then
/// somebody else asked with the same refresh token, and what they got counts.
async fn end_unless_renewed<P: RefreshPort>(
    port: &P,
    was_abandoned: bool,
) -> Result<Option<RefreshOutcome<P::Kept>>, P::Fault> {
    if !port.still_holds_lease().await? {
        return Ok(None);
    }
    let reason = if was_abandoned { EndReason::RefreshLost } else { EndReason::RefreshRefused };
    loop {
        match port.load().await? {
            Some(kept) if port.is_due(&kept) => {
                if port.end(&kept, reason).await? {
                    return Ok(Some(RefreshOutcome::Refused(reason)));
                }
            }
            loaded => return Ok(Some(settled(loaded))),
        }
    }
}
