//! The head of a request to an upstream, written as it is decided on: our own lines first, then those of the browser that
//! may pass.

use std::io::Write as _;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, Method, header};

/// A head is seldom larger.
const USUAL_HEAD: usize = 1024;
/// More names are seldom ours.
const USUAL_NAMES: usize = 16;

/// How an upstream finds the end of the body (RFC 9112 §6).
#[derive(Debug, Clone, Copy)]
pub(super) enum Framing {
    /// Nothing is said: there is none.
    None,
    Length(u64),
    Chunked,
}

/// See the [module](self). Names and values cannot hold a line end: their types see to it, and whoever writes bytes here
/// takes them from such.
#[derive(Debug)]
pub(crate) struct OutgoingHead {
    bytes: Vec<u8>,
    /// Names that only we have a say in; what a browser said under these does not pass.
    ours: Vec<HeaderName>,
}

impl OutgoingHead {
    /// Writes the request line (RFC 9112 §3).
    pub(crate) fn new(method: &Method, target: &PathAndQuery) -> Self {
        let mut bytes = Vec::with_capacity(USUAL_HEAD);
        for part in [method.as_str(), " ", target.as_str(), " HTTP/1.1\r\n"] {
            bytes.extend_from_slice(part.as_bytes());
        }
        Self { bytes, ours: Vec::with_capacity(USUAL_NAMES) }
    }

    /// Says something in place of whatever a browser said under this name. Of what is said twice, the first counts.
    pub(crate) fn say(&mut self, name: HeaderName, value: &[u8]) {
        self.say_with(name, |line| line.extend_from_slice(value));
    }

    /// As [`say`](Self::say), with a value that is only written here.
    pub(crate) fn say_with(&mut self, name: HeaderName, write: impl FnOnce(&mut Vec<u8>)) {
        if self.is_ours(&name) {
            return;
        }
        self.begin_line(&name);
        write(&mut self.bytes);
        self.bytes.extend_from_slice(b"\r\n");
        self.ours.push(name);
    }

    /// A browser's line of this name does not pass.
    pub(crate) fn withhold(&mut self, name: HeaderName) {
        self.ours.push(name);
    }

    /// Passes the browser's lines on, and says how the body ends.
    pub(super) fn finish(self, headers: &HeaderMap, framing: Framing) -> Vec<u8> {
        let mut head = self;
        for (name, value) in headers {
            if !is_framing(name) && !head.is_ours(name) {
                head.write_line(name, value.as_bytes());
            }
        }
        match framing {
            Framing::None => {}
            // Writing to memory cannot fail.
            Framing::Length(length) => drop(write!(head.bytes, "content-length: {length}\r\n")),
            Framing::Chunked => head.write_line(&header::TRANSFER_ENCODING, b"chunked"),
        }
        head.bytes.extend_from_slice(b"\r\n");
        head.bytes
    }

    fn is_ours(&self, name: &HeaderName) -> bool {
        self.ours.iter().any(|own| own == name)
    }

    fn write_line(&mut self, name: &HeaderName, value: &[u8]) {
        self.begin_line(name);
        self.bytes.extend_from_slice(value);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn begin_line(&mut self, name: &HeaderName) {
        self.bytes.extend_from_slice(name.as_str().as_bytes());
        self.bytes.extend_from_slice(b": ");
    }
}

fn is_framing(name: &HeaderName) -> bool {
    matches!(*name, header::CONTENT_LENGTH | header::TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_we_say_stands_in_place_of_what_a_browser_says() {
        let mut head = OutgoingHead::new(&Method::GET, &PathAndQuery::from_static("/a?b"));
        head.say(header::HOST, b"shop.example.com");
        head.say(header::HOST, b"other.example.com");
        head.withhold(header::AUTHORIZATION);
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::HOST, "evil.test"),
            (header::AUTHORIZATION, "Bearer x"),
            (header::CONTENT_LENGTH, "9"),
            (header::ACCEPT, "a"),
            (header::ACCEPT, "b"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let written = String::from_utf8(head.finish(&headers, Framing::Length(3))).unwrap();
        let lines =
            ["GET /a?b HTTP/1.1", "host: shop.example.com", "accept: a", "accept: b", "content-length: 3"];
        assert_eq!(written, format!("{}\r\n\r\n", lines.join("\r\n")));
    }
}
