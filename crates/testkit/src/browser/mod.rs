//! Somebody at a browser.

mod cookies;
mod fetch;
mod provider;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use crate::answer::Answer;
use crate::api::Person;
use crate::clock::TestClock;
use crate::config::ORIGIN;
use crate::wire::Wire;

pub use fetch::Fetch;

use cookies::{Jar, SentBy};

/// A browser with its cookies.
pub struct Browser {
    address: SocketAddr,
    origin: String,
    jar: Jar,
    user_agent: String,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr, origin: &str, clock: Arc<TestClock>) -> Self {
        let jar = Jar::new(origin.starts_with("https:"), clock);
        Self { address, origin: origin.to_owned(), jar, user_agent: "Story/1.0".to_owned() }
    }

    /// Whoever stands between it and the gateways sends it elsewhere.
    pub(crate) fn go_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Another tab: the same cookies.
    #[must_use]
    pub fn tab(&self) -> Self {
        Self {
            address: self.address,
            origin: self.origin.clone(),
            jar: self.jar.clone(),
            user_agent: self.user_agent.clone(),
        }
    }

    /// Goes on under another name.
    #[must_use]
    pub fn named(self, user_agent: &str) -> Self {
        Self { user_agent: user_agent.to_owned(), ..self }
    }

    /// Types an address, or follows a link on our own pages.
    pub async fn open(&mut self, target: &str) -> Answer {
        self.navigation(target).send().await
    }

    /// As [`open`](Self::open), going where redirects lead, as long as they stay here.
    ///
    /// # Panics
    /// When they go round in circles.
    pub async fn arrive(&mut self, target: &str) -> Answer {
        let mut answer = self.open(target).await;
        for _ in 0..5 {
            let Some(location) = answer.header("location").map(str::to_owned) else { return answer };
            let local = location.strip_prefix(&self.origin).unwrap_or(&location).to_owned();
            assert!(local.starts_with('/'), "it leads away: {location}");
            answer = self.open(&local).await;
        }
        panic!("redirects without end: {answer:?}")
    }

    /// A navigation that is not sent yet.
    pub fn navigation(&mut self, target: &str) -> Fetch<'_> {
        let headers = [
            ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        headers
            .into_iter()
            .fold(Fetch::new(self, "GET", target), |fetch, (name, value)| fetch.with(name, value))
    }

    /// What a script of our own pages asks for; not sent yet.
    pub fn fetch(&mut self, method: &str, target: &str) -> Fetch<'_> {
        let origin = self.origin.clone();
        let headers = [
            ("Accept", "*/*"),
            ("Sec-Fetch-Mode", "cors"),
            ("Sec-Fetch-Dest", "empty"),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        let fetch = headers
            .into_iter()
            .fold(Fetch::new(self, method, target), |fetch, (name, value)| fetch.with(name, value));
        if matches!(method, "GET" | "HEAD") { fetch } else { fetch.with("Origin", &origin) }
    }

    /// `fetch(target)`.
    pub async fn get(&mut self, target: &str) -> Answer {
        self.fetch("GET", target).send().await
    }

    /// The CSRF token, as next-auth's client asks for it.
    pub async fn csrf_token(&mut self) -> String {
        let answer = self.get("/api/auth/csrf").await.expect_status(200);
        answer.json()["csrfToken"].as_str().expect("a token").to_owned()
    }

    /// What `useSession()` knows. Asking is not activity.
    pub async fn session(&mut self) -> Value {
        self.get("/api/auth/session").await.expect_status(200).json()
    }

    /// Whether the session endpoint knows somebody.
    pub async fn is_signed_in(&mut self) -> bool {
        self.session().await["user"]["email"].is_string()
    }

    /// Signs in as next-auth's `signIn("credentials", { redirect: false })` does.
    pub async fn sign_in(&mut self, person: Person) -> Answer {
        self.sign_in_with(person.email, person.password, "/").await
    }

    /// As [`sign_in`](Self::sign_in), with anything typed and a `callbackUrl`.
    pub async fn sign_in_with(&mut self, email: &str, password: &str, callback_url: &str) -> Answer {
        let token = self.csrf_token().await;
        let fields = [
            ("email", email),
            ("password", password),
            ("csrfToken", &token),
            ("callbackUrl", callback_url),
            ("json", "true"),
        ];
        self.fetch("POST", "/api/auth/callback/credentials").form(&fields).send().await
    }

    /// Fills in the form of the built-in page that is shown at this address, and sends it off.
    pub async fn sign_in_at(&mut self, page: &str, email: &str, password: &str) -> Answer {
        let page = self.arrive(page).await;
        self.send_form(&page, &[("email", email), ("password", password)]).await
    }

    /// Fills in the form of a built-in page that asks for something to sign in with, and sends it off.
    ///
    /// # Panics
    /// When there is no such form.
    pub async fn send_form(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let html = page.text();
        let hidden = |name: &str| hidden_field(&html, name).unwrap_or_else(|| panic!("no {name}: {html}"));
        let (token, callback_url) = (hidden("csrfToken"), hidden("callbackUrl"));
        let fields =
            [fields, &[("csrfToken", token.as_str()), ("callbackUrl", callback_url.as_str())]].concat();
        self.submit("/api/auth/callback/credentials", &fields).await
    }

    /// Sends off a form of our own pages.
    pub async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.origin.clone();
        self.navigation(action).method("POST").with("Origin", &origin).form(fields).send().await
    }

    /// Signs out as next-auth's `signOut({ redirect: false })` does.
    pub async fn sign_out(&mut self) -> Answer {
        let token = self.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", "/"), ("json", "true")];
        self.fetch("POST", "/api/auth/signout").form(&fields).send().await
    }

    /// The value of the session cookie.
    #[must_use]
    pub fn session_cookie(&self) -> Option<String> {
        let name = if self.origin == ORIGIN || self.origin.starts_with("https:") {
            "__Host-Http-crossgate"
        } else {
            "crossgate"
        };
        self.jar.get(name)
    }

    /// What `document.cookie` says.
    #[must_use]
    pub fn cookies_that_scripts_see(&self) -> String {
        self.jar.visible_to_scripts()
    }

    /// The names of all cookies.
    #[must_use]
    pub fn cookie_names(&self) -> Vec<String> {
        self.jar.names()
    }

    /// Puts a cookie into the jar as an answer with this `Set-Cookie` line would.
    pub fn keep_cookie(&mut self, line: &str) {
        self.jar.set(line);
    }

    /// The `Cookie` line for a path, if there is one.
    #[must_use]
    pub fn cookie_line(&self, path: &str) -> Option<String> {
        self.jar.line_for(path, SentBy::ThisSite)
    }

    /// A connection of its own, on which the test says every byte.
    pub async fn wire(&self) -> Wire {
        Wire::open(self.address).await
    }
}

fn hidden_field(html: &str, name: &str) -> Option<String> {
    hidden_fields(html).into_iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value)
}

/// Every `<input type="hidden" name="…" value="…">`, wherever its attributes stand.
fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let tags = html.split('<').filter(|tag| tag.starts_with("input") && tag.contains("type=\"hidden\""));
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
        Some(value.replace("&amp;", "&").replace("&#38;", "&"))
    };
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}
