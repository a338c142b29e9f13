//! An upstream that answers in HTTP/1.0: the version of a connection is the business of that connection.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use crate::lone::CONFIGURATION;
use crate::recorder::read_request;
use crate::support::{Gateway, Plan};

const ANSWERS: [&str; 3] = [
    "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0 404 Not Found\r\n\r\nhello",
];

/// Answers one request on each connection, and closes it.
fn answer_all(listener: &TcpListener) -> Option<()> {
    for answer in ANSWERS {
        let (stream, _) = listener.accept().ok()?;
        let mut reader = BufReader::new(stream);
        read_request(&mut reader)?;
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

fn everything_from(plan: &Plan, text: &str) -> String {
    let mut stream = TcpStream::connect(plan.address()).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut received = String::new();
    stream.read_to_string(&mut received).unwrap();
    received
}

#[test]
fn browsers_are_answered_in_http_1_1_whatever_the_upstream_speaks() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let environment = [("APP_URL", url.as_str()), ("API_URL", url.as_str())];
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &environment);
    let _gateway = Gateway::start(&plan).unwrap();
    let upstream = std::thread::spawn(move || answer_all(&listener));
    let request = format!("GET /x HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", plan.port);
    for answer in ANSWERS {
        let received = everything_from(&plan, &request);
        let status = answer.get(8..12).unwrap();
        assert!(received.starts_with(&format!("HTTP/1.1{status}")), "{received}");
        assert!(received.contains("hello"), "{received}");
    }
    assert!(upstream.join().unwrap().is_some(), "the upstream answered all of them");
}
