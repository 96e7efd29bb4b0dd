//! The server of the admin port.
//!
//! Two relays on one machine, as in a restart that overlaps, may want the same port. The public port decides whether a
//! relay can serve at all; this one must not stop it. So the second relay serves without, and takes the port as soon
//! as the first has left it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::plain::{self, Allowed};
use crate::phase::{Phase, Phases};

/// The admin port.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    /// `None` while another process has it.
    listener: Option<TcpListener>,
}

impl Admin {
    /// Takes the port, or waits for it where another process has it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = bind(address).await?;
        if let Some(listener) = &listener {
            taken(listener);
        } else {
            tracing::warn!(
                %address,
                "another process has the admin port: it is taken as soon as that one leaves it"
            );
        }
        Ok(Self { address, listener })
    }

    /// Serves `router` as the relay's phase wants it.
    pub async fn serve(self, router: Router, mut phases: Phases) {
        let Self { address, mut listener } = self;
        let listener = loop {
            match listener.take() {
                Some(listener) => break listener,
                None if phases.now() >= Phase::Closing => return,
                None => {}
            }
            tokio::select! {
                () = phases.reach(Phase::Closing) => {}
                () = sleep(AGAIN) => match bind(address).await {
                    Ok(bound) => {
                        bound.iter().for_each(taken);
                        listener = bound;
                    }
                    Err(error) => {
                        tracing::error!(%error, %address, "the admin port cannot be taken");
                        return;
                    }
                },
            }
        };
        plain::serve(listener, router, ALLOWED, phases).await;
    }
}

fn taken(listener: &TcpListener) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening for operations");
    }
}

async fn bind(address: SocketAddr) -> io::Result<Option<TcpListener>> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(None),
        Err(error) => Err(error),
    }
}

/// Few ask here, and a machine that scrapes keeps its connection from one time to the next.
const ALLOWED: Allowed =
    Allowed { connections: 64, idle: Duration::from_secs(75), drain: Duration::from_secs(12) };
/// Between two tries to take the port.
const AGAIN: Duration = Duration::from_millis(500);
