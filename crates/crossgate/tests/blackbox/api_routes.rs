//! Routes of the API: closed unless a line opens them, and open exactly as far as that line says.

use crate::leak::{expect_closed, expect_nothing_of_grace};
use crate::shop::{Mode, Shop};

/// Requests that need a session, and tricks to do without.
const CLOSED: [&str; 46] = [
    "GET /api",
    "GET /api/",
    "GET /api/orders",
    "GET /api/orders/",
    "GET /api/orders/1001",
    "GET /api/orders/events",
    "HEAD /api/orders",
    "OPTIONS /api/orders",
    "POST /api/orders",
    "GET /api/cart",
    "POST /api/cart",
    "DELETE /api/cart/5",
    "GET /api/me",
    "GET /api/feedback",
    "POST /api/login",
    "POST /api/refresh",
    "POST /api/logout",
    "GET /api/register",
    "PUT /api/register",
    "POST /api/register/x",
    "POST /api/products",
    "POST /api/products/1",
    "PUT /api/products/1",
    "DELETE /api/products/1",
    "get /api/orders",
    "get /api/products",
    "GET /API/orders",
    "GET /Api/orders",
    "GET /api/Orders",
    "GET /api/ORDERS",
    "GET /api//orders",
    "GET //api/orders",
    "GET /api/./orders",
    "GET /api/products/../orders",
    "GET /api/products/%2e%2e/orders",
    "GET /api/products/..%2forders",
    "GET /api/products%2f..%2forders",
    "GET /api/products/..;/orders",
    "GET /api/products\\..\\orders",
    "GET /api%2forders",
    "GET /api/orders%00",
    "GET /api/orders%20",
    "GET /api/orders.json",
    "GET /api/revalidate/../orders",
    "GET /api/auth/../orders",
    "POST /api/auth/register",
];

#[test]
fn closed_routes_give_strangers_nothing() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for request in CLOSED {
        for lines in ["", "Accept: text/html\r\n", "Authorization: Bearer x\r\n", "RSC: 1\r\n"] {
            let answer = front.exchange(request, &format!("{request} HTTP/1.1\r\nHost: HOST\r\n{lines}\r\n"));
            expect_closed(request, &answer);
            for data in ["totalCents", "\"orders\"", "\"items\"", "refreshToken", "\"user\""] {
                assert!(!answer.contains(data), "{request}: {:.300}", answer.text());
            }
        }
    }
}

/// A stranger hears it from the gateway, with a code, not from the API.
#[test]
fn a_script_is_told_that_nobody_is_signed_in() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for request in ["GET /api/orders", "POST /api/cart", "GET /api/me"] {
        let answer = front.exchange(request, &format!("{request} HTTP/1.1\r\nHost: HOST\r\n\r\n"));
        assert_eq!((answer.status, &answer.json()["error"]), (401, &"not_signed_in".into()), "{request}");
        assert!(answer.json()["request_id"].is_string(), "{request}");
    }
}

#[test]
fn public_routes_are_open_without_a_session() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for (request, shows) in [
        ("GET /api/products", "Slide rule, boxed"),
        ("GET /api/products/", "Slide rule, boxed"),
        ("GET /api/products/5", "Slide rule, boxed"),
        ("GET /api/products/5?x=/api/orders", "Slide rule, boxed"),
        ("GET /%61pi/products", "Slide rule, boxed"),
        ("HEAD /api/products", ""),
    ] {
        let answer = front.exchange(request, &format!("{request} HTTP/1.1\r\nHost: HOST\r\n\r\n"));
        assert_eq!(answer.status, 200, "{request}: {:.300}", answer.text());
        assert!(answer.contains(shows), "{request}: {:.300}", answer.text());
    }
    let body = r#"{"name":"Nobody","email":"no e-mail address","password":"correct-horse-9"}"#;
    let length = body.len();
    let refused = front.exchange(
        "POST /api/register",
        &format!(
            "POST /api/register HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ),
    );
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &"bad_request".into()),
        "Express answers itself"
    );
}

/// Below `/api/auth` only our own endpoints are ours; the rest is the API's.
#[test]
fn what_is_not_ours_below_api_auth_reaches_express() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open_with(Mode::Api, &shop.api_url, |configuration| {
        configuration.replace("\"POST /api/register\"", "\"POST /api/register\", \"POST /api/auth/register\"")
    });
    let request = "POST /api/auth/register HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n";
    let answer = front.exchange("opened by a line", request);
    assert_eq!((answer.status, &answer.json()["code"]), (404, &"not_found".into()), "Express answers itself");
    let mut ada = front.ada();
    for target in ["/api/auth/me", "/api/auth/session/x", "/api/auth"] {
        let answer = ada.get(target).unwrap();
        assert_eq!((answer.status, &answer.json()["code"]), (404, &"not_found".into()), "{target}");
    }
}

#[test]
fn ada_gets_her_own_and_never_what_is_graces() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let (mut ada, mut grace) = (front.ada(), front.grace());
    for (target, adas) in [("/api/orders", "Analytical Engine"), ("/api/me", "ada@shop.example")] {
        for _ in 0..5 {
            let hers = ada.get(target).unwrap();
            assert!(hers.status == 200 && hers.contains(adas), "{target}: {:.300}", hers.text());
            expect_nothing_of_grace(target, &hers);
            assert!(!grace.get(target).unwrap().contains(adas), "{target}: Grace is shown what is Ada's");
        }
    }
    assert_eq!(ada.get("/api/orders/1003").unwrap().status, 404, "Express knows whose order it is");
    assert_eq!(grace.get("/api/orders/1003").unwrap().status, 200);
}

/// Two sessions at once in one browser, planted by somebody: neither counts.
#[test]
fn a_planted_second_cookie_makes_nobody_somebody_else() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let (ada, grace) = (front.ada().session.unwrap(), front.grace().session.unwrap());
    for cookies in [
        format!("Cookie: crossgate={ada}; crossgate={grace}\r\n"),
        format!("Cookie: crossgate={ada}\r\nCookie: crossgate={grace}\r\n"),
        format!("Cookie: crossgate={ada}{grace}\r\n"),
        format!("Cookie: Crossgate={ada}\r\n"),
        format!("Cookie: crossgate =\"{ada}\"x\r\n"),
    ] {
        for target in ["/api/orders", "/dashboard"] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: HOST\r\n{cookies}\r\n");
            expect_closed(target, &front.exchange(target, &request));
        }
    }
}
