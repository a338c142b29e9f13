use std::collections::VecDeque;

use super::*;

/// A socket that gives its bytes in the pieces it was told.
struct Pieces(VecDeque<Vec<u8>>);

impl AsyncRead for Pieces {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let pieces = &mut self.get_mut().0;
        if let Some(mut piece) = pieces.pop_front() {
            let taken = piece.len().min(buffer.remaining());
            buffer.put_slice(&piece[..taken]);
            let rest = piece.split_off(taken);
            if !rest.is_empty() {
                pieces.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

fn stream(bytes: &str, size: usize, signals: &Arc<Signals>) -> StrictStream<Pieces> {
    let pieces = bytes.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
    StrictStream::new(Pieces(pieces), HeadLimits { bytes: 200, lines: 10 }, Arc::clone(signals))
}

/// What hyper sees, whatever the size of its buffer.
fn shown(stream: &mut StrictStream<Pieces>, room: usize) -> Result<String, String> {
    let mut all = Vec::new();
    let mut cx = Context::from_waker(std::task::Waker::noop());
    for _ in 0..10_000 {
        let mut space = vec![0; room];
        let mut buffer = ReadBuf::new(&mut space);
        match Pin::new(&mut *stream).poll_read(&mut cx, &mut buffer) {
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => break,
            Poll::Ready(Ok(())) => all.extend_from_slice(buffer.filled()),
            Poll::Ready(Err(error)) => return Err(error.to_string()),
            Poll::Pending => break,
        }
    }
    Ok(String::from_utf8(all).unwrap())
}

const TWO: &str = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: a\r\n\r\nPOST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

#[test]
fn good_requests_pass_unchanged_however_the_network_cuts_them() {
    for size in [1, 2, 3, 7, 50, 1000] {
        for room in [1, 5, 64, 8192] {
            let signals = Arc::default();
            assert_eq!(shown(&mut stream(TWO, size, &signals), room).unwrap(), TWO, "{size} {room}");
            assert_eq!(signals.take_refusal(), None);
        }
    }
}

#[test]
fn a_bad_head_is_replaced_in_its_turn_and_nothing_behind_it_is_read() {
    let bad = "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let good = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    for size in [1, 3, 1000] {
        let signals = Arc::default();
        let seen = shown(&mut stream(&format!("{good}{bad}"), size, &signals), 8192).unwrap();
        assert_eq!(seen, format!("{good}{}", std::str::from_utf8(STAND_IN).unwrap()), "{size}");
        assert_eq!(signals.take_refusal(), Some(HeadError::BothFramings));
    }
}

#[test]
fn an_endless_head_is_refused_before_it_fills_the_memory() {
    let signals = Arc::default();
    let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(100_000));
    shown(&mut stream(&endless, 100, &signals), 64).unwrap();
    assert_eq!(signals.take_refusal(), Some(HeadError::TooLarge));
}

#[test]
fn bad_chunks_end_the_body_with_an_error() {
    let body = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX";
    assert!(shown(&mut stream(body, 1000, &Arc::default()), 8192).unwrap_err().contains("malformed"));
    assert!(shown(&mut stream(body, 1, &Arc::default()), 8192).unwrap_err().contains("malformed"));
}

#[test]
fn bytes_after_an_upgrade_go_nowhere_before_the_upstream_agreed() {
    let head = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    for size in [1, 1000] {
        let signals = Arc::default();
        let mut stream = stream(&format!("{head}early frame"), size, &signals);
        assert_eq!(shown(&mut stream, 8192).unwrap(), head);
        signals.upgraded();
        assert_eq!(shown(&mut stream, 8192).unwrap(), "early frame");
    }
}

#[test]
fn after_a_declined_upgrade_the_next_request_is_judged_again() {
    let head = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    let signals = Arc::default();
    let mut stream = stream(&format!("{head}GET / HTTP/1.1\r\n\r\n"), 1000, &signals);
    assert_eq!(shown(&mut stream, 8192).unwrap(), head);
    signals.declined();
    assert_eq!(shown(&mut stream, 8192).unwrap().as_bytes(), STAND_IN);
    assert_eq!(signals.take_refusal(), Some(HeadError::Host));
}
