//! The server: HTTP/1.1 over TCP, with a limit on everything that a peer could stretch.
//!
//! axum's own server sets no timer, so that half a request would hold a connection for ever. This
//! one closes idle and half-open connections, cuts off peers that do not read, accepts a bounded number in all
//! and from each address, and drains before it stops.

pub mod admin;
pub mod backend;
pub(crate) mod descriptors;
pub(crate) mod head;
mod places;
mod plain;
mod stream;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::response::IntoResponse as _;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use self::places::{Place, Places, UnderWay};
use self::stream::{Dialogue, Stream};
use crate::config::Limits;
use crate::http::error::RouteError;
use crate::http::psu::Peer;
use crate::phase::{Phase, Phases};
use crate::relay::Relay;
use crate::router::router;

/// Serves `relay` on `listener` until `shutdown` is done; then accepts no more connections, completes the
/// requests in progress, and returns.
pub async fn serve(listener: TcpListener, relay: Relay, shutdown: impl Future<Output = ()>) {
    let (lead, phases) = Phases::new();
    let ending = async {
        shutdown.await;
        lead.set(Phase::Ending);
    };
    tokio::join!(serve_in(listener, relay, phases), ending);
}

/// Serves `relay` on `listener` as its phase wants it, and returns when all connections have ended.
pub async fn serve_in(listener: TcpListener, relay: Relay, phases: Phases) {
    let config = relay.config();
    let limits = Arc::new(config.limits);
    let per_address = config.quota.connections_per_address;
    let places = Places::new(limits.connections, per_address, &config.access);
    let router = router(relay.clone());
    let tending = relay.tend();
    tokio::pin!(tending);
    let mut connections = JoinSet::new();
    let mut until = phases.clone();
    let closing = until.reach(Phase::Closing);
    tokio::pin!(closing);
    // Without a place for it, the relay closes the connection at once.
    let take =
        |connections: &mut JoinSet<()>, stream, peer: SocketAddr| match places.take(peer.ip()) {
            Ok(place) => {
                tracing::trace!("a connection was taken");
                let (router, phases) = (router.clone(), phases.clone());
                let (limits, connected) = (Arc::clone(&limits), relay.metrics().connect());
                connections.spawn(async move {
                    connection(stream, peer, place, router, limits, phases).await;
                    drop(connected);
                });
            }
            Err(reason) => {
                tracing::debug!(reason, "a connection was refused");
                relay.metrics().refuse(reason);
            }
        };
    loop {
        tokio::select! {
            () = &mut closing => break,
            never = &mut tending => match never {},
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => take(&mut connections, stream, peer),
                Err(error) => {
                    // Most likely the process has no file descriptor left. Some will be free again soon.
                    tracing::error!(%error, "cannot take a connection");
                    relay.metrics().refuse("files");
                    places.make_room();
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    for (stream, peer) in waiting(listener) {
        take(&mut connections, stream, peer);
    }
    let drained = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.drain, drained).await.is_err() {
        tracing::warn!("some requests did not end in time and are cut off");
    }
}

/// The connections that the system has made and `listener` has not taken: it would reset them.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let taken = std::iter::from_fn(|| listener.accept().ok());
    let stream = |(stream, peer): (std::net::TcpStream, _)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    };
    taken.filter_map(stream).collect()
}

/// Serves one connection until it ends, or another one needs its place while it is idle. Once the relay ends, or
/// after the longest life of a connection, it ends with the request in progress, which has a time limit
/// too.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    limits: Arc<Limits>,
    mut phases: Phases,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let (stream, place) = (Stream::new(stream, limits.unread), Arc::new(place));
    let (dialogue, own, now) = (stream.dialogue(), Arc::clone(&place), phases.clone());
    let service = service_fn(move |request| {
        let answer = answer(router.clone(), peer, own.begin(), dialogue.clone(), request);
        let now = now.clone();
        async move { answer.await.map(|response| last(response, &now)) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .max_headers(limits.head_lines)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A peer that goes away or speaks no HTTP is no fault of the relay, and such lines would fill the log.
    tokio::select! {
        biased;
        // First: a connection without a place begins no request, so its peer may send that again on another one.
        () = place.lost() => return,
        _ = &mut connection => return,
        () = phases.reach(Phase::Ending) => {}
        () = sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.drain, connection).await;
}

/// Marks an answer as the last one of its connection, unless the relay serves. A peer that reads this does not send its
/// next request on a connection that is about to be closed.
fn last(mut response: Response<Body>, phases: &Phases) -> Response<Body> {
    if phases.now() > Phase::Serving {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    under_way: UnderWay,
    dialogue: Dialogue,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    request.extensions_mut().insert(Peer(peer));
    let response = match dialogue.begin() {
        Some(head) => {
            request.extensions_mut().insert(head);
            router.oneshot(request).await?
        }
        // The reader of heads and hyper disagree, so the head's content is unknown.
        None => RouteError::Malformed("the head cannot be read").into_response(),
    };
    Ok(response.map(|body| Body::new(Watched { body, _under_way: under_way })))
}

/// A body that counts its request as in progress until it is sent.
struct Watched {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
