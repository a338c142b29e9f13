//! One connection to an upstream.

use std::cell::Cell;
use std::rc::Rc;

use tokio::net::TcpStream;

use super::reply::{Act, Reply};
use super::{Inner, Seen, When};
use crate::pipe::{Framing, Pipe};

/// Serves requests until either side has enough.
pub(super) async fn connection(inner: Rc<Inner>, stream: TcpStream) {
    let number = inner.connections.get();
    let mut pipe = Pipe::new(stream);
    while let Some((first, lines)) = pipe.head().await {
        let framing = Framing::of(&lines, Framing::None);
        if inner.nth.borrow().is_due() {
            return;
        }
        let seen = Seen::from_head(&first, lines, number);
        let index = inner.note(seen.clone());
        let reply = match inner.scripted(When::AfterHead, &seen) {
            Some(reply) => Some(reply),
            None => after_body(&inner, &mut pipe, index, framing).await,
        };
        inner.pass_gate(&seen).await;
        let goes_on = match reply {
            Some(reply) => perform(&inner, &mut pipe, reply, &seen).await,
            None => false,
        };
        if !goes_on {
            return;
        }
    }
}

async fn after_body(inner: &Inner, pipe: &mut Pipe, index: usize, framing: Framing) -> Option<Reply> {
    let mut framing = framing;
    loop {
        let piece = pipe.piece(&mut framing).await?;
        if piece.is_empty() {
            break;
        }
        inner.change(index, |seen| seen.body.extend(piece));
    }
    let seen = inner.change(index, |seen| seen.complete = true);
    let scripted = inner.scripted(When::AfterBody, &seen);
    Some(scripted.unwrap_or_else(|| (inner.usual)(&seen)))
}

/// True when the connection may serve another request.
async fn perform(inner: &Inner, pipe: &mut Pipe, reply: Reply, seen: &Seen) -> bool {
    let to_head = seen.method == "HEAD";
    match &reply.act {
        Act::Whole(body) => {
            let framing = match reply.status {
                204 | 304 => String::new(),
                _ => format!("Content-Length: {}\r\n", body.len()),
            };
            let body: &[u8] = if to_head { &[] } else { body };
            pipe.send(&[&reply.head(&framing), body].concat()).await
        }
        Act::Raw(bytes) => {
            pipe.send(bytes).await;
            false
        }
        Act::Close => false,
        Act::Hang => std::future::pending().await,
        Act::Echo { .. } => echo(pipe, &reply).await,
        Act::Flood(bytes) => flood(pipe, &reply, *bytes, &inner.flooded).await,
        Act::Stream(_) => stream(pipe, reply).await,
    }
}

async fn echo(pipe: &mut Pipe, reply: &Reply) -> bool {
    pipe.send(&reply.head("")).await;
    while let Some(heard) = pipe.some(usize::MAX).await {
        pipe.send(&heard).await;
    }
    false
}

async fn flood(pipe: &mut Pipe, reply: &Reply, bytes: usize, sent: &Cell<usize>) -> bool {
    let piece = vec![b'x'; 64 * 1024];
    pipe.send(&reply.head(&format!("Content-Length: {bytes}\r\n"))).await;
    sent.set(0);
    while sent.get() < bytes {
        let size = piece.len().min(bytes - sent.get());
        if !pipe.send(&piece[..size]).await {
            return false;
        }
        sent.set(sent.get() + size);
    }
    true
}

async fn stream(pipe: &mut Pipe, reply: Reply) -> bool {
    if !pipe.send(&reply.head("Transfer-Encoding: chunked\r\n")).await {
        return false;
    }
    let Act::Stream(mut pieces) = reply.act else { return false };
    loop {
        let piece = tokio::select! {
            piece = pieces.recv() => piece,
            // The gateway says nothing on this connection while we stream: it closed it.
            _ = pipe.some(1) => return false,
        };
        let Some(piece) = piece else { return pipe.send(b"0\r\n\r\n").await };
        let size = format!("{:x}\r\n", piece.len());
        if !pipe.send(&[size.as_bytes(), &piece, b"\r\n"].concat()).await {
            return false;
        }
    }
}
