//! The unchanged Express API behind the gateway, by configuration alone: with its own tokens, and with tokens that
//! Crossgate issues under the API's secret.

use serde_json::json;

use crate::shop::{Front, Mode, Shop};
use crate::support::{Browser, Connection, json_text};
use crate::tap::Tap;

#[test]
fn with_the_tokens_of_its_own_login() {
    a_day_at_the_shop(Mode::Api);
}

#[test]
fn with_tokens_that_crossgate_issues() {
    a_day_at_the_shop(Mode::Issued);
}

fn a_day_at_the_shop(mode: Mode) {
    let Some(shop) = Shop::running() else { return };
    let tap = Tap::in_front_of(&shop.api_url);
    let front = shop.open_with(mode, &tap.url, |configuration| configuration);
    let mut grace = front.grace();
    let login = tap.wait_for("POST /api/login ");
    let refresh_token = json_text(&login.answer, "/refreshToken");
    let access_token = json_text(&login.answer, "/token");
    assert!(!refresh_token.is_empty() && !access_token.is_empty(), "the API issues tokens");

    let orders = grace.get("/api/orders").unwrap();
    assert!(orders.contains("For the compiler team"), "{mode:?}: {}", orders.text());
    let seen = tap.wait_for("GET /api/orders ").request;
    assert!(seen.contains("\r\nauthorization: Bearer "), "{seen}");
    assert_eq!(seen.contains(&access_token), mode == Mode::Api, "{mode:?}: whose token it is");
    assert!(!seen.contains("\r\ncookie:") && !orders.contains(&access_token), "{seen}");

    change_the_cart(&mut grace);
    // Signs out last: the token of the first session is what is looked at.
    let csrf_token = grace.csrf_token().unwrap();
    let old = grace.session.clone().unwrap();
    assert_eq!(grace.sign_out(&csrf_token, false).unwrap().status, 200);
    assert_eq!(grace.session, None, "the browser forgets its cookie");
    expect_signed_out(&front, &old);
    let logout = tap.wait_for("POST /api/logout ");
    assert_eq!(logout.answer.status, 204, "{mode:?}: {}", logout.answer.text());
    assert_eq!(redeem(&shop, &refresh_token), 401, "{mode:?}: the API's refresh token is revoked");
}

fn change_the_cart(browser: &mut Browser) {
    let cart = browser.get("/api/cart").unwrap();
    let token = cart.header("x-csrf-token").unwrap_or_default().to_owned();
    let enamel_mug = json!({ "productId": 7, "quantity": 1 });
    let forged = browser.post_json("/api/cart", "", &enamel_mug).unwrap();
    assert_eq!((forged.status, &forged.json()["error"]), (403, &"csrf_missing".into()));
    let forged = browser.post_json("/api/cart", &"0".repeat(64), &enamel_mug).unwrap();
    assert_eq!((forged.status, &forged.json()["error"]), (403, &"csrf_invalid".into()));
    assert!(!browser.get("/api/cart").unwrap().contains("Enamel mug"), "nothing changed");
    let changed = browser.post_json("/api/cart", &token, &enamel_mug).unwrap();
    assert!(changed.status == 200 && changed.contains("Enamel mug"), "{}", changed.text());
    let line = format!("X-CSRF-Token: {token}\r\n");
    let removed = browser.send("DELETE", "/api/cart/7", &line, "").unwrap();
    assert!(removed.status == 200 && !removed.contains("Enamel mug"), "{}", removed.text());
}

fn expect_signed_out(front: &Front, old: &str) {
    let mut thief = front.browser().holding(old);
    for (target, status) in [("/api/orders", 401), ("/dashboard", 401), ("/api/auth/sessions", 401)] {
        assert_eq!(thief.get(target).unwrap().status, status, "{target} with the old cookie");
        thief.session = Some(old.to_owned());
    }
    assert_eq!(thief.get("/api/auth/session").unwrap().json(), json!({}));
}

/// Asks the API itself, past the gateway.
fn redeem(shop: &Shop, refresh_token: &str) -> u16 {
    let address = shop.api_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let body = json!({ "refreshToken": refresh_token }).to_string();
    let length = body.len();
    let mut connection = Connection::open(address.parse().unwrap()).unwrap();
    connection.send(
        format!(
            "POST /api/refresh HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .as_bytes(),
    );
    connection.answer(false).unwrap().status
}
