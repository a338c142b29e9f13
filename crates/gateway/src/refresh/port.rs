//! The protocol's questions, answered by the store and the other side.

use std::borrow::Cow;
use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::entropy::{EntropyError, random_bytes};
use crossgate_core::session::{EndReason, SessionContent};
use crossgate_core::time::Timestamp;
use crossgate_core::token_life::Freshness;
use crossgate_store::{LeaseAnswer, LeaseName, LeaseOwner, StoreError};
use sha2::{Digest, Sha256};

use super::protocol::{Asked, RefreshPort};
use super::source::{RefreshKey, RefreshSource};
use super::{ask_api, ask_provider};
use crate::gateway::Worker;
use crate::give_up::give_up;
use crate::session::{LiveSession, SessionFault, Sessions};

/// How long a lease is good without being prolonged: so long everybody waits for a process that died.
const LEASE: Duration = Duration::from_secs(5);
/// How often it is prolonged.
const LEASE_STEP: Duration = Duration::from_millis(1500);
/// Between two looks at a lease that somebody else holds, and between two attempts to store what came; the second one
/// once it takes too long.
const PAUSE: Duration = Duration::from_millis(50);
const LONG_PAUSE: Duration = Duration::from_millis(500);
/// When it takes too long to wait for a turn: longer than the other side may take and a lease may outlive its holder.
const PATIENCE: u32 = 800;

/// New tokens, as a change of a session's content.
pub(crate) type Fresh = Box<dyn Fn(&mut SessionContent)>;

/// See the [module](self).
pub(crate) struct SessionPort {
    worker: Rc<Worker>,
    key: RefreshKey,
    name: LeaseName,
    owner: LeaseOwner,
    pauses: Cell<u32>,
}

impl SessionPort {
    pub(crate) fn new(worker: &Rc<Worker>, key: RefreshKey) -> Result<Self, EntropyError> {
        let owner = LeaseOwner::from_bytes(random_bytes(&*worker.gateway.entropy)?);
        let name = [b"refresh\0".as_slice(), key.session.as_bytes()];
        let name = name.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
        let name = LeaseName::from_bytes(name.into());
        Ok(Self { worker: Rc::clone(worker), key, name, owner, pauses: Cell::new(0) })
    }

    fn sessions(&self) -> &Sessions {
        &self.worker.gateway.sessions
    }

    fn lease_end(&self) -> Timestamp {
        self.worker.gateway.now().after(LEASE)
    }

    fn tell(&self, outcome: Result<(), StoreError>) {
        if let Err(error) = outcome {
            tracing::warn!(target: "crossgate::refresh", session = %self.key.session.handle(), %error, "a lease could not be let go; it ends by itself");
        }
    }
}

impl RefreshPort for SessionPort {
    type Kept = Arc<LiveSession>;
    type Fresh = Fresh;
    type Fault = SessionFault;

    async fn take_lease(&self) -> Result<LeaseAnswer, SessionFault> {
        let store = &self.worker.gateway.store;
        Ok(store.take_lease(self.name, self.owner, self.lease_end(), self.worker.gateway.now()).await?)
    }

    async fn keep_lease(&self) -> Infallible {
        loop {
            tokio::time::sleep(LEASE_STEP).await;
            let kept = self.still_holds_lease().await;
            if !matches!(kept, Ok(true)) {
                tracing::warn!(target: "crossgate::refresh", session = %self.key.session.handle(), ?kept, "the lease of a refresh was not prolonged");
            }
        }
    }

    async fn still_holds_lease(&self) -> Result<bool, SessionFault> {
        Ok(self.worker.gateway.store.renew_lease(self.name, self.owner, self.lease_end()).await?)
    }

    async fn give_back_lease(&self) {
        self.tell(self.worker.gateway.store.give_back_lease(self.name, self.owner).await);
    }

    async fn abandon_lease(&self) {
        let gateway = &self.worker.gateway;
        self.tell(gateway.store.abandon_lease(self.name, self.owner, gateway.now()).await);
    }

    async fn load(&self) -> Result<Option<Arc<LiveSession>>, SessionFault> {
        self.sessions().reload(self.key.session, self.worker.gateway.now()).await
    }

    fn is_due(&self, kept: &Arc<LiveSession>) -> bool {
        let gateway = &self.worker.gateway;
        let life = kept.content().ok().and_then(|content| gateway.tokens.life_of(&self.key.source, &content));
        life.is_some_and(|life| {
            !matches!(life.freshness(kept.jitter(), gateway.now()), Freshness::Fresh { .. })
        })
    }

    async fn ask(&self, kept: &Arc<LiveSession>) -> Asked<Fresh> {
        match &self.key.source {
            RefreshSource::Own { .. } => ask_api::ask(&self.worker, kept).await,
            RefreshSource::Provider { target, .. } => ask_provider::ask(&self.worker, kept, target).await,
        }
    }

    async fn store(&self, fresh: &Fresh) -> Result<Option<Arc<LiveSession>>, SessionFault> {
        let change = |content: &mut SessionContent| {
            fresh(content);
            true
        };
        self.sessions().amend(self.key.session, &change, self.worker.gateway.now()).await
    }

    async fn end(&self, kept: &Arc<LiveSession>, reason: EndReason) -> Result<bool, SessionFault> {
        self.sessions().end_unchanged(kept, reason, self.worker.gateway.now()).await
    }

    async fn discard(&self, kept: &Arc<LiveSession>, fresh: &Fresh) {
        let Ok(mut content) = kept.content().map(Cow::into_owned) else { return };
        fresh(&mut content);
        give_up(&self.worker, kept, &content).await;
    }

    async fn pause(&self) -> bool {
        let is_patient = self.pauses.get() < PATIENCE;
        tokio::time::sleep(if is_patient { PAUSE } else { LONG_PAUSE }).await;
        self.pauses.set(self.pauses.get().saturating_add(1));
        is_patient
    }

    fn report(&self, problem: &SessionFault) {
        tracing::error!(target: "crossgate::refresh", session = %self.key.session.handle(), "a refresh meets a fault of the store: {problem}");
    }
}
