//! Request bodies that come slowly, or stop coming.

use std::time::Duration;

use crossgate_testkit::{Reply, World, in_no_time, story};
use tokio::time::sleep;

const PATIENCE: &str = "limits = { body_timeout = '3s' }";
const HOST: &str = "Host: shop.example.com\r\n";

fn upload(path: &str, lines: &str, beginning: &str) -> String {
    format!("POST {path} HTTP/1.1\r\n{HOST}{lines}\r\n\r\n{beginning}")
}

#[test]
fn a_body_that_stops_coming_is_given_up() {
    story(async {
        let world = World::with(PATIENCE).await;
        for (lines, beginning) in [
            ("Content-Length: 10", ""),
            ("Content-Length: 10", "half"),
            ("Transfer-Encoding: chunked", ""),
            ("Transfer-Encoding: chunked", "4\r\nhalf\r\n"),
            ("Transfer-Encoding: chunked", "4\r\nhalf\r\n0\r\nX-Trailer: "),
            ("Content-Length: 10\r\nExpect: 100-continue", ""),
        ] {
            let seen = world.app.seen().len();
            let mut wire = world.wire().await;
            wire.send(upload("/upload", lines, beginning)).await;
            world.app.wait_until(|all| all.len() > seen).await;
            let answer = in_no_time(wire.answer()).await;
            assert_eq!(answer.refusal(), (408, "body_too_slow".into()), "{lines} {beginning:?}");
            assert_eq!(answer.header("connection"), Some("close"));
            assert_eq!(wire.rest().await, "");
            assert!(!world.app.last().complete, "the upstream never takes it for whole");
        }
    });
}

/// An API has 30 seconds for its answer unless the configuration says otherwise.
#[test]
fn with_the_defaults_it_is_the_client_who_is_blamed() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        wire.send(upload("/api/register", "Content-Length: 10", "")).await;
        world.api.wait_until(|seen| !seen.is_empty()).await;
        let answer = in_no_time(wire.answer()).await;
        assert_eq!(answer.refusal(), (408, "body_too_slow".into()));
    });
}

#[test]
fn endpoints_of_our_own_wait_no_longer() {
    story(async {
        let world = World::with(PATIENCE).await;
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10";
        for path in ["/api/auth/callback/credentials", "/api/auth/_log", "/api/auth/signout"] {
            let mut wire = world.wire().await;
            wire.send(upload(path, form, "email=")).await;
            let answer = in_no_time(wire.answer()).await;
            assert_eq!(answer.refusal(), (408, "body_too_slow".into()), "{path}");
            assert_eq!(wire.rest().await, "", "{path}");
        }
    });
}

/// A pause is as long as the limit allows; all of them together are longer.
#[test]
fn a_body_that_comes_slowly_is_waited_for_as_long_as_it_comes() {
    story(async {
        let world = World::with(PATIENCE).await;
        let mut wire = world.wire().await;
        wire.send(upload("/upload", "Content-Length: 5", "")).await;
        in_no_time(async {
            for piece in ["s", "l", "o", "w"] {
                sleep(Duration::from_secs(2)).await;
                wire.send(piece).await;
                world.app.wait_until(|seen| seen.iter().any(|seen| seen.text().ends_with(piece))).await;
            }
        })
        .await;
        wire.send("!").await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.app.last().text(), "slow!");
    });
}

/// Bytes of the framing alone bring nothing.
#[test]
fn a_chunk_that_never_begins_is_no_progress() {
    story(async {
        let world = World::with(PATIENCE).await;
        let mut wire = world.wire().await;
        wire.send(upload("/upload", "Transfer-Encoding: chunked", "4;")).await;
        let answered = in_no_time(async {
            loop {
                wire.send("x").await;
                tokio::select! {
                    biased;
                    bytes = wire.bytes() => return String::from_utf8(bytes).unwrap(),
                    () = sleep(Duration::from_secs(1)) => {}
                }
            }
        });
        assert!(answered.await.starts_with("HTTP/1.1 408 "));
    });
}

#[test]
fn an_upload_that_stops_behind_an_early_answer_holds_nothing() {
    story(async {
        let world = World::with(PATIENCE).await;
        world.app.on_head("POST /upload", |_| Reply::body(200, "text/plain", "early"));
        let mut wire = world.wire().await;
        wire.send(upload("/upload", "Content-Length: 400000", "part")).await;
        assert_eq!(wire.answer().await.text(), "early");
        assert_eq!(in_no_time(wire.rest()).await, "");
    });
}

#[test]
fn an_upload_that_the_upstream_takes_slowly_is_not_the_senders_fault() {
    story(async {
        let world =
            World::with("limits = { body_timeout = '1s' }\n[app]\nbody = '1GiB'\ntimeout = '9s'").await;
        world.app.on_head("POST /upload", |_| Reply::hang());
        let mut wire = world.wire().await;
        wire.send(upload("/upload", "Content-Length: 536870912", "")).await;
        world.app.wait_until(|seen| !seen.is_empty()).await;
        let piece = vec![b'x'; 64 * 1024];
        while wire.send_what_fits(&piece) > 0 {
            crossgate_testkit::let_others_run().await;
        }
        let answer = in_no_time(wire.answer()).await;
        assert_eq!(answer.refusal(), (504, "upstream_timeout".into()));
    });
}
