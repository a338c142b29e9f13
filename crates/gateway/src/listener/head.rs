//! Strictness of request heads: what RFC 9112 lets implementations repair, we refuse, so that everybody behind us
//! reads the same request.

use crossgate_core::error_code::ErrorCode;
use memchr::memchr;

/// How the body of an accepted request is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// No body.
    None,
    /// `Content-Length`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// The request asks for another protocol; what follows belongs to it once the upstream agreed.
    Upgrade,
}

/// What a head says beside its header lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judged<'a> {
    pub(crate) method: &'a [u8],
    pub(crate) target: &'a [u8],
    /// HTTP/1.0.
    pub(crate) is_old: bool,
    pub(crate) framing: Framing,
    /// No other request follows on the connection (RFC 9112 §9.3).
    pub(crate) closes: bool,
    /// The sender waits for 100 before it sends the body (RFC 9110 §10.1.1).
    pub(crate) asks_first: bool,
}

/// Why a head is refused. The texts are for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadError {
    #[error("a line does not end in CRLF, or has a bare CR")]
    LineEnding,
    #[error("the request line is not `METHOD SP target SP HTTP/1.x`")]
    RequestLine,
    #[error("a header line has no name, a space before its colon, or begins with white space")]
    HeaderName,
    #[error("a header value has a control character")]
    HeaderValue,
    #[error("the Host header is missing, repeated or empty")]
    Host,
    #[error("both Content-Length and Transfer-Encoding")]
    BothFramings,
    #[error("Content-Length is repeated or not a plain decimal number")]
    ContentLength,
    #[error("Transfer-Encoding is repeated, not exactly `chunked`, or used with HTTP/1.0")]
    TransferEncoding,
    #[error("the request head is larger than the limit")]
    TooLarge,
    #[error("there are more header lines than the limit")]
    TooMany,
}

impl HeadError {
    pub(crate) const fn code(self) -> ErrorCode {
        match self {
            Self::TooLarge | Self::TooMany => ErrorCode::HeadTooLarge,
            _ => ErrorCode::BadFraming,
        }
    }
}

/// Where the head ends: the position after the empty line. A line feed without its carriage return is an error at
/// once, so that nobody can hide an end of head from us.
pub(crate) fn end_of_head(bytes: &[u8], from: usize) -> Result<Option<usize>, HeadError> {
    let mut position = from;
    while let Some(offset) = bytes.get(position..).and_then(|rest| memchr(b'\n', rest)) {
        let line_feed = position + offset;
        match bytes.get(..=line_feed) {
            Some(head) if head.ends_with(b"\r\n\r\n") => return Ok(Some(line_feed + 1)),
            Some(head) if head.ends_with(b"\r\n") => position = line_feed + 1,
            _ => return Err(HeadError::LineEnding),
        }
    }
    Ok(None)
}

/// Checks a complete head, gives each name and value to `keep`, and tells how the body is delimited.
///
/// RFC 9112, in numbered steps:
/// 1. §2.2 every line ends in CRLF and has no other CR.
/// 2. §3 the request line has exactly three parts, separated by one space each.
/// 3. §5.1 no white space between name and colon; §5.2 no folding; names are tokens.
/// 4. §5.5 of RFC 9110: no NUL or other control character in values.
/// 5. §3.2 exactly one Host.
/// 6. §6.1 never both Content-Length and Transfer-Encoding.
/// 7. §6.2 one Content-Length of digits only.
/// 8. §6.1 one Transfer-Encoding, exactly `chunked`, never with HTTP/1.0.
pub(crate) fn judge_head<'a>(
    head: &'a [u8],
    most_headers: usize,
    mut keep: impl FnMut(&'a [u8], &'a [u8]) -> Result<(), HeadError>,
) -> Result<Judged<'a>, HeadError> {
    let mut lines = Lines(head.strip_suffix(b"\r\n").ok_or(HeadError::LineEnding)?);
    let (method, target, is_old) = judge_request_line(lines.next().unwrap_or(Err(HeadError::RequestLine))?)?;
    let mut seen = Seen::default();
    for (count, line) in lines.enumerate() {
        let (name, value) = judge_line(line?)?;
        if count == most_headers {
            return Err(HeadError::TooMany);
        }
        seen.note(name, value)?;
        keep(name, value)?;
    }
    Ok(Judged {
        method,
        target,
        is_old,
        framing: seen.framing(is_old)?,
        closes: seen.close || is_old && !seen.keep_alive,
        asks_first: seen.expects_continue && !is_old,
    })
}

/// Step 1, but for a bare CR: the rules for what stands in a line find it.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = Result<&'a [u8], HeadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, rest) = match memchr(b'\n', self.0) {
            Some(end) => self.0.split_at_checked(end + 1)?,
            None => (self.0, [].as_slice()),
        };
        self.0 = rest;
        (!line.is_empty()).then(|| line.strip_suffix(b"\r\n").ok_or(HeadError::LineEnding))
    }
}

/// Why a line is refused: step 1 comes before all others.
fn fault_of(line: &[u8], fault: HeadError) -> HeadError {
    if line.contains(&b'\r') { HeadError::LineEnding } else { fault }
}

/// Step 2: method, target, and true for HTTP/1.0.
fn judge_request_line(line: &[u8]) -> Result<(&[u8], &[u8], bool), HeadError> {
    let parts = split_at_byte(b' ', line).and_then(|(method, rest)| {
        split_at_byte(b' ', rest).map(|(target, version)| (method, target, version))
    });
    let (method, target, version) = parts.ok_or_else(|| fault_of(line, HeadError::RequestLine))?;
    // A fragment never belongs in a request, and the parsers behind us drop it silently.
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
    let plain = !method.is_empty() && method.iter().copied().all(is_token) && !target.is_empty();
    match version {
        b"HTTP/1.1" if plain && target.iter().all(is_plain) => Ok((method, target, false)),
        b"HTTP/1.0" if plain && target.iter().all(is_plain) => Ok((method, target, true)),
        _ => Err(fault_of(line, HeadError::RequestLine)),
    }
}

/// What stands before and behind the first such byte.
fn split_at_byte(byte: u8, text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(memchr(byte, text)?)?;
    Some((before, rest.get(1..)?))
}

/// Which bytes are token characters; every byte of every name is looked up.
static TOKEN: [bool; 256] = token_table();

const fn token_table() -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut byte: u8 = 0;
    while let Some((first, others)) = rest.split_first_mut() {
        *first = is_token_character(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    table
}

pub(super) fn is_token(byte: u8) -> bool {
    TOKEN.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Optional white space is spaces and tabs, nothing else (RFC 9110 §5.6.3): a form feed belongs to the value, which may
/// not have it.
fn trim_blanks(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_blank(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    value.get(start..end).unwrap_or_default()
}

/// RFC 9110 §5.6.2.
const fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// What the header lines said about framing.
#[derive(Default)]
struct Seen {
    hosts: usize,
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
    connection_upgrade: bool,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
}

/// Steps 3 and 4: name and value of a line. The name ends at the first byte that cannot be in one.
fn judge_line(line: &[u8]) -> Result<(&[u8], &[u8]), HeadError> {
    let end = line.iter().position(|byte| !is_token(*byte)).filter(|end| *end > 0);
    let (name, rest) = end.and_then(|end| line.split_at_checked(end)).unwrap_or_default();
    let Some(value) = rest.strip_prefix(b":").map(trim_blanks) else {
        return Err(fault_of(line, HeadError::HeaderName));
    };
    if has_control(value) { Err(fault_of(line, HeadError::HeaderValue)) } else { Ok((name, value)) }
}

impl Seen {
    /// Steps 7 and 8, and the notes for the others.
    fn note(&mut self, name: &[u8], value: &[u8]) -> Result<(), HeadError> {
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.note_host(value),
            6 if name.eq_ignore_ascii_case(b"expect") => {
                self.expects_continue |= value.eq_ignore_ascii_case(b"100-continue");
            }
            7 if name.eq_ignore_ascii_case(b"upgrade") => self.upgrade = true,
            10 if name.eq_ignore_ascii_case(b"connection") => {
                self.connection_upgrade |= has_element(value, b"upgrade");
                self.close |= has_element(value, b"close");
                self.keep_alive |= has_element(value, b"keep-alive");
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => self.note_length(value)?,
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => self.note_coding(value)?,
            _ => {}
        }
        Ok(())
    }

    fn note_host(&mut self, value: &[u8]) {
        // An empty Host counts as two, so that it is refused like a repeated one.
        self.hosts += if value.is_empty() { 2 } else { 1 };
    }

    /// Step 7.
    fn note_length(&mut self, value: &[u8]) -> Result<(), HeadError> {
        let digits = !value.is_empty() && value.len() <= 18 && value.iter().all(u8::is_ascii_digit);
        if self.length.is_some() || !digits {
            return Err(HeadError::ContentLength);
        }
        self.length = Some(value.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')));
        Ok(())
    }

    /// Step 8, all but the version.
    fn note_coding(&mut self, value: &[u8]) -> Result<(), HeadError> {
        if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
            return Err(HeadError::TransferEncoding);
        }
        self.chunked = true;
        Ok(())
    }

    /// Steps 5, 6 and 8.
    fn framing(&self, version_1_0: bool) -> Result<Framing, HeadError> {
        if self.hosts != 1 {
            return Err(HeadError::Host);
        }
        match (self.length, self.chunked) {
            (Some(_), true) => Err(HeadError::BothFramings),
            (None, true) if version_1_0 => Err(HeadError::TransferEncoding),
            (None, true) => Ok(Framing::Chunked),
            (None | Some(0), false) if self.upgrade && self.connection_upgrade => Ok(Framing::Upgrade),
            (None | Some(0), false) => Ok(Framing::None),
            (Some(length), false) => Ok(Framing::Length(length)),
        }
    }
}

/// Without an early end within sixteen bytes, so that the compiler looks at them at once.
fn has_control(value: &[u8]) -> bool {
    let is_control = |byte: u8| (byte < b' ' && byte != b'\t') || byte == 0x7f;
    let (blocks, rest) = value.as_chunks::<16>();
    let in_block = |block: &[u8; 16]| block.iter().fold(false, |found, byte| found | is_control(*byte));
    blocks.iter().any(in_block) || rest.iter().any(|byte| is_control(*byte))
}

fn has_element(list: &[u8], wanted: &[u8]) -> bool {
    list.split(|byte| *byte == b',').any(|element| trim_blanks(element).eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
