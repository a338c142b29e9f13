use super::*;

fn judge(lines: &[&str]) -> Result<Framing, HeadError> {
    let head = format!("{}\r\n\r\n", lines.join("\r\n"));
    assert_eq!(end_of_head(head.as_bytes(), 0), Ok(Some(head.len())));
    judge_head(head.as_bytes(), 10, |_, _| Ok(())).map(|judged| judged.framing)
}

#[test]
fn ordinary_heads_pass() {
    for (lines, framing) in [
        (vec!["GET / HTTP/1.1", "Host: a"], Framing::None),
        (vec!["POST /x HTTP/1.1", "Host: a", "Content-Length: 12"], Framing::Length(12)),
        (vec!["POST /x HTTP/1.1", "Host:a", "transfer-encoding:  Chunked "], Framing::Chunked),
        (
            vec!["GET /ws HTTP/1.1", "Host: a", "Connection: keep-alive, Upgrade", "Upgrade: websocket"],
            Framing::Upgrade,
        ),
        (vec!["GET / HTTP/1.0", "Host: a"], Framing::None),
    ] {
        assert_eq!(judge(&lines), Ok(framing), "{lines:?}");
    }
}

#[test]
fn ambiguous_heads_are_refused() {
    use HeadError::*;
    let ok = "Host: a";
    for (lines, error) in [
        (vec!["GET  / HTTP/1.1", ok], RequestLine),
        (vec!["GET / HTTP/1.1 ", ok], RequestLine),
        (vec!["GET / HTTP/2.0", ok], RequestLine),
        (vec!["GET /\t HTTP/1.1", ok], RequestLine),
        (vec!["G(T / HTTP/1.1", ok], RequestLine),
        (vec!["GET /a#b HTTP/1.1", ok], RequestLine),
        (vec!["", "GET / HTTP/1.1", ok], RequestLine),
        (vec!["GET / HTTP/1.1"], Host),
        (vec!["GET / HTTP/1.1", "Host:"], Host),
        (vec!["GET / HTTP/1.1", ok, "Host: b"], Host),
        (vec!["GET / HTTP/1.1", ok, "X : 1"], HeaderName),
        (vec!["GET / HTTP/1.1", ok, " folded"], HeaderName),
        (vec!["GET / HTTP/1.1", ok, "X: 1", "\tfolded: 2"], HeaderName),
        (vec!["GET / HTTP/1.1", ok, ": 1"], HeaderName),
        (vec!["GET / HTTP/1.1", ok, "nocolon"], HeaderName),
        (vec!["GET / HTTP/1.1", ok, "X: a\0b"], HeaderValue),
        (vec!["GET / HTTP/1.1", ok, "X: a\rb"], LineEnding),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: 1", "Transfer-Encoding: chunked"], BothFramings),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: 1", "Content-Length: 1"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: 1, 1"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: +1"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: 0x1"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Content-Length:"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Content-Length: 99999999999999999999"], ContentLength),
        (vec!["POST / HTTP/1.1", ok, "Transfer-Encoding: gzip, chunked"], TransferEncoding),
        (
            vec!["POST / HTTP/1.1", ok, "Transfer-Encoding: identity", "Transfer-Encoding: chunked"],
            TransferEncoding,
        ),
        (
            vec!["POST / HTTP/1.1", ok, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
            TransferEncoding,
        ),
        (vec!["POST / HTTP/1.1", ok, "Transfer-Encoding: xchunked"], TransferEncoding),
        (vec!["POST / HTTP/1.0", ok, "Transfer-Encoding: chunked"], TransferEncoding),
    ] {
        assert_eq!(judge(&lines), Err(error), "{lines:?}");
    }
    let many = [vec!["GET / HTTP/1.1"], vec!["Host: a"], vec!["X: y"; 10]].concat();
    assert_eq!(judge(&many), Err(TooMany));
}

#[test]
fn a_line_feed_alone_never_ends_anything() {
    for head in [
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
    ] {
        assert_eq!(end_of_head(head.as_bytes(), 0), Err(HeadError::LineEnding), "{head:?}");
    }
    assert_eq!(end_of_head(b"GET / HTTP/1.1\r\nHost: a\r\n", 0), Ok(None));
}
