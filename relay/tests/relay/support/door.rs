//! A proxy between the relay and the platform that a test can shut: then connections are refused.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The proxy. Its connections end when the test shuts it.
pub(crate) struct Door {
    pub address: SocketAddr,
    behind: String,
    open: Option<JoinHandle<()>>,
}

impl Door {
    /// An open proxy in front of the server at `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let behind = url.trim_start_matches("http://").to_owned();
        let open = Some(tokio::spawn(pass(listener, behind.clone())));
        Self { address, behind, open }
    }

    /// Shuts it and closes its port.
    pub(crate) async fn shut(&mut self) {
        let open = self.open.take().expect("it is open");
        open.abort();
        let _ = open.await;
    }

    /// Opens it again.
    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.open = Some(tokio::spawn(pass(listener, self.behind.clone())));
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.abort();
        }
    }
}

async fn pass(listener: TcpListener, behind: String) {
    let mut passing = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        let behind = behind.clone();
        passing.spawn(async move {
            let mut far = TcpStream::connect(behind).await.unwrap();
            let _ = copy_bidirectional(&mut near, &mut far).await;
        });
    }
}
