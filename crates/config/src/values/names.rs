//! Names and choices.

use crossgate_core::cookie::CookieNames;
use http::{HeaderName, Method, header};

use crate::reader::Entry;
use crate::report::Complaint;
use crate::suggest::{nearest, quoted_list};

/// One of a few words.
pub(crate) fn choice<T: Clone>(words: &[(&str, T)]) -> impl FnOnce(&Entry<'_>) -> Result<T, Complaint> {
    move |entry| {
        let text = entry.text()?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| value.clone()).ok_or_else(|| choice_complaint(text, words))
    }
}

fn choice_complaint<T>(text: &str, words: &[(&str, T)]) -> Complaint {
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let list = quoted_list(&names);
    let fix = match nearest(text, names) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("write one of {list}"),
    };
    Complaint::new(format!("must be one of {list}"), fix)
}

/// Methods in a list.
pub(crate) fn methods(entry: &Entry<'_>) -> Result<Method, Complaint> {
    method(entry.text()?)
}

/// A method that requests of browsers and clients have.
pub(crate) fn method(text: &str) -> Result<Method, Complaint> {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let words: Vec<(&str, &Method)> = known.iter().map(|method| (method.as_str(), method)).collect();
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, method)| (*method).clone()).ok_or_else(|| {
        let complaint = choice_complaint(text, &words);
        Complaint::new(format!("the method {}", complaint.reason), complaint.fix)
    })
}

/// A header that may be set or hidden. Those that frame a message are not the operator's.
pub(crate) fn header_name(entry: &Entry<'_>) -> Result<HeaderName, Complaint> {
    check_header_name(entry.text()?)
}

/// The same, for keys of a table.
pub(crate) fn check_header_name(text: &str) -> Result<HeaderName, Complaint> {
    let framing = [
        header::HOST,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::CONNECTION,
        header::UPGRADE,
        header::TE,
        header::TRAILER,
    ];
    let name: HeaderName = text.parse().map_err(|_| {
        Complaint::new("not a header name", "write a name such as \"x-access-token\", without the colon")
    })?;
    if framing.contains(&name) {
        return Err(Complaint::new("this header is part of the transport", "remove it"));
    }
    Ok(name)
}

/// What stands before a token; the empty text for nothing.
pub(crate) fn header_scheme(entry: &Entry<'_>) -> Result<Option<String>, Complaint> {
    let text = entry.text_or_empty()?;
    if text.is_empty() {
        return Ok(None);
    }
    if text.bytes().all(is_token_byte) {
        return Ok(Some(text.to_owned()));
    }
    Err(Complaint::new("not a scheme", "write one word such as \"Bearer\" or \"Token\", or \"\" for none"))
}

/// A cookie that may be passed on.
pub(crate) fn cookie_name(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    if CookieNames::is_ours(text) {
        return Err(Complaint::new("Crossgate's own cookies are never passed on", "remove it"));
    }
    if !text.bytes().all(is_token_byte) {
        return Err(Complaint::new("not a cookie name", "write the name alone; patterns are not possible"));
    }
    Ok(text.to_owned())
}

/// A token as names of cookies are (RFC 6265 §4.1.1).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// RFC 9110 §5.6.2.
const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// A name that can stand in braces and in a form.
pub(crate) fn is_plain_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-'))
}
