//! An answer as it came over the wire.

use std::fmt;

use serde_json::Value;

use crate::pipe::Lines;

/// An answer of the gateway.
#[derive(Clone, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header lines as they came.
    pub headers: Vec<(String, String)>,
    /// The body, without its framing.
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub complete: bool,
}

impl Answer {
    pub(crate) fn from_head(first: &str, headers: Lines) -> Self {
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        Self { status: status.expect("a status line"), headers, body: Vec::new(), complete: false }
    }

    /// The value of a header that stands at most once.
    ///
    /// # Panics
    /// When it stands more often.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers_named(name);
        assert!(values.len() < 2, "{name} stands more than once: {self:?}");
        values.first().copied()
    }

    /// All values of a header.
    #[must_use]
    pub fn headers_named(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.iter().filter(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.as_str()).collect()
    }

    /// Where it leads.
    ///
    /// # Panics
    /// When it is no redirect.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("no redirect: {self:?}"))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Where a client of next-auth is told to go.
    ///
    /// # Panics
    /// When it is told nothing.
    #[must_use]
    pub fn url(&self) -> String {
        self.json()["url"].as_str().unwrap_or_else(|| panic!("no url: {self:?}")).to_owned()
    }

    /// The stable code of a refusal to a script.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether it touches the session cookie at all.
    #[must_use]
    pub fn sets_session_cookie(&self) -> bool {
        let names = ["__Host-Http-crossgate=", "crossgate="];
        self.headers_named("set-cookie").iter().any(|line| names.iter().any(|name| line.starts_with(name)))
    }

    /// Itself, once its status is the expected one.
    ///
    /// # Panics
    /// When it is another one.
    #[must_use = "look at the answer, or say `let _ =`"]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Status and code of a refusal, once its form is that of every refusal to a script.
    ///
    /// # Panics
    /// When it has another form.
    #[must_use]
    pub fn refusal(&self) -> (u16, String) {
        let body = self.json();
        for member in ["error", "message", "request_id"] {
            assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {self:?}");
        }
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"), "{self:?}");
        (self.status, self.code())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        write!(f, "\n{}", self.text())
    }
}
