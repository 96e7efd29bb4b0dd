//! A proxy in front of several relays. It gives each connection to the next relay that takes it, and knows nothing of
//! who calls.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Starts a proxy in front of `relays`. Returns its address.
pub(crate) async fn start(relays: Vec<SocketAddr>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (relays, turn) = (Arc::new(relays), Arc::new(AtomicUsize::new(0)));
    tokio::spawn(async move {
        while let Ok((mut browser, _)) = listener.accept().await {
            let (relays, turn) = (Arc::clone(&relays), Arc::clone(&turn));
            tokio::spawn(async move {
                let mut relay = next(&relays, &turn).await;
                // One side has gone: a browser that is done, or a relay that was killed.
                let _ = copy_bidirectional(&mut browser, &mut relay).await;
            });
        }
    });
    address
}

/// A connection to the relay whose turn it is, or to the next one that is there.
async fn next(relays: &[SocketAddr], turn: &AtomicUsize) -> TcpStream {
    loop {
        let number = turn.fetch_add(1, Ordering::Relaxed);
        if let Ok(relay) = TcpStream::connect(relays[number % relays.len()]).await {
            return relay;
        }
        sleep(PAUSE).await;
    }
}

const PAUSE: Duration = Duration::from_millis(5);
