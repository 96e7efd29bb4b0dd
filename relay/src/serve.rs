//! The server: HTTP/1.1 over TCP, with a limit on everything that a peer could stretch.
//!
//! axum's own server sets no timer, so that half a request would hold a connection for ever. This
//! one closes idle and half-open connections, cuts off peers that do not read, accepts a bounded number in all
//! and from each address, and drains before it stops.

pub mod backend;
pub(crate) mod descriptors;
mod head;
mod places;
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
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use self::places::{Place, Places, UnderWay};
use self::stream::{Dialogue, Stream};
use crate::config::Limits;
use crate::http::error::RouteError;
use crate::http::psu::Peer;
use crate::relay::Relay;
use crate::router::router;

/// Serves `relay` on `listener` until `shutdown` is done; then accepts no more connections, completes the
/// requests in progress, and returns.
pub async fn serve(listener: TcpListener, relay: Relay, shutdown: impl Future<Output = ()>) {
    let config = relay.config();
    let limits = Arc::new(config.limits);
    let per_address = config.quota.connections_per_address;
    let places = Places::new(limits.connections, per_address, &config.access);
    let router = router(relay.clone());
    let tending = relay.tend();
    tokio::pin!(tending);
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            never = &mut tending => match never {},
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                // Without a place for it, the relay closes the connection at once.
                Ok((stream, peer)) => if let Some(place) = places.take(peer.ip()) {
                    let (router, stopped) = (router.clone(), stopped.clone());
                    let limits = Arc::clone(&limits);
                    connections.spawn(connection(stream, peer, place, router, limits, stopped));
                },
                Err(error) => {
                    // Most likely the process has no file descriptor left. Some will be free again soon.
                    tracing::error!(%error, "cannot take a connection");
                    places.make_room();
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop((listener, stop));
    let drained = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.drain, drained).await.is_err() {
        tracing::warn!("some requests did not end in time and are cut off");
    }
}

/// Serves one connection until it ends, or another one needs its place while it is idle. Once `stopped`, or
/// after the longest life of a connection, it ends with the request in progress, which has a time limit
/// too.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    limits: Arc<Limits>,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let (stream, place) = (Stream::new(stream, limits.unread), Arc::new(place));
    let (dialogue, own) = (stream.dialogue(), Arc::clone(&place));
    let service = service_fn(move |request| {
        answer(router.clone(), peer, own.begin(), dialogue.clone(), request)
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
        _ = &mut connection => return,
        () = place.lost() => return,
        _ = stopped.changed() => {}
        () = sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.drain, connection).await;
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
