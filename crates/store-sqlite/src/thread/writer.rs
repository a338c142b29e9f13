//! The writing thread: group commit.
//!
//! A commit waits for the disk. While it does, more jobs queue up; they share the next one. Each job has a savepoint
//! of its own, so that one that fails takes nothing of its neighbours with it. Nobody is answered before the commit.

use std::iter::once;
use std::sync::mpsc::Receiver;

use crossgate_store::StoreError;
use rusqlite::Connection;

use super::Job;
use crate::error::store_error;

/// How many jobs share a commit at most; the first of them waits for the last.
const LARGEST_BATCH: usize = 256;

/// Works the queue off until it is closed.
pub(crate) fn serve_writes(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let batch = once(first).chain(queue.try_iter()).take(LARGEST_BATCH).collect();
        commit_together(connection, batch);
    }
}

fn commit_together(connection: &Connection, mut batch: Vec<Box<dyn Job>>) {
    let durable = run_in_transaction(connection, &mut batch);
    if durable.is_err() && !connection.is_autocommit() {
        give_up(connection);
    }
    for job in batch {
        job.answer(durable.clone());
    }
}

fn give_up(connection: &Connection) {
    if let Err(error) = execute(connection, "ROLLBACK") {
        tracing::error!(%error, "a transaction that failed cannot be rolled back either");
    }
}

fn run_in_transaction(connection: &Connection, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    execute(connection, "BEGIN IMMEDIATE")?;
    for job in batch {
        run_in_savepoint(connection, job.as_mut())?;
    }
    execute(connection, "COMMIT")
}

fn run_in_savepoint(connection: &Connection, job: &mut dyn Job) -> Result<(), StoreError> {
    execute(connection, "SAVEPOINT job")?;
    let succeeded = job.run(connection);
    // On a full disk or an I/O error SQLite may roll everything back by itself. The jobs before this one are undone
    // then, and those after it must not run outside of a transaction.
    if connection.is_autocommit() {
        return Err(StoreError::unavailable("the database gave up the transaction"));
    }
    if !succeeded {
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map_err(store_error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crossgate_store::suite::block_on;
    use futures_channel::oneshot::Receiver;

    use super::super::Task;
    use super::*;
    use crate::error::Failure;

    type Answer = Receiver<Result<(), StoreError>>;

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let schema = "CREATE TABLE number (n INTEGER PRIMARY KEY);
                      CREATE TABLE promise (n INTEGER REFERENCES number DEFERRABLE INITIALLY DEFERRED);
                      PRAGMA foreign_keys = ON;";
        connection.execute_batch(schema).unwrap();
        connection
    }

    fn job(sql: &'static str) -> (Box<dyn Job>, Answer) {
        let (task, answer) =
            Task::new(move |connection: &Connection| connection.execute_batch(sql).map_err(Failure::from));
        (Box::new(task), answer)
    }

    /// Runs the statements as one batch and says which were acknowledged.
    fn commit(connection: &Connection, batch: &[&'static str]) -> Vec<bool> {
        let (jobs, answers): (Vec<_>, Vec<_>) = batch.iter().map(|sql| job(sql)).unzip();
        commit_together(connection, jobs);
        answers.into_iter().map(|answer| block_on(answer).unwrap().is_ok()).collect()
    }

    fn numbers(connection: &Connection) -> Vec<i64> {
        let mut statement = connection.prepare("SELECT n FROM number ORDER BY n").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_job_that_fails_takes_only_its_own_writes_with_it() {
        let connection = database();
        let batch = [
            "INSERT INTO number VALUES (1)",
            "INSERT INTO number VALUES (2); INSERT INTO number VALUES (1)",
            "INSERT INTO number VALUES (3)",
            "no such statement",
            "INSERT INTO number VALUES (4)",
        ];
        assert_eq!(commit(&connection, &batch), [true, false, true, false, true]);
        assert_eq!(numbers(&connection), [1, 3, 4]);
    }

    #[test]
    fn when_the_commit_fails_nobody_is_acknowledged_and_nothing_stays() {
        let connection = database();
        let broken_promise = "INSERT INTO promise VALUES (99)";
        let batch = ["INSERT INTO number VALUES (1)", broken_promise, "INSERT INTO number VALUES (2)"];
        assert_eq!(commit(&connection, &batch), [false, false, false]);
        assert!(numbers(&connection).is_empty());
        assert_eq!(
            commit(&connection, &["INSERT INTO number VALUES (3)"]),
            [true],
            "and the next batch is fine"
        );
    }

    #[test]
    fn when_sqlite_gives_the_transaction_up_nothing_runs_outside_of_one() {
        let connection = database();
        // What SQLite does by itself on a full disk.
        let batch = ["INSERT INTO number VALUES (1)", "ROLLBACK", "INSERT INTO number VALUES (2)"];
        assert_eq!(commit(&connection, &batch), [false, false, false]);
        assert!(numbers(&connection).is_empty());
        assert_eq!(commit(&connection, &["INSERT INTO number VALUES (3)"]), [true]);
    }
}
