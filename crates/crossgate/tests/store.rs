//! `crossgate store`, run as an operator runs it, on real files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

use std::path::Path;

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::{NewSession, SessionStore as _};
use crossgate_store_sqlite::SqliteStore;
use support::{Plan, run_to_end};
use tempfile::TempDir;

const CONFIGURATION: &str = r#"
public_url = "http://localhost:3000"
secret     = "hush-hush, a secret that is long enough for anybody"
[app]
url = "http://127.0.0.1:9"
[store]
"#;

struct Desk {
    folder: TempDir,
    plan: Plan,
}

impl Desk {
    fn new() -> Self {
        Self::on("sqlite:configured.db")
    }

    fn on(store: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let configuration = format!("{CONFIGURATION}url = \"{store}\"\n");
        let plan = Plan::new(folder.path().to_path_buf(), &configuration, &[("STORE_PASSWORD", "hunter2")]);
        Self { folder, plan }
    }

    fn file(&self, name: &str) -> String {
        format!("sqlite:{}", self.folder.path().join(name).display())
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = run_to_end(&self.plan, arguments);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!said.contains("hush-hush") && !said.contains("hunter2"), "{said}");
        (output.status.success(), said)
    }
}

/// A store with so many sessions.
fn seed(file: &Path, sessions: u8) {
    let store = SqliteStore::open(file).unwrap();
    for number in 0..sessions {
        let record = SessionRecord {
            id: HashedSessionId::from_bytes([number; 32]),
            subject: Subject::parse("ada").unwrap(),
            created_at: Timestamp::from_seconds(1_700_000_000),
            last_seen_at: Timestamp::from_seconds(1_700_000_000),
            provider: None,
            version: 3,
            sealed: vec![number; 50],
        };
        wait_for(store.create(NewSession { record, replaces: None })).unwrap();
    }
}

fn sessions(file: &Path) -> Vec<SessionRecord> {
    wait_for(SqliteStore::open(file).unwrap().list_all(None, 1000)).unwrap()
}

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

#[test]
fn everything_in_a_store_gets_to_the_one_that_is_configured_and_a_second_run_writes_nothing() {
    let desk = Desk::new();
    let (old, new) = (desk.folder.path().join("old.db"), desk.folder.path().join("configured.db"));
    seed(&old, 200);
    let (is_well, said) = desk.run(&["store", "copy", "--from", &desk.file("old.db")]);
    assert!(is_well && said.contains("200 read: 200 copied"), "{said}");
    assert_eq!(sessions(&new), sessions(&old));
    let (is_well, said) =
        desk.run(&["store", "copy", "--from", &desk.file("old.db"), "--to", &desk.file("configured.db")]);
    assert!(is_well && said.contains("0 copied, 0 brought up to date, 200 the same"), "{said}");
}

#[test]
fn what_cannot_be_copied_is_refused_with_what_to_do() {
    let desk = Desk::new();
    seed(&desk.folder.path().join("old.db"), 1);
    let old = desk.file("old.db");
    for (arguments, expected) in [
        (["--from", &*old, "--to", &old], "are the same store"),
        (["--from", &desk.file("nothing.db"), "--to", &old], "there is no store at"),
        (["--from", &old, "--to", "memory:"], "only the running Crossgate itself"),
        (["--from", "memory:", "--to", &old], "only the running Crossgate itself"),
        (["--from", "old.db", "--to", &old], "--from names no store"),
        (["--from", &old, "--to", "postgres://me:${STORE_PASSWORD}/x@db/y"], "--to names no store"),
        (["--from", &old, "--to", "postgres://me:${NOBODY_SET_THIS}@db/y"], "NOBODY_SET_THIS"),
    ] {
        let (is_well, said) = desk
            .run(&[["store", "copy"], [arguments[0], arguments[1]], [arguments[2], arguments[3]]].concat());
        assert!(!is_well && said.contains(expected), "{arguments:?}: {said}");
    }
    assert!(!desk.folder.path().join("nothing.db").exists());
}

#[test]
fn a_store_is_brought_up_to_date_and_tried_out() {
    let desk = Desk::new();
    let (is_well, said) = desk.run(&["store", "check"]);
    assert!(!is_well && said.contains("there is no store at"), "{said}");
    let (is_well, said) = desk.run(&["store", "migrate"]);
    assert!(is_well && said.contains("configured.db: the schema is up to date"), "{said}");
    let (is_well, said) = desk.run(&["store", "check"]);
    assert!(is_well && said.contains("ms to write"), "{said}");
    std::fs::write(desk.folder.path().join("configured.db"), "not a database, but text").unwrap();
    let (is_well, said) = desk.run(&["store", "check"]);
    assert!(!is_well && said.contains("is not an SQLite database"), "{said}");
}

#[test]
fn what_a_driver_does_not_know_in_an_address_is_found_without_a_server() {
    for (url, expected) in [
        ("postgres://me:${STORE_PASSWORD}@db/y?pol=3", "the URL has `pol`, which is not known"),
        ("postgres://me:${STORE_PASSWORD}@db/y?pool=0", "`pool` in the URL is a number from 1 on"),
        ("postgres://me:${STORE_PASSWORD}@db/y?sslmode=prefer", "`sslmode` in the URL is verify-full"),
        ("valkey://me:${STORE_PASSWORD}@one?wiat=1", "there may be cluster=true"),
        ("valkey://me:${STORE_PASSWORD}@one,two?cluster=true&sentinel=main", "exclude each other"),
    ] {
        let (is_well, said) = Desk::on(url).run(&["check"]);
        assert!(!is_well && said.contains(":7: store.url: ") && said.contains(expected), "{url}: {said}");
        assert!(said.contains("docs/reference/configuration.md"), "{said}");
    }
    for url in ["postgres://me@db/y?pool=3&sslmode=disable", "valkey://one,two?cluster=true&wait=1"] {
        let (is_well, said) = Desk::on(url).run(&["check"]);
        assert!(is_well, "{said}");
    }
}
