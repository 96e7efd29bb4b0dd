//! A connection's bytes: this module reads the heads, and cuts off a peer that does not read its answer.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::head::Heads;
use crate::http::framing::RawHead;

/// A connection to a peer.
pub(super) struct Stream {
    peer: TcpStream,
    shared: Arc<Mutex<Shared>>,
    patience: Duration,
    /// When the peer must have read the answer; set when it first stops reading.
    late: Option<Pin<Box<Sleep>>>,
}

/// The state that the stream shares with the handler of its requests.
#[derive(Clone)]
pub(super) struct Dialogue(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    heads: Heads,
    is_new: bool,
}

impl Stream {
    /// The connection `peer`, which may leave an answer unread for `patience`, and longer
    /// with each part that it reads.
    pub(super) fn new(peer: TcpStream, patience: Duration) -> Self {
        Self { peer, shared: Arc::default(), patience, late: None }
    }

    pub(super) fn dialogue(&self) -> Dialogue {
        Dialogue(Arc::clone(&self.shared))
    }

    /// Notes the result of a write: `written` bytes, or none where the peer takes no more for now.
    fn paced(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                if let Some(late) = &mut self.late {
                    let more = Duration::from_micros(
                        u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(MICROS) / RATE,
                    );
                    let until = late.deadline() + more;
                    late.as_mut().reset(until);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let late = self.late.get_or_insert_with(|| Box::pin(sleep(self.patience)));
                ready!(late.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    /// Each answer has its own time.
    fn renew(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut shared.is_new) {
            self.late = None;
        }
    }
}

impl Dialogue {
    /// The findings in the head of a new request. `None` where this module has not read the head.
    pub(super) fn begin(&self) -> Option<RawHead> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.is_new = true;
        shared.heads.next()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.peer).poll_read(context, buffer))?;
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.heads.feed(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.renew();
        let written = Pin::new(&mut self.peer).poll_write(context, bytes);
        self.paced(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.renew();
        let written = Pin::new(&mut self.peer).poll_write_vectored(context, parts);
        self.paced(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.peer.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.peer).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.peer).poll_shutdown(context)
    }
}

/// Bytes a second that every network carries. A peer that reads fewer holds the connection on purpose.
const RATE: u64 = 8192;
const MICROS: u64 = 1_000_000;
