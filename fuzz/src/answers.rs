//! Answers as upstreams, and those who have taken one over, send them.

use crossgate_gateway::fuzzing::{Delimiting, ReadAnswer, read_answer};

use crate::pieces::ways;
use crate::strict::{self, elements, values};

/// The head of an answer: whatever way it is cut, it says the same; a strict reader agrees; and what a browser would get has
/// one reading, with nothing that the upstream did not say.
pub fn answer_head(data: &[u8]) {
    for is_head in [false, true] {
        let read: Vec<_> = ways(data).iter().map(|pieces| read_answer(pieces, is_head)).collect();
        let Some((answer, others)) = read.split_first() else { unreachable!("there is a way") };
        others.iter().for_each(|other| assert_eq!(other, answer, "it depends on where the network cuts"));
        if let Ok(Some(answer)) = answer {
            same_to_a_strict_reader(answer, data, is_head);
            same_to_a_browser(answer, is_head);
        }
    }
}

fn same_to_a_strict_reader(answer: &ReadAnswer, data: &[u8], is_head: bool) {
    let head = strict::read_head(data).expect("there is a head").expect("the head is one");
    let (version, status) = head.start.split_once(' ').expect("a version and a status");
    let is_old = version == "HTTP/1.0";
    assert!(is_old || version == "HTTP/1.1", "{version}");
    assert_eq!(status.get(..3), Some(&*answer.status.to_string()), "the status");
    assert!((100..600).contains(&answer.status), "a status without a class");
    assert_eq!(sorted(&answer.lines), sorted(&head.lines), "the lines");
    assert_eq!(answer.left, head.rest.len(), "what stands behind it");
    let said = strict::framing_of(&head.lines, is_old).expect("the body ends at one place");
    assert_eq!(answer.framing, meant(said, is_bodiless(answer, is_head)), "where the body ends");
    let closes = is_old || elements(&head.lines, "connection").contains(&"close".to_owned());
    assert!(!answer.keeps_alive || !closes && answer.framing != Delimiting::UntilClose, "it is used again");
}

fn sorted(lines: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut lines = lines.to_vec();
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    lines
}

/// RFC 9112 §6.3, points 1 and 2.
fn is_bodiless(answer: &ReadAnswer, is_head: bool) -> bool {
    is_head || matches!(answer.status, 100..=199 | 204 | 304)
}

fn meant(said: Option<Delimiting>, is_bodiless: bool) -> Delimiting {
    match said {
        _ if is_bodiless => Delimiting::Length(0),
        said => said.unwrap_or(Delimiting::UntilClose),
    }
}

fn same_to_a_browser(answer: &ReadAnswer, is_head: bool) {
    let head = strict::read_head(&answer.passed_on).expect("it is a head").expect("it has one reading");
    assert!(head.rest.is_empty(), "there is something behind it");
    assert!(head.start.starts_with(&format!("HTTP/1.1 {} ", answer.status)), "{}", head.start);
    let is_ours = |name: &str| ["transfer-encoding", "x-request-id"].contains(&name);
    for (name, value) in head.lines.iter().filter(|(name, _)| !is_ours(name)) {
        let is_length = name == "content-length" && answer.framing == length_in(value);
        assert!(is_length || values(&answer.lines, name).contains(&&**value), "nobody said {name}");
    }
    if !is_bodiless(answer, is_head) {
        let framing = strict::framing_of(&head.lines, false).expect("the body ends at one place");
        let expected = match answer.framing {
            Delimiting::UntilClose => Delimiting::Chunked,
            framing => framing,
        };
        assert_eq!(framing, Some(expected), "where the body ends");
    }
}

fn length_in(value: &[u8]) -> Delimiting {
    std::str::from_utf8(value)
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(Delimiting::None, Delimiting::Length)
}
