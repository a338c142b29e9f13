//! `crossgate sessions list`, the help, and stores that cannot be looked into.

use std::collections::BTreeSet;

use crate::desk::Desk;
use crate::people::{Person, at, person};

#[test]
fn everybody_who_is_signed_in_is_listed() {
    let desk = Desk::new();
    let people = [person("ada", 1), person("bob with a name", 2).by_provider(), person("東京", 3)];
    desk.sign_in(people.clone());
    let said = desk.ask(&["list"]).well();
    assert_eq!(said.lines().count(), 5, "{said}");
    for column in ["SESSION", "CREATED", "LAST SEEN", "EXPIRES", "SIGN-IN", "SUBJECT"] {
        assert!(said.lines().next().unwrap().contains(column), "{column}: {said}");
    }
    for (person, ends) in
        people.iter().zip(["  credentials   ada", "  company       bob with a name", "  東京"])
    {
        let row = said.lines().find(|line| line.starts_with(&person.handle())).unwrap();
        assert!(row.contains("2100-01-01T00:00:00Z  2100-01-01T00:00:00Z  2100-01-02T00:00:00Z"), "{row}");
        assert!(row.ends_with(ends), "{row}");
    }
    assert_eq!(said.lines().last(), Some("3 sessions"));
}

#[test]
fn where_nobody_is_signed_in_the_list_is_empty() {
    let desk = Desk::new();
    assert_eq!(desk.ask(&["list"]).well(), "0 sessions\n");
    assert_eq!(desk.ask(&["list", "--json"]).json(), serde_json::json!([]));
    assert_eq!(desk.ask(&["list", "--user", "ada"]).well(), "0 sessions\n");
}

#[test]
fn the_sessions_of_a_person_are_listed_newest_first_and_nobody_elses() {
    let desk = Desk::new();
    let ada = [1, 2, 3].map(|number| person("ada", number).beginning(at(i64::from(number))));
    desk.sign_in(ada.clone());
    desk.sign_in([person("bob", 4), person("Ada", 5), person("-ada", 6)]);
    let said = desk.ask(&["list", "--user", "ada", "--json"]).json();
    let handles: Vec<_> =
        said.as_array().unwrap().iter().map(|session| session["handle"].as_str().unwrap()).collect();
    assert_eq!(handles, [3, 2, 1].map(|number: usize| ada[number - 1].handle()));
    let said = desk.ask(&["list", "--user", "-ada"]).well();
    assert!(said.ends_with("-ada\n1 session\n"), "{said}");
}

#[test]
fn a_list_of_very_many_is_whole() {
    let desk = Desk::new();
    let people: Vec<_> = (0..1200).map(|number| person("ada", number)).collect();
    desk.sign_in(people.iter().cloned());
    let said = desk.ask(&["list", "--json"]).json();
    let handles: Vec<_> =
        said.as_array().unwrap().iter().map(|session| session["handle"].as_str().unwrap()).collect();
    assert_eq!(handles.len(), 1200);
    assert_eq!(
        handles.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(),
        people.iter().map(Person::handle).collect()
    );
    assert!(desk.ask(&["list"]).well().ends_with("\n1200 sessions\n"));
}

#[test]
fn what_is_over_but_not_swept_yet_says_so() {
    let desk = Desk::new();
    desk.sign_in([person("ada", 1).beginning(crossgate_core::time::Timestamp::from_seconds(0))]);
    let said = desk.ask(&["list"]).well();
    assert!(said.contains("1970-01-01T00:00:00Z  expired "), "{said}");
}

#[test]
fn a_secret_that_changed_hides_only_what_it_sealed() {
    let mut desk = Desk::new();
    desk.sign_in([person("ada", 1)]);
    desk.change_secret("hush-hush, another secret that is long enough");
    let said = desk.ask(&["list"]).well();
    assert!(said.contains("(sealed)") && said.contains("ada"), "{said}");
}

#[test]
fn where_there_is_no_file_none_is_made() {
    for (store, reason) in
        [("sqlite:crossgate.db", "no store at"), ("memory:", "only the running Crossgate itself")]
    {
        let desk = Desk::of(store);
        for words in [&["list"][..], &["show", "Zm9vYmFyYmF6cXV4"], &["revoke", "--all", "--yes"]] {
            let said = desk.ask(words).failed(1);
            assert!(said.contains(reason) && said.contains("fix: "), "{said}");
        }
        assert!(!desk.file().exists());
    }
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let desk = Desk::of("sqlite:crossgate.db");
    std::fs::write(desk.file(), "notes ".repeat(1000)).unwrap();
    let said = desk.ask(&["revoke", "--all", "--yes"]).failed(1);
    assert!(said.contains("not an SQLite database"), "{said}");
    assert_eq!(std::fs::read_to_string(desk.file()).unwrap(), "notes ".repeat(1000));
}

#[test]
fn the_help_teaches() {
    let desk = Desk::of("memory:");
    for (words, teaches) in [
        (&["--help"][..], &["handle", "crossgate sessions show Zm9v", "within a second", "never shown"][..]),
        (&["list", "--help"], &["--user <SUBJECT>", "--json", "Newest first"]),
        (&["show", "--help"], &["<HANDLE>", "show -- -c9v"]),
        (
            &["revoke", "--help"],
            &["--before <TIME>", "ISO 8601", "--yes", "revoked_by_operator", "no terminal"],
        ),
    ] {
        let said = desk.ask(words).well();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in teaches {
            assert!(said.contains(text), "{words:?} does not say {text:?}: {said}");
        }
    }
}
