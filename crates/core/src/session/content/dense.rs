//! Tokens in three quarters of their characters: most are base64url, some in several parts with dots between (RFC 7515
//! §3.1). What is in the parts of a JWT can then be packed as well.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{Engine as _, encoded_len};
use zeroize::Zeroizing;

use crate::secret::SecretText;

/// What stands in place of the number of parts before a token that is written as it is.
const AS_IT_IS: u8 = 0;

/// Writes a token. None where it is longer than 4 GiB.
pub(super) fn write(token: &SecretText, out: &mut Vec<u8>) -> Option<()> {
    let text = token.expose_secret();
    if let Some(parts) = decode(text) {
        out.push(u8::try_from(parts.len()).ok()?);
        for part in &parts {
            out.extend_from_slice(&u16::try_from(part.len()).ok()?.to_le_bytes());
            out.extend_from_slice(part);
        }
    } else {
        out.push(AS_IT_IS);
        out.extend_from_slice(&u32::try_from(text.len()).ok()?.to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    Some(())
}

/// Reads what [`write`] wrote, and leaves what follows it.
pub(super) fn read(input: &mut &[u8]) -> Option<SecretText> {
    let [count] = take(input)?;
    if count == AS_IT_IS {
        let length = u32::from_le_bytes(take(input)?) as usize;
        return std::str::from_utf8(input.split_off(..length)?).ok().map(SecretText::new);
    }
    let parts: Vec<_> = (0..count).map(|_| part(input)).collect::<Option<_>>()?;
    Some(SecretText::new(encode(&parts)))
}

/// What [`write`] may take for a token at most: two bytes beside each part, and a part may be empty.
pub(super) fn room(token: &SecretText) -> usize {
    5 + 2 * token.expose_secret().len()
}

fn part<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_le_bytes(take(input)?);
    input.split_off(..usize::from(length))
}

/// The text has all its room from the beginning: what one leaves behind where it grows is wiped by nobody.
fn encode(parts: &[&[u8]]) -> String {
    let room = parts.iter().filter_map(|part| encoded_len(part.len(), false)).sum::<usize>() + parts.len();
    let mut text = String::with_capacity(room);
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            text.push('.');
        }
        URL_SAFE_NO_PAD.encode_string(part, &mut text);
    }
    text
}

/// The parts, where there are as many as can be written, each is base64url that has no other form, and none is too long.
fn decode(text: &str) -> Option<Vec<Zeroizing<Vec<u8>>>> {
    let part = |part| URL_SAFE_NO_PAD.decode(part).ok().map(Zeroizing::new);
    let parts: Vec<_> = text.split('.').map(part).collect::<Option<_>>()?;
    let is_short = |part: &Zeroizing<Vec<u8>>| part.len() <= usize::from(u16::MAX);
    (parts.len() <= usize::from(u8::MAX) && parts.iter().all(is_short)).then_some(parts)
}

fn take<const LENGTH: usize>(input: &mut &[u8]) -> Option<[u8; LENGTH]> {
    let (bytes, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(*bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        write(&SecretText::new(text), &mut out).unwrap();
        out
    }

    fn is_read_back(text: &str) {
        let bytes = [written(text), b"rest".to_vec()].concat();
        let mut input = bytes.as_slice();
        assert_eq!(read(&mut input).unwrap().expose_secret(), text);
        assert_eq!(input, b"rest");
        assert!(bytes.len() - input.len() <= room(&SecretText::new(text)), "{text}");
    }

    #[test]
    fn every_token_is_read_back() {
        let long = "A".repeat(100_000);
        let many = ".".repeat(300);
        for text in ["", ".", "AAAA", "AAA", "AAB", "AA==", "A", "a.b.c", "eyJ9.eyJ9.AAAA", "é", &long, &many]
        {
            is_read_back(text);
        }
    }

    #[test]
    fn a_token_takes_three_quarters() {
        assert_eq!(written(&"AbC_".repeat(60)).len(), 3 + 180);
    }

    #[test]
    fn what_ends_too_early_is_not_read() {
        for text in ["AAAA.AAAA", "not base64url"] {
            let bytes = written(text);
            for length in 0..bytes.len() {
                assert!(read(&mut &bytes[..length]).is_none(), "{text}: {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_is_read_back(text in "[A-Za-z0-9_.=é -]{0,60}") {
            is_read_back(&text);
        }
    }
}
