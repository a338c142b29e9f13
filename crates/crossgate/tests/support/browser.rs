//! Somebody at a browser: cookies, a name for the connection, and how next-auth signs in and out.

use std::net::SocketAddr;

use super::{Answer, Connection, Failed};

const SESSION: &str = "crossgate";
const BROWSER: &str = "crossgate-browser";

/// A browser with its cookies. Without a connection it opens one.
pub(crate) struct Browser {
    address: SocketAddr,
    origin: String,
    connection: Option<Connection>,
    /// The value of the session cookie.
    pub(crate) session: Option<String>,
    /// The value of the cookie that names this browser.
    pub(crate) name: Option<String>,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr, origin: &str) -> Self {
        Self { address, origin: origin.to_owned(), connection: None, session: None, name: None }
    }

    /// Another browser that holds this session cookie and nothing else.
    pub(crate) fn holding(&self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..Self::new(self.address, &self.origin) }
    }

    /// The `Cookie` line, with its end.
    pub(crate) fn cookie_line(&self) -> String {
        let pair = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name}={value}"));
        let pairs: Vec<String> =
            [pair(SESSION, &self.session), pair(BROWSER, &self.name)].into_iter().flatten().collect();
        if pairs.is_empty() { String::new() } else { format!("Cookie: {}\r\n", pairs.join("; ")) }
    }

    pub(crate) fn get(&mut self, target: &str) -> Result<Answer, Failed> {
        self.send("GET", target, "", "")
    }

    /// A script of our own pages sends this; `lines` are more header lines, each with its end.
    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        lines: &str,
        body: &str,
    ) -> Result<Answer, Failed> {
        let host = self.origin.trim_start_matches("http://");
        let origin = if method == "GET" { String::new() } else { format!("Origin: {}\r\n", self.origin) };
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let cookies = self.cookie_line();
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{origin}{cookies}{length}{lines}\r\n{body}"
        );
        self.exchange(text.as_bytes(), method == "HEAD")
    }

    fn exchange(&mut self, bytes: &[u8], to_head: bool) -> Result<Answer, Failed> {
        let nothing = |_| Failed { received: Vec::new(), hangs: false };
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).map_err(nothing)?,
        };
        connection.send(bytes);
        let answer = connection.answer(to_head)?;
        self.keep_cookies(&answer);
        if answer.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for (name, value) in answer.cookies() {
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match name {
                SESSION => self.session = value,
                BROWSER => self.name = value,
                _ => {}
            }
        }
    }

    /// The next request goes over a connection of its own.
    pub(crate) fn reconnect(&mut self) {
        self.connection = None;
    }

    /// What `GET /api/auth/csrf` gives.
    pub(crate) fn csrf_token(&mut self) -> Result<String, Failed> {
        Ok(json_text(&self.get("/api/auth/csrf")?, "/csrfToken"))
    }

    /// `signIn("credentials", { redirect: false })` of next-auth 4.
    pub(crate) fn sign_in(&mut self, email: &str, password: &str) -> Result<Answer, Failed> {
        let token = self.csrf_token()?;
        let body = form(&[
            ("email", email),
            ("password", password),
            ("csrfToken", &token),
            ("callbackUrl", &self.origin),
            ("json", "true"),
        ]);
        self.post_form("/api/auth/callback/credentials", &body)
    }

    /// `signOut({ redirect: false })` of next-auth 4, with a token that is at hand.
    pub(crate) fn sign_out(&mut self, csrf_token: &str, everywhere: bool) -> Result<Answer, Failed> {
        let everywhere = if everywhere { "true" } else { "false" };
        let body = form(&[("csrfToken", csrf_token), ("everywhere", everywhere), ("json", "true")]);
        self.post_form("/api/auth/signout", &body)
    }

    pub(crate) fn post_form(&mut self, target: &str, body: &str) -> Result<Answer, Failed> {
        self.send("POST", target, "Content-Type: application/x-www-form-urlencoded\r\n", body)
    }

    pub(crate) fn post_json(
        &mut self,
        target: &str,
        token: &str,
        body: &serde_json::Value,
    ) -> Result<Answer, Failed> {
        let lines = format!("Content-Type: application/json\r\nX-CSRF-Token: {token}\r\n");
        self.send("POST", target, &lines, &body.to_string())
    }
}

/// A form body.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// The text at a JSON Pointer of an answer; empty when there is none.
pub(crate) fn json_text(answer: &Answer, pointer: &str) -> String {
    answer.json().pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
