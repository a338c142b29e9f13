//! The buttons on the provider's page, and what sessions survive.

use crate::house::{Ground, own_login, provider_tokens};
use crate::support::{Answer, json_text};

fn expect_ended(outcome: Result<String, Answer>, reason: &str) {
    let answer = outcome.expect_err("the session has ended");
    let found = (answer.status, json_text(&answer, "/error"), json_text(&answer, "/reason"));
    assert_eq!(found, (401, "session_ended".to_owned(), reason.to_owned()), "{}", answer.text());
}

#[test]
fn tokens_that_expire_are_renewed_with_the_next_request() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    assert!(ada.get_there("/").contains("Nobody."));
    ada.sign_in_as("test-ada");
    let mut before = ada.token_at_api().unwrap();
    assert_eq!(ada.token_at_api().unwrap(), before, "it is used as long as it is good");
    for _ in 0..3 {
        let page = ada.press("/expire");
        assert!(page.contains("The next request that needs one renews it."), "{}", page.text());
        assert!(page.contains("Ada Lovelace") && page.contains("as a test person"), "{}", page.text());
        let after = ada.token_at_api().unwrap();
        assert_ne!(after, before);
        before = after;
    }
}

#[test]
fn a_renewal_that_is_refused_ends_the_session_with_the_next_request() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.sign_in_as("test-ada");
    let page = ada.press("/refuse");
    assert!(page.contains("are not renewed"), "{}", page.text());
    expect_ended(ada.token_at_api(), "refresh_refused");
    assert!(ada.get_there("/").contains("Nobody."));
    ada.sign_in_as("test-ada");
    assert!(ada.token_at_api().is_ok(), "a new sign-in is a new session there too");
}

#[test]
fn signing_out_at_the_provider_ends_the_session_of_that_person_alone() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let (mut ada, mut grace) = (ground.browser(), ground.browser());
    ada.sign_in_as("test-ada");
    let page = ada.press("/sign-out");
    assert!(page.contains("Crossgate was told"), "{}", page.text());
    grace.sign_in_as("test-grace");
    expect_ended(ada.token_at_api(), "provider_signed_out");
    assert_eq!(grace.get("/dashboard").status, 200);
}

#[test]
fn the_login_of_the_api_stays_and_its_tokens_can_expire_too() {
    let ground = Ground::new(&own_login());
    let _dev = ground.open(&[]);
    let mut olga = ground.browser();
    olga.sign_in_at_the_api();
    assert_eq!(olga.token_at_api().unwrap(), "Bearer own-token-1");
    let page = olga.press("/expire");
    assert!(page.contains("Olga Own") && page.contains("with credentials"), "{}", page.text());
    assert!(!page.contains("Sign out at the provider"), "she did not sign in there");
    assert_eq!(olga.token_at_api().unwrap(), "Bearer own-token-2");
    let page = olga.press("/refuse");
    assert!(page.contains("The session has ended"), "{}", page.text());
    expect_ended(olga.token_at_api(), "refresh_refused");
}

#[test]
fn sessions_survive_a_restart_and_are_renewed_afterwards() {
    let ground = Ground::new(&provider_tokens());
    let mut dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.sign_in_as("test-ada");
    let before = ada.token_at_api().unwrap();
    assert!(dev.stop().success(), "{}", dev.said);
    let _dev = ground.open(&[]);
    assert_eq!(ada.get("/dashboard").status, 200);
    let page = ada.press("/expire");
    assert!(page.contains("Ada Lovelace"), "{}", page.text());
    assert_ne!(ada.token_at_api().unwrap(), before);
}

#[test]
fn a_session_that_is_gone_is_said_to_be() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.sign_in_as("test-ada");
    let session = crate::browser::hidden(&ada.get_there("/"), "session");
    let _ = ada.press("/sign-out");
    for target in ["/expire", "/refuse", "/sign-out"] {
        let answer = ada.post_there(target, &[("session", &session)]);
        assert_eq!(answer.header("location"), Some("/?done=gone"), "{target}");
        assert_eq!(ada.post_there(target, &[("session", "nonsense")]).status, 400, "{target}");
    }
}
