//! The server: HTTP/1.1 over TCP, with a limit on everything that a peer could stretch.
//!
//! axum's own server sets no timer, so that half a request would hold a connection for ever. This
//! one closes idle and half-open connections, takes a bounded number, and drains on the way out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::config::Limits;
use crate::psu::Peer;
use crate::{Relay, router};

/// Serves `relay` on `listener` until `shutdown` is done; then takes no more connections, lets the
/// requests under way end, and returns.
pub async fn serve(listener: TcpListener, relay: Relay, shutdown: impl Future<Output = ()>) {
    let limits = relay.config().limits;
    let router = router(relay.clone());
    let tending = relay.tend();
    tokio::pin!(tending);
    let room = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        // Where there is no room, peers wait in the kernel's queue.
        let accepted = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = &mut shutdown => break,
            never = &mut tending => match never {},
            Some(_) = connections.join_next() => {}
            (permit, accepted) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let (router, stopped) = (router.clone(), stopped.clone());
                    connections.spawn(async move {
                        let _permit = permit;
                        connection(stream, peer, router, limits, stopped).await;
                    });
                }
                Err(error) => {
                    // Most likely the process has no file descriptor left. Some will come back.
                    tracing::error!(%error, "cannot take a connection");
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

/// Serves one connection until it ends. Once `stopped`, or after the longest life of a connection,
/// it ends with the request under way, which must not take for ever either: the peer may be one
/// that reads byte by byte.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .max_headers(limits.head_lines)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // That a peer went away or spoke no HTTP is its own affair, and would fill the log.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopped.changed() => {}
        () = sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.drain, connection).await;
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<axum::body::Body>, std::convert::Infallible> {
    request.extensions_mut().insert(Peer(peer));
    router.oneshot(request).await
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
