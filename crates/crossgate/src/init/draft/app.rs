//! `[app]` and `[pages]`.

use super::Findings;
use super::text::{Text, quoted, read_from, texts};
use crate::init::finding::Found;
use crate::init::next::{App, NextAuth, Pages};

pub(super) fn write(text: &mut Text, findings: &Findings) {
    text.section("app");
    let Some(app) = &findings.app else {
        text.comment("No Next.js app was found. Where does it listen?");
        text.text("url", "http://127.0.0.1:3000");
        return;
    };
    let version = app.version.as_deref().unwrap_or_default();
    text.comment(format!("Next.js {version} in {}. The port is {}.", app.shown, read_from(&app.port)));
    text.text("url", &format!("http://127.0.0.1:{}", app.port.value));
    if let Some(base_path) = &app.base_path {
        text.comment(format!(
            "`basePath` of next.config, {}. Patterns below are written without it.",
            read_from(base_path)
        ));
        text.text("base_path", &base_path.value);
    }
    if let Some(locales) = &app.locales {
        text.comment(format!(
            "`i18n.locales` of next.config, {}. Patterns below are written without them.",
            read_from(locales)
        ));
        text.key("locales", texts(locales.value.iter().map(String::as_str)));
    }
    if let Some(next_auth) = app.next_auth.as_ref().filter(|next_auth| !has_server_side(next_auth)) {
        text.comment(format!("next-auth {}, in the browser only.", next_auth.version));
        text.text("next_auth", dialect(next_auth));
    }
}

/// Whether the server side of the app opens next-auth's cookie.
pub(super) const fn has_server_side(next_auth: &NextAuth) -> bool {
    next_auth.handler.is_some() || next_auth.server_use.is_some()
}

pub(super) const fn dialect(next_auth: &NextAuth) -> &'static str {
    if next_auth.is_v5 { "v5" } else { "v4" }
}

pub(super) fn write_pages(text: &mut Text, findings: &Findings) {
    text.section("pages");
    let empty = Pages::default();
    let pages = findings.app.as_ref().map_or(&empty, |app| &app.pages);
    match &sign_in_page(findings) {
        Some(page) => {
            text.comment(format!(
                "The app's own sign-in page, {}. Without it there is a built-in one.",
                read_from(page)
            ));
            text.text("sign_in", &page.value);
        }
        None => {
            text.comment("The app's own sign-in page. Without it there is a built-in one.");
            text.suggestion("sign_in", quoted("/login"));
        }
    }
    for (key, name) in [("signOut", "sign_out"), ("error", "error")] {
        if let Some(page) = next_auth_page(findings, key) {
            text.comment(format!("`pages.{key}` of next-auth, {}.", read_from(page)));
            text.text(name, &page.value);
        }
    }
    write_protected(text, pages);
}

fn write_protected(text: &mut Text, pages: &Pages) {
    if !pages.protected.is_empty() {
        text.comment("Pages that need a session: the matcher of the app's middleware. All others are open.");
        text.list("protected", &pages.protected);
    } else if !pages.personal.is_empty() {
        text.comment(
            "Pages that need a session; all others are open. The source of these asks for one. Take the # away where \
             strangers should be sent to the sign-in page:",
        );
        text.suggest(true);
        text.list("protected", &pages.personal);
        text.suggest(false);
    } else {
        text.comment("Pages that need a session; all others are open. Which of yours do?");
        let known =
            pages.all.iter().filter(|page| *page != "/").take(4).map(String::as_str).collect::<Vec<_>>();
        let known = if known.is_empty() { vec!["/dashboard/**"] } else { known };
        text.suggestion("protected", texts(known));
    }
}

fn next_auth_page<'f>(findings: &'f Findings, key: &str) -> Option<&'f Found<String>> {
    let pages = &findings.app.as_ref()?.next_auth.as_ref()?.pages;
    pages.iter().find(|(known, _)| known == key).map(|(_, page)| page)
}

/// `pages.signIn` of next-auth, or a page of a usual name.
pub(crate) fn sign_in_page(findings: &Findings) -> Option<Found<String>> {
    let written = next_auth_page(findings, "signIn").cloned();
    let by_name = |app: &App| app.pages.sign_in.clone();
    written.or_else(|| findings.app.as_ref().and_then(by_name))
}
