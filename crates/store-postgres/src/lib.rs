//! Keeps Crossgate's sessions in PostgreSQL (14 or newer), for gateways on several machines.
//!
//! Every method is one statement that commits by itself, so it happens whole or not at all, costs one round trip, and
//! works behind a pooler that gives each transaction another session. What the port calls durable is on disk, and where
//! the server has synchronous standbys on theirs, before it is acknowledged. Connections live on a thread of the store's
//! own; a write that has begun happens whole, whoever goes away.
//!
//! # URL
//!
//! `postgres://user:password@host:5432/database`, with several hosts separated by commas. Of several the primary is
//! found (`target_session_attrs=read-write` by default), also after a failover. Behind the `?`, besides what the driver
//! knows:
//!
//! - `schema`: the schema that holds the tables, `crossgate` by default
//! - `pool`: how many connections at most, 10 by default
//! - `sslmode`: `verify-full` or `disable`. A certificate is always checked, with `require` as well. The default is
//!   `verify-full`, and `disable` where every host is this machine
//! - `sslrootcert`: a file with the authorities to trust, in place of those of the system
//! - `prepared=false`: no prepared statements and no settings of the session, for PgBouncer in transaction mode. Then
//!   `synchronous_commit` must not be off for the user, and nothing is heard by default
//! - `listen`: whether to hear at once that something happened (LISTEN, which needs a direct connection); the URL of a
//!   direct connection, percent-encoded, where this URL leads to a pooler; or `false`

mod database;
mod error;
mod event;
mod failure;
mod key;
mod lease;
mod open;
mod replay;
mod rows;
mod schema;
mod server;
mod session;
mod statement;
mod thread;
mod throttle;
mod tls;
mod transfer;
mod url;
mod wake;

use std::fmt;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_store::{Store, StoreError, StoreFuture};

pub use error::{OpenError, OpenProblem};

use database::Database;
use statement::{Repeat, Statement};
use thread::Worker;
use url::{Listening, Settings};
use wake::{Announcer, Ear};

/// Writes, and reads a table that every answer depends on.
const CHECK: Statement = Statement {
    text: "UPDATE crossgate.readiness SET checks = checks + 1
           RETURNING EXISTS (SELECT 1 FROM crossgate.session LIMIT 1)",
    types: &[],
    repeat: Repeat::Harmless,
};

const TIME: Statement = Statement {
    text: "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now",
    types: &[],
    repeat: Repeat::Harmless,
};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where the database is, and as whom to go there.
    pub url: SecretText,
    /// Whether to bring the schema up to date. If not, one that is not is refused.
    pub migrate: bool,
    /// How long to wait for each host.
    pub connect_timeout: Duration,
    /// How long to wait for a connection while all are busy.
    pub wait_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
}

impl PostgresOptions {
    /// With the schema brought up to date, and two to five seconds for everything.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: SecretText::new(url),
            migrate: true,
            connect_timeout: Duration::from_secs(2),
            wait_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(5),
        }
    }
}

/// A store in PostgreSQL.
///
/// Dropping it waits until everything that was asked for is done.
pub struct PostgresStore {
    worker: Worker,
    database: Arc<Database>,
    ear: Arc<Ear>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Connects and brings the schema up to date. Blocks.
    ///
    /// # Errors
    /// See [`OpenProblem`]. A schema that is not ours, or that a newer Crossgate wrote, is left as it is.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_with(&PostgresOptions::new(url))
    }

    /// As [`open`](Self::open), with options.
    ///
    /// # Errors
    /// As there; and [`OpenProblem::OlderSchema`] where the schema is to be brought up to date by somebody else.
    pub fn open_with(options: &PostgresOptions) -> Result<Self, OpenError> {
        let (worker, settings) = begin(options)?;
        let (place, ear, announcer) = (settings.server.place(), Arc::new(Ear::new()), Announcer::default());
        if let Listening::At(server) = &settings.listening {
            let channel = settings.schema.channel();
            let listening = wake::listen((**server).clone(), channel, Arc::clone(&ear), announcer.clone());
            worker.run_beside(listening);
        }
        let database = open::database(settings, options, announcer);
        let database = database.map_err(|problem| OpenError { place, problem })?;
        Ok(Self { worker, database, ear })
    }

    /// Whether a URL can be that of a store, without asking any server.
    ///
    /// # Errors
    /// [`OpenProblem::Url`] where something in it is not known or does not fit, and [`OpenProblem::Tls`] where the file
    /// that `sslrootcert` names cannot be used. Neither quotes what could be part of a password.
    pub fn judge_url(url: &str) -> Result<(), OpenProblem> {
        Settings::parse(url, Duration::ZERO).map(drop)
    }

    /// Brings the schema up to date and closes. Blocks.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn migrate(url: &str) -> Result<(), OpenError> {
        begin(&PostgresOptions::new(url)).map(drop)
    }

    /// A future that has `work` done on the store's thread.
    fn ask<T, F>(&self, work: impl FnOnce(Arc<Database>) -> F + Send + 'static) -> StoreFuture<'_, T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        Box::pin(async move { self.worker.ask(work(Arc::clone(&self.database))).await })
    }
}

/// Starts the thread, and finds the database there as it has to be.
fn begin(options: &PostgresOptions) -> Result<(Worker, Settings), OpenError> {
    let unread = |problem| OpenError { place: "(configuration)".to_owned(), problem };
    let settings = Settings::parse(options.url.expose_secret(), options.connect_timeout).map_err(unread)?;
    let place = settings.server.place();
    let worker = Worker::spawn().map_err(OpenProblem::from);
    let begun = worker.and_then(|worker| Ok((prepare_on(&worker, settings, options.clone())?, worker)));
    match begun {
        Ok((settings, worker)) => Ok((worker, settings)),
        Err(problem) => Err(OpenError { place, problem }),
    }
}

fn prepare_on(
    worker: &Worker,
    settings: Settings,
    options: PostgresOptions,
) -> Result<Settings, OpenProblem> {
    let (tell, told) = mpsc::channel();
    worker.run_beside(async move {
        let prepared = open::prepare(&settings, &options).await;
        drop(tell.send(prepared.map(|()| settings)));
    });
    told.recv().unwrap_or_else(|_| Err(OpenProblem::Refused("the database thread has stopped".to_owned())))
}

impl Store for PostgresStore {
    fn check(&self) -> StoreFuture<'_, ()> {
        self.ask(async move |database| match database.query(&CHECK, &[]).await?.as_slice() {
            [] => Err(StoreError::damaged("the table for the readiness check, which is empty")),
            _ => Ok(()),
        })
    }

    fn time(&self) -> StoreFuture<'_, Option<Timestamp>> {
        self.ask(async move |database| {
            let row = database.query_one(&TIME, &[]).await?;
            rows::time(&row, "now").map(Some)
        })
    }
}
