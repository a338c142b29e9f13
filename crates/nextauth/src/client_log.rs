//! `POST _log`: what a v4 client reports about itself (contract §3.14). Anybody can send anything here, so what goes
//! on is short, of known form and without what could forge log lines.

use url::form_urlencoded;

use crate::text::{clean_code, clean_text};

/// Longest accepted body, in bytes. The client's own reports are a few hundred.
pub const LONGEST_LOG_BODY: usize = 8 * 1024;

/// Form fields looked at; the client sends about ten.
const MOST_FIELDS: usize = 32;

/// Longest path, in characters.
const LONGEST_PATH: usize = 200;

/// Longest message, in characters.
const LONGEST_MESSAGE: usize = 300;

/// A report, safe for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLog {
    /// How bad the client thinks it is.
    pub level: ClientLogLevel,
    /// The client's code, such as `CLIENT_FETCH_ERROR`.
    pub code: Option<String>,
    /// The client's message.
    pub message: Option<String>,
    /// Which path failed. The query is dropped: it may hold tokens.
    pub path: Option<String>,
}

/// How bad the client thinks it is. Strangers choose it, so it never raises an alarm by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientLogLevel {
    /// `error`, and every word that is not known.
    Error,
    /// `warn`.
    Warn,
    /// `debug`.
    Debug,
}

/// The report is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientLogError {
    /// Longer than [`LONGEST_LOG_BODY`].
    TooLong,
}

/// Reads the form body of a report. Fields that are absent, empty or unreadable are absent.
///
/// # Errors
/// [`ClientLogError::TooLong`].
pub fn parse_client_log(body: &[u8]) -> Result<ClientLog, ClientLogError> {
    if body.len() > LONGEST_LOG_BODY {
        return Err(ClientLogError::TooLong);
    }
    let mut log = ClientLog { level: ClientLogLevel::Error, code: None, message: None, path: None };
    for (name, value) in form_urlencoded::parse(body).take(MOST_FIELDS) {
        match name.as_ref() {
            "level" => log.level = level(&value),
            "code" => log.code = clean_code(&value),
            "message" => log.message = clean_text(&value, LONGEST_MESSAGE),
            "url" => log.path = path(&value),
            _ => {}
        }
    }
    Ok(log)
}

fn level(text: &str) -> ClientLogLevel {
    match text {
        "warn" => ClientLogLevel::Warn,
        "debug" => ClientLogLevel::Debug,
        _ => ClientLogLevel::Error,
    }
}

/// The path of an absolute or relative URL.
fn path(text: &str) -> Option<String> {
    let without_origin = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => text.trim_start_matches('/'),
    };
    let path = without_origin.split(['?', '#']).next()?;
    clean_text(&format!("/{path}"), LONGEST_PATH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_the_real_client() {
        let body =
            b"level=error&code=CLIENT_FETCH_ERROR&url=%2Fapi%2Fauth%2Fsession&message=Failed+to+fetch&client=true";
        assert_eq!(
            parse_client_log(body),
            Ok(ClientLog {
                level: ClientLogLevel::Error,
                code: Some("CLIENT_FETCH_ERROR".into()),
                message: Some("Failed to fetch".into()),
                path: Some("/api/auth/session".into()),
            })
        );
    }

    #[test]
    fn nothing_forges_a_line_or_tells_a_token() {
        let body = b"level=alert&code=a%0Ab&message=x%0D%0A2026+INFO+signed+in&url=https%3A%2F%2Fu%3Ap%40h%2Fcb%3Fcode%3Dsecret";
        let log = parse_client_log(body).unwrap();
        assert_eq!(log.level, ClientLogLevel::Error);
        assert_eq!(log.code.as_deref(), Some("a_b"));
        assert_eq!(log.message.as_deref(), Some("x2026 INFO signed in"));
        assert_eq!(log.path.as_deref(), Some("/cb"));
    }

    #[test]
    fn size_and_number_of_fields_are_bounded() {
        assert_eq!(parse_client_log(&[b'a'; LONGEST_LOG_BODY + 1]), Err(ClientLogError::TooLong));
        let late = format!("{}code=LATE", "x=1&".repeat(MOST_FIELDS));
        assert_eq!(parse_client_log(late.as_bytes()).unwrap().code, None);
        let long = format!("message={0}&url={0}", "y".repeat(3000));
        let log = parse_client_log(long.as_bytes()).unwrap();
        assert_eq!(log.message.map(|text| text.len()), Some(LONGEST_MESSAGE));
        assert_eq!(log.path.map(|text| text.len()), Some(LONGEST_PATH));
    }

    #[test]
    fn any_bytes_are_survived() {
        for body in [&b""[..], b"%", b"\xff\xfe=\x00", b"&&&=", b"url=%2F%2F%2F", b"url=://"] {
            assert!(parse_client_log(body).is_ok(), "{body:?}");
        }
    }
}
