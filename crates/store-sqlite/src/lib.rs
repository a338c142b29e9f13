//! Keeps Crossgate's sessions in an SQLite file.
//!
//! The file is in WAL mode with `synchronous=FULL`: what was acknowledged survives a crash of the process and of the
//! machine. One thread writes. It takes whatever has queued up, commits it together and only then answers, so that
//! many sign-ins share one wait for the disk. Another thread reads, beside the writer and never blocked by it.
//!
//! Several processes may share the file on one machine. It must not be on a network file system.

mod error;
mod event;
mod key;
mod lease;
mod open;
mod replay;
mod rows;
mod schema;
mod session;
mod thread;
mod throttle;
mod transfer;

use std::path::Path;

use crossgate_store::{Store, StoreError, StoreFuture};
use rusqlite::Connection;

pub use error::{OpenError, OpenProblem};

use error::Failure;
use open::Connections;
use thread::{Worker, serve_reads, serve_writes};

/// A store in an SQLite file.
///
/// Dropping it waits until everything that was asked for is written.
#[derive(Debug)]
pub struct SqliteStore {
    // Fields are dropped in this order. The writer goes last: the last connection tidies the write-ahead log away,
    // and the reader may not write.
    reader: Worker,
    writer: Worker,
}

impl SqliteStore {
    /// Opens the file, creates it (readable by its owner only) if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with an [`OpenError`] as its cause, which says what to change. A file that is not
    /// ours, or that a newer Crossgate wrote, is left as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let Connections { reader, writer } = open::open(path).map_err(StoreError::unavailable)?;
        Ok(Self {
            reader: Worker::spawn("sqlite-reader", reader, serve_reads)?,
            writer: Worker::spawn("sqlite-writer", writer, serve_writes)?,
        })
    }

    /// A future that has `work` done on the reading connection.
    fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        Box::pin(self.reader.ask(work))
    }

    /// A future that has `work` done in a transaction, and resolves when that is durable.
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        Box::pin(self.writer.ask(work))
    }
}

impl Store for SqliteStore {
    fn check(&self) -> StoreFuture<'_, ()> {
        Box::pin(async {
            self.read(read_something).await?;
            self.write(write_something).await
        })
    }
}

fn read_something(connection: &Connection) -> Result<(), Failure> {
    connection.prepare_cached("SELECT 1 FROM session LIMIT 1")?.exists([])?;
    Ok(())
}

fn write_something(connection: &Connection) -> Result<(), Failure> {
    connection.prepare_cached("UPDATE readiness SET checks = checks + 1")?.execute([])?;
    Ok(())
}
