//! `crossgate keys`, run as an operator runs it, on a real file.

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

use crossgate_store::KeyStore as _;
use crossgate_store_sqlite::SqliteStore;
use serde_json::Value;
use support::{Connection, Gateway, Plan, run_to_end};

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "${SECRET}"
[listen]
address = "127.0.0.1:${CROSSGATE_PORT}"
admin   = false
workers = 1
[app]
url = "http://127.0.0.1:9"
[store]
url = "${STORE}"
"#;

const SECRET: &str = "hush-hush, a secret that is long enough for anybody";

fn plan(folder: &Path, secret: &str, store: &str) -> Plan {
    Plan::new(folder.to_path_buf(), CONFIGURATION, &[("SECRET", secret), ("STORE", store)])
}

/// What a command said, and whether it did what it was asked.
fn run(plan: &Plan, arguments: &[&str]) -> (bool, String) {
    let output = run_to_end(plan, arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains("hush-hush"), "{said}");
    (output.status.success(), said)
}

fn well(plan: &Plan, arguments: &[&str]) -> String {
    let (success, said) = run(plan, arguments);
    assert!(success, "{said}");
    said
}

/// The first and the last column.
fn rows(table: &str) -> Vec<(&str, &str)> {
    let rows = table.lines().skip(1).take_while(|line| !line.is_empty());
    rows.map(|row| (row.split("  ").next().unwrap(), row.rsplit("  ").next().unwrap())).collect()
}

fn remove_all_keys(file: &Path) {
    let store = SqliteStore::open(file).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for key in runtime.block_on(store.load_keys()).unwrap() {
        assert!(runtime.block_on(store.remove_key(key.id)).unwrap());
    }
}

fn published(plan: &Plan) -> Vec<String> {
    let mut connection = Connection::open(plan.address()).unwrap();
    let host = plan.origin().replace("http://", "");
    connection.send(format!("GET /.well-known/jwks.json HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    let answer = connection.answer(false).unwrap();
    let keys: Value = serde_json::from_slice(&answer.body).unwrap();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn keys_are_shown_and_made_beside_a_crossgate_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), SECRET, "sqlite:crossgate.db");
    let gateway = Gateway::start(&plan).unwrap_or_else(|log| panic!("{log}"));
    let table = well(&plan, &["keys", "list"]);
    let first = published(&plan).remove(0);
    assert_eq!(rows(&table), [(first.as_str(), "signing")], "{table}");
    for column in ["id", "algorithm", "made", "signs from", "state", "ES256", "T"] {
        assert!(table.contains(column), "{column}: {table}");
    }
    let said = well(&plan, &["keys", "rotate"]);
    assert!(said.contains("10 minutes from now") && !said.contains(&first), "{said}");
    let table = well(&plan, &["keys", "list"]);
    let [old, new] = rows(&table).try_into().unwrap();
    assert_eq!((old, new.1), ((first.as_str(), "signing"), "published"), "{table}");
    assert!(said.contains(new.0), "{said}");
    drop(gateway);
    let _gateway = Gateway::start(&plan).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(published(&plan), [old.0, new.0]);
}

#[test]
fn the_first_key_can_be_made_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), SECRET, "sqlite:crossgate.db");
    drop(Gateway::start(&plan).unwrap_or_else(|log| panic!("{log}")));
    let table = well(&plan, &["keys", "list"]);
    remove_all_keys(&folder.path().join("crossgate.db"));
    assert!(well(&plan, &["keys", "list"]).contains("no keys yet"));
    let said = well(&plan, &["keys", "rotate"]);
    assert!(said.contains("signs at once"), "{said}");
    let again = well(&plan, &["keys", "list"]);
    assert_eq!(rows(&again)[0].1, "signing");
    assert_ne!(rows(&again)[0].0, rows(&table)[0].0);
}

/// It would make a key that the running Crossgate cannot use.
#[test]
fn with_another_secret_no_key_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let right = plan(folder.path(), SECRET, "sqlite:crossgate.db");
    drop(Gateway::start(&right).unwrap_or_else(|log| panic!("{log}")));
    let wrong = plan(folder.path(), "hush-hush, another one that is long enough", "sqlite:crossgate.db");
    let table = well(&wrong, &["keys", "list"]);
    assert_eq!(rows(&table)[0].1, "cannot be used", "{table}");
    let (success, said) = run(&wrong, &["keys", "rotate"]);
    assert!(!success && said.contains("`secret`"), "{said}");
    assert_eq!(rows(&well(&right, &["keys", "list"])).len(), 1);
}

#[test]
fn where_there_is_no_file_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for (store, reason) in [("sqlite:crossgate.db", "no store at"), ("memory:", "only the running")] {
        let plan = plan(folder.path(), SECRET, store);
        for command in ["list", "rotate"] {
            let (success, said) = run(&plan, &["keys", command]);
            assert!(!success && said.contains(reason) && said.contains("fix: "), "{said}");
        }
    }
    assert!(!folder.path().join("crossgate.db").exists());
}

#[test]
fn the_help_says_what_the_states_mean_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), SECRET, "memory:");
    let said = well(&plan, &["keys", "list", "--help"]);
    assert!(said.contains("Show all keys"), "{said}");
    let said = well(&plan, &["keys", "rotate", "--help"]);
    assert!(said.contains("ten minutes") && said.contains("operating.md"), "{said}");
    let said = well(&plan, &["keys", "--help"]);
    for part in ["verifying only", "rotate_every", "crossgate keys list", "the same secret"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
