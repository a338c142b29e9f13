use super::*;

fn taken(method: &Method, text: &str) -> Result<AnswerHead, AnswerError> {
    take_head(&mut BytesMut::from(text), &mut 0, method).map(|head| head.expect("the head is complete"))
}

fn framing(head: &str) -> Result<AnswerFraming, AnswerError> {
    taken(&Method::GET, head).map(|head| head.framing)
}

#[test]
fn the_end_of_a_body_is_where_everybody_sees_it() {
    use AnswerFraming::*;
    for (head, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", Length(7)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", Chunked),
        ("HTTP/1.1 200 OK\r\n\r\n", UntilClose),
        ("HTTP/1.0 200 OK\r\n\r\n", UntilClose),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", Length(0)),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", Length(0)),
    ] {
        assert_eq!(framing(head), Ok(expected), "{head:?}");
    }
    let head = taken(&Method::HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n").unwrap();
    assert_eq!(head.framing, Length(0));
    assert_eq!(head.headers[header::CONTENT_LENGTH], "7");
}

#[test]
fn answers_with_two_readings_are_refused() {
    use AnswerError::*;
    for (lines, expected) in [
        ("Content-Length: 1\r\nContent-Length: 2\r\n", ContentLength),
        ("Content-Length: 1\r\nContent-Length: 1\r\n", ContentLength),
        ("Content-Length: 1, 1\r\n", ContentLength),
        ("Content-Length: +1\r\n", ContentLength),
        ("Content-Length: \r\n", ContentLength),
        ("Content-Length: 99999999999999999999\r\n", ContentLength),
        ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", BothFramings),
        ("Transfer-Encoding: gzip, chunked\r\n", TransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", TransferEncoding),
        ("Transfer-Encoding: identity\r\n", TransferEncoding),
        ("X: a\nContent-Length: 1\r\n", LineEnding),
        ("X : y\r\n", Malformed(httparse::Error::HeaderName)),
        (" folded\r\n", Malformed(httparse::Error::HeaderName)),
        ("X: a\0b\r\n", Malformed(httparse::Error::HeaderValue)),
    ] {
        assert_eq!(framing(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n")), Err(expected), "{lines:?}");
    }
    for length in ["0x5", "5, 5"] {
        let head = format!("HTTP/1.1 304 Not Modified\r\nContent-Length: {length}\r\n\r\n");
        assert_eq!(taken(&Method::HEAD, &head).unwrap_err(), ContentLength, "browsers would get it");
    }
    assert_eq!(framing("\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Err(EmptyLine));
    let old = "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(framing(old), Err(TransferEncoding));
}

#[test]
fn a_status_without_a_class_is_refused() {
    for status in ["099", "600", "999", "20", "2000"] {
        let head = format!("HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n");
        assert!(framing(&head).is_err(), "{status}");
    }
    assert_eq!(framing("HTTP/1.1 599 Whatever\r\nContent-Length: 0\r\n\r\n"), Ok(AnswerFraming::Length(0)));
}

#[test]
fn a_connection_serves_again_only_where_nothing_speaks_against_it() {
    for (head, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\n\r\n", false),
    ] {
        assert_eq!(taken(&Method::GET, head).unwrap().keeps_alive, expected, "{head:?}");
    }
}

#[test]
fn a_head_is_found_however_the_network_cut_it() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    let (mut buffer, mut searched) = (BytesMut::new(), 0);
    for (position, byte) in text.bytes().enumerate() {
        buffer.extend_from_slice(&[byte]);
        let head = take_head(&mut buffer, &mut searched, &Method::GET).unwrap();
        assert_eq!(head.is_some(), position + 1 == text.len() - 3, "{position}");
    }
    assert_eq!(&*buffer, b"abc");
}

#[test]
fn a_head_that_never_ends_is_refused() {
    let mut buffer = BytesMut::from(format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(LARGEST_HEAD)).as_str());
    assert_eq!(take_head(&mut buffer, &mut 0, &Method::GET).unwrap_err(), AnswerError::TooLarge);
}
