//! Bytes as a network may cut them.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Places that are tried where the input does not say any.
const PLACES: u64 = 4;

/// Some ways to cut these bytes: not at all, at a few places that follow from the bytes, and behind every byte.
pub(crate) fn ways(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let place = |number: u64| {
        let mut hasher = DefaultHasher::new();
        (bytes, number).hash(&mut hasher);
        usize::try_from(hasher.finish() % (bytes.len() as u64 + 1)).unwrap_or_default()
    };
    let in_two = (0..PLACES).map(|number| {
        let (front, back) = bytes.split_at(place(number));
        vec![front, back]
    });
    let bytewise = bytes.chunks(1).collect();
    std::iter::once(vec![bytes]).chain(in_two).chain([bytewise]).collect()
}

/// Cuts bytes into pieces of these lengths, again and again; a length of 0 counts as 1. Without lengths they stay whole.
pub(crate) fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    if lengths.is_empty() {
        return vec![bytes];
    }
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at((*length).clamp(1, rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
