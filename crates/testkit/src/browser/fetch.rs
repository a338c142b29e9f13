//! A request on its way out of a browser.

use crate::answer::Answer;
use crate::browser::Browser;
use crate::browser::cookies::SentBy;
use crate::wire::Wire;

/// A request that is not sent yet. Its lines go out exactly as they stand here.
#[must_use = "nothing is asked before `send`"]
pub struct Fetch<'a> {
    browser: &'a mut Browser,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    sent_by: SentBy,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(browser: &'a mut Browser, method: &str, target: &str) -> Self {
        let host = browser.origin.split("://").last().unwrap_or_default().to_owned();
        let user_agent = browser.user_agent.clone();
        let headers = vec![("Host".to_owned(), host), ("User-Agent".to_owned(), user_agent)];
        let (method, target, sent_by) = (method.to_owned(), target.to_owned(), SentBy::ThisSite);
        Self { browser, method, target, headers, body: None, sent_by }
    }

    /// As another site has the browser send it: by a link, or with another method by a form. Cookies go along only
    /// where they say so.
    pub(crate) fn sent_by_another_site(self, origin: &str) -> Self {
        let fetch = self.instead("Sec-Fetch-Site", "cross-site");
        match fetch.method.as_str() {
            "GET" => Self { sent_by: SentBy::LinkElsewhere, ..fetch },
            _ => Self { sent_by: SentBy::FormElsewhere, ..fetch.instead("Origin", origin) },
        }
    }

    /// With another method.
    pub fn method(self, method: &str) -> Self {
        Self { method: method.to_owned(), ..self }
    }

    /// With one more header line.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut fetch = self;
        fetch.headers.push((name.to_owned(), value.to_owned()));
        fetch
    }

    /// Without a header.
    pub fn without(self, name: &str) -> Self {
        let mut fetch = self;
        fetch.headers.retain(|(candidate, _)| !candidate.eq_ignore_ascii_case(name));
        fetch
    }

    /// With this header line in place of those of the same name.
    pub fn instead(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    /// With a body.
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Some(body.into()), ..self }.with("Content-Type", content_type)
    }

    /// With a form as a body.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        fields.iter().for_each(|(name, value)| {
            form.append_pair(name, value);
        });
        self.body("application/x-www-form-urlencoded", form.finish())
    }

    /// With JSON as a body.
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With the CSRF token that the session endpoint gives.
    pub async fn with_token(self) -> Self {
        let token = self.browser.csrf_token().await;
        self.with("X-CSRF-Token", &token)
    }

    /// The bytes of the request, cookies included.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let lines: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let cookies =
            self.browser.jar.line_for(self.target.split('?').next().unwrap_or_default(), self.sent_by);
        let cookies = cookies.map(|line| format!("Cookie: {line}\r\n")).unwrap_or_default();
        let length = self.body.as_ref().map(|body| format!("Content-Length: {}\r\n", body.len()));
        let head = format!(
            "{} {} HTTP/1.1\r\n{lines}{cookies}{}\r\n",
            self.method,
            self.target,
            length.unwrap_or_default()
        );
        [head.as_bytes(), self.body.as_deref().unwrap_or_default()].concat()
    }

    /// Asks, and waits for the whole answer. Its cookies are kept.
    pub async fn send(self) -> Answer {
        let mut wire = self.start().await;
        let answer = if self.method == "HEAD" { wire.answer_to_head().await } else { wire.answer().await };
        answer.headers_named("set-cookie").iter().for_each(|line| self.browser.jar.set(line));
        answer
    }

    /// Asks, and leaves what comes back to the test.
    pub async fn start(&self) -> Wire {
        let mut wire = self.browser.wire().await;
        wire.send(self.bytes()).await;
        wire
    }
}
