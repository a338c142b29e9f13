//! Requests that change something.
use anyhow::{Result, ensure};
use serde_json::Value;

use super::People;
use super::observer::Observer;
use crate::http::{Browser, Page, Request};

const ADD_A_MUG: &str = r#"{"productId":7,"quantity":1}"#;

pub(super) fn observe(observer: &mut Observer, people: &mut People) -> Result<()> {
    let People { ada, grace } = people;
    let before = mugs(ada)?;
    observer.see("a change without the CSRF token is refused", || {
        refused(&ada.fetch(Request::post_json("/api/cart", ADD_A_MUG))?, "csrf_missing")
    })?;
    observer.see("so is one with somebody else's token", || {
        let token = csrf_token(grace)?;
        let request = Request::post_json("/api/cart", ADD_A_MUG).with("X-CSRF-Token", &token);
        refused(&ada.fetch(request)?, "csrf_invalid")
    })?;
    observer.see("so is one from another site, even with the right token", || from_elsewhere(ada))?;
    observer.see("none of them changed anything", || expect_mugs(ada, before))?;
    observer.see("with the token the API makes the change", || {
        let token = csrf_token(ada)?;
        let request = Request::post_json("/api/cart", ADD_A_MUG).with("X-CSRF-Token", &token);
        ada.fetch(request)?.expect_status(200)?;
        expect_mugs(ada, before + 1)
    })?;
    observer.see("a route of the app's own below /api is reached, too", || own_route(ada))
}

fn csrf_token(browser: &mut Browser) -> Result<String> {
    let token = browser.fetch(Request::get("/api/auth/csrf"))?.text_at("/csrfToken")?;
    ensure!(!token.is_empty(), "there is no CSRF token");
    Ok(token)
}

fn refused(answer: &Page, code: &str) -> Result<()> {
    answer.expect_status(403)?;
    let found = answer.text_at("/error")?;
    ensure!(found == code, "the code is {found} instead of {code}");
    Ok(())
}

fn from_elsewhere(ada: &mut Browser) -> Result<()> {
    let token = csrf_token(ada)?;
    let request = Request::post_json("/api/cart", ADD_A_MUG).with("X-CSRF-Token", &token);
    let request = request.with("Origin", "https://elsewhere.example").with("Sec-Fetch-Site", "cross-site");
    ada.fetch(request)?.expect_status(403)
}

/// How many mugs are in the cart.
fn mugs(ada: &mut Browser) -> Result<u64> {
    let cart = ada.fetch(Request::get("/api/cart"))?;
    cart.expect_status(200)?;
    let items = cart.json()?.pointer("/items").and_then(Value::as_array).cloned().unwrap_or_default();
    let line = items.iter().find(|item| item.pointer("/productId") == Some(&Value::from(7)));
    Ok(line.and_then(|item| item.pointer("/quantity")).and_then(Value::as_u64).unwrap_or_default())
}

fn expect_mugs(ada: &mut Browser, expected: u64) -> Result<()> {
    let found = mugs(ada)?;
    ensure!(found == expected, "there are {found} mugs in the cart instead of {expected}");
    Ok(())
}

fn own_route(ada: &mut Browser) -> Result<()> {
    let token = csrf_token(ada)?;
    let request = Request::post_json("/api/revalidate", "{}").with("X-CSRF-Token", &token);
    let answer = ada.fetch(request)?;
    answer.expect_status(200)?;
    answer.expect_text("revalidated")
}
