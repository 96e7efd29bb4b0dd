//! Whether a request went over a new connection or over a kept one. The platform may close a kept connection at the
//! moment of its use; then it has not read the request.

use std::cell::Cell;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::task::{Context, Poll};

use tokio::task_local;
use tower::Service;

/// The connection that a request goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// A kept one, where there is one.
    Kept,
    /// A new one.
    New,
}

/// Awaits `exchange`, and returns the connection that it used.
pub(super) async fn noting<T>(exchange: impl Future<Output = T>) -> (T, Connection) {
    USED.scope(Cell::new(Connection::Kept), async {
        let result = exchange.await;
        (result, USED.with(Cell::get))
    })
    .await
}

/// A connector that notes when it is asked for a new connection.
#[derive(Clone)]
pub(super) struct Noting<S>(pub S);

impl<S: Service<R>, R> Service<R> for Noting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        // The client asks for a connection in the task of the request that needs it.
        let _ = USED.try_with(|used| used.set(Connection::New));
        self.0.call(request)
    }
}

/// Whether `error` says that the peer closed the connection before it answered.
pub(super) fn is_closed(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        let is_incomplete = |error: &hyper::Error| error.is_incomplete_message();
        let is_gone = |error: &io::Error| GONE.contains(&error.kind());
        if cause.downcast_ref().is_some_and(is_incomplete)
            || cause.downcast_ref().is_some_and(is_gone)
        {
            return true;
        }
        next = cause.source();
    }
    false
}

task_local! {
    static USED: Cell<Connection>;
}

/// How the system names a connection that the peer has closed.
const GONE: [ErrorKind; 4] = [
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::BrokenPipe,
    ErrorKind::UnexpectedEof,
];
