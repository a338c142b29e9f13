//! Somebody at a browser, at the gateway and at the provider of the test people.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use crate::support::{Answer, exchange, form, json_text};

/// A browser with the gateway's cookies. The provider sets none.
pub(crate) struct Browser {
    port: u16,
    provider_port: u16,
    /// Where the gateway's endpoints are.
    pub(crate) base: &'static str,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(port: u16, provider_port: u16) -> Self {
        Self { port, provider_port, base: "/api/auth", cookies: BTreeMap::new() }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.provider_port)
    }

    /// Asks the gateway.
    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.at_gateway(&format!("GET {target}"), "Accept: text/html\r\n", "")
    }

    fn at_gateway(&mut self, request: &str, lines: &str, body: &str) -> Answer {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies =
            if pairs.is_empty() { String::new() } else { format!("Cookie: {}\r\n", pairs.join("; ")) };
        let answer =
            send(self.port, request, &format!("Host: localhost:{}\r\n{cookies}{lines}", self.port), body);
        for (name, value) in answer.cookies() {
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    fn post_at_gateway(&mut self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let token = json_text(&self.get(&format!("{}/csrf", self.base)), "/csrfToken");
        let origin = self.origin();
        let fields: Vec<_> =
            [&[("csrfToken", token.as_str()), ("callbackUrl", &origin), ("json", "true")], fields].concat();
        let lines = format!("Origin: {origin}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        self.at_gateway(&format!("POST {}/{endpoint}", self.base), &lines, &form(&fields))
    }

    /// Asks the provider.
    pub(crate) fn get_there(&self, target: &str) -> Answer {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.provider_port);
        send(self.provider_port, &format!("GET {target}"), &host, "")
    }

    /// A form on one of the provider's pages.
    pub(crate) fn post_there(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.provider_port);
        let lines = format!(
            "{host}Origin: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n",
            self.issuer()
        );
        send(self.provider_port, &format!("POST {target}"), &lines, &form(fields))
    }

    /// Presses the button for the test people: the page of the provider.
    pub(crate) fn begin(&mut self) -> Answer {
        let answer = self.post_at_gateway("signin/dev", &[]);
        let url = json_text(&answer, "/url");
        let target = url.strip_prefix(&self.issuer()).unwrap_or_else(|| panic!("it leads to {url:?}"));
        self.get_there(target)
    }

    /// Chooses somebody on the provider's page, and comes back.
    pub(crate) fn choose(&mut self, page: &Answer, name: &str, value: &str) -> Answer {
        let answer = self.post_there("/authorize", &[("request", &hidden(page, "request")), (name, value)]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        let location = answer.header("location").unwrap();
        let target = location.strip_prefix(&self.origin()).expect("it leads back").to_owned();
        self.get(&target)
    }

    /// Signs in as a test person.
    pub(crate) fn sign_in_as(&mut self, subject: &str) {
        let page = self.begin();
        let answer = self.choose(&page, "person", subject);
        let home = format!("{}/", self.origin());
        assert_eq!(answer.header("location"), Some(home.as_str()), "{}", answer.text());
    }

    /// Signs in with the API's own login.
    pub(crate) fn sign_in_at_the_api(&mut self) {
        let fields = [("email", "olga@shop.example"), ("password", "correct horse")];
        let answer = self.post_at_gateway("callback/credentials", &fields);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Signs out here and at the provider; gives where the browser is in the end.
    pub(crate) fn sign_out(&mut self) -> Answer {
        let answer = self.post_at_gateway("signout", &[]);
        let url = json_text(&answer, "/url");
        let target = url.strip_prefix(&self.issuer()).unwrap_or_else(|| panic!("it leads to {url:?}"));
        let back = self.get_there(target);
        let location = back.header("location").unwrap();
        let target = location.strip_prefix(&self.origin()).expect("it leads back").to_owned();
        self.get(&target)
    }

    /// The token that the API receives now.
    pub(crate) fn token_at_api(&mut self) -> Result<String, Answer> {
        let answer = self.at_gateway("GET /api/orders", "Accept: application/json\r\n", "");
        match answer.status {
            200 => Ok(json_text(&answer, "/authorization")),
            _ => Err(answer),
        }
    }

    /// Presses a button of the only session on the provider's page.
    pub(crate) fn press(&self, target: &str) -> Answer {
        let page = self.get_there("/");
        assert!(page.contains(&format!("action=\"{target}\"")), "{target}: {}", page.text());
        let answer = self.post_there(target, &[("session", &hidden(&page, "session"))]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.get_there(answer.header("location").unwrap())
    }
}

/// The value of the first hidden field of this name.
pub(crate) fn hidden(page: &Answer, name: &str) -> String {
    let text = page.text();
    let (_, after) =
        text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{text}"));
    after.split_once('"').unwrap().0.to_owned()
}

/// One request on a connection of its own.
pub(crate) fn send(port: u16, request: &str, lines: &str, body: &str) -> Answer {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let text = format!("{request} HTTP/1.1\r\n{lines}{length}\r\n{body}");
    exchange(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), text.as_bytes()).unwrap()
}
