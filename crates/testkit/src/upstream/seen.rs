//! A request as an upstream saw it.

use std::fmt;

use serde_json::Value;

use crate::pipe::Lines;

/// A request as an upstream saw it.
#[derive(Clone)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// Header lines as they came.
    pub headers: Vec<(String, String)>,
    /// What came of the body.
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub complete: bool,
    /// Over which connection, counted from 1.
    pub connection: usize,
}

impl Seen {
    pub(super) fn from_head(first: &str, headers: Lines, connection: usize) -> Self {
        let mut parts = first.split(' ').map(str::to_owned);
        let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Self { method, target, headers, body: Vec::new(), complete: false, connection }
    }

    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether it is this request, such as `GET /api/orders`.
    #[must_use]
    pub fn is(&self, request: &str) -> bool {
        request.split_once(' ') == Some((self.method.as_str(), self.path()))
    }

    /// The value of a header that stands at most once.
    ///
    /// # Panics
    /// When it stands more often.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.headers.iter().filter(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        let value = lines.next().map(|(_, value)| value.as_str());
        assert!(lines.next().is_none(), "{name} stands more than once: {self:?}");
        value
    }

    /// Whether there is a header of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
    }

    /// The token after `Bearer` in `Authorization`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn bearer(&self) -> &str {
        let line = self.header("authorization").unwrap_or_else(|| panic!("no Authorization: {self:?}"));
        line.strip_prefix("Bearer ").expect("the scheme Bearer")
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The fields of the form in the body.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// A field of the form in the body.
    ///
    /// # Panics
    /// When it stands more than once.
    #[must_use]
    pub fn form_value(&self, name: &str) -> Option<String> {
        let mut values = self.form().into_iter().filter(|(candidate, _)| candidate == name);
        let value = values.next().map(|(_, value)| value);
        assert!(values.next().is_none(), "{name} stands more than once: {self:?}");
        value
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.target)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        write!(f, "\n{}", self.text())
    }
}
