//! A small HTTP/1.1 server for a sandbox. Unlike `axum::serve` it can close a connection without
//! an answer, which is one of the faults that tests ask for.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::Service;

use crate::http::Dropped;
use crate::sandbox::Sandbox;

/// Serves `sandbox` on `listener` until `shutdown` is done, then lets running calls end.
pub async fn serve(sandbox: Sandbox, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let router = sandbox.router();
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop((listener, stop));
    let rest = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN_TIME, rest).await.is_err() {
        tracing::warn!("calls were still running and are cut off");
    }
}

async fn connection(stream: TcpStream, router: Router, mut stopped: watch::Receiver<()>) {
    let service = service_fn(move |request| {
        let answer = router.clone().call(request);
        async move { deliver(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        // The sender sends nothing: it is dropped when the server stops.
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn deliver(answer: Result<Response<Body>, Infallible>) -> Result<Response<Body>, DropConnection> {
    match answer {
        Ok(answer) if answer.extensions().get::<Dropped>().is_some() => Err(DropConnection),
        Ok(answer) => Ok(answer),
    }
}

/// Tells hyper to close the connection without an answer.
#[derive(Debug, Error)]
#[error("a test asked to drop the connection")]
struct DropConnection;

/// How long to wait after a failed accept, which is mostly a lack of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long running calls may take after the stop.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How long a connection may stay silent between two calls, or within the head of one.
const IDLE_TIME: Duration = Duration::from_secs(75);
