//! Pages that are rendered on the server, opened each time after the API's token has ended.
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use super::{Subject, sign_in};
use crate::http::Browser;
use crate::shop::{ADA, Account, GRACE};

/// How much is opened.
pub(crate) struct Renewals {
    pub(crate) sessions: u32,
    /// How often the token of each ends.
    pub(crate) expiries: u32,
    /// How long the API's tokens are good.
    pub(crate) lifetime: Duration,
}

/// A page, and what on it can only have come from the API.
struct PageOf {
    account: &'static Account,
    path: &'static str,
    data: &'static str,
}

/// A Server Component, and `getServerSideProps`.
const PAGES: [PageOf; 4] = [
    PageOf { account: &ADA, path: "/dashboard", data: "A birthday present for Charles" },
    PageOf { account: &GRACE, path: "/account", data: "Punched-card wall print" },
    PageOf { account: &ADA, path: "/account", data: "Slide rule, boxed" },
    PageOf { account: &GRACE, path: "/dashboard", data: "For the compiler team" },
];

/// Opens all of them, prints how many showed the person's data, and gives that number.
pub(crate) fn run(subject: &Subject<'_>, plan: &Renewals) -> Result<usize> {
    let visits: Vec<Visit<'_>> = (0..plan.sessions)
        .zip(PAGES.iter().cycle())
        .map(|(number, page)| Visit { subject, plan, number, page })
        .collect();
    let missed: Vec<anyhow::Error> = thread::scope(|threads| {
        let opening: Vec<_> =
            visits.iter().map(|visit| threads.spawn(|| visit.open_again_and_again())).collect();
        let missed =
            opening.into_iter().map(|opening| opening.join().map_err(|_| anyhow!("a visitor failed"))?);
        Ok::<_, anyhow::Error>(missed.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    })?;
    let total = usize::try_from(plan.sessions * plan.expiries)?;
    let (shown, refreshes) = (total - missed.len(), subject.tap.refreshes());
    let ours = refreshes.iter().filter(|agent| *agent == "crossgate").count();
    let others = refreshes.len() - ours;
    println!("  {shown} of {total} pages, each the first after the token's end, were rendered with data;");
    println!("  {ours} refreshes by Crossgate, {others} by anybody else");
    if let Some(first) = missed.into_iter().next() {
        return Err(first.context("a page came without data"));
    }
    ensure!(others == 0, "the API was asked for new tokens by {refreshes:?}");
    ensure!(ours == total, "{ours} refreshes for {total} tokens that ended");
    Ok(shown)
}

/// One person with one browser.
struct Visit<'a> {
    subject: &'a Subject<'a>,
    plan: &'a Renewals,
    number: u32,
    page: &'static PageOf,
}

impl Visit<'_> {
    /// What was missed. An error where nothing could be tried.
    fn open_again_and_again(&self) -> Result<Vec<anyhow::Error>> {
        let lifetime = self.plan.lifetime;
        // Not all at the same time.
        self.wait_until(Instant::now() + lifetime * self.number / self.plan.sessions)?;
        let mut browser = Browser::new(self.subject.public_url)?;
        sign_in::script_signs_in(&mut browser, self.page.account)?;
        let mut missed = Vec::new();
        for _ in 0..self.plan.expiries {
            self.wait_until(Instant::now() + lifetime)?;
            missed.extend(self.open(&mut browser).err());
        }
        Ok(missed)
    }

    fn open(&self, browser: &mut Browser) -> Result<()> {
        let page = browser.open(self.page.path)?;
        page.expect_status(200)?;
        page.expect_text(self.page.account.name)?;
        page.expect_text(self.page.data).with_context(|| self.page.path)
    }

    fn wait_until(&self, moment: Instant) -> Result<()> {
        while Instant::now() < moment {
            self.subject.shell.pause()?;
        }
        Ok(())
    }
}
