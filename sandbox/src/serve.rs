//! A small HTTP/1.1 server for a sandbox, with and without TLS. Unlike `axum::serve` it can close a
//! connection without an answer, one of the faults that tests use.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::Service;

use crate::http::{Dropped, Scheme, Shown, app_router, router};
use crate::sandbox::Sandbox;
use crate::tls::{Tls, fingerprint};

/// Serves `sandbox` on `listener` until `shutdown` completes, then lets running calls end.
pub async fn serve(sandbox: Sandbox, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    run(Site { router: router(sandbox), tls: None }, listener, shutdown).await;
}

/// Serves `sandbox` over TLS, to clients with a certificate only. A client without one, or with one of an
/// unknown authority, gets no answer.
pub async fn serve_tls(
    sandbox: Sandbox,
    listener: TcpListener,
    tls: Tls,
    shutdown: impl Future<Output = ()>,
) {
    let tls = Some(tls.acceptor());
    run(Site { router: router(sandbox), tls }, listener, shutdown).await;
}

/// Serves the part for persons and tests without TLS: the BankID app, the banks' pages and the control API.
/// Their browsers have no client certificate.
pub async fn serve_app(
    sandbox: Sandbox,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) {
    run(Site { router: app_router(sandbox), tls: None }, listener, shutdown).await;
}

/// The routes and the way to serve them.
#[derive(Clone)]
struct Site {
    router: Router,
    tls: Option<TlsAcceptor>,
}

async fn run(site: Site, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, site.clone(), stopped.clone()));
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
        tracing::warn!("calls were still running and were cut off");
    }
}

async fn connection(stream: TcpStream, site: Site, mut stopped: watch::Receiver<()>) {
    let Site { router, tls } = site;
    let Some(acceptor) = tls else {
        return exchange(stream, router, (Scheme::Http, None), stopped).await;
    };
    let handshake = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream).into_fallible());
    let shaken = tokio::select! {
        shaken = handshake => shaken,
        _ = stopped.changed() => return,
    };
    match shaken {
        Ok(Ok(stream)) => {
            let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
            let shown = shown.map(|own| Shown(fingerprint(own).into()));
            exchange(stream, router, (Scheme::Https, shown), stopped).await;
        }
        Ok(Err((error, stream))) => {
            tracing::info!(%error, "a client was refused in the TLS handshake");
            let _ = tokio::time::timeout(LINGER_TIME, linger(stream)).await;
        }
        Err(_) => tracing::debug!("a TLS handshake took too long"),
    }
}

/// Lets a refused client read the alert: closing a connection with unread bytes resets it, and the alert
/// may be lost.
async fn linger(mut stream: TcpStream) {
    let _ = stream.shutdown().await;
    let mut unread = [0; 1024];
    while matches!(stream.read(&mut unread).await, Ok(1..)) {}
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    router: Router,
    (scheme, shown): (Scheme, Option<Shown>),
    mut stopped: watch::Receiver<()>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(scheme);
        if let Some(shown) = &shown {
            request.extensions_mut().insert(shown.clone());
        }
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
        // The sender never sends; the server drops it to stop.
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

/// Makes hyper close the connection without an answer.
#[derive(Debug, Error)]
#[error("a test asked to drop the connection")]
struct DropConnection;

/// The pause after a failed accept; the usual cause is a lack of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long running calls may take after a stop.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How long a refused client may take to close.
const LINGER_TIME: Duration = Duration::from_secs(10);
/// How long a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// How long a connection may stay silent between two calls, or within the head of one.
const IDLE_TIME: Duration = Duration::from_secs(75);
