//! Answers of an upstream that browsers must not get as they stand.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use tempfile::TempDir;

use crate::lone::CONFIGURATION;
use crate::recorder::read_request;
use crate::support::{Connection, Gateway, Plan};

/// The version of a connection is the business of that connection.
const OLD: [&str; 3] = [
    "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0 404 Not Found\r\n\r\nhello",
];

const AMBIGUOUS: [&str; 3] = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 0x5\r\n\r\n",
];

/// Answers one request on each connection, and closes it.
fn answer_all(listener: &TcpListener, answers: [&str; 3]) -> Option<()> {
    for answer in answers {
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

/// A gateway in front of whatever answers there.
fn gateway_before(listener: &TcpListener) -> (Plan, Gateway, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let environment = [("APP_URL", url.as_str()), ("API_URL", url.as_str())];
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &environment);
    let gateway = Gateway::start(&plan).unwrap();
    (plan, gateway, folder)
}

/// What a browser gets where an upstream answers so.
fn received_for(answers: [&'static str; 3]) -> [String; 3] {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (plan, _gateway, _folder) = gateway_before(&listener);
    let upstream = std::thread::spawn(move || answer_all(&listener, answers));
    let request = format!("GET /x HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", plan.port);
    let received = answers.map(|_| everything_from(&plan, &request));
    assert!(upstream.join().unwrap().is_some(), "the upstream answered all of them");
    received
}

#[test]
fn browsers_are_answered_in_http_1_1_whatever_the_upstream_speaks() {
    for (answer, received) in OLD.into_iter().zip(received_for(OLD)) {
        let status = answer.get(8..12).unwrap();
        assert!(received.starts_with(&format!("HTTP/1.1{status}")), "{received}");
        assert!(received.contains("hello"), "{received}");
    }
}

#[test]
fn an_answer_whose_length_can_be_read_in_two_ways_is_a_502() {
    for (answer, received) in AMBIGUOUS.into_iter().zip(received_for(AMBIGUOUS)) {
        assert!(received.starts_with("HTTP/1.1 502 "), "{answer:?}: {received}");
        assert!(!received.contains("hello"), "{answer:?}: {received}");
    }
}

/// Bytes of an upload, in two halves.
const UPLOAD: usize = 512 * 1024;

/// Answers when it has seen the head, and then reads the body; gives how much of it came.
fn answer_early(listener: &TcpListener) -> Option<usize> {
    let (stream, _) = listener.accept().ok()?;
    let mut reader = BufReader::new(stream);
    for line in reader.by_ref().lines() {
        if line.ok()?.is_empty() {
            break;
        }
    }
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").ok()?;
    let mut body = vec![0; UPLOAD];
    reader.read_exact(&mut body).ok()?;
    Some(body.len())
}

#[test]
fn an_upload_goes_on_behind_an_answer_that_came_early() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (plan, _gateway, _folder) = gateway_before(&listener);
    let upstream = std::thread::spawn(move || answer_early(&listener));
    let (host, half) = (format!("localhost:{}", plan.port), vec![b'x'; UPLOAD / 2]);
    let mut browser = Connection::open(plan.address()).unwrap();
    let head = format!(
        "POST /x HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: {UPLOAD}\r\n\r\n"
    );
    browser.send(head.as_bytes());
    browser.send(&half);
    assert!(browser.answer(false).unwrap().contains("hello"), "the answer does not wait for the upload");
    browser.send(&half);
    assert_eq!(upstream.join().unwrap(), Some(UPLOAD), "the upstream gets all of it");
}
