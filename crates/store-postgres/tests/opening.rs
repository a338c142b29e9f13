//! Opening: what is found, what is made of it, and what is refused.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Psql, Schema, id, session};
use crossgate_store::SessionStore as _;
use crossgate_store::Store as _;
use crossgate_store::suite::block_on;
use crossgate_store_postgres::{OpenError, OpenProblem, PostgresOptions, PostgresStore};

fn refused(options: &PostgresOptions) -> OpenError {
    PostgresStore::open_with(options).map(drop).unwrap_err()
}

fn without_migrating(url: &str) -> PostgresOptions {
    PostgresOptions { migrate: false, ..PostgresOptions::new(url) }
}

/// Every relation, function and trigger of the schema.
fn objects(psql: &Psql, schema: &Schema) -> Vec<String> {
    psql.read(&format!(
        "SELECT relname FROM pg_class WHERE relnamespace = '{0}'::regnamespace
         UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = '{0}'::regnamespace ORDER BY 1",
        schema.name
    ))
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let Some(schema) = Schema::new() else { return };
    let store = PostgresStore::open(&schema.url()).unwrap();
    block_on(store.create(session(1))).unwrap();
    drop(store);
    let store = PostgresStore::open(&schema.url()).unwrap();
    assert_eq!(block_on(store.load(id(1))).unwrap(), Some(session(1).record));
}

#[test]
fn a_write_that_nobody_waits_for_happens_all_the_same() {
    let Some(schema) = Schema::new() else { return };
    let store = PostgresStore::open(&schema.url()).unwrap();
    for number in 0..20 {
        let mut begun = store.create(session(number));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(begun.as_mut().poll(&mut context).is_pending());
        drop(begun);
    }
    drop(store);
    let store = PostgresStore::open(&schema.url()).unwrap();
    assert_eq!(block_on(store.list_all(None, 100)).unwrap().len(), 20);
}

#[test]
fn a_store_that_may_not_migrate_says_who_may() {
    let Some(schema) = Schema::new() else { return };
    let error = refused(&without_migrating(&schema.url()));
    assert!(matches!(error.problem, OpenProblem::OlderSchema { found: 0, needed: 1 }), "{error:?}");
    assert!(error.to_string().contains("crossgate store migrate"), "{error}");
    let there = format!("SELECT nspname FROM pg_namespace WHERE nspname = '{}'", schema.name);
    assert!(Psql::at(&schema.server).read(&there).is_empty());
    PostgresStore::migrate(&schema.url()).unwrap();
    PostgresStore::migrate(&schema.url()).unwrap();
    let store = PostgresStore::open_with(&without_migrating(&schema.url())).unwrap();
    block_on(store.check()).unwrap();
}

#[test]
fn many_that_open_a_new_schema_at_once_all_succeed_and_share_it() {
    let Some(schema) = Schema::new() else { return };
    std::thread::scope(|scope| {
        for number in 0..6 {
            let url = schema.url_with("&pool=1&listen=false");
            scope.spawn(move || {
                let store = PostgresStore::open(&url).unwrap();
                block_on(store.create(session(number))).unwrap();
            });
        }
    });
    let store = PostgresStore::open(&schema.url()).unwrap();
    assert_eq!(block_on(store.list_all(None, 100)).unwrap().len(), 6);
}

#[test]
fn a_schema_of_a_newer_program_is_left_as_it_is() {
    let Some(schema) = Schema::new() else { return };
    drop(PostgresStore::open(&schema.url()).unwrap());
    let psql = schema.psql();
    psql.run("UPDATE crossgate_schema SET version = 99; DROP TABLE lease");
    let before = objects(&psql, &schema);
    for options in [PostgresOptions::new(&schema.url()), without_migrating(&schema.url())] {
        let error = refused(&options);
        assert!(matches!(error.problem, OpenProblem::NewerSchema { found: 99, known: 1 }), "{error:?}");
    }
    assert_eq!(objects(&psql, &schema), before);
}

#[test]
fn a_schema_of_another_program_is_left_as_it_is() {
    let Some(schema) = Schema::new() else { return };
    let psql = Psql::at(&schema.server);
    psql.run(&format!("CREATE SCHEMA {0}; CREATE TABLE {0}.session (theirs integer)", schema.name));
    let error = refused(&PostgresOptions::new(&schema.url()));
    assert!(matches!(error.problem, OpenProblem::Foreign(_)), "{error:?}");
    assert_eq!(objects(&psql, &schema), ["session"]);
}

/// A step that fails takes everything before it with it.
#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    let Some(schema) = Schema::new() else { return };
    let psql = Psql::at(&schema.server);
    // A function of a name that a step needs, late in it; a schema of functions alone is nobody's.
    psql.run(&format!(
        "CREATE SCHEMA {0}; CREATE FUNCTION {0}.number_events(integer) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        schema.name
    ));
    let error = refused(&PostgresOptions::new(&schema.url()));
    assert!(matches!(error.problem, OpenProblem::Refused(_)), "{error:?}");
    assert_eq!(objects(&psql, &schema), ["number_events"]);
}

/// A role that may read and write rows, and nothing else.
#[test]
fn a_current_schema_needs_no_right_to_change_it() {
    let Some(schema) = Schema::new() else { return };
    PostgresStore::migrate(&schema.url()).unwrap();
    let (psql, role) = (Psql::at(&schema.server), format!("{}_role", schema.name));
    psql.run(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'hunter2'; GRANT USAGE ON SCHEMA {0} TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO {role}",
        schema.name
    ));
    let (scheme, rest) = schema.url().split_once("://").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let rest = rest.split_once('@').map_or(rest.clone(), |(_, rest)| rest.to_owned());
    let url = format!("{scheme}://{role}:hunter2@{rest}");
    let store = PostgresStore::open(&url).unwrap();
    block_on(store.create(session(1))).unwrap();
    block_on(store.replace_content(id(1), 1, Vec::new())).unwrap();
    block_on(store.check()).unwrap();
    let other = refused(&PostgresOptions::new(
        &url.replace(&schema.name, "somewhere_else").replace("somewhere_else_role", &role),
    ));
    assert!(matches!(other.problem, OpenProblem::NotPermitted(_)), "{other:?}");
    assert!(!format!("{other} {other:?}").contains("hunter2"));
    drop(store);
    psql.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn nobody_at_the_place_is_said_soon_and_without_the_password() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://ada:hunter2@127.0.0.1:{port}/shop");
    let options =
        PostgresOptions { connect_timeout: Duration::from_millis(500), ..PostgresOptions::new(&url) };
    let error = refused(&options);
    assert!(matches!(error.problem, OpenProblem::NoConnection(_)), "{error:?}");
    let shown = format!("{error} {error:?} {options:?}");
    assert!(shown.contains(&format!("127.0.0.1:{port}/shop")), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("ada"), "{shown}");
}

#[test]
fn a_server_that_takes_no_writes_is_refused() {
    let Some(schema) = Schema::new() else { return };
    PostgresStore::migrate(&schema.url()).unwrap();
    let read_only = schema.url_with("&options=-c%20default_transaction_read_only=on");
    let error = refused(&PostgresOptions::new(&read_only));
    assert!(error.to_string().contains("does not allow writes"), "{error}");
    let error = refused(&PostgresOptions::new(&format!("{read_only}&target_session_attrs=any")));
    assert!(matches!(error.problem, OpenProblem::ReadOnly), "{error:?}");
}

#[test]
fn where_the_server_speaks_no_tls_what_wants_it_is_refused() {
    let Some(schema) = Schema::new() else { return };
    let psql = Psql::at(&schema.server);
    if psql.read("SHOW ssl") == ["on"] {
        return;
    }
    let error = refused(&PostgresOptions::new(&schema.url_with("&sslmode=verify-full")));
    assert!(error.to_string().contains("TLS"), "{error}");
}
