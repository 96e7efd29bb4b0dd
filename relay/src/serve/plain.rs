//! The server of the two ports that only this side reaches: HTTP/1.1, a bounded number of connections, and the same way
//! to stop as the public port.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use super::last;
use crate::phase::{Phase, Phases};

/// What a port allows.
#[derive(Clone, Copy)]
pub(super) struct Allowed {
    /// Connections at one time. A further one waits.
    pub connections: usize,
    /// How long a connection may be idle.
    pub idle: Duration,
    /// How long requests may take to end when the relay stops.
    pub drain: Duration,
}

/// Serves `router` on `listener` as the relay's phase wants it, and returns when all connections have ended.
pub(super) async fn serve<L: Listener>(
    mut listener: L,
    router: Router,
    allowed: Allowed,
    phases: Phases,
) {
    let places = Arc::new(Semaphore::new(allowed.connections));
    let mut connections = JoinSet::new();
    let mut until = phases.clone();
    let closing = until.reach(Phase::Closing);
    tokio::pin!(closing);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let ((io, _), place) = tokio::select! {
            () = &mut closing => break,
            Some(_) = connections.join_next() => continue,
            accepted = accepted => accepted,
        };
        let (router, phases) = (router.clone(), phases.clone());
        connections.spawn(async move {
            connection(io, router, allowed, phases).await;
            drop(place);
        });
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(allowed.drain, drained).await;
}

async fn connection<I>(io: I, router: Router, allowed: Allowed, mut phases: Phases)
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let now = phases.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, now) = (router.clone(), now.clone());
        async move {
            let answer = router.oneshot(request.map(Body::new)).await;
            answer.map(|response| last(response, &now)) as Result<_, Infallible>
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(allowed.idle)
        .serve_connection(TokioIo::new(io), service);
    tokio::pin!(connection);
    let mut ending = phases.clone();
    tokio::select! {
        _ = &mut connection => return,
        () = ending.reach(Phase::Ending) => {}
        () = async { phases.reach(Phase::Closing).await; sleep(LAST_CHANCE).await } => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(allowed.drain, connection).await;
}

/// How long an idle connection may still ask once when the relay takes no more.
const LAST_CHANCE: Duration = Duration::from_secs(10);
