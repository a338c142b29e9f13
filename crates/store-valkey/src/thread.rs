//! The thread that talks to the servers.
//!
//! Whoever asks may wait on any runtime, or on none, and may stop waiting; what was asked for is done here all the same.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossgate_store::StoreError;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{Semaphore, oneshot};

/// How much may be under way. More means that the servers cannot keep up, and waiting longer would help nobody.
const UNDER_WAY: usize = 4096;

/// A thread with a runtime of its own.
#[derive(Debug)]
pub(crate) struct Worker {
    handle: Handle,
    places: Arc<Semaphore>,
    // Both are there until the drop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread.
    pub(crate) fn spawn(name: &str) -> Result<Self, std::io::Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, places) = (runtime.handle().clone(), Arc::new(Semaphore::new(UNDER_WAY)));
        let (stop, told_to_stop) = oneshot::channel::<()>();
        let own_places = Arc::clone(&places);
        let work = move || runtime.block_on(until_done(told_to_stop, own_places));
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self { handle, places, stop: Some(stop), thread: Some(thread) })
    }

    /// Has the work done and waits for the answer. Work that has begun is done even if nobody waits any more.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| crowded())?;
        let task = self.handle.spawn(async move {
            let _place = place;
            work.await
        });
        task.await.unwrap_or_else(|_| Err(StoreError::unavailable("the store's thread has stopped")))
    }

    /// The same for somebody who has a thread to wait on.
    pub(crate) fn ask_and_block<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.handle.spawn(async move { drop(reply.send(work.await)) });
        answer.recv().ok()
    }

    /// Something that goes on until the thread stops.
    pub(crate) fn keep_doing(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(work);
    }
}

/// Runs until told to stop and everything that was begun is done. Each piece of work ends by its own timeouts.
async fn until_done(told_to_stop: oneshot::Receiver<()>, places: Arc<Semaphore>) {
    // A sender that went away says the same.
    drop(told_to_stop.await);
    let all = u32::try_from(UNDER_WAY).unwrap_or(u32::MAX);
    drop(places.acquire_many(all).await);
}

fn crowded() -> StoreError {
    StoreError::unavailable("too much is waiting for the servers")
}

impl Drop for Worker {
    /// Waits until everything that was asked for is done.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the store's thread panicked");
        }
    }
}
