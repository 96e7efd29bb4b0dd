//! A TCP proxy before the platform, which resets a connection or falls silent at any byte of an answer.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy does with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Passes it on.
    None,
    /// Resets the connection after so many bytes.
    ResetAfter(usize),
    /// Passes on so many bytes, and keeps the connection open without a word.
    SilentAfter(usize),
}

/// The proxy. Clones share it.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub url: String,
    fault: Arc<Mutex<Fault>>,
    /// Bytes of the latest answer.
    answered: Arc<Mutex<usize>>,
}

impl Proxy {
    /// A proxy before the server at `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url_here = format!("http://{}", listener.local_addr().unwrap());
        let fault = Arc::new(Mutex::new(Fault::None));
        let proxy = Self { url: url_here, fault, answered: Arc::default() };
        let (here, there) = (proxy.clone(), url.strip_prefix("http://").unwrap().to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (here, there) = (here.clone(), there.clone());
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(&*there).await {
                        here.pass(client, server).await;
                    }
                });
            }
        });
        proxy
    }

    /// What happens to answers from now on, on all connections.
    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Bytes of the latest answer.
    pub(crate) fn answered(&self) -> usize {
        *self.answered.lock().unwrap()
    }

    async fn pass(&self, mut client: TcpStream, mut server: TcpStream) {
        let (mut request, mut answer) = ([0; 4096], [0; 4096]);
        let mut passed = 0;
        loop {
            tokio::select! {
                length = client.read(&mut request) => {
                    let Ok(length @ 1..) = length else { return };
                    passed = 0;
                    if server.write_all(&request[..length]).await.is_err() {
                        return;
                    }
                }
                length = server.read(&mut answer) => {
                    let Ok(length @ 1..) = length else { return };
                    let fault = *self.fault.lock().unwrap();
                    let most = match fault {
                        Fault::None => length,
                        Fault::ResetAfter(bytes) | Fault::SilentAfter(bytes) => {
                            bytes.saturating_sub(passed).min(length)
                        }
                    };
                    if client.write_all(&answer[..most]).await.is_err() {
                        return;
                    }
                    passed += most;
                    *self.answered.lock().unwrap() = passed;
                    if let Fault::ResetAfter(bytes) = fault && passed == bytes {
                        // What was sent must arrive before the reset, which throws away what is still on its way.
                        let _ = client.flush().await;
                        let _ = client.set_zero_linger();
                        return;
                    }
                }
            }
        }
    }
}
