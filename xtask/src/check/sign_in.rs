//! Signing in, on the built-in page and as next-auth/react does it.
use anyhow::{Context, Result, ensure};
use url::form_urlencoded::Serializer;

use super::observer::Observer;
use super::{People, TARGET};
use crate::http::{Browser, Form, Page, Request};
use crate::shop::{ADA, Account, GRACE, LOCKED};

const WRONG_PASSWORD: &str = "Wrong e-mail or password.";
const LOCKED_OUT: &str = "This account is locked. Write to support@shop.example.";

pub(super) fn observe(observer: &mut Observer, people: &mut People) -> Result<()> {
    let People { ada, grace } = people;
    let form = observer.see("the sign-in page has a form", || open_form(ada))?;
    observer.see("a wrong password shows the API's own message", || {
        let answer = attempt(ada, &form, ADA.email, "wrong")?;
        settle(ada, answer)?.expect_text(WRONG_PASSWORD)
    })?;
    observer.see("so does a locked account", || {
        let answer = attempt(ada, &form, LOCKED.email, LOCKED.password)?;
        settle(ada, answer)?.expect_text(LOCKED_OUT)
    })?;
    observer.see("a script that signs in wrongly gets the message from next-auth's endpoint", || {
        refused_script(ada)
    })?;
    observer.see("the right password leads to the exact page and query", || arrive(ada, &form))?;
    observer.see("the browser holds one cookie that scripts cannot read", || sealed_cookie(ada, &form))?;
    observer.see("a script signs in through next-auth's endpoint", || script_signs_in(grace, &GRACE))
}

fn open_form(browser: &mut Browser) -> Result<Form> {
    let location = browser.open(TARGET)?.redirect().map(str::to_owned);
    let page = browser.open(&location.context("a protected page does not lead to sign-in")?)?;
    page.expect_status(200)?;
    page.expect_text("Sign in")?;
    Form::with_field(&page, "password").context("there is no form with a password field")
}

fn attempt(browser: &mut Browser, form: &Form, email: &str, password: &str) -> Result<Page> {
    browser.submit(&form.clone().fill("email", email).fill("password", password))
}

/// Follows redirects to the page that a person ends up on.
fn settle(browser: &mut Browser, mut page: Page) -> Result<Page> {
    for _ in 0..5 {
        let Some(location) = page.redirect().map(str::to_owned) else { return Ok(page) };
        page = browser.open(&location)?;
    }
    anyhow::bail!("the browser is sent from place to place")
}

fn arrive(ada: &mut Browser, form: &Form) -> Result<()> {
    let answer = attempt(ada, form, ADA.email, ADA.password)?;
    let location = answer.redirect().map(str::to_owned);
    let location = location.with_context(|| format!("it was answered with {}", answer.status))?;
    let arrived = ada.local_target(&location);
    ensure!(arrived.as_deref() == Some(TARGET), "it leads to “{location}”");
    ada.open(&location)?.expect_status(200)
}

fn sealed_cookie(ada: &Browser, form: &Form) -> Result<()> {
    let mut second = Browser::new(&ada.origin())?;
    let fresh = open_form(&mut second).unwrap_or_else(|_| form.clone());
    let answer = attempt(&mut second, &fresh, ADA.email, ADA.password)?;
    let session = answer.set_cookies().find(|cookie| cookie.starts_with("crossgate="));
    let session = session.context("there is no cookie named crossgate")?.to_ascii_lowercase();
    for attribute in ["httponly", "samesite=lax", "path=/"] {
        ensure!(session.contains(attribute), "the session cookie lacks {attribute}");
    }
    let others = answer.set_cookies().filter(|cookie| cookie.contains("eyJ")).count();
    ensure!(others == 0, "a cookie carries a token");
    end(&mut second)
}

fn end(browser: &mut Browser) -> Result<()> {
    let page = browser.open("/api/auth/signout")?;
    let form = Form::with_field(&page, "csrfToken").context("the sign-out page has no form")?;
    browser.submit(&form).map(drop)
}

/// What `signIn("credentials", { redirect: false })` sends.
fn next_auth_sign_in(browser: &mut Browser, email: &str, password: &str) -> Result<Page> {
    let token = browser.fetch(Request::get("/api/auth/csrf"))?.text_at("/csrfToken")?;
    let callback = format!("{}{TARGET}", browser.origin());
    let mut body = Serializer::new(String::new());
    body.append_pair("email", email).append_pair("password", password).append_pair("csrfToken", &token);
    body.append_pair("callbackUrl", &callback).append_pair("redirect", "false").append_pair("json", "true");
    browser.fetch(Request::post_form("/api/auth/callback/credentials", &body.finish()))
}

fn refused_script(browser: &mut Browser) -> Result<()> {
    let answer = next_auth_sign_in(browser, ADA.email, "wrong")?;
    answer.expect_status(401)?;
    let address = url::Url::parse(&answer.text_at("/url")?).context("`url` must be absolute")?;
    let error = address.query_pairs().find(|(name, _)| name == "error").map(|(_, value)| value.into_owned());
    ensure!(error.as_deref() == Some(WRONG_PASSWORD), "the error is {error:?}");
    Ok(())
}

/// Signs in as next-auth/react does.
pub(super) fn script_signs_in(browser: &mut Browser, account: &Account) -> Result<()> {
    let answer = next_auth_sign_in(browser, account.email, account.password)?;
    answer.expect_status(200)?;
    let address = answer.text_at("/url")?;
    ensure!(address == format!("{}{TARGET}", browser.origin()), "`url` is {address}");
    Ok(())
}
