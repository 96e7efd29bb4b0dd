//! Bare TCP on both sides: requests and answers that no HTTP library would send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Sends `bytes` to `address` and reads until the peer closes or stays silent.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    read(stream, PATIENCE, QUIET).await
}

/// Reads until the peer closes or stays silent: for `patience` before the first byte, for `quiet` after that.
pub(crate) async fn read(
    mut stream: impl AsyncRead + Unpin,
    mut patience: Duration,
    quiet: Duration,
) -> String {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(Ok(length @ 1..)) = timeout(patience, stream.read(&mut buffer)).await {
        answer.extend_from_slice(&buffer[..length]);
        patience = quiet;
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request line with the headers of the widget, and the connection closed after it.
pub(crate) fn request(method: &str, target: &str, extra: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\nx-ais-link: 1\r\nx-bicfi: ESSESESS\r\n\
         connection: close\r\n{extra}\r\n"
    )
}

/// The status of the first answer in `text`; `None` where there is none.
pub(crate) fn status(text: &str) -> Option<u16> {
    text.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()
}

/// A peer that answers each connection's first bytes with `bytes`, and closes.
pub(crate) async fn peer(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(bytes).await;
            });
        }
    });
    url
}

/// The wait for the first byte: machines may be busy.
const PATIENCE: Duration = Duration::from_secs(20);
/// The wait for more after the first bytes.
const QUIET: Duration = Duration::from_secs(2);
