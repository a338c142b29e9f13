//! A piece of work for a thread that owns a connection.

use crossgate_store::StoreError;
use futures_channel::oneshot;
use rusqlite::Connection;

use crate::error::Failure;

/// Work whose doing and answering are apart: a writer answers only when what it did is durable.
pub(crate) trait Job: Send {
    /// Does the work, once. Whether it succeeded: what a job that failed has written must be undone.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Answers whoever asked. `durable` is what became of the transaction around the work.
    fn answer(self: Box<Self>, durable: Result<(), StoreError>);
}

/// A function as a job.
pub(crate) struct Task<T, F> {
    progress: Progress<T, F>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

enum Progress<T, F> {
    Waiting(F),
    Running,
    Done(Result<T, StoreError>),
}

impl<T, F> Task<T, F> {
    /// The job, and where its answer arrives.
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { progress: Progress::Waiting(work), reply }, answer)
    }
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Failure> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Progress::Waiting(work) = std::mem::replace(&mut self.progress, Progress::Running) else {
            return false;
        };
        let result = work(connection).map_err(|Failure(error)| error);
        let succeeded = result.is_ok();
        self.progress = Progress::Done(result);
        succeeded
    }

    fn answer(self: Box<Self>, durable: Result<(), StoreError>) {
        let result = match (self.progress, durable) {
            (Progress::Done(Err(own)), _) => Err(own),
            (Progress::Done(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error),
            (Progress::Waiting(_) | Progress::Running, Ok(())) => {
                Err(StoreError::unavailable("it was not done"))
            }
        };
        // Whoever asked may have gone away; the work counts all the same.
        drop(self.reply.send(result));
    }
}
