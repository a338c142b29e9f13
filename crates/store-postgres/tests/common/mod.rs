//! What the tests share: a schema of its own for each, on the server that `CROSSGATE_TEST_POSTGRES` names, and sessions.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "only tests use it")]

pub(crate) mod proxy;

use std::ops::Deref;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::NewSession;
use crossgate_store_postgres::PostgresStore;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

static TOLD: Once = Once::new();
static SCHEMAS: AtomicU32 = AtomicU32::new(0);

/// The URL of the server, if there is one.
pub(crate) fn server() -> Option<String> {
    let url = std::env::var("CROSSGATE_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        TOLD.call_once(|| {
            eprintln!(
                "skipped: CROSSGATE_TEST_POSTGRES names no PostgreSQL. With the URL of an empty database and its \
                 owner in it, for example postgres://postgres@127.0.0.1/crossgate, these tests run there."
            );
        });
    }
    url
}

/// Another program on the database.
pub(crate) struct Psql {
    runtime: Runtime,
    client: Client,
}

impl Psql {
    pub(crate) fn at(url: &str) -> Self {
        // What is behind the `?` is partly ours.
        let url = url.split_once('?').map_or(url, |(before, _)| before);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
        runtime.spawn(async { drop(connection.await) });
        Self { runtime, client }
    }

    pub(crate) fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// Whether it works.
    pub(crate) fn try_run(&self, sql: &str) -> bool {
        self.runtime.block_on(self.client.batch_execute(sql)).is_ok()
    }

    /// The first column of every row.
    pub(crate) fn read(&self, sql: &str) -> Vec<String> {
        let messages = self.runtime.block_on(self.client.simple_query(sql)).unwrap();
        let first = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        };
        messages.iter().filter_map(first).collect()
    }
}

impl Psql {
    /// Waits until so many statements on this schema wait for a lock, which the server shows.
    pub(crate) fn wait_for_waiting(&self, schema: &Schema, count: usize) {
        let sql = format!(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%\"{}\".%'",
            schema.name
        );
        while self.read(&sql).len() < count {
            std::thread::yield_now();
        }
    }
}

/// A schema that is there for one test.
pub(crate) struct Schema {
    pub(crate) name: String,
    pub(crate) server: String,
}

impl Schema {
    /// Nothing is in it yet. `None` where there is no server.
    pub(crate) fn new() -> Option<Self> {
        let server = server()?;
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        Some(Self { name: format!("test_{}_{number}", std::process::id()), server })
    }

    pub(crate) fn url(&self) -> String {
        self.url_with("")
    }

    /// The URL with more behind the `?`.
    pub(crate) fn url_with(&self, more: &str) -> String {
        let separator = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{separator}schema={}{more}", self.server, self.name)
    }

    /// Another program, for which names without a schema mean this one.
    pub(crate) fn psql(&self) -> Psql {
        let psql = Psql::at(&self.server);
        psql.run(&format!("SET search_path = {}", self.name));
        psql
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        Psql::at(&self.server).run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }
}

/// A store and its schema.
pub(crate) struct TemporaryStore {
    // Dropped first, while the schema is still there.
    store: PostgresStore,
    pub(crate) schema: Schema,
}

impl TemporaryStore {
    /// `None` where there is no server.
    pub(crate) fn new() -> Option<Self> {
        Self::with("")
    }

    /// With more behind the `?` of the URL.
    pub(crate) fn with(more: &str) -> Option<Self> {
        let schema = Schema::new()?;
        let store = PostgresStore::open(&schema.url_with(more)).unwrap();
        Some(Self { store, schema })
    }
}

impl Deref for TemporaryStore {
    type Target = PostgresStore;
    fn deref(&self) -> &PostgresStore {
        &self.store
    }
}

pub(crate) fn id(number: u32) -> HashedSessionId {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    HashedSessionId::from_bytes(bytes)
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds)
}

pub(crate) fn ada() -> Subject {
    Subject::parse("ada").unwrap()
}

pub(crate) fn session(number: u32) -> NewSession {
    let record = SessionRecord {
        id: id(number),
        subject: ada(),
        created_at: at(0),
        last_seen_at: at(0),
        provider: None,
        version: 1,
        sealed: number.to_be_bytes().repeat(100),
    };
    NewSession { record, replaces: None }
}
