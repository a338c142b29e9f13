//! Requests as browsers, and those who are none, send them over HTTP/1.1.

use crossgate_core::target::canonical_path;
use crossgate_gateway::fuzzing::{
    ChunksEnd, Conversation, Delimiting, PublicRules, ReadRequest, converse, read_chunks,
};

use crate::pieces::{cut, ways};
use crate::shop::{ORIGIN, SHOP};
use crate::strict::{self, Head, elements, values};

/// Headers about one connection only (RFC 9110 §7.6.1).
const OF_ONE_CONNECTION: [&str; 7] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings"];
/// What we say ourselves behind the request line.
const OURS: [&str; 4] = ["host", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"];

/// A connection: whatever way it is cut, it brings the same requests; a strict reader finds them too, with the same bodies;
/// and what an upstream would get of each is one request, about the same, with a body of the same length.
pub fn request_head(data: &[u8]) {
    let rules = PublicRules { origin: &SHOP.public_origin, trusted_proxies: &SHOP.listen.trusted_proxies };
    let read: Vec<Conversation> = ways(data).iter().map(|pieces| converse(pieces, &rules)).collect();
    let Some((conversation, others)) = read.split_first() else { unreachable!("there is a way") };
    others.iter().for_each(|other| assert_eq!(other, conversation, "it depends on where the network cuts"));
    let mut rest = data;
    for request in &conversation.requests {
        rest = same_to_a_strict_reader(request, rest);
        if let Some(forwarded) = &request.forwarded {
            same_to_an_upstream(request, forwarded);
        }
    }
}

/// Gives what stands behind the request.
fn same_to_a_strict_reader<'a>(request: &ReadRequest, bytes: &'a [u8]) -> &'a [u8] {
    let head = strict::read_head(bytes).expect("there is a head").expect("the head is one");
    let version = if request.is_old { "HTTP/1.0" } else { "HTTP/1.1" };
    let [method, target, version_sent] = *head.start.split(' ').collect::<Vec<_>>() else {
        panic!("the request line: {}", head.start)
    };
    assert_eq!((method, version_sent), (&*request.method, version), "the request line");
    assert_eq!(request.target, with_path(target), "the target");
    let ours = sorted(&request.lines);
    assert_eq!(ours, sorted(&head.lines), "the lines");
    assert_eq!(values(&head.lines, "host").len(), 1, "whose site?");
    same_to_httparse(request, bytes);
    let said = strict::framing_of(&head.lines, request.is_old).expect("the body ends at one place");
    assert_eq!(request.framing, meant(said, &head), "where the body ends");
    assert!(request.closes || !is_last(request, &head), "another request was read");
    behind_body(request, head.rest)
}

/// An address without a path is one with the shortest (RFC 9110 §4.2.3), and its scheme has no upper case.
fn with_path(target: &str) -> String {
    let Some((scheme, rest)) = target.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?']))
    else {
        return target.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let slash = if path.starts_with('/') { "" } else { "/" };
    let is_known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let scheme = if is_known { scheme.to_ascii_lowercase() } else { scheme.to_owned() };
    format!("{scheme}://{authority}{slash}{path}")
}

/// Lines of one name keep their order.
fn sorted(lines: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut lines = lines.to_vec();
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    lines
}

fn same_to_httparse(request: &ReadRequest, bytes: &[u8]) {
    let mut lines = [httparse::EMPTY_HEADER; 128];
    let mut parsed = httparse::Request::new(&mut lines);
    assert!(parsed.parse(bytes).expect("the parser of others accepts it").is_complete());
    assert_eq!(parsed.method, Some(&*request.method));
    assert_eq!(parsed.path.map(with_path).as_ref(), Some(&request.target));
    let lines: Vec<_> =
        parsed.headers.iter().map(|line| (line.name.to_ascii_lowercase(), line.value.to_vec())).collect();
    assert_eq!(sorted(&lines), sorted(&request.lines), "the lines, to others");
}

fn meant(said: Option<Delimiting>, head: &Head<'_>) -> Delimiting {
    let asks = elements(&head.lines, "connection").contains(&"upgrade".to_owned());
    match said {
        None | Some(Delimiting::Length(0)) if asks && !values(&head.lines, "upgrade").is_empty() => {
            Delimiting::Upgrade
        }
        None | Some(Delimiting::Length(0)) => Delimiting::None,
        Some(framing) => framing,
    }
}

/// RFC 9112 §9.3.
fn is_last(request: &ReadRequest, head: &Head<'_>) -> bool {
    let says = |word: &str| elements(&head.lines, "connection").contains(&word.to_owned());
    says("close") || request.is_old && !says("keep-alive")
}

fn behind_body<'a>(request: &ReadRequest, rest: &'a [u8]) -> &'a [u8] {
    let (body, behind) = match request.framing {
        Delimiting::Length(length) => {
            let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
            let (body, behind) = rest.split_at(length);
            (body.to_vec(), behind)
        }
        // Incomplete or malformed: nothing is behind it, and the other target looks at its data.
        Delimiting::Chunked => match strict::read_chunks(rest) {
            Some(Ok((body, behind))) => (body, behind),
            _ => return &[],
        },
        _ => (Vec::new(), rest),
    };
    assert!(request.forwarded.is_none() || request.body == body, "the body");
    behind
}

fn same_to_an_upstream(request: &ReadRequest, forwarded: &[u8]) {
    let head = strict::read_head(forwarded).expect("it is a head").expect("it has one reading");
    assert!(head.rest.is_empty(), "there is something behind it");
    let parts: Vec<&str> = head.start.split(' ').collect();
    let [method, target, "HTTP/1.1"] = *parts else { panic!("the request line: {}", head.start) };
    assert_eq!(method, request.method);
    let path = target.split('?').next().unwrap_or_default();
    assert_eq!(canonical_path(path).as_deref(), Ok(path), "the path is canonical");
    assert_eq!(values(&head.lines, "host"), [ORIGIN.trim_start_matches("https://").as_bytes()]);
    for (name, value) in head.lines.iter().filter(|(name, _)| !is_ours_to_say(name)) {
        assert!(!OF_ONE_CONNECTION.contains(&&**name), "{name} is of another connection");
        assert!(values(&request.lines, name).contains(&&**value), "nobody said {name}");
    }
    let framing = strict::framing_of(&head.lines, false).expect("the body ends at one place");
    match (request.framing, framing) {
        (Delimiting::None | Delimiting::Upgrade, None | Some(Delimiting::Length(0))) => {}
        (sent, forwarded) => assert_eq!(Some(sent), forwarded, "where the body ends"),
    }
}

fn is_ours_to_say(name: &str) -> bool {
    OURS.contains(&name) || matches!(name, "content-length" | "transfer-encoding")
}

/// A chunked body behind a line of numbers that say how it is cut: the data and the end do not depend on that, a simple
/// decoder finds the same, and what it takes is refused only for the length of a line or of a number.
pub fn chunked_body(data: &[u8]) {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (lengths, body) = (&data[..end], &data[end + 1..]);
    let lengths: Vec<usize> =
        String::from_utf8_lossy(lengths).split(' ').filter_map(|number| number.parse().ok()).collect();
    let whole = read_chunks(&[body]);
    assert_eq!(read_chunks(&cut(body, &lengths)), whole, "it depends on where the network cuts");
    assert!(whole.data.len() <= body.len(), "more than came in");
    let simple = strict::read_chunks(body);
    match whole.end {
        ChunksEnd::Whole { left } => {
            let (data, rest) = simple.expect("it is whole").expect("it is one");
            assert_eq!((data, rest.len()), (whole.data, left));
        }
        ChunksEnd::Malformed => assert!(!matches!(simple, Some(Ok(_))) || has_long_line(body), "refused"),
        ChunksEnd::Unfinished => assert!(!matches!(simple, Some(Ok(_))), "it is whole"),
    }
}

/// Whether something could be longer than the gateway takes.
fn has_long_line(body: &[u8]) -> bool {
    let is_end = |byte: &u8| *byte == b'\n';
    body.split(is_end)
        .any(|line| line.len() > 256 || line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count() > 15)
}
