//! TLS in front of everything.

use std::time::Duration;

use crossgate_testkit::{Http2Client, TestCertificate, World, story};
use http::Request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const HOST: &str = "shop.example.com";

async fn world_with(certificate: TestCertificate, change: &str) -> World {
    World::build().config(change).certificate(certificate).start().await
}

fn front_page() -> Request<String> {
    Request::builder().uri("https://shop.example.com/").body(String::new()).unwrap()
}

#[test]
fn browsers_agree_on_http2() {
    story(async {
        let certificate = TestCertificate::of(HOST);
        let world = world_with(certificate.clone(), "").await;
        let stream = certificate.connect(world.stream().await, HOST, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (client, _) = Http2Client::open(stream).await;
        assert_eq!(client.ask(front_page()).await.status, 200);
        assert_eq!(world.app.last().header("x-forwarded-proto"), Some("https"));
    });
}

#[test]
fn who_offers_nothing_newer_speaks_http1() {
    story(async {
        let certificate = TestCertificate::of(HOST);
        let world = world_with(certificate.clone(), "").await;
        for offered in [&["http/1.1"][..], &[]] {
            let mut stream = certificate.connect(world.stream().await, HOST, offered).await.unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n")
                .await
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    });
}

#[test]
fn requests_with_two_meanings_are_refused_behind_tls_too() {
    story(async {
        let certificate = TestCertificate::of(HOST);
        let world = world_with(certificate.clone(), "").await;
        let mut stream = certificate.connect(world.stream().await, HOST, &[]).await.unwrap();
        let smuggled = b"POST / HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        stream.write_all(smuggled).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn a_new_certificate_ends_no_connection() {
    story(async {
        let (old, new) = (TestCertificate::of(HOST), TestCertificate::of(HOST));
        let world = world_with(old.clone(), "").await;
        let stream = old.connect(world.stream().await, HOST, &["h2"]).await.unwrap();
        let (client, _) = Http2Client::open(stream).await;
        assert_eq!(client.ask(front_page()).await.status, 200);
        world.replace_certificate(&new);
        assert_eq!(client.ask(front_page()).await.status, 200, "an open connection goes on");
        assert!(old.connect(world.stream().await, HOST, &["h2"]).await.is_err(), "the old one is gone");
        let stream = new.connect(world.stream().await, HOST, &["h2"]).await.unwrap();
        assert_eq!(Http2Client::open(stream).await.0.ask(front_page()).await.status, 200);
    });
}

#[test]
fn plain_http_is_told_where_to_go() {
    story(async {
        let world = world_with(TestCertificate::of(HOST), "").await;
        let answered = world.raw("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert!(answered.starts_with("HTTP/1.1 400 ") && answered.contains("https://"), "{answered}");
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn a_handshake_that_never_ends_is_cut() {
    story(async {
        let world = world_with(TestCertificate::of(HOST), "limits = { head_timeout = '200ms' }").await;
        for beginning in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01"] {
            assert_eq!(world.raw(beginning).await, "");
        }
    });
}

#[test]
fn stopping_finishes_what_is_in_flight_over_http2() {
    story(async {
        let certificate = TestCertificate::of(HOST);
        let world = world_with(certificate.clone(), "").await;
        let stream = certificate.connect(world.stream().await, HOST, &["h2"]).await.unwrap();
        let (client, end) = Http2Client::open(stream).await;
        let gate = world.app.hold("GET /");
        let asking = tokio::task::spawn_local(async move { client.ask(front_page()).await.status });
        world.app.wait_until(|seen| !seen.is_empty()).await;
        world.stop();
        gate.open();
        assert_eq!(asking.await.unwrap(), 200);
        tokio::time::timeout(Duration::from_secs(20), end)
            .await
            .expect("the connection ends")
            .unwrap()
            .unwrap();
    });
}

#[test]
fn a_provider_whose_certificate_nobody_vouches_for_is_told_nothing() {
    story(async {
        let impostor = world_with(TestCertificate::of("localhost"), "").await;
        let port = impostor.stream().await.peer_addr().unwrap().port();
        let provider = format!(
            "[sign_in.good]\ntype = 'oidc'\nissuer = 'https://localhost:{port}'\nclient_id = 'shop'\n\
             client_secret = 'a secret of the shop'\n"
        );
        let world = World::with(&provider).await;
        let answer = world.browser().try_begin_sign_in("good", "/dashboard").await;
        assert!(answer.url().contains("code=provider_unavailable"), "{answer:?}");
        assert!(world.log.contains("invalid peer certificate"), "{}", world.log.text());
        assert!(impostor.app.seen().is_empty());
    });
}
