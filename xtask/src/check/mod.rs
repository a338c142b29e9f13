//! One round through the shop without a person: everything that is promised, as a browser sees it.
mod changes;
mod observer;
mod pages;
mod renewal;
mod secrecy;
mod sign_in;
mod sign_out;
mod strangers;
mod tap;

use anyhow::{Result, ensure};

pub(crate) use self::renewal::{Renewals, run as open_after_each_end};
pub(crate) use self::tap::Tap;

use self::observer::Observer;
use crate::http::Browser;
use crate::process::Shell;

/// Where a stranger wants to go, and must arrive after signing in.
const TARGET: &str = "/dashboard?tab=shipped&page=1";

/// What the round goes through.
pub(crate) struct Subject<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) public_url: &'a str,
    /// Between the gateway and the API: it knows the tokens that must stay there.
    pub(crate) tap: &'a Tap,
}

/// Two people at their browsers.
struct People {
    ada: Browser,
    grace: Browser,
}

/// Goes through everything, prints each thing seen, and gives their number.
pub(crate) fn run(subject: &Subject<'_>) -> Result<usize> {
    let mut observer = Observer::default();
    let mut people =
        People { ada: Browser::new(subject.public_url)?, grace: Browser::new(subject.public_url)? };
    strangers::observe(&mut observer, &mut people)?;
    sign_in::observe(&mut observer, &mut people)?;
    pages::observe(&mut observer, &mut people)?;
    changes::observe(&mut observer, &mut people)?;
    sign_out::observe(&mut observer, &mut people, subject)?;
    secrecy::observe(&mut observer, &people, subject)?;
    Ok(observer.count())
}

/// That this is a redirect to sign-in which remembers `target`.
fn expect_sign_in(browser: &Browser, location: Option<&str>, target: &str) -> Result<()> {
    let location = location.unwrap_or_default();
    let address = browser.local_target(location).unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    ensure!(path == "/api/auth/signin", "it leads to “{location}” instead of the sign-in page");
    let callback = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "callbackUrl");
    let callback = callback.map(|(_, value)| value.into_owned()).unwrap_or_default();
    let back = browser.local_target(&callback);
    ensure!(back.as_deref() == Some(target), "sign-in would lead back to “{callback}” instead of {target}");
    Ok(())
}
