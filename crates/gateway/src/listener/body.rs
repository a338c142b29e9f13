//! Follows a body through its framing, so that the next head is found where the sender put it. The bytes are not
//! copied; only their structure is read.

use bytes::{Buf as _, Bytes, BytesMut};

use super::head::is_token;

/// Longest line with a chunk size and its extensions, in bytes (RFC 9112 §7.1.1 asks for a bound).
const LONGEST_SIZE_LINE: usize = 256;
/// Longest trailer section, in bytes without the line ends. It is passed over, and must end all the same.
const LONGEST_TRAILERS: usize = 8 * 1024;

/// The chunk framing is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the chunked body is malformed")]
pub(crate) struct ChunkError;

/// Where in a chunked body we are (RFC 9112 §7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChunkState {
    /// Reading the digits of a size.
    Size { value: u64, digits: u8 },
    /// Inside chunk extensions.
    Extension { value: u64, length: usize },
    /// The CR of a size line was read.
    SizeLineFeed { value: u64 },
    /// Inside data.
    Data { left: u64 },
    /// After data: its CR.
    DataReturn,
    /// After data: its LF.
    DataLineFeed,
    /// At the start of a trailer line, or of the last empty line. The lengths are those of all trailer lines so far.
    TrailerStart { length: usize },
    /// Inside the name of a trailer line.
    TrailerName { length: usize },
    /// Behind the colon of a trailer line.
    Trailer { length: usize },
    /// The CR of a trailer line was read.
    TrailerLineFeed { length: usize },
    /// The CR of the last line was read.
    LastLineFeed,
    /// The body is over.
    Done,
}

impl ChunkState {
    pub(crate) const START: Self = Self::Size { value: 0, digits: 0 };

    /// Reads bytes until they are used up or the body is over; gives how many belong to the body.
    pub(crate) fn advance(&mut self, bytes: &[u8]) -> Result<usize, ChunkError> {
        let mut used = 0;
        while let Some(byte) = bytes.get(used) {
            match &mut *self {
                Self::Done => break,
                Self::Data { left } => {
                    let available = u64::try_from(bytes.len() - used).unwrap_or(u64::MAX);
                    let taken = available.min(*left);
                    *left -= taken;
                    used += usize::try_from(taken).unwrap_or(usize::MAX);
                    if *left == 0 {
                        *self = Self::DataReturn;
                    }
                }
                state => {
                    *state = state.step(*byte)?;
                    used += 1;
                }
            }
        }
        Ok(used)
    }

    /// Takes the next piece of data out of the front of what was read; what is not data is passed over.
    pub(crate) fn take_data(&mut self, bytes: &mut BytesMut) -> Result<Option<Bytes>, ChunkError> {
        while let Some(byte) = bytes.first().copied() {
            match &mut *self {
                Self::Done => break,
                Self::Data { left } => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    let data = bytes.split_to(taken).freeze();
                    self.advance(&data)?;
                    return Ok(Some(data));
                }
                state => {
                    *state = state.step(byte)?;
                    bytes.advance(1);
                }
            }
        }
        Ok(None)
    }

    fn step(self, byte: u8) -> Result<Self, ChunkError> {
        match (self, byte) {
            (Self::Size { value, digits }, byte) if byte.is_ascii_hexdigit() && digits < 15 => {
                let digit = char::from(byte).to_digit(16).map_or(0, u64::from);
                Ok(Self::Size { value: value * 16 + digit, digits: digits + 1 })
            }
            (Self::Size { value, digits: 1.. }, b'\r') => Ok(Self::SizeLineFeed { value }),
            (Self::Size { value, digits: 1.. }, b';') => Ok(Self::Extension { value, length: 0 }),
            (Self::Extension { value, .. }, b'\r') => Ok(Self::SizeLineFeed { value }),
            (Self::Extension { value, length }, byte) if is_line_byte(byte) && length < LONGEST_SIZE_LINE => {
                Ok(Self::Extension { value, length: length + 1 })
            }
            (Self::SizeLineFeed { value: 0 }, b'\n') => Ok(Self::TrailerStart { length: 0 }),
            (Self::SizeLineFeed { value }, b'\n') => Ok(Self::Data { left: value }),
            (Self::DataReturn, b'\r') => Ok(Self::DataLineFeed),
            (Self::DataLineFeed, b'\n') => Ok(Self::START),
            _ => self.step_trailer(byte),
        }
    }

    fn step_trailer(self, byte: u8) -> Result<Self, ChunkError> {
        match (self, byte) {
            (Self::TrailerStart { .. }, b'\r') => Ok(Self::LastLineFeed),
            (Self::LastLineFeed, b'\n') => Ok(Self::Done),
            (Self::TrailerStart { length }, byte) if is_token(byte) && length < LONGEST_TRAILERS => {
                Ok(Self::TrailerName { length: length + 1 })
            }
            (Self::TrailerName { length }, b':') => Ok(Self::Trailer { length: length + 1 }),
            (Self::TrailerName { length }, byte) if is_token(byte) && length < LONGEST_TRAILERS => {
                Ok(Self::TrailerName { length: length + 1 })
            }
            (Self::Trailer { length }, b'\r') => Ok(Self::TrailerLineFeed { length }),
            (Self::Trailer { length }, byte) if is_line_byte(byte) && length < LONGEST_TRAILERS => {
                Ok(Self::Trailer { length: length + 1 })
            }
            (Self::TrailerLineFeed { length }, b'\n') => Ok(Self::TrailerStart { length }),
            _ => Err(ChunkError),
        }
    }
}

const fn is_line_byte(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the body in pieces of every size: the structure must not depend on how the network cut it.
    fn read(body: &str) -> Result<usize, ChunkError> {
        let outcomes: Vec<_> = (1..=body.len()).map(|size| read_in_pieces(body, size)).collect();
        assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{body:?} {outcomes:?}");
        outcomes[0]
    }

    fn read_in_pieces(body: &str, size: usize) -> Result<usize, ChunkError> {
        let mut state = ChunkState::START;
        let mut total = 0;
        for piece in body.as_bytes().chunks(size) {
            total += state.advance(piece)?;
        }
        Ok(if state == ChunkState::Done { total } else { usize::MAX })
    }

    #[test]
    fn the_end_is_found_and_what_follows_is_not_touched() {
        for body in ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "A;x=y\r\n0123456789\r\n00\r\nT: v\r\n\r\n"] {
            assert_eq!(read(body), Ok(body.len()), "{body:?}");
            assert_eq!(read(&format!("{body}GET / HTTP/1.1")), Ok(body.len()), "{body:?}");
        }
        assert_eq!(read("5\r\nhel"), Ok(usize::MAX), "not over yet");
    }

    #[test]
    fn trailers_end_or_are_refused() {
        let lines = |count: usize| format!("0\r\n{}", "T: v\r\n".repeat(count));
        assert_eq!(read_in_pieces(&format!("{}\r\n", lines(2000)), 1000), Ok(lines(2000).len() + 2));
        assert_eq!(read_in_pieces(&lines(2049), 1000), Err(ChunkError), "many short ones");
        assert_eq!(
            read_in_pieces(&format!("0\r\nT: {}", "v".repeat(8200)), 1000),
            Err(ChunkError),
            "a long one"
        );
        assert_eq!(
            read_in_pieces(&format!("0\r\n{}", "T".repeat(8200)), 1000),
            Err(ChunkError),
            "a long name"
        );
    }

    #[test]
    fn malformed_chunks_are_refused() {
        for body in [
            "\r\n",
            "x\r\n",
            "5\nhello",
            "5\r\nhelloX",
            "5\r\nhello\n",
            "5 \r\n",
            "-1\r\n",
            "+1\r\n",
            "0x5\r\n",
            "0\r\n\n",
            "0\r\nT: v\n",
            "0\r\n folded\r\n\r\n",
            "0\r\nT : v\r\n\r\n",
            "0\r\nT\r\n\r\n",
            "0\r\n: v\r\n\r\n",
            "0\r\nT v\r\n\r\n",
            "1000000000000000\r\n",
            ";x\r\n",
            "5;a\nb\r\n",
        ] {
            assert_eq!(read(body), Err(ChunkError), "{body:?}");
        }
        assert_eq!(read(&format!("5;{}\r\n", "x".repeat(300))), Err(ChunkError), "endless extensions");
    }
}
