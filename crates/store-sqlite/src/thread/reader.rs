//! The reading thread. Each job sees everything that was committed before it began.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::Job;

/// Works the queue off until it is closed.
pub(crate) fn serve_reads(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    for mut job in queue {
        job.run(connection);
        job.answer(Ok(()));
    }
}
