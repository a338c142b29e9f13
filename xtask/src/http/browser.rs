//! One person's browser.
use anyhow::{Context, Result};
use ureq::Agent;
use ureq::http::{self, Method, header};
use url::Url;

use super::cookies::CookieJar;
use super::{Form, Page, agent};

/// Holds cookies, and remembers everything it was ever given.
pub(crate) struct Browser {
    agent: Agent,
    origin: Url,
    pub(crate) cookies: CookieJar,
    received: Vec<String>,
}

/// What a script asks for.
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: String,
}

const NAVIGATION: [(&str, &str); 4] = [
    ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Sec-Fetch-Dest", "document"),
    ("Upgrade-Insecure-Requests", "1"),
];
const SCRIPT: [(&str, &str); 3] =
    [("Accept", "*/*"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")];

impl<'a> Request<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, headers: Vec::new(), body: String::new() }
    }

    pub(crate) fn post_json(path: &'a str, body: &str) -> Self {
        Self::post(path, "application/json", body)
    }

    pub(crate) fn post_form(path: &'a str, body: &str) -> Self {
        Self::post(path, "application/x-www-form-urlencoded", body)
    }

    fn post(path: &'a str, kind: &str, body: &str) -> Self {
        let headers = vec![("Content-Type", kind.to_owned())];
        Self { method: Method::POST, path, headers, body: body.to_owned() }
    }

    pub(crate) fn with(mut self, header: &'a str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }
}

impl Browser {
    pub(crate) fn new(origin: &str) -> Result<Self> {
        let origin = Url::parse(origin).with_context(|| format!("{origin} is no address"))?;
        Ok(Self { agent: agent(), origin, cookies: CookieJar::default(), received: Vec::new() })
    }

    /// A second browser that knows this one's cookies.
    pub(crate) fn copy(&self) -> Self {
        let (agent, origin) = (self.agent.clone(), self.origin.clone());
        Self { agent, origin, cookies: self.cookies.clone(), received: Vec::new() }
    }

    /// `http://localhost:1234`, without a slash at the end.
    pub(crate) fn origin(&self) -> String {
        self.origin.origin().ascii_serialization()
    }

    /// Opens a page as typing its address does; shows a redirect instead of following it.
    pub(crate) fn open(&mut self, address: &str) -> Result<Page> {
        self.send(Request::get(address), &NAVIGATION)
    }

    /// Sends a filled-in form; shows a redirect instead of following it.
    pub(crate) fn submit(&mut self, form: &Form) -> Result<Page> {
        self.send(Request::post_form(&form.action, &form.body()), &NAVIGATION)
    }

    /// Asks as a script on one of the site's pages does.
    pub(crate) fn fetch(&mut self, request: Request<'_>) -> Result<Page> {
        self.send(request, &SCRIPT)
    }

    /// Everything that any answer so far contained.
    pub(crate) fn received(&self) -> &[String] {
        &self.received
    }

    /// The path and query of an address of this site; absent for any other.
    pub(crate) fn local_target(&self, address: &str) -> Option<String> {
        let url = self.origin.join(address).ok()?;
        (url.origin() == self.origin.origin()).then(|| url[url::Position::BeforePath..].to_owned())
    }

    fn send(&mut self, request: Request<'_>, habits: &[(&str, &str)]) -> Result<Page> {
        let what = format!("{} {}", request.method, request.path);
        let sent = self.build(request, habits).and_then(|request| Ok(self.agent.run(request)?));
        let mut response = sent.with_context(|| what.clone())?;
        let body =
            response.body_mut().read_to_vec().with_context(|| format!("{what}: the answer broke off"))?;
        let body = String::from_utf8_lossy(&body).into_owned();
        let page = Page { status: response.status().as_u16(), headers: response.headers().clone(), body };
        self.take_in(&page);
        Ok(page)
    }

    fn build(&self, request: Request<'_>, habits: &[(&str, &str)]) -> Result<http::Request<String>> {
        let mut builder =
            http::Request::builder().method(request.method.clone()).uri(self.address(request.path)?);
        for (name, value) in habits {
            builder = builder.header(*name, *value);
        }
        for (name, value) in self.usual_headers(&request) {
            builder = builder.header(name, value);
        }
        Ok(builder.body(request.body)?)
    }

    /// A path goes out to the letter, as ill-meaning ones do; anything else is resolved.
    fn address(&self, path: &str) -> Result<String> {
        if path.starts_with('/') {
            return Ok(format!("{}{path}", self.origin()));
        }
        Ok(self.origin.join(path)?.into())
    }

    /// The request's own headers, and what every browser adds unless they say otherwise.
    fn usual_headers<'a>(&self, request: &Request<'a>) -> Vec<(&'a str, String)> {
        let mut headers = request.headers.clone();
        let is_foreign = headers.iter().any(|(name, _)| *name == header::ORIGIN.as_str());
        if request.method != Method::GET && !is_foreign {
            headers.push(("Origin", self.origin()));
            headers.push(("Sec-Fetch-Site", "same-origin".to_owned()));
        }
        headers.extend(self.cookies.header().map(|cookies| ("Cookie", cookies)));
        headers
    }

    fn take_in(&mut self, page: &Page) {
        page.set_cookies().for_each(|cookie| self.cookies.apply(cookie));
        self.received.push(page.everything());
    }
}
