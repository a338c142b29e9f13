//! A thread with a runtime of its own. Connections live on it, whoever waits for their answers wherever.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossgate_store::StoreError;
use futures_channel::oneshot;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much may be under way. More means that the database cannot keep up, and waiting longer would help nobody.
const MOST_AT_ONCE: u32 = 4096;

/// The thread, and the way to it.
#[derive(Debug)]
pub(crate) struct Worker {
    handle: Handle,
    /// One for each piece of work that may be under way.
    places: Arc<Semaphore>,
    // Both are there until the drop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread or no sockets.
    pub(crate) fn spawn() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, places) = (runtime.handle().clone(), Arc::new(Semaphore::new(MOST_AT_ONCE as usize)));
        let (stop, stopped) = oneshot::channel();
        let worked_off = Arc::clone(&places);
        let serve = move || serve(&runtime, stopped, &worked_off);
        let thread = std::thread::Builder::new().name("postgres".to_owned()).spawn(serve)?;
        Ok(Self { handle, places, stop: Some(stop), thread: Some(thread) })
    }

    /// Has `work` done on the thread and waits for its answer. It is done even if nobody waits any more.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.submit(work)?.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn submit<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| StoreError::unavailable("too much is waiting for the database"))?;
        let (reply, answer) = oneshot::channel();
        self.handle.spawn(answered(work, reply, place));
        Ok(answer)
    }

    /// Runs `task` beside the work, until the store is dropped.
    pub(crate) fn run_beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(task);
    }
}

/// Whoever asked may have gone away; the work counts all the same.
async fn answered<T>(
    work: impl Future<Output = Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
    place: OwnedSemaphorePermit,
) {
    drop(reply.send(work.await));
    drop(place);
}

/// Runs what was asked for until the store is dropped and everything is worked off.
fn serve(runtime: &Runtime, stopped: oneshot::Receiver<()>, places: &Semaphore) {
    runtime.block_on(async {
        // Either way it is over.
        _ = stopped.await;
        drop(places.acquire_many(MOST_AT_ONCE).await);
    });
}

fn stopped() -> StoreError {
    StoreError::unavailable("the database thread has stopped")
}

impl Drop for Worker {
    /// Waits until the thread has worked off what was asked for. Every statement has a limit, so that this ends.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the database thread panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crossgate_store::suite::block_on;

    use super::*;

    #[test]
    fn what_was_asked_for_is_done_before_the_end_even_if_nobody_waits() {
        let worker = Worker::spawn().unwrap();
        let (done, is_done) = std::sync::mpsc::channel();
        for number in 0..10 {
            let done = done.clone();
            let work = async move {
                tokio::task::yield_now().await;
                done.send(number).unwrap();
                Ok(())
            };
            drop(worker.submit(work).unwrap());
        }
        drop(worker);
        let all: BTreeSet<_> = is_done.try_iter().collect();
        assert_eq!(all, (0..10).collect());
    }

    #[test]
    fn too_much_at_once_is_refused_and_recovers() {
        let worker = Worker::spawn().unwrap();
        let (go, told_to_go) = tokio::sync::watch::channel(false);
        let waiting = |mut told: tokio::sync::watch::Receiver<bool>| async move {
            told.wait_for(|go| *go).await.map_err(StoreError::unavailable)?;
            Ok(())
        };
        let answers: Vec<_> =
            (0..MOST_AT_ONCE).map(|_| worker.submit(waiting(told_to_go.clone())).unwrap()).collect();
        assert!(matches!(worker.submit(async { Ok(()) }), Err(StoreError::Unavailable { .. })));
        go.send(true).unwrap();
        for answer in answers {
            block_on(answer).unwrap().unwrap();
        }
        block_on(worker.ask(async { Ok(()) })).unwrap();
    }

    #[test]
    fn work_that_panics_is_an_outage_and_takes_nothing_with_it() {
        let worker = Worker::spawn().unwrap();
        let died = block_on(worker.ask::<()>(async { panic!("a test of what a panic does") }));
        assert!(matches!(died, Err(StoreError::Unavailable { .. })));
        block_on(worker.ask(async { Ok(()) })).unwrap();
    }
}
