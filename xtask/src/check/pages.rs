//! What signed-in people see: their own, rendered on the server.
use anyhow::{Result, ensure};
use serde_json::Value;

use super::observer::Observer;
use super::{People, TARGET};
use crate::http::{Browser, Request};
use crate::shop::{ADA, GRACE};

/// Notes of orders: only who placed them may read them.
const ADAS: &str = "A birthday present for Charles";
const GRACES: &str = "For the compiler team";

pub(super) fn observe(observer: &mut Observer, people: &mut People) -> Result<()> {
    let People { ada, grace } = people;
    observer.see("a Server Component renders Ada's orders, and nobody else's", || {
        let page = ada.open(TARGET)?;
        page.expect_text(ADA.name)?;
        page.expect_text(ADAS)?;
        page.expect_no_text(GRACES)
    })?;
    observer.see("getServerSideProps renders Ada's account", || account(ada))?;
    observer.see("the Pages Router gets the same as data", || account_data(ada))?;
    observer.see("Grace sees hers at the same time", || {
        let page = grace.open("/dashboard")?;
        page.expect_text(GRACE.name)?;
        page.expect_text(GRACES)?;
        page.expect_no_text(ADAS)
    })?;
    observer.see("private pages are kept in no shared cache", || never_shared(ada))?;
    observer.see("the session endpoint knows the name, and no token", || session(ada))?;
    observer.see("the session list shows this browser", || session_list(ada))?;
    observer.see("the public keys are published", || key_set(ada))
}

fn account(ada: &mut Browser) -> Result<()> {
    let page = ada.open("/account")?;
    page.expect_status(200)?;
    page.expect_text(ADA.name)?;
    page.expect_text("Slide rule, boxed")
}

fn account_data(ada: &mut Browser) -> Result<()> {
    let page = ada.open("/account")?;
    let build = page.body.split("\"buildId\":\"").nth(1).and_then(|after| after.split('"').next());
    let path = format!("/_next/data/{}/account.json", build.unwrap_or_default());
    let data = ada.fetch(Request::get(&path).with("x-nextjs-data", "1"))?;
    data.expect_status(200)?;
    let email = data.text_at("/pageProps/account/user/email")?;
    ensure!(email == ADA.email, "the data is {}", data.body);
    let mut stranger = Browser::new(&ada.origin())?;
    stranger.fetch(Request::get(&path).with("x-nextjs-data", "1"))?.expect_no_text(ADA.email)
}

fn never_shared(ada: &mut Browser) -> Result<()> {
    for path in ["/dashboard", "/account", "/api/auth/session", "/api/auth/csrf"] {
        let page = ada.open(path)?;
        let policy = page.header("cache-control");
        ensure!(policy.contains("private") || policy.contains("no-store"), "{path} has “{policy}”");
    }
    Ok(())
}

fn session(ada: &mut Browser) -> Result<()> {
    let answer = ada.fetch(Request::get("/api/auth/session"))?;
    answer.expect_status(200)?;
    ensure!(answer.text_at("/user/name")? == ADA.name, "it is {}", answer.body);
    ensure!(!answer.text_at("/expires")?.is_empty(), "it does not say when it ends");
    ensure!(!answer.body.to_ascii_lowercase().contains("token"), "it contains a token: {}", answer.body);
    let stranger = Browser::new(&ada.origin())?.fetch(Request::get("/api/auth/session"))?;
    ensure!(stranger.json()? == Value::Object(serde_json::Map::new()), "a stranger gets {}", stranger.body);
    Ok(())
}

fn session_list(ada: &mut Browser) -> Result<()> {
    let list = ada.fetch(Request::get("/api/auth/sessions"))?.json()?;
    let sessions = list.pointer("/sessions").and_then(Value::as_array);
    let count = sessions.map(Vec::len).unwrap_or_default();
    ensure!(count == 1, "there are {count} sessions in {list}");
    ensure!(list.pointer("/sessions/0/current") == Some(&Value::Bool(true)), "it is not marked in {list}");
    Ok(())
}

fn key_set(ada: &mut Browser) -> Result<()> {
    let keys = ada.fetch(Request::get("/.well-known/jwks.json"))?;
    keys.expect_status(200)?;
    let keys = keys.json()?;
    ensure!(keys.pointer("/keys").is_some_and(Value::is_array), "there is no list of keys in {keys}");
    ensure!(!keys.to_string().contains("\"d\""), "a private key is published");
    Ok(())
}
