//! One process in the shared world. Before and after everything that it does, others may do something, and it may die.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crossgate_core::session::EndReason;
use crossgate_gateway::refresh::protocol::{Asked, RefreshPort, TryLater};
use crossgate_store::LeaseAnswer;
use shuttle::future::yield_now;
use shuttle::rand::Rng as _;

use crate::world::{Away, Row, World};

/// Steps that a process takes at most before it dies.
const LATEST_DEATH: u32 = 24;
const MOST_PAUSES: u32 = 400;

/// What becomes of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Lives,
    DiesAfter(u32),
}

impl Fate {
    pub(crate) fn by_chance() -> Self {
        Self::DiesAfter(shuttle::rand::thread_rng().gen_range(0..LATEST_DEATH))
    }
}

pub(crate) struct ProcessPort {
    world: World,
    number: usize,
    fate: Fate,
    steps: Cell<u32>,
    pauses: Cell<u32>,
    is_dead: Cell<bool>,
}

impl ProcessPort {
    pub(crate) fn new(world: World, number: usize, fate: Fate) -> Self {
        let (steps, pauses, is_dead) = (Cell::new(0), Cell::new(0), Cell::new(false));
        Self { world, number, fate, steps, pauses, is_dead }
    }

    /// Does it until it is done, or the process dies.
    pub(crate) async fn until_death<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.is_dead.get() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Others may come first; the process may be no more.
    async fn step(&self) {
        yield_now().await;
        self.steps.set(self.steps.get() + 1);
        if matches!(self.fate, Fate::DiesAfter(steps) if self.steps.get() > steps) {
            self.is_dead.set(true);
            self.world.die(self.number);
            pending::<()>().await;
        }
    }

    async fn at_the_store<T>(&self, work: impl FnOnce(&World) -> T) -> Result<T, Away> {
        self.step().await;
        self.world.store_answers(shuttle::rand::thread_rng().gen_bool(0.3))?;
        let done = work(&self.world);
        self.step().await;
        Ok(done)
    }
}

impl RefreshPort for ProcessPort {
    type Kept = Row;
    type Fresh = u32;
    type Fault = Away;

    async fn take_lease(&self) -> Result<LeaseAnswer, Away> {
        let by_chance = shuttle::rand::thread_rng().gen_bool(0.2);
        self.at_the_store(|world| world.take_lease(self.number, by_chance)).await
    }

    async fn keep_lease(&self) -> Infallible {
        pending().await
    }

    async fn still_holds_lease(&self) -> Result<bool, Away> {
        self.at_the_store(|world| world.holds_lease(self.number)).await
    }

    async fn give_back_lease(&self) {
        self.step().await;
        self.world.give_back_lease(self.number);
    }

    async fn abandon_lease(&self) {
        self.step().await;
        self.world.abandon_lease(self.number);
    }

    async fn load(&self) -> Result<Option<Row>, Away> {
        self.at_the_store(World::load).await
    }

    fn is_due(&self, kept: &Row) -> bool {
        kept.is_due
    }

    async fn ask(&self, kept: &Row) -> Asked<u32> {
        self.step().await;
        let (answer, arrives) = self.world.ask(kept.refresh_token);
        self.step().await;
        match (answer, arrives) {
            (_, false) => Asked::TryLater(TryLater { is_answer_lost: true, ..TryLater::OURS }),
            (Some(fresh), true) => Asked::Renewed(fresh),
            (None, true) => Asked::Refused,
        }
    }

    async fn store(&self, fresh: &u32) -> Result<Option<Row>, Away> {
        self.at_the_store(|world| world.store(*fresh)).await
    }

    async fn end(&self, kept: &Row, reason: EndReason) -> Result<bool, Away> {
        self.at_the_store(|world| world.end_unchanged(*kept, reason)).await
    }

    async fn discard(&self, _kept: &Row, fresh: &u32) {
        self.step().await;
        self.world.discard(*fresh);
    }

    async fn pause(&self) -> bool {
        self.step().await;
        self.pauses.set(self.pauses.get() + 1);
        self.pauses.get() < MOST_PAUSES
    }

    fn report(&self, _problem: &Away) {}
}
