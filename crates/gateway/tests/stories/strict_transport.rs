//! Browsers that were here once come back by https alone.

use crossgate_testkit::{Answer, Http2Client, Reply, World, story};
use http::Request;

const NAME: &str = "strict-transport-security";
const YEAR: Option<&str> = Some("max-age=31536000");

async fn every_kind_of_answer(world: &World) -> Vec<Answer> {
    let mut browser = world.browser();
    let mut answers = Vec::new();
    // A page, a redirect to sign in, a page of ours, JSON of ours, a refusal, another host, two meanings.
    for target in ["/", "/dashboard", "/api/auth/signin", "/api/auth/session", "/api/orders", "/no%2Fway"] {
        answers.push(browser.navigation(target).send().await);
    }
    answers.push(browser.fetch("GET", "/").instead("host", "elsewhere.example").send().await);
    answers.push(world.ask("GET / HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: x\r\n\r\n").await);
    answers
}

#[test]
fn every_answer_says_that_browsers_come_back_by_https() {
    story(async {
        let world = World::new().await;
        for answer in every_kind_of_answer(&world).await {
            assert_eq!(answer.header(NAME), YEAR, "{answer:?}");
        }
    });
}

#[test]
fn over_http2_too() {
    story(async {
        let world = World::with("listen = { http2 = 'cleartext' }").await;
        let (client, _) = Http2Client::open(world.stream().await).await;
        let page = Request::builder().uri("http://shop.example.com/").body(String::new()).unwrap();
        let answer = client.begin(page).await.unwrap();
        assert_eq!(answer.headers()[NAME], "max-age=31536000");
    });
}

#[test]
fn what_an_upstream_says_of_it_stays() {
    story(async {
        let world = World::new().await;
        let own = "max-age=63072000; includeSubDomains; preload";
        world.app.on("GET /own", move |_| Reply::status(200).header(NAME, own));
        let mut browser = world.browser();
        assert_eq!(browser.get("/own").await.header(NAME), Some(own));
    });
}

#[test]
fn an_operator_says_more_or_nothing() {
    story(async {
        let more = "max-age=31536000; includeSubDomains";
        let world = World::with(&format!("listen = {{ strict_transport_security = '{more}' }}")).await;
        for answer in every_kind_of_answer(&world).await {
            assert_eq!(answer.header(NAME), Some(more), "{answer:?}");
        }
        let world = World::with("listen = { strict_transport_security = false }").await;
        for answer in every_kind_of_answer(&world).await {
            assert_eq!(answer.header(NAME), None, "{answer:?}");
        }
    });
}

#[test]
fn on_plain_http_and_for_an_address_nothing_is_said() {
    story(async {
        for origin in ["http://localhost:8080", "https://127.0.0.1", "https://192.0.2.7"] {
            let world = World::with(&format!("public_url = '{origin}'")).await;
            assert_eq!(world.browser().get("/").await.header(NAME), None, "{origin}");
        }
    });
}
