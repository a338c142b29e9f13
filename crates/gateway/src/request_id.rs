//! Names of requests, for logs, upstreams and people who report a problem.

use std::cell::Cell;
use std::fmt;

use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use http::{HeaderName, HeaderValue};

/// Two hexadecimal digits for each byte: every request has an id, so it is written without the formatting machinery.
static DIGITS: [[u8; 2]; 256] = digits();

const fn digits() -> [[u8; 2]; 256] {
    let mut table = [[0; 2]; 256];
    let mut rest: &mut [[u8; 2]] = &mut table;
    let mut byte: u8 = 0;
    while let Some((pair, others)) = rest.split_first_mut() {
        *pair = [hex_digit(byte >> 4), hex_digit(byte & 0xf)];
        byte = byte.wrapping_add(1);
        rest = others;
    }
    table
}

const fn hex_digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// A request's name: 32 hexadecimal characters; also its W3C trace id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId {
    worker: u64,
    count: u64,
}

impl RequestId {
    #[cfg(feature = "fuzzing")]
    pub(crate) const NOBODYS: Self = Self { worker: 0, count: 0 };

    /// The header that carries it.
    pub(crate) const NAME: HeaderName = HeaderName::from_static("x-request-id");

    /// The value of that header.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_bytes(&self.text()).unwrap_or(HeaderValue::from_static("-"))
    }

    pub(crate) fn text(self) -> [u8; 32] {
        let mut text = [b'0'; 32];
        let halves = text.as_chunks_mut::<16>().0.iter_mut().zip([self.worker, self.count]);
        for (digits, half) in halves {
            for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(half.to_be_bytes()) {
                *pair = DIGITS.get(usize::from(byte)).copied().unwrap_or_default();
            }
        }
        text
    }

    /// Writes a fresh `traceparent` (W3C Trace Context, §3.2) for a request that came without a usable one.
    pub(crate) fn write_trace_parent(self, line: &mut Vec<u8>) {
        let id = self.text();
        let parent = id.last_chunk::<16>().unwrap_or(&[b'0'; 16]);
        for part in [b"00-".as_slice(), &id, b"-", parent, b"-01"] {
            line.extend_from_slice(part);
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).unwrap_or("-"))
    }
}

/// Gives out names; one per worker, so nothing is shared.
#[derive(Debug)]
pub(crate) struct RequestIds {
    worker: u64,
    next: Cell<u64>,
}

impl RequestIds {
    pub(crate) fn new(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { worker: u64::from_le_bytes(random_bytes(entropy)?), next: Cell::new(1) })
    }

    pub(crate) fn next(&self) -> RequestId {
        let count = self.next.get();
        self.next.set(count.wrapping_add(1).max(1));
        RequestId { worker: self.worker, count }
    }
}

/// Whether a `traceparent` may be passed on: version 00, right lengths, lower-case hexadecimal.
pub(crate) fn is_trace_parent(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    let is_hex = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
    let parts: Vec<&[u8]> = bytes.split(|byte| *byte == b'-').collect();
    matches!(parts.as_slice(), [b"00", trace, parent, flags]
        if trace.len() == 32 && parent.len() == 16 && flags.len() == 2 && is_hex(trace) && is_hex(parent) && is_hex(flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_trace_parent_is_one_and_other_texts_are_not() {
        let id = RequestId { worker: 7, count: 9 };
        let mut own = Vec::new();
        id.write_trace_parent(&mut own);
        assert!(is_trace_parent(&HeaderValue::from_bytes(&own).unwrap()));
        assert_eq!(id.to_string(), "00000000000000070000000000000009");
        for text in ["", "00-xyz-1-01", "01-00000000000000070000000000000009-0000000000000009-01", "00-A-B-C"]
        {
            assert!(!is_trace_parent(&text.parse().unwrap()), "{text}");
        }
    }
}
