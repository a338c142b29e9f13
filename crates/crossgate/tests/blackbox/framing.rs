//! Requests that two readers could read differently: refused, and nothing of them arrives.

use crate::lone::Lone;
use crate::recorder::MARK;
use crate::support::Connection;

/// What somebody tries to slip past the gateway.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n";

/// Name and request. Each is followed by [`SMUGGLED`].
const AMBIGUOUS: [(&str, &str); 53] = [
    (
        "length and chunks",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks and length",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    ),
    (
        "length 0 and chunks",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "two different lengths",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
    ),
    ("two equal lengths", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n"),
    ("a list of lengths", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0, 0\r\n\r\n"),
    ("a signed length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: +0\r\n\r\n"),
    ("a negative length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n"),
    ("a hexadecimal length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0x0\r\n\r\n"),
    ("an empty length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length:\r\n\r\n"),
    ("a length with a space inside", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0 0\r\n\r\n"),
    (
        "a length beyond all numbers",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 18446744073709551616\r\n\r\n",
    ),
    (
        "gzip and chunked",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunked and identity",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ),
    ("identity", "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: identity\r\n\r\n"),
    ("an unknown coding", "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    (
        "chunked in quotes",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunked with a parameter",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunked with a vertical tab",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunked twice",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("an empty coding", "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding:\r\n\r\n"),
    ("chunks in HTTP/1.0", "POST /x HTTP/1.0\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (
        "a space before the colon",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a tab before the colon", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length\t: 0\r\n\r\n"),
    ("a space inside a name", "GET /x HTTP/1.1\r\nHost: HOST\r\nX y: 1\r\n\r\n"),
    ("a header without a name", "GET /x HTTP/1.1\r\nHost: HOST\r\n: 1\r\n\r\n"),
    ("a header without a colon", "GET /x HTTP/1.1\r\nHost: HOST\r\nnonsense\r\n\r\n"),
    ("a folded line", "POST /x HTTP/1.1\r\nHost: HOST\r\nX: 1\r\n Transfer-Encoding: chunked\r\n\r\n"),
    ("a folded first line", "GET /x HTTP/1.1\r\n Host: HOST\r\nHost: HOST\r\n\r\n"),
    ("a folded coding", "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    ("line feeds alone", "GET /x HTTP/1.1\nHost: HOST\n\n"),
    ("one line feed alone", "GET /x HTTP/1.1\r\nHost: HOST\nX: 1\r\n\r\n"),
    ("an empty line of a line feed", "GET /x HTTP/1.1\r\nHost: HOST\r\n\n"),
    ("a carriage return alone", "GET /x HTTP/1.1\r\nHost: HOST\r\nX: 1\rY: 2\r\n\r\n"),
    ("a carriage return as empty line", "GET /x HTTP/1.1\r\nHost: HOST\r\n\rX: 1\r\n\r\n"),
    ("NUL in a value", "GET /x HTTP/1.1\r\nHost: HOST\r\nX: a\0b\r\n\r\n"),
    ("NUL in a name", "GET /x HTTP/1.1\r\nHost: HOST\r\nX\0: 1\r\n\r\n"),
    ("NUL in the target", "GET /x\0 HTTP/1.1\r\nHost: HOST\r\n\r\n"),
    ("a form feed before a length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: \u{c}1\r\n\r\na"),
    ("a form feed behind a length", "POST /x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\u{c}\r\n\r\na"),
    (
        "a form feed before a coding",
        "POST /x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \u{c}chunked\r\n\r\n0\r\n\r\n",
    ),
    ("a control character in a value", "GET /x HTTP/1.1\r\nHost: HOST\r\nX: a\u{1}b\r\n\r\n"),
    ("no Host", "GET /x HTTP/1.1\r\n\r\n"),
    ("an empty Host", "GET /x HTTP/1.1\r\nHost:\r\n\r\n"),
    ("two equal Hosts", "GET /x HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n"),
    ("two different Hosts", "GET /x HTTP/1.1\r\nHost: HOST\r\nHost: evil.test\r\n\r\n"),
    ("no Host in HTTP/1.0", "GET /x HTTP/1.0\r\n\r\n"),
    ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("HTTP/0.9", "GET /x\r\n\r\n"),
    ("an unknown version", "GET /x HTTP/1.2\r\nHost: HOST\r\n\r\n"),
    ("two spaces in the request line", "GET  /x HTTP/1.1\r\nHost: HOST\r\n\r\n"),
    ("a space in the target", "GET /x y HTTP/1.1\r\nHost: HOST\r\n\r\n"),
    ("an empty line first", "\r\nGET /x HTTP/1.1\r\nHost: HOST\r\n\r\n"),
];

#[test]
fn ambiguous_requests_are_refused_and_nothing_of_them_arrives() {
    let lone = Lone::start();
    for (name, request) in AMBIGUOUS {
        let text = format!("{request}{SMUGGLED}").replace("HOST", &lone.host());
        let mut connection = Connection::open(lone.plan.address()).unwrap();
        connection.send(text.as_bytes());
        let answer = connection.answer(false).unwrap_or_else(|failed| panic!("{name}: {failed:?}"));
        assert_eq!(answer.status, 400, "{name}: {}", answer.text());
        assert_eq!(answer.json()["error"], "bad_framing", "{name}");
        let rest = connection.rest();
        assert!(rest.is_empty(), "{name}: the connection goes on with {:?}", String::from_utf8_lossy(&rest));
        assert_eq!(lone.arrived(), Vec::<String>::new(), "{name}");
    }
}

/// The honest request is served, the ambiguous one is refused, in their order.
#[test]
fn an_honest_request_before_an_ambiguous_one_is_served() {
    let lone = Lone::start();
    for (name, request) in AMBIGUOUS {
        let text = format!("GET /one HTTP/1.1\r\nHost: HOST\r\n\r\n{request}").replace("HOST", &lone.host());
        let mut connection = Connection::open(lone.plan.address()).unwrap();
        connection.send(text.as_bytes());
        let statuses: Vec<Option<u16>> =
            (0..2).map(|_| connection.answer(false).ok().map(|answer| answer.status)).collect();
        assert_eq!(statuses, [Some(200), Some(400)], "{name}");
        assert_eq!(lone.arrived().len(), 1, "{name}");
    }
}

/// Name, and a chunked body that is none. Their heads are fine, so they may arrive; what follows must not.
const BROKEN_CHUNKS: [(&str, &str); 9] = [
    ("a line feed after the size", "5\nhello\r\n0\r\n\r\n"),
    ("data longer than its size", "5\r\nhello!\r\n0\r\n\r\n"),
    ("a signed size", "+5\r\nhello\r\n0\r\n\r\n"),
    ("a size with a prefix", "0x5\r\nhello\r\n0\r\n\r\n"),
    ("a size with a space", "5 \r\nhello\r\n0\r\n\r\n"),
    ("a size beyond all numbers", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("no size", "\r\nhello\r\n0\r\n\r\n"),
    ("a line feed in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
    ("a line feed at the end", "5\r\nhello\r\n0\r\n\n"),
];

#[test]
fn a_broken_chunk_ends_the_connection_and_hides_no_request() {
    let lone = Lone::start();
    for (name, body) in BROKEN_CHUNKS {
        let head = "POST /open HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n";
        let text = format!("{head}{body}{SMUGGLED}").replace("HOST", &lone.host());
        let mut connection = Connection::open(lone.plan.address()).unwrap();
        connection.send(text.as_bytes());
        let rest = String::from_utf8_lossy(&connection.rest()).into_owned();
        assert!(!rest.contains(MARK), "{name}: {rest}");
        assert!(!rest.contains("HTTP/1.1 200"), "{name}: {rest}");
        let arrived = lone.arrived();
        assert!(!arrived.iter().any(|request| request.contains("smuggled")), "{name}: {arrived:?}");
    }
}

/// Bodies that look like requests, to a public API route that takes them.
#[test]
fn a_request_inside_a_body_stays_a_body() {
    let lone = Lone::start();
    let inner = SMUGGLED.replace("HOST", &lone.host());
    let length = inner.len();
    for (name, framing, body) in [
        ("by length", format!("Content-Length: {length}"), inner.clone()),
        ("in a chunk", "Transfer-Encoding: chunked".into(), format!("{length:x}\r\n{inner}\r\n0\r\n\r\n")),
        (
            "in a chunk extension",
            "Transfer-Encoding: chunked".into(),
            "2;GET /smuggled\r\nhi\r\n0\r\n\r\n".into(),
        ),
        (
            "in a trailer",
            "Transfer-Encoding: chunked".into(),
            "2\r\nhi\r\n0\r\nX: GET /smuggled\r\n\r\n".into(),
        ),
    ] {
        let text = format!("POST /api/open HTTP/1.1\r\nHost: {}\r\n{framing}\r\n\r\n{body}", lone.host());
        let mut connection = Connection::open(lone.plan.address()).unwrap();
        connection.send(text.as_bytes());
        assert_eq!(connection.answer(false).unwrap().status, 200, "{name}");
        connection.finish();
        assert!(connection.rest().is_empty(), "{name}: there is one answer");
        let arrived = lone.arrived();
        assert_eq!(arrived.len(), 1, "{name}: {arrived:?}");
        assert!(arrived[0].starts_with("POST /api/open HTTP/1.1\r\n"), "{name}: {arrived:?}");
        let is_known_body = matches!(name, "by length" | "in a chunk");
        assert_eq!(
            arrived[0].contains("smuggled"),
            is_known_body,
            "{name}: extensions and trailers end here"
        );
    }
}

#[test]
fn every_request_of_a_pipeline_is_judged_by_itself() {
    let lone = Lone::start();
    let mut connection = Connection::open(lone.plan.address()).unwrap();
    let text = "GET /one HTTP/1.1\r\nHost: HOST\r\n\r\n\
                GET /private HTTP/1.1\r\nHost: HOST\r\n\r\n\
                POST /api/open HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\n\r\nhi\
                GET /api/closed HTTP/1.1\r\nHost: HOST\r\n\r\n\
                GET /two HTTP/1.1\r\nHost: HOST\r\n\r\n";
    connection.send(text.replace("HOST", &lone.host()).as_bytes());
    let statuses: Vec<u16> = (0..5).map(|_| connection.answer(false).unwrap().status).collect();
    assert_eq!(statuses, [200, 401, 200, 401, 200]);
    let lines: Vec<String> =
        lone.arrived().iter().filter_map(|request| request.lines().next().map(str::to_owned)).collect();
    assert_eq!(lines, ["GET /one HTTP/1.1", "POST /api/open HTTP/1.1", "GET /two HTTP/1.1"]);
}

#[test]
fn large_heads_are_refused_with_431() {
    let lone = Lone::start();
    let long = format!("X-Long: {}\r\n", "x".repeat(20 * 1024));
    let many = "X-Many: 1\r\n".repeat(150);
    let target = format!("/{}", "x".repeat(20 * 1024));
    for (name, target, lines) in
        [("one long line", "/x", long), ("many lines", "/x", many), ("a long target", &target, String::new())]
    {
        let answer = lone.exchange(&format!("GET {target} HTTP/1.1\r\nHost: HOST\r\n{lines}\r\n"));
        assert_eq!((answer.status, &answer.json()["error"]), (431, &"head_too_large".into()), "{name}");
        assert_eq!(lone.arrived(), Vec::<String>::new(), "{name}");
    }
}
