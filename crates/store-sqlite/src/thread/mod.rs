//! Threads that own a connection each, and the bounded queues in front of them.

mod job;
mod reader;
mod writer;

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use crossgate_store::StoreError;
use futures_channel::oneshot;
use rusqlite::Connection;

use crate::error::Failure;

pub(crate) use job::{Job, Task};
pub(crate) use reader::serve_reads;
pub(crate) use writer::serve_writes;

/// How many jobs may wait. More means that the disk cannot keep up, and waiting longer would help nobody.
const QUEUE_LENGTH: usize = 4096;

/// A thread that works on its own connection.
#[derive(Debug)]
pub(crate) struct Worker {
    // Both are there until the drop.
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread.
    pub(crate) fn spawn(
        name: &str,
        connection: Connection,
        serve: fn(&Connection, &Receiver<Box<dyn Job>>),
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE_LENGTH);
        let thread =
            std::thread::Builder::new().name(name.to_owned()).spawn(move || serve(&connection, &jobs));
        Ok(Self { queue: Some(queue), thread: Some(thread.map_err(StoreError::unavailable)?) })
    }

    /// Has `work` done and waits for the answer. The work is done even if nobody waits any more.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.submit(work)?.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError> {
        let (task, answer) = Task::new(work);
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        match queue.try_send(Box::new(task)) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => {
                Err(StoreError::unavailable("too much is waiting for the database"))
            }
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
        }
    }
}

fn stopped() -> StoreError {
    StoreError::unavailable("the database thread has stopped")
}

impl Drop for Worker {
    /// Closes the queue and waits until the thread has worked it off.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("a database thread panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn worker() -> Worker {
        Worker::spawn("test", Connection::open_in_memory().unwrap(), serve_reads).unwrap()
    }

    /// A job that is running until told to end.
    fn occupy(worker: &Worker) -> mpsc::Sender<()> {
        let (started, has_started) = mpsc::channel();
        let (end, told_to_end) = mpsc::channel();
        let occupied = worker.submit(move |_| {
            started.send(()).unwrap();
            told_to_end.recv().unwrap();
            Ok(())
        });
        drop(occupied.unwrap());
        has_started.recv().unwrap();
        end
    }

    #[test]
    fn a_full_queue_refuses_at_once_and_recovers() {
        let worker = worker();
        let end = occupy(&worker);
        let waiting: Vec<_> = (0..QUEUE_LENGTH).map(|_| worker.submit(|_| Ok(())).unwrap()).collect();
        assert!(matches!(worker.submit(|_| Ok(())), Err(StoreError::Unavailable { .. })));
        end.send(()).unwrap();
        for answer in waiting {
            crossgate_store::suite::block_on(answer).unwrap().unwrap();
        }
        assert!(worker.submit(|_| Ok(())).is_ok());
    }

    #[test]
    fn what_is_queued_is_done_before_the_end() {
        let worker = worker();
        let end = occupy(&worker);
        let answers: Vec<_> = (0..10).map(|number| worker.submit(move |_| Ok(number)).unwrap()).collect();
        end.send(()).unwrap();
        drop(worker);
        for (number, answer) in (0..).zip(answers) {
            assert_eq!(crossgate_store::suite::block_on(answer).unwrap().unwrap(), number);
        }
    }

    #[test]
    fn a_thread_that_died_is_an_outage_and_not_a_hang() {
        let worker = worker();
        let died =
            crossgate_store::suite::block_on(worker.ask::<()>(|_| panic!("a test of what a panic does")));
        assert!(matches!(died, Err(StoreError::Unavailable { .. })));
        let later = crossgate_store::suite::block_on(worker.ask(|_| Ok(())));
        assert!(matches!(later, Err(StoreError::Unavailable { .. })));
    }
}
