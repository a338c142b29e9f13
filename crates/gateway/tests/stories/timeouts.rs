//! Time passes.

use std::time::Duration;

use crossgate_testkit::{Browser, Operation, World, story};

const MINUTE: Duration = Duration::from_secs(60);
const LIMITS: &str = "session = { idle_timeout = '30m', absolute_timeout = '2h' }";

#[test]
fn a_person_who_is_away_too_long_is_asked_to_sign_in_again() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        world.let_pass(29 * MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(200);
        world.let_pass(29 * MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(200);
        world.let_pass(30 * MINUTE);
        let sent_away = browser.open("/dashboard").await.expect_status(303);
        assert_eq!(sent_away.location(), "/api/auth/signin?callbackUrl=%2Fdashboard&reason=idle_timeout");
        let page = browser.open("/api/auth/signin").await.expect_status(200);
        assert!(page.text().contains("Your session has ended"), "and the page says so");
        assert_eq!(browser.get("/api/orders").await.refusal(), (401, "not_signed_in".into()));
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn a_tab_that_asks_for_the_session_keeps_nobody_signed_in() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        for _ in 0..5 {
            world.let_pass(5 * MINUTE);
            assert!(browser.is_signed_in().await);
            let _ = browser.csrf_token().await;
        }
        world.let_pass(5 * MINUTE);
        assert!(!browser.is_signed_in().await);
        assert_eq!(browser.session_cookie(), None, "the cookie of a session that is over is removed");
    });
}

#[test]
fn nobody_stays_beyond_the_absolute_limit_whatever_they_do() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        for _ in 0..7 {
            world.let_pass(17 * MINUTE);
            let _ = browser.open("/dashboard").await.expect_status(200);
        }
        let session = browser.session().await;
        assert_eq!(session["expires"], "2026-01-01T02:00:00.000Z");
        world.let_pass(MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(303);
    });
}

/// A gateway that starts anew knows only what was written down.
async fn restarted(world: &mut World, browser: &Browser) -> Browser {
    world.restart_with("").await;
    let mut again = world.browser();
    let cookie = browser.session_cookie().unwrap();
    again.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    again
}

#[test]
fn activity_is_written_down_by_the_sweep() {
    story(async {
        let mut world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        world.let_pass(25 * MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(world.sweep().await, Ok(0));
        world.let_pass(25 * MINUTE);
        let mut browser = restarted(&mut world, &browser).await;
        let _ = browser.open("/dashboard").await.expect_status(200);
    });
}

#[test]
fn activity_that_could_not_be_written_is_written_by_the_next_sweep() {
    story(async {
        let mut world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        world.let_pass(25 * MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(200);
        world.store.fail(Operation::Touch);
        assert!(world.sweep().await.is_err());
        world.store.heal();
        assert_eq!(world.sweep().await, Ok(0));
        world.let_pass(25 * MINUTE);
        let mut browser = restarted(&mut world, &browser).await;
        let _ = browser.open("/dashboard").await.expect_status(200);
    });
}

#[test]
fn the_sweep_ends_what_is_over_and_nothing_else() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut away = world.signed_in().await;
        world.let_pass(20 * MINUTE);
        let mut here = world.signed_in().await;
        world.let_pass(15 * MINUTE);
        assert_eq!(world.sweep().await, Ok(1));
        assert_eq!(away.get("/api/orders").await.refusal(), (401, "session_ended".into()));
        let _ = here.get("/api/orders").await.expect_status(200);
    });
}

#[test]
fn a_clock_that_goes_backwards_ends_no_session() {
    story(async {
        let world = World::with(LIMITS).await;
        world.let_pass(60 * MINUTE);
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        world.clock.set_back(59 * MINUTE);
        let _ = browser.open("/dashboard").await.expect_status(200);
    });
}
