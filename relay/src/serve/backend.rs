//! The server of the back-end port: a loopback address, or a socket in the file system.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, UnixListener};

use super::plain::{self, Allowed};
use crate::config::Place;
use crate::phase::Phases;

/// A place where the back-end port takes connections.
#[derive(Debug)]
pub enum Backend {
    /// A loopback address.
    Loopback(TcpListener),
    /// A socket in the file system.
    Unix(UnixListener),
}

impl Backend {
    /// Takes the place. A socket that an earlier process left is replaced; owner and group may use it.
    pub async fn bind(place: &Place) -> io::Result<Self> {
        match place {
            Place::Loopback(address) => Ok(Self::Loopback(TcpListener::bind(address).await?)),
            Place::Unix(path) => {
                remove_old(path)?;
                let listener = UnixListener::bind(path)?;
                fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
                Ok(Self::Unix(listener))
            }
        }
    }

    /// Where it is, as the log names it.
    pub fn place(&self) -> String {
        match self {
            Self::Loopback(listener) => {
                listener.local_addr().map(|address| address.to_string()).unwrap_or_default()
            }
            Self::Unix(listener) => {
                let address = listener.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                path.map(|path| format!("unix:{}", path.display())).unwrap_or_default()
            }
        }
    }

    /// Serves `router` as the relay's phase wants it. Requests may take `drain` to end when the relay stops.
    pub async fn serve(self, router: Router, drain: Duration, phases: Phases) {
        let allowed = Allowed { connections: CONNECTIONS, idle: IDLE, drain };
        match self {
            Self::Loopback(listener) => plain::serve(listener, router, allowed, phases).await,
            Self::Unix(listener) => plain::serve(listener, router, allowed, phases).await,
        }
    }
}

/// Removes a socket at `path`; anything else stays, and taking the place fails.
fn remove_old(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.file_type().is_socket() => fs::remove_file(path),
        _ => Ok(()),
    }
}

/// The host's own server needs a few.
const CONNECTIONS: usize = 1000;
/// HTTP clients of servers keep connections for about a minute.
const IDLE: Duration = Duration::from_mins(2);
