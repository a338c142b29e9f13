//! The edge's protocol code without sockets, as plain functions over bytes: what the fuzz targets call. It exists with the
//! feature `fuzzing` alone, and nothing else may use it.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes, BytesMut};
use http::HeaderMap;
use tokio::io::{AsyncRead, ReadBuf};

use crate::listener::ChunkState;

pub use crate::endpoints::fuzzing::{BodyReading, read_endpoint_body, read_form_only};
pub use crate::listener::http1_fuzzing::{ConnectionEnd, Conversation, PublicRules, ReadRequest, converse};
pub use crate::upstream::fuzzing::{ReadAnswer, read_answer};

/// How a body is delimited (RFC 9112 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiting {
    /// There is none.
    None,
    /// By its length, in bytes.
    Length(u64),
    /// By its last chunk.
    Chunked,
    /// By the end of the connection.
    UntilClose,
    /// What follows is another protocol's.
    Upgrade,
}

/// What was read of a chunked body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadChunks {
    /// The data, without chunk lines and trailers.
    pub data: Vec<u8>,
    /// How far it went.
    pub end: ChunksEnd,
}

/// How far a chunked body was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunksEnd {
    /// To its end, and so many bytes follow.
    Whole {
        /// Bytes that were left alone.
        left: usize,
    },
    /// There is more to come.
    Unfinished,
    /// It is malformed.
    Malformed,
}

/// Reads a chunked body that comes in these pieces.
#[must_use]
pub fn read_chunks(pieces: &[&[u8]]) -> ReadChunks {
    let (mut state, mut buffer, mut data) = (ChunkState::START, BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match state.take_data(&mut buffer) {
                Ok(Some(taken)) => data.extend_from_slice(&taken),
                Ok(None) => break,
                Err(_) => return ReadChunks { data, end: ChunksEnd::Malformed },
            }
        }
    }
    let is_over = state == ChunkState::Done;
    let end = if is_over { ChunksEnd::Whole { left: buffer.len() } } else { ChunksEnd::Unfinished };
    ReadChunks { data, end }
}

/// Names in lower case, and values.
pub(crate) fn lines_of(headers: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect()
}

/// What comes over a connection, a piece with each read.
pub(crate) struct Pieces(VecDeque<Bytes>);

impl Pieces {
    pub(crate) fn new(pieces: &[&[u8]]) -> Self {
        Self(
            pieces
                .iter()
                .filter(|piece| !piece.is_empty())
                .map(|piece| Bytes::copy_from_slice(piece))
                .collect(),
        )
    }
}

impl AsyncRead for Pieces {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, room: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let pieces = &mut self.get_mut().0;
        if let Some(piece) = pieces.front_mut() {
            room.put_slice(&piece.split_to(piece.len().min(room.remaining())));
            if !piece.has_remaining() {
                pieces.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}
