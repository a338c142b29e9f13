//! `crossgate sessions show`.

use crossgate_core::session::EndReason;
use crossgate_core::time::Timestamp;
use serde_json::json;

use crate::desk::Desk;
use crate::people::{Person, person, with_handle};

fn desk_with(person: &Person) -> Desk {
    let desk = Desk::new();
    desk.sign_in([person.clone()]);
    desk
}

#[test]
fn a_session_is_shown_with_all_but_its_tokens() {
    let ada = person("ada", 1).with_tokens().with_cookie();
    let said = desk_with(&ada).ask(&["show", &ada.handle()]).well();
    let expected = [
        ada.handle(),
        "  state          active".to_owned(),
        "  subject        ada".to_owned(),
        "  created        2100-01-01T00:00:00Z".to_owned(),
        "  last seen      2100-01-01T00:00:00Z".to_owned(),
        "  expires        2100-01-02T00:00:00Z, if it is not used any more".to_owned(),
        "  signed in with credentials".to_owned(),
        "  user agent     A browser/1.0".to_owned(),
        "  token          the API's own: ends 2100-01-01T00:15:00Z, with a refresh token".to_owned(),
        "  API's cookies  there are some".to_owned(),
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_program_reads_the_same() {
    let ada = person("ada", 1).with_tokens().with_cookie();
    let expected = json!({
        "handle": ada.handle(),
        "state": "active",
        "subject": "ada",
        "created_at": "2100-01-01T00:00:00Z",
        "last_seen_at": "2100-01-01T00:00:00Z",
        "expires_at": "2100-01-02T00:00:00Z",
        "is_readable": true,
        "sign_in": "credentials",
        "user_agent": "A browser/1.0",
        "tokens": [{
            "source": "api", "target": null, "expires_at": "2100-01-01T00:15:00Z", "has_refresh_token": true
        }],
        "has_api_cookies": true,
    });
    let desk = desk_with(&ada);
    assert_eq!(desk.ask(&["show", &ada.handle(), "--json"]).json(), expected);
    assert_eq!(desk.ask(&["list", "--json"]).json(), json!([expected]));
}

#[test]
fn the_tokens_of_a_provider_are_told_apart() {
    let ada = person("ada", 1).by_provider();
    let desk = desk_with(&ada);
    let said = desk.ask(&["show", &ada.handle()]).well();
    for line in [
        "  signed in with company",
        "  token          company: ends 2100-01-01T00:01:00Z, without a refresh token",
        "  token          company for https://api.shop.example: its end is not known, without a refresh token",
        "  API's cookies  none",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    let said = desk.ask(&["show", &ada.handle(), "--json"]).json();
    assert_eq!(said["tokens"][1]["target"], "https://api.shop.example");
    assert_eq!(said["tokens"][1]["expires_at"], json!(null));
}

#[test]
fn a_session_without_tokens_says_so() {
    let ada = person("ada", 1);
    let said = desk_with(&ada).ask(&["show", &ada.handle()]).well();
    assert!(said.contains("  tokens         none\n"), "{said}");
}

#[test]
fn without_its_secret_a_session_is_shown_as_far_as_it_is_known() {
    let ada = person("ada", 1).with_tokens();
    let mut desk = desk_with(&ada);
    desk.change_secret("hush-hush, another secret that is long enough");
    let said = desk.ask(&["show", &ada.handle()]).well();
    assert!(said.contains("subject        ada"), "{said}");
    assert!(said.contains("sealed with none of the secrets in the configuration"), "{said}");
    let said = desk.ask(&["show", &ada.handle(), "--json"]).json();
    assert_eq!(
        (&said["is_readable"], &said["sign_in"], &said["tokens"]),
        (&json!(false), &json!(null), &json!([]))
    );
}

#[test]
fn a_session_that_is_over_but_not_swept_yet_says_which_limit_it_passed() {
    let ada = person("ada", 1).beginning(Timestamp::from_seconds(0));
    let desk = desk_with(&ada);
    let said = desk.ask(&["show", &ada.handle()]).well();
    assert!(said.contains("expired: it reached session.absolute_timeout"), "{said}");
    assert_eq!(desk.ask(&["show", &ada.handle(), "--json"]).json()["state"], "expired");
}

#[test]
fn a_browser_that_calls_itself_something_wild_does_nothing_to_the_terminal() {
    let ada = person("ada", 1).with_user_agent("\u{1b}[2J\u{9b}31m\r\n  state          ended");
    let said = desk_with(&ada).ask(&["show", &ada.handle()]).well();
    assert!(!said.contains(['\u{1b}', '\u{9b}', '\r']), "{said:?}");
    assert_eq!(said.lines().filter(|line| line.starts_with("  state ")).count(), 1, "{said}");
}

#[test]
fn of_a_session_that_ended_it_is_shown_when_and_why() {
    let desk = Desk::new();
    for (number, reason) in (1..).zip(EndReason::ALL) {
        let ada = person("ada", number);
        desk.sign_in([ada.clone()]);
        desk.end(ada.id(), reason);
        let said = desk.ask(&["show", &ada.handle()]).well();
        let lines: Vec<_> = said.lines().collect();
        let why = lines[4].strip_prefix("  why            ").unwrap();
        assert_eq!(lines[0], ada.handle());
        assert_eq!(
            lines[1..4],
            ["  state          ended", "  subject        ada", "  ended          2100-01-01T00:00:10Z"]
        );
        let (words, code) = why.rsplit_once(' ').unwrap();
        assert_eq!(code, format!("({})", reason.code()));
        assert!(words.contains(' '), "{words}");
        let said = desk.ask(&["show", &ada.handle(), "--json"]).json();
        let expected = json!({
            "handle": ada.handle(), "state": "ended", "subject": "ada",
            "ended_at": "2100-01-01T00:00:10Z", "reason": reason.code(), "why": words,
        });
        assert_eq!(said, expected);
    }
}

#[test]
fn a_handle_that_is_nobodys_is_said_to_be() {
    let desk = desk_with(&person("ada", 1));
    for words in [&["show", "Zm9vYmFyYmF6cXV4"][..], &["show", "Zm9vYmFyYmF6cXV4", "--json"]] {
        let said = desk.ask(words).failed(1);
        assert!(said.contains("no session has the handle Zm9vYmFyYmF6cXV4"), "{said}");
        assert!(said.contains("30 days"), "{said}");
    }
    for wrong in ["", "ada", "Zm9vYmFyYmF6cXV", "Zm9vYmFyYmF6cXV4A", "Zm9vYmFyYmF6cXV+"] {
        let said = desk.ask(&["show", wrong]).failed(2);
        assert!(said.contains("16 letters, digits"), "{said}");
    }
}

#[test]
fn a_handle_that_begins_with_a_dash_can_be_named() {
    let desk = Desk::new();
    for beginning in ["-w", "-c", "-h", "--"] {
        let ada = with_handle("ada", beginning);
        desk.sign_in([ada.clone()]);
        let said = desk.ask_only(&["show", "--", &ada.handle()]).well();
        assert!(said.starts_with(&ada.handle()), "{said}");
        if beginning == "-w" {
            assert_eq!(
                desk.ask(&["show", &ada.handle()]).well(),
                said,
                "the help names those that need more"
            );
        }
    }
}
