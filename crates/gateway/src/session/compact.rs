//! A header value in as few bytes as may be. What stands behind the last dot of a token is its signature (RFC 7515 §3.1):
//! base64url of bytes in which nothing repeats. The bytes are kept, which takes a quarter less.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// See the [module](self). First how many bytes the signature has, in two bytes; then the text before it; then it.
#[derive(Clone)]
pub(super) struct Compact(Arc<[u8]>);

impl Compact {
    pub(super) fn new(text: &[u8]) -> Self {
        let (before, signature, length) = in_parts(text).unwrap_or((text, Vec::new(), 0));
        Self([&length.to_le_bytes(), before, &signature].concat().into())
    }

    /// Writes the text.
    pub(super) fn write_to(&self, line: &mut Vec<u8>) {
        let Some((length, bytes)) = self.0.split_first_chunk() else { return };
        let before = bytes.len().saturating_sub(u16::from_le_bytes(*length).into());
        let (before, signature) = bytes.split_at_checked(before).unwrap_or_default();
        line.extend_from_slice(before);
        let (start, room) = (line.len(), base64::encoded_len(signature.len(), false).unwrap_or_default());
        line.resize(start + room, 0);
        let written =
            line.get_mut(start..).map_or(Ok(0), |room| URL_SAFE_NO_PAD.encode_slice(signature, room));
        debug_assert_eq!(written.ok(), Some(room), "the room is as long as the text");
    }
}

/// The text up to its last dot, and what follows it, where that is base64url that has no other form.
fn in_parts(text: &[u8]) -> Option<(&[u8], Vec<u8>, u16)> {
    let dot = memchr::memrchr(b'.', text)?;
    let (before, signature) = text.split_at_checked(dot + 1)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let length = signature.len().try_into().ok()?;
    Some((before, signature, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<u8> {
        let mut line = b"Name: ".to_vec();
        Compact::new(text.as_bytes()).write_to(&mut line);
        line.split_off(6)
    }

    #[test]
    fn every_value_is_written_as_it_was() {
        let signature = "AbC_".repeat(30_000);
        let long = format!("head.claims.{signature}");
        for text in ["", ".", "a", "a.", "a.b", "a.bc", "a.AA==", "a.b/+c", "a.AAAA", "a.AAA", "a.AAB", &long]
        {
            assert_eq!(written(text), text.as_bytes());
        }
    }

    #[test]
    fn a_signature_takes_three_quarters() {
        let signature = "AbC_".repeat(20);
        assert_eq!(Compact::new(format!("claims.{signature}").as_bytes()).0.len(), 2 + 7 + 60);
    }
}
