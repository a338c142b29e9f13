//! What the tests share: a store with keys of its own on a real server, and sessions.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "only tests use it")]

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::ops::Deref;
use std::sync::Once;

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::memory::MemoryStore;
use crossgate_store::{NewSession, Store};
use crossgate_store_valkey::ValkeyStore;
use redis::{Client, Commands as _, Connection, Value};

/// The URL of a server by itself.
pub(crate) const SINGLE: &str = "CROSSGATE_TEST_VALKEY";
/// The URL of a server of a cluster.
pub(crate) const CLUSTER: &str = "CROSSGATE_TEST_VALKEY_CLUSTER";
/// The URL of Sentinels that watch over a server and its replica.
pub(crate) const SENTINEL: &str = "CROSSGATE_TEST_VALKEY_SENTINEL";

/// The URL in the variable. Where there is none, says once what is left out and how to have it.
pub(crate) fn url(variable: &str) -> Option<String> {
    static TOLD: Once = Once::new();
    let url = std::env::var(variable).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        TOLD.call_once(|| {
            // Not by a macro of the language: what those print is kept back for tests that pass.
            let how =
                format!("skipped: set {variable} to the URL of a server, such as valkey://127.0.0.1:6379\n");
            drop(std::io::stderr().write_all(how.as_bytes()));
        });
    }
    url
}

/// Keys that nobody else has, which are deleted in the end.
pub(crate) struct Prefix {
    url: String,
    pub(crate) name: String,
}

impl Prefix {
    pub(crate) fn new(url: &str) -> Self {
        let name = format!("test-{:016x}", RandomState::new().hash_one(url));
        Self { url: url.to_owned(), name }
    }

    /// Where the store with these keys is.
    pub(crate) fn url(&self) -> String {
        self.url_of(&self.url)
    }

    /// The same by another way to the server.
    pub(crate) fn url_of(&self, url: &str) -> String {
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}prefix={}", self.name)
    }

    pub(crate) fn open(&self) -> ValkeyStore {
        ValkeyStore::open(&self.url()).unwrap()
    }
}

impl Drop for Prefix {
    fn drop(&mut self) {
        for mut server in masters(&self.url) {
            for pattern in [format!("{}:*", self.name), format!("{{{}:*", self.name)] {
                let keys: Vec<Vec<u8>> = server.scan_match(&pattern).unwrap().map(Result::unwrap).collect();
                keys.iter().for_each(|key| server.unlink(key).unwrap());
            }
        }
    }
}

/// A connection of the test's own to a server.
pub(crate) fn connection(url: &str) -> Connection {
    let url = url.replacen("valkey", "redis", 1);
    // Of several hosts the first.
    Client::open(url.split(['?', ',']).next().unwrap()).unwrap().get_connection().unwrap()
}

/// All keys of the store on a server by itself whose name ends so.
pub(crate) fn keys_like(server: &mut Connection, prefix: &Prefix, end: &str) -> Vec<Vec<u8>> {
    let pattern = format!("*{}:*{end}", prefix.name);
    server.scan_match(&pattern).unwrap().map(Result::unwrap).collect()
}

/// Connections to all servers that write.
pub(crate) fn masters(url: &str) -> Vec<Connection> {
    let mut server = connection(url);
    if let Some(name) = watched(url) {
        let (host, port) = master_by_name(&mut server, &name);
        return vec![connection(&format!("redis://{host}:{port}"))];
    }
    let ranges: redis::RedisResult<Vec<Vec<Value>>> = redis::cmd("CLUSTER").arg("SLOTS").query(&mut server);
    let Ok(ranges) = ranges else { return vec![server] };
    // Two numbers, then the server that writes: its host and its port.
    let place = |range: &Vec<Value>| match &range[2] {
        Value::Array(master) => format!("redis://{}:{}", text(&master[0]), text(&master[1])),
        other => panic!("{other:?}"),
    };
    let places: BTreeSet<_> = ranges.iter().map(place).collect();
    places.iter().map(|place| connection(place)).collect()
}

/// What the Sentinels of this URL call the server, if it is one of Sentinels.
pub(crate) fn watched(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("sentinel=")?;
    rest.split('&').next().map(str::to_owned)
}

/// The server that writes, as a Sentinel knows it.
pub(crate) fn master_by_name(sentinel: &mut Connection, name: &str) -> (String, String) {
    redis::cmd("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(name).query(sentinel).unwrap()
}

fn text(value: &Value) -> String {
    redis::from_redis_value_ref(value).unwrap()
}

/// A store for one test. Where there is no server it is one in memory, with which nothing is done.
pub(crate) struct TemporaryStore {
    // Dropped first, while its keys are still there.
    store: Box<dyn Store>,
    _prefix: Option<Prefix>,
}

impl TemporaryStore {
    pub(crate) fn on(variable: &str) -> Self {
        let Some(url) = url(variable) else {
            return Self { store: Box::new(MemoryStore::new()), _prefix: None };
        };
        let prefix = Prefix::new(&url);
        Self { store: Box::new(prefix.open()), _prefix: Some(prefix) }
    }
}

impl Deref for TemporaryStore {
    type Target = dyn Store;
    fn deref(&self) -> &Self::Target {
        &*self.store
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

pub(crate) fn person(name: &str) -> Subject {
    Subject::parse(name).unwrap()
}

pub(crate) fn session_of(name: &str, number: u32) -> NewSession {
    let record = SessionRecord {
        id: id(number),
        subject: person(name),
        created_at: at(0),
        last_seen_at: at(0),
        provider: None,
        version: 1,
        sealed: number.to_be_bytes().repeat(100),
    };
    NewSession { record, replaces: None }
}

pub(crate) fn session(number: u32) -> NewSession {
    session_of("ada", number)
}
