//! `crossgate sessions revoke`.

use crossgate_core::session::EndReason;

use crate::desk::Desk;
use crate::people::{Person, at, person, with_handle};
use crate::support::Connection;

const REVOKED: Option<EndReason> = Some(EndReason::RevokedByOperator);

/// Five people, who came ten seconds after each other.
fn five() -> (Desk, Vec<Person>) {
    let began = |number: u32| at(10 * i64::from(number));
    let name = |number: u32| if number.is_multiple_of(2) { "bob" } else { "ada" };
    let people: Vec<_> =
        (1..=5).map(|number| person(name(number), number).beginning(began(number))).collect();
    let desk = Desk::new();
    desk.sign_in(people.iter().cloned());
    (desk, people)
}

/// Those of these numbers ended by an operator, and nobody else.
fn assert_ended(desk: &Desk, people: &[Person], numbers: &[usize]) {
    for (number, person) in (1..).zip(people) {
        let ended = numbers.contains(&number);
        assert_eq!(desk.reason(person.id()), REVOKED.filter(|_| ended), "session {number}");
        assert_ne!(desk.lives(person.id()), ended, "session {number}");
    }
}

#[test]
fn a_session_is_ended_by_its_handle() {
    let (desk, people) = five();
    let said = desk.ask(&["revoke", "--session", &people[1].handle()]).well();
    assert_eq!(said, "1 session ended, of bob\n");
    assert_ended(&desk, &people, &[2]);
}

#[test]
fn a_session_that_ended_already_is_said_to_have() {
    let (desk, people) = five();
    desk.end(people[0].id(), EndReason::SignedOut);
    let said = desk.ask(&["revoke", "--session", &people[0].handle()]).well();
    assert!(said.starts_with("0 sessions ended"), "{said}");
    assert!(said.contains("2100-01-01T00:00:10Z") && said.contains("(signed_out)"), "{said}");
    assert_eq!(desk.reason(people[0].id()), Some(EndReason::SignedOut), "the first reason stays");
}

#[test]
fn a_session_that_never_was_is_a_mistake() {
    let (desk, people) = five();
    let said = desk.ask(&["revoke", "--session", "Zm9vYmFyYmF6cXV4"]).failed(1);
    assert!(said.contains("no session has the handle Zm9vYmFyYmF6cXV4"), "{said}");
    assert_ended(&desk, &people, &[]);
}

#[test]
fn a_handle_that_looks_like_an_option_is_taken_as_a_handle() {
    let desk = Desk::new();
    for beginning in ["-w", "-c", "-h", "-y", "--"] {
        let ada = with_handle("ada", beginning);
        desk.sign_in([ada.clone()]);
        assert_eq!(desk.ask(&["revoke", "--session", &ada.handle()]).well(), "1 session ended, of ada\n");
    }
}

#[test]
fn a_person_loses_all_sessions_and_nobody_else_any() {
    let (desk, people) = five();
    assert_eq!(desk.ask(&["revoke", "--user", "ada"]).well(), "3 sessions ended, of ada\n");
    assert_ended(&desk, &people, &[1, 3, 5]);
    assert_eq!(desk.ask(&["revoke", "--user", "ada"]).well(), "0 sessions ended, of ada\n");
    assert_eq!(desk.ask(&["revoke", "--user", "nobody"]).well(), "0 sessions ended, of nobody\n");
}

#[test]
fn what_began_before_a_time_is_ended_and_nothing_later() {
    for (time, numbers) in [
        ("2100-01-01T00:00:30Z", &[1, 2][..]),
        ("2100-01-01T00:00:30.001Z", &[1, 2, 3]),
        ("2100-01-01T02:00:30+02:00", &[1, 2]),
        ("2100-01-01T00:00:50", &[1, 2, 3, 4]),
        ("2100-01-01", &[]),
        ("2100-01-02", &[1, 2, 3, 4, 5]),
    ] {
        let (desk, people) = five();
        let said = desk.ask(&["revoke", "--before", time, "--yes"]).well();
        let sessions = if numbers.len() == 1 { "session" } else { "sessions" };
        assert_eq!(said, format!("{} {sessions} ended\n", numbers.len()), "{time}");
        assert_ended(&desk, &people, numbers);
    }
}

#[test]
fn everybody_is_signed_out_without_a_question_where_nobody_could_answer() {
    let (desk, people) = five();
    assert_eq!(desk.ask(&["revoke", "--all"]).well(), "5 sessions ended\n");
    assert_ended(&desk, &people, &[1, 2, 3, 4, 5]);
    assert_eq!(desk.ask(&["revoke", "--all", "-y"]).well(), "0 sessions ended\n");
}

#[test]
fn very_many_are_ended_in_batches_and_one_sees_how_it_goes() {
    let desk = Desk::new();
    desk.sign_in((0..1200).map(|number| person("ada", number)));
    let said = desk.ask(&["revoke", "--all", "--yes"]);
    assert_eq!(said.errors, "500 sessions ended so far\n1000 sessions ended so far\n");
    assert_eq!(said.well(), "1200 sessions ended\n");
    assert_eq!(desk.ask(&["list"]).well(), "0 sessions\n");
}

#[test]
fn what_is_to_be_ended_must_be_said_and_said_once() {
    let (desk, people) = five();
    for words in [
        &["revoke"][..],
        &["revoke", "--yes"],
        &["revoke", "--all", "--user", "ada"],
        &["revoke", "--before", "2100-01-02", "--all"],
        &["revoke", "--before", "tomorrow"],
        &["revoke", "--session", "ada"],
        &["revoke", "--user", ""],
        &["revoke", "ada"],
    ] {
        desk.ask(words).failed(2);
    }
    assert_ended(&desk, &people, &[]);
}

#[test]
fn what_was_interrupted_says_what_is_done() {
    let desk = Desk::new();
    desk.sign_in((0..600).map(|number| person("ada", number)));
    let file = rusqlite::Connection::open(desk.file()).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON ended_session
                  WHEN (SELECT count(*) FROM ended_session) >= 500 BEGIN SELECT RAISE(ABORT, 'no'); END";
    file.execute_batch(refuse).unwrap();
    let said = desk.ask(&["revoke", "--all", "--yes"]).failed(1);
    assert!(said.contains("500 sessions ended, then: the store is unavailable"), "{said}");
    file.execute_batch("DROP TRIGGER refuse").unwrap();
    assert_eq!(
        desk.ask(&["revoke", "--all", "--yes"]).well(),
        "100 sessions ended\n",
        "and one begins again"
    );
}

/// A browser that asks the running gateway who is signed in.
struct Watch<'a> {
    desk: &'a Desk,
    connection: Connection,
}

impl<'a> Watch<'a> {
    fn new(desk: &'a Desk) -> Self {
        Self { desk, connection: Connection::open(desk.plan().address()).unwrap() }
    }

    fn is_signed_in(&mut self, person: &Person) -> bool {
        let (host, cookie) = (self.desk.plan().origin().replace("http://", ""), person.cookie());
        let ask =
            format!("GET /api/auth/session HTTP/1.1\r\nHost: {host}\r\nCookie: crossgate={cookie}\r\n\r\n");
        self.connection.send(ask.as_bytes());
        let answer = self.connection.answer(false).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["user"].is_object()
    }
}

#[test]
fn a_crossgate_that_runs_learns_of_it() {
    const VERY_OFTEN: usize = 100_000;
    let (desk, people) = five();
    let _gateway = desk.serve();
    let mut watch = Watch::new(&desk);
    assert!(people.iter().all(|person| watch.is_signed_in(person)), "and has them in its memory");
    desk.ask(&["revoke", "--user", "ada"]).well();
    // It is told within a second; one that is not told would give the same answer for a day.
    let asked = (0..VERY_OFTEN).take_while(|_| watch.is_signed_in(&people[0])).count();
    assert!(asked < VERY_OFTEN, "it never learns of it");
    assert!(watch.is_signed_in(&people[1]), "bob stays");
}
