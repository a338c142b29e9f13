//! The end of a session.
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::observer::Observer;
use super::{People, Subject, expect_sign_in};
use crate::http::{Browser, Form, Request};
use crate::shop::{ADA, GRACE};

/// How long the API's logout may take after the gateway's own answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn observe(observer: &mut Observer, people: &mut People, subject: &Subject<'_>) -> Result<()> {
    let People { ada, grace } = people;
    let mut thief = ada.copy();
    observer.see("opening the sign-out page ends nothing", || {
        ada.open("/api/auth/signout")?.expect_status(200)?;
        ada.open("/dashboard")?.expect_status(200)
    })?;
    observer.see("its button signs out", || sign_out(ada))?;
    observer.see("the old cookie is dead, for pages and for the API", || is_dead(&mut thief))?;
    observer.see("the API's refresh tokens of that session are used up", || revoked_at_api(subject))?;
    observer.see("Grace is still signed in", || grace.open("/dashboard")?.expect_text(GRACE.name))?;
    observer.see("signing out everywhere ends her session, too", || {
        let mut elsewhere = grace.copy();
        let page = grace.open("/api/auth/signout")?;
        let form = Form::with_field(&page, "csrfToken").context("the sign-out page has no form")?;
        grace.submit(&form.add("everywhere", "true"))?;
        is_dead(&mut elsewhere)
    })
}

fn sign_out(ada: &mut Browser) -> Result<()> {
    let page = ada.open("/api/auth/signout")?;
    let form = Form::with_field(&page, "csrfToken").context("the sign-out page has no form")?;
    let answer = ada.submit(&form)?;
    ensure!(answer.status < 400, "it was answered with {}", answer.status);
    is_dead(ada)
}

fn is_dead(browser: &mut Browser) -> Result<()> {
    let page = browser.open("/dashboard")?;
    expect_sign_in(browser, page.redirect(), "/dashboard")?;
    browser.fetch(Request::get("/api/cart"))?.expect_status(401)
}

/// All of Ada's sessions have ended by now.
fn revoked_at_api(subject: &Subject<'_>) -> Result<()> {
    let ended = subject.tap.refresh_tokens_of(ADA.email);
    ensure!(!ended.is_empty(), "the API gave out no refresh token");
    let deadline = Instant::now() + PATIENCE;
    while subject.tap.logouts() < ended.len() {
        if Instant::now() > deadline {
            bail!("the API was told of {} ends of {}", subject.tap.logouts(), ended.len());
        }
        subject.shell.pause()?;
    }
    ended.iter().try_for_each(|token| is_used_up(subject, token))
}

fn is_used_up(subject: &Subject<'_>, token: &str) -> Result<()> {
    let body = format!(r#"{{"refreshToken":"{token}"}}"#);
    let answer = Browser::new(subject.tap.api_url())?.fetch(Request::post_json("/api/refresh", &body))?;
    ensure!(answer.status == 401, "the API still accepts a refresh token of an ended session");
    Ok(())
}
