//! An answer, read from bytes.

/// An answer that was received completely.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// How a body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

impl Answer {
    /// The head, if it is complete, and where the body begins.
    pub(crate) fn parse_head(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = text.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Some((Self { status, headers: headers.collect(), body: Vec::new() }, end + 4))
    }

    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// `name=value` of every `Set-Cookie` line.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        lines.filter_map(|(_, line)| line.split(';').next()?.split_once('='))
    }

    /// Whether anything of the answer, head or body, contains the text.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.headers.iter().any(|(_, value)| value.contains(text)) || self.text().contains(text)
    }

    /// Takes a complete answer from the front of what was received.
    pub(crate) fn take(received: &mut Vec<u8>, to_head: bool, has_ended: bool) -> Option<Self> {
        let (mut answer, start) = Self::parse_head(received)?;
        let rest = &received[start..];
        let (body, used) = match answer.framing(to_head) {
            Body::None => (Vec::new(), 0),
            Body::Length(length) => (rest.get(..length)?.to_vec(), length),
            Body::Chunked => dechunk(rest)?,
            Body::UntilClose if has_ended => (rest.to_vec(), rest.len()),
            Body::UntilClose => return None,
        };
        answer.body = body;
        received.drain(..start + used);
        Some(answer)
    }

    fn framing(&self, to_head: bool) -> Body {
        match self.header("content-length").and_then(|length| length.parse().ok()) {
            _ if to_head || self.status < 200 || matches!(self.status, 204 | 304) => Body::None,
            Some(length) => Body::Length(length),
            None if self.header("transfer-encoding").is_some() => Body::Chunked,
            None => Body::UntilClose,
        }
    }
}

/// Takes a whole chunked body from the front: the body, and how many bytes it took.
fn dechunk(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = bytes[at..].windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[at..at + line]).ok()?.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        at += line + 2;
        let chunk = bytes.get(at..at + size)?;
        bytes.get(at + size..at + size + 2)?;
        body.extend_from_slice(chunk);
        at += size + 2;
        if size == 0 {
            return Some((body, at));
        }
    }
}
