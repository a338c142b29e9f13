//! A person's sessions: listed, revoked, shared with nobody.

use crossgate_testkit::{ADA, BOB, Browser, Operation, World, story};
use serde_json::Value;

async fn list(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.get("/api/auth/sessions").await.expect_status(200);
    answer.json()["sessions"].as_array().unwrap().clone()
}

async fn revoke(browser: &mut Browser, id: &str) -> crossgate_testkit::Answer {
    browser.fetch("DELETE", &format!("/api/auth/sessions/{id}")).with_token().await.send().await
}

fn id_of(sessions: &[Value], user_agent: &str) -> String {
    let session = sessions.iter().find(|session| session["user_agent"] == user_agent).unwrap();
    session["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_person_sees_where_they_are_signed_in_and_ends_one_of_them() {
    story(async {
        let world = World::new().await;
        let (mut laptop, mut phone) = (world.browser().named("Laptop"), world.browser().named("Phone"));
        let _ = laptop.sign_in(ADA).await.expect_status(200);
        let _ = phone.sign_in(ADA).await.expect_status(200);
        let mut bobs = world.browser_of(BOB).await;

        let sessions = list(&mut laptop).await;
        assert_eq!(sessions.len(), 2, "and not Bob's: {sessions:?}");
        let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
        assert!(current.len() == 1 && current[0]["user_agent"] == "Laptop", "{sessions:?}");
        let cookie = phone.session_cookie().unwrap();
        assert!(!format!("{sessions:?}").contains(&cookie), "a handle is no cookie");

        let answer = revoke(&mut laptop, &id_of(&sessions, "Phone")).await.expect_status(204);
        assert!(!answer.sets_session_cookie());
        assert_eq!(phone.get("/api/orders").await.refusal(), (401, "session_ended".into()));
        assert!(laptop.is_signed_in().await && bobs.is_signed_in().await);
        assert_eq!(list(&mut laptop).await.len(), 1);
    });
}

#[test]
fn nobody_ends_somebody_elses_session() {
    story(async {
        let world = World::new().await;
        let mut ada = world.signed_in().await;
        let mut bob = world.browser_of(BOB).await;
        let id = list(&mut ada).await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(revoke(&mut bob, &id).await.refusal(), (404, "not_found".into()));
        assert_eq!(revoke(&mut bob, "nothing").await.refusal(), (404, "not_found".into()));
        assert!(ada.is_signed_in().await);
        let mut stranger = world.browser();
        assert_eq!(stranger.get("/api/auth/sessions").await.refusal(), (401, "not_signed_in".into()));
        let answer = stranger.fetch("DELETE", &format!("/api/auth/sessions/{id}")).send().await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn ending_a_session_needs_the_csrf_token() {
    story(async {
        let world = World::new().await;
        let mut ada = world.signed_in().await;
        let id = list(&mut ada).await[0]["id"].as_str().unwrap().to_owned();
        let answer = ada.fetch("DELETE", &format!("/api/auth/sessions/{id}")).send().await;
        assert_eq!(answer.refusal(), (403, "csrf_missing".into()));
        assert!(ada.is_signed_in().await);
    });
}

#[test]
fn ones_own_session_can_be_ended_there_too() {
    story(async {
        let world = World::new().await;
        let mut ada = world.signed_in().await;
        let id = list(&mut ada).await[0]["id"].as_str().unwrap().to_owned();
        let answer = revoke(&mut ada, &id).await.expect_status(204);
        assert!(answer.sets_session_cookie());
        assert_eq!(ada.session_cookie(), None);
    });
}

#[test]
fn two_different_session_cookies_are_nobodys() {
    story(async {
        let world = World::new().await;
        let (ada, bob) = (world.signed_in().await, world.browser_of(BOB).await);
        let (ada, bob) = (ada.session_cookie().unwrap(), bob.session_cookie().unwrap());
        let line = format!("__Host-Http-crossgate={ada}; __Host-Http-crossgate={bob}");
        let mut browser = world.browser();
        let answer = browser.fetch("GET", "/api/orders").with("Cookie", &line).send().await;
        assert_eq!(answer.refusal(), (401, "session_ended".into()));
        let page = browser.navigation("/").with("Cookie", &line).send().await;
        assert!(page.text().contains("nobody"), "{page:?}");
        let answer = browser
            .fetch("GET", "/api/orders")
            .with("Cookie", &format!("__Host-Http-crossgate={ada}"))
            .with("Cookie", &format!("__Host-Http-crossgate={bob}"))
            .send()
            .await;
        assert_eq!(answer.status, 401);
        // The weak name of plain http means nothing here.
        let answer =
            browser.fetch("GET", "/api/orders").with("Cookie", &format!("crossgate={ada}")).send().await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
    });
}

#[test]
fn a_cookie_that_names_no_session_is_removed_once_asked_and_means_nobody() {
    story(async {
        let world = World::new().await;
        for value in ["A".repeat(43), "x".to_owned(), String::new(), "%00".to_owned()] {
            let mut browser = world.browser();
            browser.keep_cookie(&format!("__Host-Http-crossgate={value}; Path=/; Secure; HttpOnly"));
            let page = browser.open("/").await.expect_status(200);
            assert!(page.text().contains("nobody") && !page.sets_session_cookie(), "{value}: {page:?}");
            assert_eq!(browser.get("/api/orders").await.refusal(), (401, "session_ended".into()), "{value}");
            assert_eq!(browser.session().await, serde_json::json!({}), "{value}");
            assert_eq!(browser.session_cookie(), None, "{value}");
        }
    });
}

#[test]
fn a_made_up_cookie_reaches_the_store_once() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        browser.keep_cookie(&format!("__Host-Http-crossgate={}; Path=/; Secure; HttpOnly", "A".repeat(43)));
        for _ in 0..5 {
            let _ = browser.get("/api/orders").await.expect_status(401);
        }
        assert_eq!(world.store.calls(Operation::Load), 1);
    });
}

#[test]
fn sessions_survive_a_restart() {
    story(async {
        let mut world = World::new().await;
        let mut ada = world.signed_in().await;
        let token = ada.csrf_token().await;
        world.restart_with("").await;
        let mut again = world.browser();
        again.keep_cookie(&format!(
            "__Host-Http-crossgate={}; Path=/; Secure; HttpOnly",
            ada.session_cookie().unwrap()
        ));
        let answer = again.fetch("POST", "/api/orders").with("X-CSRF-Token", &token).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(world.api.last().header("authorization"), Some("Bearer api-token-1"));
    });
}
