//! Who waits for a refresh. In one process there is one at a time of each token; whoever comes meanwhile gets the same
//! result. It runs on its own: nobody who stops waiting cancels it.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_core::time::Timestamp;
use crossgate_core::token_life::Freshness;
use tokio::sync::watch;

use super::pause::Pauses;
use super::port::SessionPort;
use super::protocol::{Blame, RefreshOutcome, TryLater, refresh};
use super::source::{OtherSide, RefreshKey};
use crate::gateway::Worker;
use crate::session::LiveSession;

/// After a fault of ours, or where nobody knows better.
const SHORTLY: Duration = Duration::from_secs(1);

/// How long a request waits at most. The flight goes on.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How a refresh ended, for everybody who waited for it.
#[derive(Debug, Clone)]
pub(crate) enum Landed {
    /// The session with tokens that are good.
    Ready(Arc<LiveSession>),
    /// The session has ended, where known for this reason.
    Ended(Option<EndReason>),
    /// There are no new tokens now. To be tried again after this long.
    Later(Duration),
}

type Waiting = watch::Receiver<Option<Landed>>;

/// The refreshes that are under way, and the pauses after those that went wrong.
#[derive(Default)]
pub(crate) struct Refreshes {
    flights: Mutex<HashMap<RefreshKey, Waiting>>,
    session_pauses: Pauses<RefreshKey>,
    side_pauses: Pauses<OtherSide>,
    /// With which session a side failed last, since it last did well.
    suspicions: Mutex<HashMap<OtherSide, HashedSessionId>>,
}

impl Refreshes {
    /// Renews in the background.
    pub(crate) fn begin(&self, worker: &Rc<Worker>, key: RefreshKey, now: Timestamp) {
        if self.pause_left(&key, now).is_none() {
            drop(self.join(worker, key));
        }
    }

    /// Renews, and waits for it.
    pub(crate) async fn wait(&self, worker: &Rc<Worker>, key: RefreshKey, now: Timestamp) -> Landed {
        if let Some(left) = self.pause_left(&key, now) {
            return Landed::Later(left);
        }
        let mut waiting = self.join(worker, key);
        let landed = tokio::time::timeout(LONGEST_WAIT, waiting.wait_for(Option::is_some)).await;
        match landed.map(|landed| landed.map(|landed| landed.clone())) {
            Ok(Ok(Some(landed))) => landed,
            // The flight was cut short, since its worker is gone, or it goes on without us.
            _ => Landed::Later(SHORTLY),
        }
    }

    fn pause_left(&self, key: &RefreshKey, now: Timestamp) -> Option<Duration> {
        self.session_pauses.left(key, now).or_else(|| self.side_pauses.left(&key.source.other_side(), now))
    }

    /// The flight that is under way, or a new one.
    fn join(&self, worker: &Rc<Worker>, key: RefreshKey) -> Waiting {
        let mut flights = self.flights();
        if let Some(waiting) = flights.get(&key) {
            return waiting.clone();
        }
        let (landing, waiting) = watch::channel(None);
        flights.insert(key.clone(), waiting.clone());
        let flight = Flight { worker: Rc::clone(worker), key, landing, _busy: Rc::clone(&worker.busy) };
        tokio::task::spawn_local(flight.fly());
        waiting
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<RefreshKey, Waiting>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn suspicions(&self) -> MutexGuard<'_, HashMap<OtherSide, HashedSessionId>> {
        self.suspicions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What everybody who waited hears. Pauses begin and end here.
    fn land(
        &self,
        key: &RefreshKey,
        outcome: RefreshOutcome<Arc<LiveSession>>,
        freshness: impl Fn(&LiveSession) -> Option<Freshness>,
        now: Timestamp,
    ) -> Landed {
        match outcome {
            RefreshOutcome::Rotated(session) => {
                self.side_pauses.forget(&key.source.other_side());
                self.suspicions().remove(&key.source.other_side());
                let freshness = freshness(&session);
                self.land_rotated(key, session, freshness, now)
            }
            RefreshOutcome::Unchanged(session) => Landed::Ready(session),
            RefreshOutcome::Refused(reason) => Landed::Ended(Some(reason)),
            RefreshOutcome::Gone => Landed::Ended(None),
            RefreshOutcome::TryLater(later) => Landed::Later(self.pause(key, later, now)),
        }
    }

    /// The answer may have renewed something else than was asked for: asking again at once would go on for ever.
    fn land_rotated(
        &self,
        key: &RefreshKey,
        session: Arc<LiveSession>,
        freshness: Option<Freshness>,
        now: Timestamp,
    ) -> Landed {
        match freshness {
            Some(Freshness::Fresh { .. }) | None => {
                self.session_pauses.forget(key);
                Landed::Ready(session)
            }
            Some(Freshness::Due) => {
                self.pause(key, TryLater::OURS, now);
                Landed::Ready(session)
            }
            Some(Freshness::Ended) => Landed::Later(self.pause(key, TryLater::OURS, now)),
        }
    }

    fn pause(&self, key: &RefreshKey, later: TryLater, now: Timestamp) -> Duration {
        let jitter = key.session.as_bytes().last().copied().unwrap_or_default();
        let side = key.source.other_side();
        let is_side_failing = match later.blame {
            Blame::Session => false,
            Blame::PerhapsSide => {
                let before = self.suspicions().insert(side.clone(), key.session);
                before.is_some_and(|before| before != key.session)
            }
            Blame::Side => true,
        };
        match is_side_failing {
            true => self.side_pauses.begin(&side, later.after, jitter, now),
            false => self.session_pauses.begin(key, later.after, jitter, now),
        }
    }
}

/// A refresh under way.
struct Flight {
    worker: Rc<Worker>,
    key: RefreshKey,
    landing: watch::Sender<Option<Landed>>,
    /// The worker does not stop before this is over.
    _busy: Rc<()>,
}

impl Flight {
    async fn fly(self) {
        let gateway = Arc::clone(&self.worker.gateway);
        let port = SessionPort::new(&self.worker, self.key.clone());
        let outcome = match port {
            Ok(port) => refresh(&port).await,
            Err(error) => {
                tracing::error!(target: "crossgate::refresh", %error, "no refresh could begin");
                RefreshOutcome::TryLater(TryLater::OURS)
            }
        };
        gateway.metrics.refresh(outcome.code());
        self.tell(&outcome);
        let now = gateway.now();
        let freshness = |session: &LiveSession| {
            let life = gateway.tokens.life_of(&self.key.source, &*session.content().ok()?)?;
            Some(life.freshness(session.jitter(), now))
        };
        let landed = gateway.refreshes.land(&self.key, outcome, freshness, now);
        // Whoever comes from here on finds the new tokens in the cache.
        self.leave();
        self.landing.send_replace(Some(landed));
    }

    fn tell(&self, outcome: &RefreshOutcome<Arc<LiveSession>>) {
        let (session, source, outcome_code) = (self.key.session.handle(), &self.key.source, outcome.code());
        match outcome {
            RefreshOutcome::Refused(reason) => {
                tracing::warn!(target: "crossgate::refresh", %session, ?source, reason = reason.code(), "the tokens cannot be renewed: the session has ended");
            }
            RefreshOutcome::TryLater(later) => {
                tracing::warn!(target: "crossgate::refresh", %session, ?source, ?later, "the tokens could not be renewed; it is tried again");
            }
            _ => {
                tracing::info!(target: "crossgate::refresh", %session, ?source, outcome = outcome_code, "refreshed");
            }
        }
    }

    /// Nobody joins any more. A flight that began since stays where it is.
    fn leave(&self) {
        let mut flights = self.worker.gateway.refreshes.flights();
        let is_ours = |waiting: &Waiting| waiting.same_channel(&self.landing.subscribe());
        if flights.get(&self.key).is_some_and(is_ours) {
            flights.remove(&self.key);
        }
    }
}

impl Drop for Flight {
    /// Also where the worker is gone in the middle: the next one may try.
    fn drop(&mut self) {
        self.leave();
    }
}
