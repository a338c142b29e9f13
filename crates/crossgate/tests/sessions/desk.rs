//! Where the operator sits: a configuration, its file, and the program.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_store::{NewSession, Store};
use crossgate_store_sqlite::SqliteStore;
use serde_json::Value;
use tempfile::TempDir;

use crate::people::{Person, at};
use crate::support::{Gateway, Plan, run_as_it_is, run_to_end};

pub(crate) const SECRET: &str = "hush-hush, a secret that is long enough for anybody";

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "${SECRET}"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 1
[app]
url = "http://127.0.0.1:9"
[session]
idle_timeout     = "1d"
absolute_timeout = "30d"
[store]
url = "${STORE}"
"#;

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let said = Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        };
        for text in [&said.out, &said.errors] {
            assert!(!text.contains("hush-hush"), "a secret or a token: {text}");
        }
        said
    }

    /// What it said, if it did what it was asked.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.errors);
        self.out
    }

    /// The same, read by a program.
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }

    /// Why it did not.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.errors);
        assert!(self.out.is_empty(), "{}", self.out);
        self.errors
    }
}

pub(crate) struct Desk {
    plan: Plan,
    folder: TempDir,
}

impl Desk {
    /// With a store, and nobody in it.
    pub(crate) fn new() -> Self {
        let desk = Self::of("sqlite:crossgate.db");
        drop(desk.store());
        desk
    }

    /// With the store of this address; it is not made.
    pub(crate) fn of(store: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(folder.path(), SECRET, store);
        Self { plan, folder }
    }

    /// From now on with another secret.
    pub(crate) fn change_secret(&mut self, secret: &str) {
        self.plan = plan(self.folder.path(), secret, "sqlite:crossgate.db");
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("crossgate.db")
    }

    /// As a program that serves has it.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&self.file()).unwrap())
    }

    pub(crate) fn serve(&self) -> Gateway {
        Gateway::start(&self.plan).unwrap_or_else(|log| panic!("{log}"))
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn sign_in(&self, people: impl IntoIterator<Item = Person>) {
        let store = self.store();
        wait_for(async {
            for person in people {
                store.create(NewSession { record: person.record(), replaces: None }).await.unwrap();
            }
        });
    }

    pub(crate) fn end(&self, id: HashedSessionId, reason: EndReason) {
        let store = self.store();
        wait_for(store.end(id, reason, at(10))).unwrap().unwrap();
    }

    /// Why a session ended, if it did.
    pub(crate) fn reason(&self, id: HashedSessionId) -> Option<EndReason> {
        wait_for(self.store().ended(id)).unwrap().map(|ended| ended.reason)
    }

    /// Whether a session is there.
    pub(crate) fn lives(&self, id: HashedSessionId) -> bool {
        wait_for(self.store().load(id)).unwrap().is_some()
    }

    /// Runs `crossgate sessions` with these words.
    pub(crate) fn ask(&self, words: &[&str]) -> Said {
        Said::of(run_to_end(&self.plan, &in_full(words)))
    }

    /// The same with nothing behind the words.
    pub(crate) fn ask_only(&self, words: &[&str]) -> Said {
        Said::of(run_as_it_is(&self.plan, &in_full(words)))
    }
}

fn in_full<'a>(words: &[&'a str]) -> Vec<&'a str> {
    ["sessions"].iter().chain(words).copied().collect()
}

fn plan(folder: &Path, secret: &str, store: &str) -> Plan {
    Plan::new(folder.to_path_buf(), CONFIGURATION, &[("SECRET", secret), ("STORE", store)])
}

pub(crate) fn wait_for<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}
