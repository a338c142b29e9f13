//! What keeps the gateway from starting: exit code 1, and a sentence that helps.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::lone::CONFIGURATION;
use crate::support::{Plan, run_to_end};

fn plan(folder: &Path) -> Plan {
    let away = "http://127.0.0.1:9";
    Plan::new(folder.to_path_buf(), CONFIGURATION, &[("APP_URL", away), ("API_URL", away)])
}

fn why_it_does_not_start(plan: &Plan) -> String {
    let output = run_to_end(plan, &["serve"]);
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(said.is_empty(), "it never says that it is ready: {said}");
    why.into_owned()
}

#[test]
fn an_address_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path());
    let _other = TcpListener::bind((Ipv4Addr::LOCALHOST, plan.port)).unwrap();
    let why = why_it_does_not_start(&plan);
    for part in [&format!("cannot listen on {}", plan.address()), "fix:", "listen.address"] {
        assert!(why.contains(part), "{part} is missing in: {why}");
    }
}

#[test]
fn an_admin_address_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path());
    let admin = plan.environment.iter().find(|(name, _)| name == "CROSSGATE_ADMIN_PORT").unwrap();
    let _other = TcpListener::bind((Ipv4Addr::LOCALHOST, admin.1.parse().unwrap())).unwrap();
    let why = why_it_does_not_start(&plan);
    assert!(why.contains("fix: change listen.admin"), "{why}");
}

#[test]
fn a_store_that_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crossgate.db");
    let letter = "Dear Charles, this is not a database but a letter. ".repeat(40);
    std::fs::write(&file, &letter).unwrap();
    let why = why_it_does_not_start(&plan(folder.path()));
    for part in ["crossgate.db", "not an SQLite database", "configure another file"] {
        assert!(why.contains(part), "{part} is missing in: {why}");
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), letter);
}

#[test]
fn a_store_in_a_directory_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path());
    let elsewhere = CONFIGURATION.replace("sqlite:crossgate.db", "sqlite:nowhere/crossgate.db");
    std::fs::write(folder.path().join("crossgate.toml"), elsewhere).unwrap();
    let why = why_it_does_not_start(&plan);
    assert!(why.contains("directory of the database does not exist"), "{why}");
}

#[test]
fn a_configuration_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path());
    std::fs::remove_file(folder.path().join("crossgate.toml")).unwrap();
    let why = why_it_does_not_start(&plan);
    assert!(why.contains("cannot read crossgate.toml") && why.contains("--config FILE"), "{why}");
}
