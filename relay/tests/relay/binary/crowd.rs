//! The process under load: one address that opens many connections, few files, peers that do not read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;

use super::{SOON, configured, listening, terminate};
use crate::support::raw::{request, status};
use crate::support::{ASPSPS, Platform};

/// A connection from the loopback address `from`.
async fn connect(from: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((IpAddr::V4(Ipv4Addr::new(127, 0, 0, from)), 0).into()).unwrap();
    timeout(SOON, socket.connect(to)).await.expect("it is taken").unwrap()
}

/// The status of one answer on a connection that stays open.
async fn ask(stream: &mut TcpStream, target: &str) -> Option<u16> {
    let text = request("GET", target, "").replace("connection: close\r\n", "");
    stream.write_all(text.as_bytes()).await.ok()?;
    let mut start = [0; 13];
    timeout(SOON, stream.read_exact(&mut start)).await.expect("an answer").ok()?;
    // The rest of a small answer is there too.
    let _ = timeout(Duration::from_millis(50), stream.read(&mut vec![0; 65536])).await;
    status(&String::from_utf8_lossy(&start))
}

/// The built relay where a process may have 1,024 files open.
fn confined() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 1024 && exec \"$0\"", env!("CARGO_BIN_EXE_ais-relay")]);
    command
}

#[tokio::test]
async fn one_address_with_1200_connections_keeps_nobody_out() {
    let platform = Platform::start().await;
    let mut child = configured(confined(), &platform, &[]).spawn().unwrap();
    let (mut output, address, mut log) = listening(&mut child).await;
    let address: SocketAddr = address.parse().unwrap();
    assert!(log.contains("few files open") && log.contains(r#""connections":640"#), "{log}");
    let mut visitor = connect(3, address).await;
    assert_eq!(ask(&mut visitor, "/redirect.js").await, Some(200));
    let mut idle = Vec::new();
    for number in 0..1200 {
        let mut stream = connect(1, address).await;
        // Silent ones, and heads that do not end.
        if number % 2 == 0 {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx: ").await;
        }
        idle.push(stream);
    }
    let asked = async {
        assert_eq!(ask(&mut visitor, ASPSPS).await, Some(200), "who is connected is served");
        for _ in 0..20 {
            assert_eq!(ask(&mut connect(2, address).await, ASPSPS).await, Some(200));
            assert_eq!(ask(&mut connect(1, address).await, "/redirect.js").await, Some(200));
        }
    };
    timeout(Duration::from_secs(8), asked).await.expect("before the idle ones time out");
    terminate(&mut child).await;
    drop(idle);
    timeout(SOON, child.wait()).await.expect("it stops").unwrap();
    output.read_to_string(&mut log).await.unwrap();
    assert!(!log.contains("cannot take a connection"), "{log}");
}
