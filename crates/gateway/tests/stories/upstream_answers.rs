//! Answers of upstreams on the wire: what has two readings reaches nobody.

use crossgate_testkit::{Reply, World, story};

#[test]
fn an_answer_with_two_readings_is_refused_and_its_connection_closed() {
    story(async {
        let world = World::new().await;
        for (connections, head) in (1..).zip([
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 2\r\nContent-Length: 2\r\n",
            "Content-Length: 2, 2\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "X: y\nContent-Length: 2\r\n",
        ]) {
            let raw: &str = Box::leak(format!("HTTP/1.1 200 OK\r\n{head}\r\nok").into_boxed_str());
            world.app.on("GET /x", move |_| Reply::raw(raw));
            assert_eq!(world.browser().get("/x").await.refusal(), (502, "upstream_invalid".into()), "{head}");
            assert_eq!(world.app.connections(), connections, "{head}");
        }
    });
}

#[test]
fn bytes_behind_an_answer_are_nobodys_answer() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /x", |_| {
            Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        });
        world.app.on("GET /y", |_| Reply::body(200, "text/plain", "mine"));
        for _ in 0..3 {
            assert_eq!(world.browser().get("/x").await.text(), "ok");
            assert_eq!(world.browser().get("/y").await.text(), "mine");
        }
    });
}

#[test]
fn interim_answers_are_passed_over_and_not_without_end() {
    story(async {
        let world = World::new().await;
        const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n";
        for (count, status) in [(2, 200), (100, 502)] {
            let text = format!("{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", HINTS.repeat(count));
            let raw: &str = Box::leak(text.into_boxed_str());
            world.app.on("GET /x", move |_| Reply::raw(raw));
            assert_eq!(world.browser().get("/x").await.status, status, "{count}");
        }
    });
}
