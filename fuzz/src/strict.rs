//! HTTP/1.1 read once more, from the grammar of RFC 9112 and in another way than the gateway's: whole, by lines. What the
//! gateway accepts must be accepted here too, and must mean the same.

use crossgate_gateway::fuzzing::Delimiting;

/// What is wrong; the targets only look whether something is.
pub(crate) type Fault = &'static str;

/// A head, and what stands behind it.
pub(crate) struct Head<'a> {
    /// The request line or the status line.
    pub(crate) start: String,
    /// Names in lower case.
    pub(crate) lines: Vec<(String, Vec<u8>)>,
    pub(crate) rest: &'a [u8],
}

/// None while there is no empty line.
pub(crate) fn read_head(bytes: &[u8]) -> Option<Result<Head<'_>, Fault>> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = bytes.split_at(end);
    Some(read_lines(head).map(|(start, lines)| Head { start, lines, rest: &rest[4..] }))
}

type Lines = (String, Vec<(String, Vec<u8>)>);

fn read_lines(head: &[u8]) -> Result<Lines, Fault> {
    let mut lines = split_lines(head).into_iter();
    let start = lines.next().filter(|line| !line.is_empty()).ok_or("no first line")?;
    if start.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err("a control character in the first line");
    }
    // A reason may be in any encoding (RFC 9112 §4).
    let start = String::from_utf8_lossy(start).into_owned();
    Ok((start, lines.map(read_line).collect::<Result<_, _>>()?))
}

fn split_lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        lines.push(&rest[..end]);
        rest = &rest[end + 2..];
    }
    lines.push(rest);
    lines
}

/// RFC 9112 §5, RFC 9110 §5.5.
pub(crate) fn read_line(line: &[u8]) -> Result<(String, Vec<u8>), Fault> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or("no colon")?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if !is_token(name) {
        return Err("the name is no token");
    }
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err("a control character");
    }
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let is_blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let start = value.iter().take_while(|byte| is_blank(byte)).count();
    let end = value[start..].iter().rev().take_while(|byte| is_blank(byte)).count();
    Ok((name, value[start..value.len() - end].to_vec()))
}

/// RFC 9110 §5.6.2.
pub(crate) fn is_token(text: &[u8]) -> bool {
    let is_one = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_one)
}

/// The values of a name, in their order.
pub(crate) fn values<'a>(lines: &'a [(String, Vec<u8>)], name: &str) -> Vec<&'a [u8]> {
    lines.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect()
}

/// The elements of a list header, in lower case (RFC 9110 §5.6.1).
pub(crate) fn elements(lines: &[(String, Vec<u8>)], name: &str) -> Vec<String> {
    let whole = values(lines, name).join(&b","[..]);
    let text = String::from_utf8_lossy(&whole).to_ascii_lowercase();
    text.split(',').map(|element| element.trim_matches([' ', '\t']).to_owned()).collect()
}

/// What Content-Length and Transfer-Encoding say; none where they say nothing (RFC 9112 §6).
pub(crate) fn framing_of(lines: &[(String, Vec<u8>)], is_old: bool) -> Result<Option<Delimiting>, Fault> {
    let lengths = values(lines, "content-length");
    let codings = values(lines, "transfer-encoding");
    match (&*lengths, &*codings) {
        ([], []) => Ok(None),
        ([length], []) => {
            let digits = !length.is_empty() && length.iter().all(u8::is_ascii_digit);
            let number = std::str::from_utf8(length).ok().and_then(|text| text.parse().ok());
            number.filter(|_| digits).map(|length| Some(Delimiting::Length(length))).ok_or("no length")
        }
        ([], [coding]) if !is_old && coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(Delimiting::Chunked)),
        _ => Err("two readings of where the body ends"),
    }
}

/// The data of a chunked body and what stands behind it; none while it is not whole (RFC 9112 §7.1).
pub(crate) fn read_chunks(bytes: &[u8]) -> Option<Result<(Vec<u8>, &[u8]), Fault>> {
    let (mut data, mut rest) = (Vec::new(), bytes);
    loop {
        let (line, behind) = cut_line(rest)?;
        let size = match size_of(line) {
            Ok(size) => size,
            Err(fault) => return Some(Err(fault)),
        };
        if size == 0 {
            return read_trailers(behind).map(|read| read.map(|rest| (data, rest)));
        }
        data.extend_from_slice(behind.get(..size)?);
        rest = behind.get(size..)?;
        match rest.get(..2)? {
            b"\r\n" => rest = &rest[2..],
            _ => return Some(Err("no line end behind a chunk")),
        }
    }
}

fn cut_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    Some((&bytes[..end], &bytes[end + 2..]))
}

fn size_of(line: &[u8]) -> Result<usize, Fault> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    if line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err("a control character");
    }
    let are_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).map_err(|_| "no size")?;
    match usize::from_str_radix(text, 16) {
        Ok(size) if are_digits => Ok(size),
        _ => Err("no size"),
    }
}

fn read_trailers(bytes: &[u8]) -> Option<Result<&[u8], Fault>> {
    let mut rest = bytes;
    loop {
        let (line, behind) = cut_line(rest)?;
        if line.is_empty() {
            return Some(Ok(behind));
        }
        if let Err(fault) = read_line(line) {
            return Some(Err(fault));
        }
        rest = behind;
    }
}
