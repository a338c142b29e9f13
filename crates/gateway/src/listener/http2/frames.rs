//! Follows the frames of an HTTP/2 connection (RFC 9113 §4.1). The bytes are not copied and no payload is read; hyper
//! does that behind us.

/// What a client says first (RFC 9113 §3.4).
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes before the payload of each frame.
const HEAD: usize = 9;

/// DATA and HEADERS: the last frame of a stream.
const END_STREAM: u8 = 0x01;
/// DATA: part of the payload says nothing.
const PADDED: u8 = 0x08;
/// The longest padding, with the byte that says how long it is (RFC 9113 §6.1).
const LONGEST_PADDING: usize = 256;

/// What a frame costs whoever has to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// HEADERS: a request, or the trailers of one.
    Request,
    /// DATA that carries something, or ends a body.
    Content,
    /// `RST_STREAM`.
    Reset,
    /// Everything else: settings, pings, priorities, windows, continuations, data without content, what nobody knows.
    Idle,
}

impl Frame {
    fn of(head: [u8; HEAD]) -> Self {
        let [_, _, _, kind, flags, ..] = head;
        match kind {
            0x0 if flags & END_STREAM != 0 || carries_content(flags, payload_length(head)) => Self::Content,
            0x1 => Self::Request,
            0x3 => Self::Reset,
            _ => Self::Idle,
        }
    }
}

const fn carries_content(flags: u8, length: usize) -> bool {
    if flags & PADDED == 0 { length > 0 } else { length > LONGEST_PADDING }
}

const fn payload_length([high, middle, low, ..]: [u8; HEAD]) -> usize {
    (high as usize) << 16 | (middle as usize) << 8 | low as usize
}

/// Where between frames we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Preface { left: usize },
    Head { bytes: [u8; HEAD], have: usize },
    Payload { left: usize },
}

impl Place {
    const NEXT_HEAD: Self = Self::Head { bytes: [0; HEAD], have: 0 };
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Frames {
    place: Place,
}

impl Default for Frames {
    fn default() -> Self {
        Self { place: Place::Preface { left: PREFACE.len() } }
    }
}

impl Frames {
    /// Reads on, and tells each frame whose head is complete.
    pub(super) fn follow(&mut self, bytes: &[u8], mut tell: impl FnMut(Frame)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match &mut self.place {
                Place::Preface { left } | Place::Payload { left } => pass(left, rest.len()),
                Place::Head { bytes, have } => collect(bytes, have, rest),
            };
            rest = rest.get(used..).unwrap_or_default();
            self.place = self.place.after(&mut tell);
        }
    }
}

impl Place {
    /// Where the next byte stands.
    fn after(self, tell: &mut impl FnMut(Frame)) -> Self {
        match self {
            Self::Preface { left: 0 } | Self::Payload { left: 0 } => Self::NEXT_HEAD,
            Self::Head { bytes, have: HEAD } => {
                tell(Frame::of(bytes));
                match payload_length(bytes) {
                    0 => Self::NEXT_HEAD,
                    left => Self::Payload { left },
                }
            }
            unfinished => unfinished,
        }
    }
}

fn pass(left: &mut usize, available: usize) -> usize {
    let passed = available.min(*left);
    *left -= passed;
    passed
}

fn collect(head: &mut [u8; HEAD], have: &mut usize, bytes: &[u8]) -> usize {
    let mut used = 0;
    for (place, byte) in head.iter_mut().skip(*have).zip(bytes) {
        *place = *byte;
        used += 1;
    }
    *have += used;
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let [_, high, middle, low] = u32::try_from(payload).unwrap().to_be_bytes();
        let mut frame = vec![high, middle, low, kind, flags, 0, 0, 0, 1];
        frame.resize(HEAD + payload, 0xff);
        frame
    }

    fn seen(bytes: &[u8], piece: usize) -> Vec<Frame> {
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        bytes.chunks(piece).for_each(|piece| frames.follow(piece, |frame| seen.push(frame)));
        seen
    }

    #[test]
    fn frames_are_found_however_the_network_cut_them() {
        let parts = [frame(0x4, 0, 18), frame(0x1, 0x4, 40), frame(0x0, 0, 70_000), frame(0x3, 0, 4)];
        let bytes = [PREFACE, &parts.concat()].concat();
        let expected = [Frame::Idle, Frame::Request, Frame::Content, Frame::Reset];
        for piece in [1, 2, 3, 8, 9, 10, 24, 33, 1000, bytes.len()] {
            assert_eq!(seen(&bytes, piece), expected, "{piece}");
        }
    }

    #[test]
    fn what_carries_nothing_is_told_from_what_does() {
        let kinds = |kind, flags, length| seen(&[PREFACE, &frame(kind, flags, length)].concat(), 5);
        for (kind, flags, length) in [
            (0x0, 0, 0),
            (0x0, PADDED, 200),
            (0x2, 0, 5),
            (0x6, 0, 8),
            (0x8, 0, 4),
            (0x9, 0x4, 1),
            (0xfe, 0, 0),
        ] {
            assert_eq!(kinds(kind, flags, length), [Frame::Idle], "{kind} {flags} {length}");
        }
        for (flags, length) in [(0, 1), (END_STREAM, 0), (PADDED, 300)] {
            assert_eq!(kinds(0x0, flags, length), [Frame::Content], "{flags} {length}");
        }
    }
}
