//! Whether the caller is a script that wants `{"url": …}` or a browser that follows redirects, and which dialect
//! it speaks (contract §2).

use crossgate_core::settings::Dialect;
use http::HeaderMap;

/// The header by which a v5 client asks for JSON; its value does not matter.
const JSON_HEADER: &str = "x-auth-return-redirect";

/// In which form a state-changing endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyMode {
    /// `{"url": …}`, for a client of this dialect.
    Json(Dialect),
    /// A redirect, with the targets of this (the configured) dialect.
    Redirect(Dialect),
}

impl ReplyMode {
    /// Of a POST. `json_field` is the body field `json`, when it is a text. What triggers JSON also tells the dialect
    /// and wins over the configured one, so that both clients work during a move from v4 to v5.
    #[must_use]
    pub fn of_post(headers: &HeaderMap, json_field: Option<&str>, configured: Dialect) -> Self {
        if headers.contains_key(JSON_HEADER) {
            Self::Json(Dialect::V5)
        } else if json_field == Some("true") {
            Self::Json(Dialect::V4)
        } else {
            Self::Redirect(configured)
        }
    }

    /// The dialect that applies.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Json(dialect) | Self::Redirect(dialect) => dialect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_post(header: Option<&'static str>, json: Option<&str>, configured: Dialect) -> ReplyMode {
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert(JSON_HEADER, value.parse().unwrap());
        }
        ReplyMode::of_post(&headers, json, configured)
    }

    #[test]
    fn the_trigger_decides_form_and_dialect() {
        use Dialect::{V4, V5};
        for (row, header, json, configured, expected) in [
            ("v4: body field `json` is exactly `true`", None, Some("true"), V4, ReplyMode::Json(V4)),
            ("v5: header present", Some("1"), None, V5, ReplyMode::Json(V5)),
            ("v5: any value", Some("no"), None, V5, ReplyMode::Json(V5)),
            ("a v4 client at a gateway set to v5", None, Some("true"), V5, ReplyMode::Json(V4)),
            ("a v5 client at a gateway set to v4", Some("1"), None, V4, ReplyMode::Json(V5)),
            ("the header wins", Some("1"), Some("true"), V4, ReplyMode::Json(V5)),
            ("another text gets a redirect", None, Some("1"), V4, ReplyMode::Redirect(V4)),
            ("a plain HTML form, v4", None, None, V4, ReplyMode::Redirect(V4)),
            ("a plain HTML form, v5", None, None, V5, ReplyMode::Redirect(V5)),
        ] {
            assert_eq!(of_post(header, json, configured), expected, "{row}");
        }
    }
}
