//! What somebody sees who is not signed in.
use anyhow::{Result, ensure};

use super::observer::Observer;
use super::{People, TARGET, expect_sign_in};
use crate::http::{Browser, Request};

pub(super) fn observe(observer: &mut Observer, people: &mut People) -> Result<()> {
    let stranger = &mut people.ada;
    observer.see("the front page is open and shows the API's products", || {
        let page = stranger.open("/")?;
        page.expect_status(200)?;
        page.expect_text("Slide rule, boxed")
    })?;
    observer.see("the API's public route is open", || {
        stranger.fetch(Request::get("/api/products"))?.expect_status(200)
    })?;
    observer.see("a protected page leads to sign-in and shows nothing", || closed_page(stranger))?;
    observer.see("so does its data, under whatever address Next.js asks for it", || {
        closed_transports(stranger)
    })?;
    observer.see("the API answers a stranger's script with 401 and a code", || closed_api(stranger))?;
    observer.see("a token of one's own making is of no use", || forged_token(stranger))
}

fn closed_page(stranger: &mut Browser) -> Result<()> {
    let page = stranger.open(TARGET)?;
    expect_sign_in(stranger, page.redirect(), TARGET)?;
    page.expect_no_text("Hello")
}

fn closed_transports(stranger: &mut Browser) -> Result<()> {
    let about = stranger.open("/account")?;
    expect_sign_in(stranger, about.redirect(), "/account")?;
    let tree = stranger.fetch(Request::get("/dashboard?_rsc=1a2b3").with("RSC", "1"))?;
    tree.expect_no_text("Hello")?;
    ensure!(tree.status != 200, "the rendered tree of /dashboard was answered with 200");
    for path in
        ["/dashboard.rsc", "/dashboard/", "//dashboard", "/%64ashboard", "/dashboard%2f", "/x/../dashboard"]
    {
        let page = stranger.open(path)?;
        ensure!(!page.shows("Hello") && !page.shows("You are not signed in"), "{path} reached the app");
    }
    Ok(())
}

fn closed_api(stranger: &mut Browser) -> Result<()> {
    let answer = stranger.fetch(Request::get("/api/cart"))?;
    answer.expect_status(401)?;
    ensure!(!answer.text_at("/error")?.is_empty(), "there is no code in {}", answer.body);
    Ok(())
}

fn forged_token(stranger: &mut Browser) -> Result<()> {
    // An `alg: none` token for user 1.
    let forged = "Bearer eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOjF9.";
    stranger.fetch(Request::get("/api/cart").with("Authorization", forged))?.expect_status(401)?;
    let page = stranger.fetch(Request::get("/dashboard").with("Authorization", forged))?;
    page.expect_no_text("Hello")
}
